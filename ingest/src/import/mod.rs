//! Importing what lies in folders: which files make a session, in which order, and sending them.
//!
//! [`plan`] looks at a path and says what would be imported; it changes nothing and finds every reason to refuse before
//! the first byte is stored. [`send`] carries a plan out against an [`ImportTarget`]. [`watch`] does both for whatever
//! appears in a folder.
//!
//! It refuses to follow symbolic links, to leave the folder it was given, and to guess at a manifest that is wrong.

mod manifest;
mod media;
mod natural;
mod paths;
mod plan;
mod send;
mod walk;
pub mod watch;

use std::path::PathBuf;

pub use plan::{Plan, PlannedFile, PlannedFrame, PlannedStream, Skipped, StreamFiles, plan};
pub use send::{ImportOptions, ImportTarget, Imported, NewImport, SendError, SendFrame, SessionEnd, send};

/// Largest file that is taken as one frame of a timeline; a larger picture is kept as an attachment.
pub const MAX_FRAME_BYTES: u64 = 64 << 20;

/// The manifest's file name.
pub const MANIFEST: &str = "manifest.ndjson";

/// Why a path can't be imported. Nothing of it was.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// A file or folder can't be read.
    #[error("{} can't be read: {source}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// The system's word.
        source: std::io::Error,
    },
    /// A name is kept as text, so it must be text.
    #[error("the name of {} is not UTF-8", path.display())]
    NameNotText {
        /// Which.
        path: PathBuf,
    },
    /// It is neither a folder nor a file.
    #[error("{} is neither a folder nor a regular file", path.display())]
    NotAFile {
        /// Which.
        path: PathBuf,
    },
    /// There is nothing to import.
    #[error("{} holds no file", path.display())]
    Empty {
        /// The folder.
        path: PathBuf,
    },
    /// A line of the manifest can't be read.
    #[error("{} line {line}: {why}", path.display())]
    ManifestLine {
        /// The manifest.
        path: PathBuf,
        /// Its line, from 1.
        line: usize,
        /// What is wrong with it.
        why: String,
    },
    /// The manifest names a file that is not there, or not a regular file.
    #[error("{} line {line} names {file:?}, which is not a file there", path.display())]
    ManifestMissing {
        /// The manifest.
        path: PathBuf,
        /// Its line, from 1.
        line: usize,
        /// The name it gives.
        file: String,
    },
    /// The manifest names a file outside its folder.
    #[error("{} line {line} names {file:?}, which is outside the folder", path.display())]
    ManifestOutside {
        /// The manifest.
        path: PathBuf,
        /// Its line, from 1.
        line: usize,
        /// The name it gives.
        file: String,
    },
    /// More files that are no images than a session has streams.
    #[error("{} holds more than {max} timelines and files that are no images", path.display())]
    TooManyStreams {
        /// The folder.
        path: PathBuf,
        /// How many there may be.
        max: usize,
    },
}
