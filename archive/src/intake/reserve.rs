//! The reserve: a file of real blocks that is given back to the disk when it is full, so that purge and access records
//! can still commit. It is no room for frames: while it is out, nothing is taken in.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;

use super::disk::{LogFolder, is_no_space};

const NAME: &str = "reserve";

/// With less than this left on the disk, an archive can't be opened: its catalog needs files beside it.
const TO_OPEN_BYTES: u64 = 1 << 20;

/// Gives the reserve of a log that is not open yet back to the disk, if that is so full that the archive could not be opened
/// otherwise. Opening the log takes it again when there is room. The caller holds the archive's lock.
pub(crate) fn make_room_to_open(folder: &Path) -> io::Result<()> {
    let reserve = match File::options().write(true).open(folder.join(NAME)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        other => other?,
    };
    let disk = rustix::fs::fstatvfs(&reserve)?;
    if disk.f_bavail.saturating_mul(disk.f_frsize) < TO_OPEN_BYTES {
        reserve.set_len(0)?;
        reserve.sync_all()?;
    }
    Ok(())
}

/// The reserve file and whether its space is given away.
#[derive(Debug)]
pub(super) struct Reserve {
    bytes: u64,
    out: AtomicBool,
    changing: Mutex<()>,
}

impl Reserve {
    /// Takes the reserve; on a full disk it counts as out, and the log opens all the same.
    pub(super) fn open(folder: &dyn LogFolder, bytes: u64) -> io::Result<Self> {
        let reserve = Self {
            bytes,
            out: AtomicBool::new(true),
            changing: Mutex::new(()),
        };
        match reserve.take(folder) {
            Ok(()) => reserve.out.store(false, Ordering::SeqCst),
            Err(error) if is_no_space(&error) => {}
            Err(error) => return Err(error),
        }
        Ok(reserve)
    }

    pub(super) fn is_out(&self) -> bool {
        self.out.load(Ordering::SeqCst)
    }

    /// Gives the space back to the disk.
    pub(super) fn release(&self, folder: &dyn LogFolder) -> io::Result<()> {
        let _changing = self.changing.lock();
        // First the mark, then the space: no frame may slip into it in between.
        self.out.store(true, Ordering::SeqCst);
        let file = folder.open(NAME)?;
        file.set_len(0)?;
        file.sync_all()
    }

    /// Takes the space again if there is enough of it; true when the reserve is there.
    pub(super) fn refill(&self, folder: &dyn LogFolder) -> io::Result<bool> {
        let _changing = self.changing.lock();
        if !self.is_out() {
            return Ok(true);
        }
        // Twice, so that it does not swing between out and in while the disk stays nearly full.
        if folder.free_bytes()? < self.bytes.saturating_mul(2) {
            return Ok(false);
        }
        match self.take(folder) {
            Ok(()) => {
                self.out.store(false, Ordering::SeqCst);
                Ok(true)
            }
            Err(error) if is_no_space(&error) => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn take(&self, folder: &dyn LogFolder) -> io::Result<()> {
        if self.bytes == 0 {
            return Ok(());
        }
        let file = match folder.open(NAME) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => folder.create(NAME)?,
            Err(error) => return Err(error),
        };
        // Each time, also when the length is right already: a copied folder may hold a file without blocks.
        let taken = file
            .set_len(self.bytes)
            .and_then(|()| file.reserve(self.bytes))
            .and_then(|()| file.sync_all());
        if let Err(error) = taken {
            // Half a reserve helps nobody; without this the disk would stay fuller than it has to.
            let _ = file.set_len(0);
            return Err(error);
        }
        folder.sync()
    }
}
