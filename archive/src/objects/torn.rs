//! Whether torn writes may have left staging files in a local folder. A note in the folder says when they have not: then a
//! start need not look through every folder of a large archive.
//!
//! **Invariant.** While the note says that nothing was torn, nothing is staged: it is taken back, durably, before the first
//! write, and written again only when no write is under way and each ended as it should. A note that is missing, or says
//! anything else, means that there may be staging files.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::Mutex;

/// The note's file in the folder.
const NAME: &str = "torn-writes";

/// What it says. Both are as long, so that on a full disk the one can be written over the other.
const NONE: &[u8] = b"none\n";
const LOOK: &[u8] = b"look\n";

#[derive(Debug)]
pub(super) struct TornWrites {
    folder: PathBuf,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// The note says that nothing was torn.
    says_none: bool,
    /// Writes under way.
    writing: u32,
    /// A write failed, or was given up, and may have left something.
    torn: bool,
}

/// A write under way. Dropped without [`Writing::done`], it counts as torn.
#[derive(Debug)]
pub(super) struct Writing {
    of: Arc<TornWrites>,
    torn: bool,
}

impl TornWrites {
    /// Reads the note of a folder.
    pub(super) fn read(folder: &Path) -> Self {
        // What can't be read says nothing.
        let said = std::fs::read(folder.join(NAME)).unwrap_or_default();
        Self {
            folder: folder.to_owned(),
            state: Mutex::new(State {
                says_none: said == NONE,
                writing: 0,
                torn: false,
            }),
        }
    }

    /// Whether there may be staging files.
    pub(super) fn may_be(&self) -> bool {
        !self.state.lock().says_none
    }

    /// To be called before something is staged.
    pub(super) fn begin(self: &Arc<Self>) -> io::Result<Writing> {
        let mut state = self.state.lock();
        if state.says_none {
            self.say(LOOK)?;
            state.says_none = false;
        }
        state.writing += 1;
        Ok(Writing {
            of: self.clone(),
            torn: true,
        })
    }

    /// Writes the note, if nothing is under way and nothing was torn. Returns whether it stands.
    pub(super) fn settle(&self) -> io::Result<bool> {
        let mut state = self.state.lock();
        if !state.says_none && !state.torn && state.writing == 0 {
            // Also when saying it fails: it may stand there all the same, and then has to be taken back.
            state.says_none = true;
            self.say(NONE)?;
        }
        Ok(state.says_none)
    }

    fn say(&self, what: &[u8]) -> io::Result<()> {
        let path = self.folder.join(NAME);
        let is_new = !path.exists();
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)?;
        file.write_all(what)?;
        file.sync_all()?;
        if is_new {
            File::open(&self.folder)?.sync_all()?;
        }
        Ok(())
    }
}

impl Writing {
    /// It ended, and left nothing staged.
    pub(super) fn done(mut self) {
        self.torn = false;
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        let mut state = self.of.state.lock();
        state.writing -= 1;
        state.torn |= self.torn;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(folder: &Path) -> Arc<TornWrites> {
        Arc::new(TornWrites::read(folder))
    }

    #[test]
    fn the_note_stands_only_while_nothing_is_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = open(folder.path());
        assert!(first.may_be(), "nothing is said yet");
        let writing = first.begin().expect("begun");
        assert!(!first.settle().expect("settled"), "a write is under way");
        writing.done();
        assert!(first.settle().expect("settled"));
        assert!(!open(folder.path()).may_be());

        let second = open(folder.path());
        let writing = second.begin().expect("begun");
        assert!(
            open(folder.path()).may_be(),
            "it is taken back before anything is staged"
        );
        writing.done();
        assert!(second.settle().expect("settled"));
        assert!(!open(folder.path()).may_be());
    }

    #[test]
    fn after_a_torn_write_the_next_start_looks() {
        let folder = tempfile::tempdir().expect("a folder");
        let writes = open(folder.path());
        drop(writes.begin().expect("begun"));
        writes.begin().expect("begun").done();
        assert!(!writes.settle().expect("settled"));
        assert!(open(folder.path()).may_be());
    }

    #[test]
    fn what_says_something_else_says_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        for said in [&b""[..], b"non", b"none", b"none\nx", b"look\n"] {
            std::fs::write(folder.path().join(NAME), said).expect("written");
            assert!(open(folder.path()).may_be(), "{said:?}");
        }
    }
}
