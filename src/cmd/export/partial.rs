//! The file that a bundle is written to until it is whole: beside its place, under another name, and gone if it comes to
//! nothing.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use obhut_evidence::BundleZip;
use obhut_format::ids::SessionId;
use rustix::fs::{CWD, RenameFlags, renameat_with};

use crate::failure::Failure;

/// What a bundle is called until it is whole.
const PARTIAL: &str = ".obhut-partial";
/// Written in one go.
const BUFFER: usize = 1 << 20;

/// Removes the file unless it got its name.
#[derive(Debug)]
struct Unfinished(Option<PathBuf>);

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Some(path) = self.0.take() {
            // There is nothing left to do about one that can't be removed; its name says what it is.
            let _ = fs::remove_file(path);
        }
    }
}

/// A bundle that is being written.
#[derive(Debug)]
pub(super) struct PartialBundle {
    zip: BundleZip<BufWriter<File>>,
    unfinished: Unfinished,
    partial: PathBuf,
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
        let mut partial = name.to_owned();
        partial.push(format!(".{}{PARTIAL}", std::process::id()));
        let partial = place.with_file_name(partial);
        // It holds what was recorded: nobody but its owner reads it until they say so.
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&partial)
            .map_err(|error| cannot_write(place, &error))?;
        let unfinished = Unfinished(Some(partial.clone()));
        let zip = BundleZip::new(BufWriter::with_capacity(BUFFER, file), session)
            .map_err(|error| cannot_write(place, &error.into()))?;
        Ok(Self {
            zip,
            unfinished,
            partial,
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
        let Self {
            zip,
            mut unfinished,
            partial,
            place,
        } = self;
        let done = put_in_place(zip, &partial, &place);
        match done {
            Ok(()) => {
                unfinished.0 = None;
                Ok(())
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(exists(&place)),
            Err(error) => Err(cannot_write(&place, &error)),
        }
    }
}

fn put_in_place(zip: BundleZip<BufWriter<File>>, partial: &Path, place: &Path) -> io::Result<()> {
    let file = zip
        .finish()?
        .into_inner()
        .map_err(io::IntoInnerError::into_error)?;
    file.sync_all()?;
    match renameat_with(CWD, partial, CWD, place, RenameFlags::NOREPLACE) {
        // A file system that can't; it was looked at before.
        Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS) => fs::rename(partial, place)?,
        other => other?,
    }
    let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
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
