//! The file that a bundle is written to until it is whole: in its folder, without a name, and gone if it comes to nothing.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter};
use std::os::fd::AsRawFd;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use obhut_evidence::BundleZip;
use obhut_format::ids::SessionId;
use rustix::fs::{AtFlags, CWD, Mode, OFlags, RenameFlags, linkat, openat, renameat_with};
use rustix::io::Errno;

use crate::failure::Failure;

/// What a bundle is called until it is whole, where a file can't be without a name.
const PARTIAL: &str = ".obhut-partial";
/// Written in one go.
const BUFFER: usize = 1 << 20;

/// Where the bytes are until the bundle is whole.
#[derive(Debug)]
enum Until {
    /// In a file without a name: whatever ends us, nothing of it is left.
    Nameless,
    /// Under a name of its own, on a file system that knows no other way. Removed if it comes to nothing.
    Named(PathBuf),
}

impl Drop for Until {
    fn drop(&mut self) {
        if let Self::Named(path) = self {
            // After a rename there is nothing under this name; what can't be removed says by it what it is.
            let _ = fs::remove_file(path);
        }
    }
}

/// A bundle that is being written.
#[derive(Debug)]
pub(super) struct PartialBundle {
    zip: BundleZip<BufWriter<File>>,
    until: Until,
    place: PathBuf,
}

impl PartialBundle {
    /// Makes the file.
    pub(super) fn begin(place: &Path, session: SessionId) -> Result<Self, Failure> {
        if place.symlink_metadata().is_ok() {
            return Err(exists(place));
        }
        let name = place.file_name().ok_or_else(|| {
            Failure::new(
                format!("{} is no name for a file", place.display()),
                "name the zip to write with --out",
            )
        })?;
        let (file, until) = make(place, name).map_err(|error| cannot_write(place, &error))?;
        let zip = BundleZip::new(BufWriter::with_capacity(BUFFER, file), session)
            .map_err(|error| cannot_write(place, &error.into()))?;
        Ok(Self {
            zip,
            until,
            place: place.to_owned(),
        })
    }

    pub(super) fn file(&mut self, path: &str) -> Result<(), Failure> {
        self.zip
            .file(path)
            .map_err(|error| cannot_write(&self.place, &error.into()))
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.zip
            .write(bytes)
            .map_err(|error| cannot_write(&self.place, &error.into()))
    }

    /// Makes it durable and gives it its name, never the name of another.
    pub(super) fn finish(self) -> Result<(), Failure> {
        let Self { zip, until, place } = self;
        match put_in_place(zip, &until, &place) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(exists(&place)),
            Err(error) => Err(cannot_write(&place, &error)),
        }
    }
}

fn folder_of(place: &Path) -> &Path {
    let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}

/// A file in the bundle's folder. It holds what was recorded: nobody but its owner reads it until they say so.
fn make(place: &Path, name: &OsStr) -> io::Result<(File, Until)> {
    let nameless = openat(
        CWD,
        folder_of(place),
        OFlags::TMPFILE | OFlags::WRONLY | OFlags::CLOEXEC,
        Mode::RUSR | Mode::WUSR,
    );
    match nameless {
        Ok(file) => return Ok((file.into(), Until::Nameless)),
        Err(Errno::OPNOTSUPP | Errno::ISDIR | Errno::INVAL | Errno::NOSYS) => {}
        Err(error) => return Err(error.into()),
    }
    let mut partial = name.to_owned();
    partial.push(format!(".{}{PARTIAL}", std::process::id()));
    let partial = place.with_file_name(partial);
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&partial)?;
    Ok((file, Until::Named(partial)))
}

fn put_in_place(zip: BundleZip<BufWriter<File>>, until: &Until, place: &Path) -> io::Result<()> {
    let file = zip
        .finish()?
        .into_inner()
        .map_err(io::IntoInnerError::into_error)?;
    file.sync_all()?;
    match until {
        Until::Nameless => {
            let own = format!("/proc/self/fd/{}", file.as_raw_fd());
            linkat(CWD, own, CWD, place, AtFlags::SYMLINK_FOLLOW)?;
        }
        Until::Named(partial) => match renameat_with(CWD, partial, CWD, place, RenameFlags::NOREPLACE) {
            // A file system that can't; it was looked at before.
            Err(Errno::INVAL | Errno::NOSYS) => fs::rename(partial, place)?,
            other => other?,
        },
    }
    File::open(folder_of(place))?.sync_all()
}

fn exists(place: &Path) -> Failure {
    Failure::new(
        format!("{} exists already, and is not overwritten", place.display()),
        "name another file with --out",
    )
}

fn cannot_write(place: &Path, error: &io::Error) -> Failure {
    Failure::new(
        format!("{} can't be written: {error}", place.display()),
        "check the folder and its disk, then export again; nothing was left there",
    )
}
