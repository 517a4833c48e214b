//! The intake log: what an agent has sent is sealed, written here and made durable before it is acknowledged; it
//! stays until the packer has put it into a segment.
//!
//! It owns the folder `intake`: append-only numbered files shared by all sessions, and the reserve. One thread writes:
//! whatever waits goes out in one gathered write and one fdatasync. Nothing else deletes or changes these files.
//!
//! What it refuses to do: it opens no ciphertext and knows no keys; it does not judge duplicates (recovery reports
//! every sound entry, also one that was written but whose acknowledgement was never sent); it never repeats an fsync
//! that failed.
//!
//! **Invariants**
//! - An append returns a [`Location`] only after the entry, its file's length and its file's name are durable.
//! - A file with a successor ends with an end mark; without one, or with a gap in what had been acknowledged, it is
//!   reported as damaged and is kept until somebody says otherwise.
//! - A file goes only when each of its entries was released, and the log is past it.
//! - While the reserve is out, nothing is taken in: the freed space belongs to purge and access records.

mod disk;
mod entry;
mod files;
mod house;
mod log;
mod mend;
mod queue;
mod recovery;
mod reserve;
mod scan;
mod stats;
mod writer;

#[cfg(test)]
mod tests;

pub use entry::{
    Content, ENTRY_HEADER_BYTES, ENTRY_MAGIC, EntryError, EntryHeader, EntryKind, FILE_HEADER_BYTES, FileNo,
    Framed, MAX_CIPHERTEXT_BYTES, check_file_header, checksum, file_header,
};
pub use files::{KeptFile, Location};
pub(crate) use log::PinnedFile;
pub use log::{IntakeLog, IntakeOptions};
pub(crate) use recovery::file_name;
pub use recovery::{Cut, Damage, DamageKind, Recovered, Recovery, read_surveyed, survey};
pub(crate) use reserve::make_room_to_open;
pub use scan::{Gap, Scanned, Source, scan};
pub use stats::{IntakeCounts, IntakeStats};

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use thiserror::Error;

/// Why the intake log did not do what it was asked.
#[derive(Debug, Clone, Error)]
pub enum IntakeError {
    /// No room: the bound is reached, the disk is full, or the reserve is out. Goes away by itself when space is back.
    #[error("intake log is full")]
    Full,
    /// The disk failed; nothing is taken in until the log has recovered from what is on it.
    #[error("intake log stopped after a disk error: {0}")]
    Failed(#[source] Arc<io::Error>),
    /// The log was closed.
    #[error("intake log is closed")]
    Closed,
    /// The entry is longer than the format allows.
    #[error("intake entry of {bytes} bytes is longer than {MAX_CIPHERTEXT_BYTES}")]
    TooLarge {
        /// Length of its ciphertext.
        bytes: usize,
    },
    /// An entry is not what was written.
    #[error("intake file {file} is damaged at {offset}: {cause}")]
    Damaged {
        /// The file.
        file: FileNo,
        /// Where its entry begins.
        offset: u32,
        /// What is wrong with it.
        #[source]
        cause: EntryError,
    },
    /// The entry's file is no longer held, because everything in it was released.
    #[error("intake file {file} is gone")]
    Gone {
        /// The file.
        file: FileNo,
    },
    /// Another program has the log open.
    #[error("intake log {} is in use by another program", path.display())]
    Locked {
        /// The log's folder.
        path: PathBuf,
    },
    /// A file operation failed outside of appending.
    #[error("{what}: {source}")]
    Io {
        /// What was being done.
        what: &'static str,
        /// What the system said.
        #[source]
        source: Arc<io::Error>,
    },
}

impl IntakeError {
    pub(super) fn io(what: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io {
            what,
            source: Arc::new(source),
        }
    }
}
