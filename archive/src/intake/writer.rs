//! The one thread that writes. A group goes out in one gathered write and one fdatasync; only then is it acknowledged.
//!
//! - No room: what was written of the group is cut off again, its writers are told, and the next group tries anew.
//! - Any other error, and every failed sync: the group and all that waits is refused and intake stops. A failed sync is
//!   never repeated on the same data, because the kernel may have dropped it. Instead the file is opened afresh, all
//!   that was acknowledged from it is read back from the disk and checked, what lies behind is cut off, the file is
//!   closed and a new one begun. Only when all of that has succeeded is anything taken in again.

use std::io::{self, IoSlice};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::IntakeError;
use super::disk::{LogFile, is_no_space, write_all_at};
use super::entry::{Content, ENTRY_HEADER_BYTES, FILE_HEADER_BYTES, FileNo, Framed, checksum, file_header};
use super::files::Location;
use super::queue::{Delivery, Pending, Shared, Stopped, Work};
use super::recovery::{Continued, file_name, new_name};
use super::scan::Source;
use super::stats;

const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// Why a step did not succeed.
enum Trouble {
    /// No room, and everything is as it was before the step.
    NoSpace,
    /// What the file now holds behind its durable length is unknown.
    Broken(io::Error),
}

/// For the steps after which the state is unknown whatever the error was.
fn broken(error: io::Error) -> Trouble {
    Trouble::Broken(error)
}

/// The file being written.
#[derive(Debug)]
struct Current {
    file: FileNo,
    handle: Arc<dyn LogFile>,
    /// Up to here everything is on the disk and acknowledged.
    durable: u64,
    entries: u64,
    damaged: bool,
}

/// The writer's state.
#[derive(Debug)]
pub(super) struct Writer {
    shared: Arc<Shared>,
    current: Option<Current>,
    next: u64,
    /// Names left behind by a file that could not be made; they must go before another is made.
    litter: Vec<String>,
    /// How long the last group took to become durable.
    last_sync: Duration,
}

impl Writer {
    pub(super) fn new(shared: Arc<Shared>, last: Option<Continued>, next: u64) -> Self {
        let current = last.map(|last| Current {
            file: last.file,
            handle: last.handle,
            durable: last.durable,
            entries: last.entries,
            damaged: last.damaged,
        });
        Self {
            shared,
            current,
            next,
            litter: Vec::new(),
            last_sync: Duration::ZERO,
        }
    }

    /// Works until the log is closed.
    pub(super) fn run(mut self) {
        // Whatever ends this thread, a panic included, nobody must be left waiting.
        let _last_words = StopOnDrop(Arc::clone(&self.shared));
        loop {
            match self.shared.next_work(self.last_sync) {
                Work::Write(group) => self.write(group),
                Work::Retire(replies) => {
                    let done = self.step(Self::retire);
                    for reply in replies {
                        let _ = reply.send(done.clone());
                    }
                }
                Work::Idle => self.let_go(),
                Work::Close => {
                    if let Err(error) = self.step(Self::retire) {
                        tracing::warn!(%error, "the intake log could not be closed in order; the next start mends it");
                    }
                    return;
                }
            }
        }
    }

    /// Closes the current file if everything in it was released, so that it goes. Not urgent: what fails is tried again.
    fn let_go(&mut self) {
        let idle = |current: &Current| current.entries > 0 && self.shared.files.is_idle(current.file);
        if self.current.as_ref().is_some_and(idle) {
            let _ = self.step(Self::retire);
        }
    }

    /// Runs one step; stops and recovers when it breaks something.
    fn step(&mut self, step: fn(&mut Self) -> Result<(), Trouble>) -> Result<(), IntakeError> {
        match step(self) {
            Ok(()) => Ok(()),
            Err(Trouble::NoSpace) => Err(IntakeError::Full),
            Err(Trouble::Broken(error)) => Err(self.stop_and_recover(error)),
        }
    }

    fn write(&mut self, group: Vec<Pending>) {
        if self.shared.reserve.is_out() {
            self.shared.refuse(group, &IntakeError::Full);
            return;
        }
        let begin = Instant::now();
        let written = self.write_group(&group);
        self.last_sync = begin.elapsed();
        match written {
            Ok((file, offsets)) => self.acknowledge(file, &offsets, group),
            Err(Trouble::NoSpace) => {
                // While senders keep asking no quiet while comes, and the room that is missing may be this file's.
                self.let_go();
                self.shared.refuse(group, &IntakeError::Full);
            }
            Err(Trouble::Broken(error)) => {
                let error = Arc::new(error);
                // Stopped first: whoever hears of the failure must not find the log still open.
                self.shared.stop(&Stopped::Failed(Arc::clone(&error)));
                self.shared
                    .refuse(group, &IntakeError::Failed(Arc::clone(&error)));
                self.stop_and_recover_from(error);
            }
        }
    }

    /// Makes the group durable and returns where its entries begin.
    fn write_group(&mut self, group: &[Pending]) -> Result<(FileNo, Vec<u32>), Trouble> {
        let file_bytes = self.shared.options.file_bytes;
        if self
            .current
            .as_ref()
            .is_some_and(|current| current.damaged || current.durable >= file_bytes)
        {
            self.retire()?;
        }
        if self.current.is_none() {
            self.create()?;
        }
        let Some(current) = &mut self.current else {
            return Err(broken(io::Error::other("no intake file is open")));
        };
        let (headers, offsets, end) = frame(current, group)?;
        let mut parts = Vec::with_capacity(group.len() * 2);
        for (header, pending) in headers.iter().zip(group) {
            parts.push(IoSlice::new(header));
            parts.push(IoSlice::new(&pending.ciphertext));
        }
        append(current, &mut parts, end)?;
        current.entries += group.len() as u64;
        Ok((current.file, offsets))
    }

    fn acknowledge(&self, file: FileNo, offsets: &[u32], group: Vec<Pending>) {
        let shared = &self.shared;
        let bytes = self.current.as_ref().map_or(0, |current| current.durable);
        let sessions = group.iter().map(|pending| pending.header.session);
        let entries = offsets.iter().copied().zip(sessions);
        shared.files.note(file, entries, bytes);
        stats::add(&shared.stats.groups, 1);
        stats::add(&shared.stats.entries, group.len() as u64);
        for (pending, offset) in group.into_iter().zip(offsets) {
            stats::add(
                &shared.stats.entry_bytes,
                super::queue::entry_bytes(pending.ciphertext.len()),
            );
            // `frame` has checked that the length fits.
            let length = u32::try_from(pending.ciphertext.len()).unwrap_or(u32::MAX);
            let location = Some(Location::new(file, *offset, length));
            // When the receiver is gone, dropping the delivery releases the entry.
            let _ = pending.reply.send(Ok(Delivery {
                shared: Arc::clone(shared),
                location,
            }));
        }
    }

    /// Closes the current file with its end mark. Afterwards there is none.
    fn retire(&mut self) -> Result<(), Trouble> {
        let Some(current) = &mut self.current else {
            return Ok(());
        };
        write_end(current)?;
        self.shared
            .used
            .fetch_add(ENTRY_HEADER_BYTES as u64, std::sync::atomic::Ordering::SeqCst);
        self.shared.close_file(current.file, current.durable);
        self.current = None;
        Ok(())
    }

    /// Begins a new file. It gets its name only when its header is durable, so that no crash leaves a log file without.
    fn create(&mut self) -> Result<(), Trouble> {
        let folder = &*self.shared.folder;
        // A file that was left behind half-made would later look like one whose tail is missing.
        while let Some(name) = self.litter.last() {
            match folder.remove(name) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(broken(error)),
                _ => self.litter.pop(),
            };
        }
        let file = FileNo(self.next);
        self.next += 1;
        match begin_file(folder, file) {
            Ok(handle) => {
                let durable = FILE_HEADER_BYTES as u64;
                self.shared
                    .used
                    .fetch_add(durable, std::sync::atomic::Ordering::SeqCst);
                self.shared.files.add(file, Arc::clone(&handle), durable);
                stats::add(&self.shared.stats.files_created, 1);
                self.current = Some(Current {
                    file,
                    handle,
                    durable,
                    entries: 0,
                    damaged: false,
                });
                Ok(())
            }
            Err(error) => {
                self.litter.extend([new_name(file), file_name(file)]);
                Err(if is_no_space(&error) {
                    Trouble::NoSpace
                } else {
                    broken(error)
                })
            }
        }
    }

    fn stop_and_recover(&mut self, error: io::Error) -> IntakeError {
        let error = Arc::new(error);
        self.stop_and_recover_from(Arc::clone(&error));
        IntakeError::Failed(error)
    }

    /// Returns when intake runs again, or when the log is closing.
    fn stop_and_recover_from(&mut self, error: Arc<io::Error>) {
        stats::add(&self.shared.stats.stops, 1);
        tracing::error!(%error, "a disk error stopped intake; recovering from what is on the disk");
        self.shared.stop(&Stopped::Failed(error));
        let mut pause = FIRST_PAUSE;
        loop {
            match self.recover() {
                Ok(()) => {
                    stats::add(&self.shared.stats.recoveries, 1);
                    tracing::info!("intake has recovered");
                    self.shared.resume();
                    return;
                }
                Err(Trouble::NoSpace) => self.shared.stop(&Stopped::Full),
                Err(Trouble::Broken(error)) => {
                    tracing::warn!(%error, "intake could not recover yet");
                    self.shared.stop(&Stopped::Failed(Arc::new(error)));
                }
            }
            if !self.shared.pause(pause) {
                // No end mark over bytes that nobody knows: the next start mends this file.
                self.current = None;
                return;
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    fn recover(&mut self) -> Result<(), Trouble> {
        if let Some(current) = &mut self.current {
            // A fresh descriptor: the old one has reported its error and would now say that all is well.
            let handle = self
                .shared
                .folder
                .open(&file_name(current.file))
                .map_err(broken)?;
            handle.forget_cached();
            for offset in self.shared.files.live_offsets(current.file) {
                read_back(&*handle, current.file, offset).map_err(broken)?;
            }
            handle.set_len(current.durable).map_err(broken)?;
            handle.sync_all().map_err(broken)?;
            self.shared.files.replace(current.file, Arc::clone(&handle));
            current.handle = handle;
            self.retire()?;
        }
        self.create()
    }
}

/// Headers and offsets of a group's entries behind what is durable, and the file's length with them.
#[expect(
    clippy::type_complexity,
    reason = "three parallel results of one pass, used once"
)]
fn frame(
    current: &Current,
    group: &[Pending],
) -> Result<(Vec<[u8; ENTRY_HEADER_BYTES]>, Vec<u32>, u64), Trouble> {
    let position =
        |at: u64| u32::try_from(at).map_err(|_| broken(io::Error::other("intake file is too long")));
    let durable_to = position(current.durable)?;
    let mut at = current.durable;
    let mut headers = Vec::with_capacity(group.len());
    let mut offsets = Vec::with_capacity(group.len());
    for pending in group {
        let framed = Framed {
            content: Content::Data(pending.header),
            file: current.file,
            offset: position(at)?,
            durable_to,
            length: position(pending.ciphertext.len() as u64)?,
            crc: pending.crc,
        };
        headers.push(framed.encode());
        offsets.push(framed.offset);
        at += framed.total();
    }
    Ok((headers, offsets, at))
}

/// Writes `parts` behind what is durable and makes them durable; `end` is the length with them.
fn append(current: &mut Current, parts: &mut [IoSlice<'_>], end: u64) -> Result<(), Trouble> {
    match write_all_at(&*current.handle, parts, current.durable) {
        Ok(()) => {}
        Err(error) if is_no_space(&error) => {
            current.handle.set_len(current.durable).map_err(broken)?;
            return Err(Trouble::NoSpace);
        }
        Err(error) => return Err(broken(error)),
    }
    // Also when this says that there is no space: after a failed sync nobody knows what of it is on the disk.
    current.handle.sync_data().map_err(broken)?;
    current.durable = end;
    Ok(())
}

fn write_end(current: &mut Current) -> Result<(), Trouble> {
    let offset =
        u32::try_from(current.durable).map_err(|_| broken(io::Error::other("intake file is too long")))?;
    let end = Framed {
        content: Content::End {
            entries: current.entries,
        },
        file: current.file,
        offset,
        durable_to: offset,
        length: 0,
        crc: checksum(&[]),
    };
    append(
        current,
        &mut [IoSlice::new(&end.encode())],
        current.durable + end.total(),
    )
}

fn begin_file(folder: &dyn super::disk::LogFolder, file: FileNo) -> io::Result<Arc<dyn LogFile>> {
    let handle = folder.create(&new_name(file))?;
    write_all_at(&*handle, &mut [IoSlice::new(&file_header(file))], 0)?;
    handle.sync_all()?;
    folder.rename(&new_name(file), &file_name(file))?;
    folder.sync()?;
    Ok(handle)
}

/// Checks that an acknowledged entry is on the disk.
fn read_back(handle: &dyn LogFile, file: FileNo, offset: u32) -> io::Result<()> {
    let mut header = [0; ENTRY_HEADER_BYTES];
    let got = handle.read_up_to(&mut header, u64::from(offset))?;
    let framed = Framed::decode(&header[..got], file, offset).map_err(io::Error::other)?;
    let mut ciphertext = vec![0; framed.length as usize];
    let got = handle.read_up_to(&mut ciphertext, u64::from(offset) + ENTRY_HEADER_BYTES as u64)?;
    framed.check(&ciphertext[..got]).map_err(io::Error::other)
}

/// Refuses everything once the writer is gone.
struct StopOnDrop(Arc<Shared>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.stop(&Stopped::Closed);
    }
}
