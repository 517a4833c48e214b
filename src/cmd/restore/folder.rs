//! The folder that is restored to: nothing in it is overwritten, nothing is written outside it, and a file stands under
//! its name only when it is whole.

use std::collections::HashSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::path::{Component, Path, PathBuf};

use bytes::Bytes;
use filetime::FileTime;
use obhut_archive::RECORDING_BLOCK;
use obhut_format::ids::Seq;
use obhut_format::seqset::SeqSet;
use obhut_format::time::UtcMicros;
use rustix::fs::{CWD, RenameFlags, renameat_with};

use crate::failure::Failure;

/// What a file is called until it is whole.
const PARTIAL: &str = ".obhut-partial";

/// The folder, and the file of blocks that is being written.
#[derive(Debug)]
pub(super) struct TargetFolder {
    root: PathBuf,
    /// Written by us: the same frame listed twice is no conflict.
    written: HashSet<String>,
    open: Option<OpenFile>,
}

#[derive(Debug)]
struct OpenFile {
    name: String,
    file: File,
    /// The blocks that are there. They come in the order of segments, which need not be theirs.
    blocks: SeqSet,
    /// The block that is not full, which only the last may be.
    short: Option<u64>,
    at: UtcMicros,
    /// A block of it is missing: it is not put under its name.
    damaged: bool,
}

impl OpenFile {
    /// Notes a block, and returns where in the file it stands.
    fn place(&mut self, seq: Seq, bytes: usize) -> Option<u64> {
        if bytes != RECORDING_BLOCK {
            self.damaged |= bytes > RECORDING_BLOCK || self.short.is_some_and(|short| short != seq.get());
            self.short = Some(seq.get());
        }
        self.blocks.insert(seq.get());
        seq.get().checked_mul(RECORDING_BLOCK as u64)
    }

    fn is_whole(&self) -> bool {
        let last = self.blocks.last();
        let count = last.map_or(0, |last| last + 1);
        !self.damaged && self.blocks.len() == count && self.short.is_none_or(|short| Some(short) == last)
    }
}

impl TargetFolder {
    /// Opens or makes the folder.
    pub(super) fn open(root: &Path) -> Result<Self, Failure> {
        fs::create_dir_all(root).map_err(|error| {
            Failure::new(
                format!("{} can't be made: {error}", root.display()),
                "name a folder that you may write in",
            )
        })?;
        Ok(Self {
            root: root.to_owned(),
            written: HashSet::new(),
            open: None,
        })
    }

    /// Makes a folder that was imported empty.
    pub(super) fn make_folder(&self, name: &str) -> Result<(), Failure> {
        self.parents(&inside(name)?).map(|_| ())
    }

    /// Writes a whole file.
    pub(super) async fn write(&mut self, name: &str, at: UtcMicros, bytes: Bytes) -> Result<(), Failure> {
        let again = self.written.contains(name);
        let (file, partial) = self.begin(name)?;
        let place = self.root.join(name);
        let done = tokio::task::spawn_blocking(move || {
            let mut file = file;
            file.write_all(&bytes)?;
            put_in_place(&file, &partial, &place, at, again)
        });
        let done = done.await.map_err(Failure::internal)?;
        self.placed(name, done)
    }

    /// Puts a block into its place in the file `name`, which begins when it is another than before.
    pub(super) async fn append(
        &mut self,
        name: &str,
        seq: Seq,
        at: UtcMicros,
        bytes: Bytes,
    ) -> Result<(), Failure> {
        if self.open.as_ref().is_none_or(|open| open.name != name) {
            let (file, _) = self.begin(name)?;
            self.open = Some(OpenFile {
                name: name.to_owned(),
                file,
                blocks: SeqSet::new(),
                short: None,
                at,
                damaged: false,
            });
        }
        let Some(open) = &mut self.open else { return Ok(()) };
        let offset = open
            .place(seq, bytes.len())
            .ok_or_else(|| cannot_write(name, &io::ErrorKind::FileTooLarge.into()))?;
        let file = open
            .file
            .try_clone()
            .map_err(|error| cannot_write(name, &error))?;
        let written = tokio::task::spawn_blocking(move || file.write_all_at(&bytes, offset)).await;
        written
            .map_err(Failure::internal)?
            .map_err(|error| cannot_write(name, &error))
    }

    /// A part could not be read: a file of blocks that is being written stays without it.
    pub(super) fn damaged(&mut self) {
        if let Some(open) = &mut self.open {
            open.damaged = true;
        }
    }

    /// Ends the file of blocks, if there is one. Returns how many files that made: none when a block is missing; what
    /// there is of it then stays under its partial name.
    pub(super) async fn finish_file(&mut self) -> Result<u64, Failure> {
        let Some(open) = self.open.take() else {
            return Ok(0);
        };
        let place = self.root.join(&open.name);
        let partial = partial(&place);
        if !open.is_whole() {
            crate::show::note(format_args!(
                "{} is not whole; what there is is in {}",
                open.name,
                partial.display()
            ));
            return Ok(0);
        }
        let again = self.written.contains(&open.name);
        let OpenFile { name, file, at, .. } = open;
        let done =
            tokio::task::spawn_blocking(move || put_in_place(&file, &partial, &place, at, again)).await;
        self.placed(&name, done.map_err(Failure::internal)?)?;
        Ok(1)
    }

    /// Makes everything durable.
    pub(super) fn finish(&self) -> Result<(), Failure> {
        let root = File::open(&self.root).map_err(|error| cannot_write(".", &error))?;
        rustix::fs::syncfs(&root).map_err(|error| cannot_write(".", &error.into()))
    }

    fn begin(&self, name: &str) -> Result<(File, PathBuf), Failure> {
        let parts = inside(name)?;
        let Some((_, folders)) = parts.split_last() else {
            return Err(leads_out(name));
        };
        let _ = self.parents(folders)?;
        let place = self.root.join(name);
        if !self.written.contains(name) && place.symlink_metadata().is_ok() {
            return Err(exists(&place));
        }
        let partial = partial(&place);
        let opened = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .open(&partial);
        Ok((opened.map_err(|error| cannot_write(name, &error))?, partial))
    }

    /// Makes the folders on the way. One that is a link leads out, however its name looks.
    fn parents(&self, folders: &[&str]) -> Result<PathBuf, Failure> {
        let mut path = self.root.clone();
        for folder in folders {
            path.push(folder);
            match path.symlink_metadata() {
                Ok(found) if found.is_dir() => {}
                Ok(_) => return Err(exists(&path)),
                Err(_) => fs::create_dir(&path).map_err(|error| cannot_write(folder, &error))?,
            }
        }
        Ok(path)
    }

    fn placed(&mut self, name: &str, done: io::Result<()>) -> Result<(), Failure> {
        match done {
            Ok(()) => {
                self.written.insert(name.to_owned());
                Ok(())
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(exists(&self.root.join(name))),
            Err(error) => Err(cannot_write(name, &error)),
        }
    }
}

/// Gives a whole file its time and its name, never the name of another.
fn put_in_place(file: &File, partial: &Path, place: &Path, at: UtcMicros, again: bool) -> io::Result<()> {
    let micros = at.get();
    let seconds = micros.div_euclid(1_000_000);
    let nanos = u32::try_from(micros.rem_euclid(1_000_000) * 1_000).unwrap_or(0);
    filetime::set_file_handle_times(file, None, Some(FileTime::from_unix_time(seconds, nanos)))?;
    if again {
        return fs::rename(partial, place);
    }
    match renameat_with(CWD, partial, CWD, place, RenameFlags::NOREPLACE) {
        // A file system that can't; it was looked at before.
        Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS) => fs::rename(partial, place),
        other => Ok(other?),
    }
}

fn partial(place: &Path) -> PathBuf {
    let mut name = place.file_name().unwrap_or_default().to_owned();
    // A name that is already as long as a name may be makes room.
    if name.len() + PARTIAL.len() > 255 {
        name = format!("{:016x}", name.len()).into();
    }
    name.push(PARTIAL);
    place.with_file_name(name)
}

/// The parts of a name that stays inside.
fn inside(name: &str) -> Result<Vec<&str>, Failure> {
    let components = Path::new(name).components().map(|component| match component {
        Component::Normal(part) => part.to_str(),
        _ => None,
    });
    let parts: Option<Vec<&str>> = components.collect();
    parts
        .filter(|parts| !parts.is_empty() && !name.contains('\0'))
        .ok_or_else(|| leads_out(name))
}

fn leads_out(name: &str) -> Failure {
    Failure::new(
        format!("the session holds a file named {name:?}, which would leave the folder"),
        "nothing was written for it; restore the other streams with --stream",
    )
}

fn exists(place: &Path) -> Failure {
    Failure::new(
        format!("{} exists already, and is not overwritten", place.display()),
        "restore to a new folder with --to",
    )
}

fn cannot_write(name: &str, error: &io::Error) -> Failure {
    Failure::new(
        format!("{name} can't be written: {error}"),
        "check the folder and its disk, then restore to a new folder",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at() -> UtcMicros {
        UtcMicros::parse("2026-11-02T08:00:03.25Z").expect("instant")
    }

    #[tokio::test]
    async fn a_name_that_leads_out_is_refused() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let mut target = TargetFolder::open(&folder.path().join("to")).expect("opened");
        for name in ["../a", "/a", "b/../../a", "", "b/.."] {
            assert!(
                target.write(name, at(), Bytes::from_static(b"x")).await.is_err(),
                "{name:?}"
            );
        }
        std::os::unix::fs::symlink(folder.path(), folder.path().join("to/link")).expect("linked");
        assert!(
            target
                .write("link/a", at(), Bytes::from_static(b"x"))
                .await
                .is_err()
        );
        assert_eq!(fs::read_dir(folder.path()).expect("listed").count(), 1);
    }

    #[tokio::test]
    async fn what_is_there_is_not_overwritten() {
        let folder = tempfile::tempdir().expect("temporary folder");
        fs::write(folder.path().join("a"), "old").expect("written");
        let mut target = TargetFolder::open(folder.path()).expect("opened");
        assert!(target.write("a", at(), Bytes::from_static(b"new")).await.is_err());
        assert_eq!(fs::read(folder.path().join("a")).expect("read"), b"old");
        target
            .write("b", at(), Bytes::from_static(b"one"))
            .await
            .expect("written");
        target
            .write("b", at(), Bytes::from_static(b"one"))
            .await
            .expect("the same frame, listed twice");
        let modified = fs::metadata(folder.path().join("b"))
            .expect("metadata")
            .modified()
            .expect("time");
        assert_eq!(FileTime::from_system_time(modified).nanoseconds(), 250_000_000);
    }

    #[tokio::test]
    async fn blocks_find_their_place_in_whatever_order_they_come() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let mut target = TargetFolder::open(folder.path()).expect("opened");
        let block = |byte| Bytes::from(vec![byte; RECORDING_BLOCK]);
        let parts = [
            (1, block(b'b')),
            (2, Bytes::from_static(b"end")),
            (0, block(b'a')),
            (1, block(b'b')),
        ];
        for (n, bytes) in parts {
            let seq = Seq::new(n).expect("number");
            target.append("a.mp4", seq, at(), bytes).await.expect("written");
        }
        assert_eq!(target.finish_file().await.expect("ended"), 1);
        let whole = [&block(b'a')[..], &block(b'b'), b"end"].concat();
        assert!(fs::read(folder.path().join("a.mp4")).expect("read") == whole);
    }

    #[tokio::test]
    async fn a_file_without_one_of_its_blocks_does_not_get_its_name() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let mut target = TargetFolder::open(folder.path()).expect("opened");
        let seq = |n| Seq::new(n).expect("number");
        target
            .append("a.mp4", seq(0), at(), Bytes::from_static(b"x"))
            .await
            .expect("written");
        target
            .append("a.mp4", seq(2), at(), Bytes::from_static(b"z"))
            .await
            .expect("written");
        assert_eq!(target.finish_file().await.expect("ended"), 0);
        assert!(!folder.path().join("a.mp4").exists());
    }
}
