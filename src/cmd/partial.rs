//! A file that is written until it is whole: in its folder, without a name, and gone if it comes to nothing.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, CWD, Mode, OFlags, RenameFlags, linkat, openat, renameat_with};
use rustix::io::Errno;

use crate::failure::Failure;

/// What a file is called until it is whole, where it can't be without a name.
const PARTIAL: &str = ".obhut-partial";

/// Where the bytes are until the file is whole.
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

/// The place that a file gets when it is whole.
#[derive(Debug)]
pub(super) struct Place {
    until: Until,
    path: PathBuf,
    /// The option that names it.
    option: &'static str,
}

impl Place {
    /// Makes the file, which nobody but its owner reads until they say so.
    pub(super) fn begin(place: &Path, option: &'static str) -> Result<(File, Self), Failure> {
        let refused = |until, place: &Path| Self {
            until,
            path: place.to_owned(),
            option,
        };
        if place.symlink_metadata().is_ok() {
            return Err(refused(Until::Nameless, place).exists());
        }
        let name = place.file_name().ok_or_else(|| {
            Failure::new(
                format!("{} is no name for a file", place.display()),
                format!("name the file to write with {option}"),
            )
        })?;
        match make(place, name) {
            Ok((file, until)) => Ok((file, refused(until, place))),
            Err(error) => Err(refused(Until::Nameless, place).cannot_write(&error)),
        }
    }

    /// Makes the file durable and gives it its name, never the name of another.
    pub(super) fn put(self, file: &File) -> Result<(), Failure> {
        match put_in_place(file, &self.until, &self.path) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(self.exists()),
            Err(error) => Err(self.cannot_write(&error)),
        }
    }

    fn exists(&self) -> Failure {
        Failure::new(
            format!("{} exists already, and is not overwritten", self.path.display()),
            format!("name another file with {}", self.option),
        )
    }

    /// What is said of an error in writing it.
    pub(super) fn cannot_write(&self, error: &io::Error) -> Failure {
        Failure::new(
            format!("{} can't be written: {error}", self.path.display()),
            "check the folder and its disk, then try again; nothing was left there",
        )
    }
}

fn folder_of(place: &Path) -> &Path {
    let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}

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

fn put_in_place(file: &File, until: &Until, place: &Path) -> io::Result<()> {
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
