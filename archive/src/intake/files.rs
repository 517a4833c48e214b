//! Which files the log holds, and which of their entries are still needed. Four bytes and a bit an entry.

use std::collections::BTreeMap;
use std::sync::Arc;

use parking_lot::Mutex;

use super::disk::LogFile;
use super::entry::{ENTRY_HEADER_BYTES, FileNo};

/// Where an entry stands; 16 bytes, so that a night's entries can wait in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    file: FileNo,
    offset: u32,
    length: u32,
}

impl Location {
    pub(super) fn new(file: FileNo, offset: u32, length: u32) -> Self {
        Self { file, offset, length }
    }

    /// The file it stands in.
    pub fn file(&self) -> FileNo {
        self.file
    }

    /// Where in the file the entry begins.
    pub fn offset(&self) -> u32 {
        self.offset
    }

    /// Bytes of its ciphertext.
    pub fn ciphertext_bytes(&self) -> u32 {
        self.length
    }

    /// Bytes it takes in the log.
    pub fn stored_bytes(&self) -> u64 {
        ENTRY_HEADER_BYTES as u64 + u64::from(self.length)
    }
}

/// One file and what is still needed of it.
#[derive(Debug)]
struct Held {
    handle: Arc<dyn LogFile>,
    bytes: u64,
    /// Ascending, because the log only appends.
    offsets: Vec<u32>,
    /// A bit for each offset. Kept bit by bit, so that releasing twice cannot take a file too early.
    done: Vec<u64>,
    live: usize,
    closed: bool,
    damaged: bool,
}

impl Held {
    fn is_finished(&self) -> bool {
        self.closed && self.live == 0 && !self.damaged
    }
}

/// What a release did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Released {
    /// Other entries still need the file, or the log still writes to it.
    Kept,
    /// The file may go now.
    Finished,
    /// There is no such entry; nothing changed.
    Unknown,
}

/// All files of the log.
#[derive(Debug, Default)]
pub(super) struct Files(Mutex<BTreeMap<FileNo, Held>>);

impl Files {
    pub(super) fn add(&self, file: FileNo, handle: Arc<dyn LogFile>, bytes: u64) {
        let held = Held {
            handle,
            bytes,
            offsets: Vec::new(),
            done: Vec::new(),
            live: 0,
            closed: false,
            damaged: false,
        };
        self.0.lock().insert(file, held);
    }

    /// Notes durable entries; `bytes` is the file's length with them.
    pub(super) fn note(&self, file: FileNo, offsets: impl IntoIterator<Item = u32>, bytes: u64) {
        if let Some(held) = self.0.lock().get_mut(&file) {
            let before = held.offsets.len();
            held.offsets.extend(offsets);
            held.live += held.offsets.len() - before;
            held.done.resize(held.offsets.len().div_ceil(64), 0);
            held.bytes = bytes;
        }
    }

    /// The log is past this file. True: it may go now.
    pub(super) fn close(&self, file: FileNo, bytes: u64) -> bool {
        self.0.lock().get_mut(&file).is_some_and(|held| {
            held.closed = true;
            held.bytes = bytes;
            held.offsets.shrink_to_fit();
            held.is_finished()
        })
    }

    pub(super) fn mark_damaged(&self, file: FileNo) {
        if let Some(held) = self.0.lock().get_mut(&file) {
            held.damaged = true;
        }
    }

    /// Somebody decided that the damage needs no keeping. True: the file may go now.
    pub(super) fn forgive(&self, file: FileNo) -> bool {
        self.0.lock().get_mut(&file).is_some_and(|held| {
            held.damaged = false;
            held.is_finished()
        })
    }

    /// Puts a fresh descriptor in the place of one that an fsync failed on.
    pub(super) fn replace(&self, file: FileNo, handle: Arc<dyn LogFile>) {
        if let Some(held) = self.0.lock().get_mut(&file) {
            held.handle = handle;
        }
    }

    pub(super) fn release(&self, location: &Location) -> Released {
        let mut files = self.0.lock();
        let Some(held) = files.get_mut(&location.file) else {
            return Released::Unknown;
        };
        let Ok(index) = held.offsets.binary_search(&location.offset) else {
            return Released::Unknown;
        };
        let (word, bit) = (index / 64, 1_u64 << (index % 64));
        if held.done[word] & bit != 0 {
            return Released::Unknown;
        }
        held.done[word] |= bit;
        held.live -= 1;
        if held.is_finished() {
            Released::Finished
        } else {
            Released::Kept
        }
    }

    pub(super) fn handle(&self, file: FileNo) -> Option<Arc<dyn LogFile>> {
        self.0.lock().get(&file).map(|held| Arc::clone(&held.handle))
    }

    /// The offsets in `file` that were not released.
    pub(super) fn live_offsets(&self, file: FileNo) -> Vec<u32> {
        let files = self.0.lock();
        let Some(held) = files.get(&file) else {
            return Vec::new();
        };
        let is_live = |index: usize| held.done[index / 64] & (1 << (index % 64)) == 0;
        held.offsets
            .iter()
            .enumerate()
            .filter(|(index, _)| is_live(*index))
            .map(|(_, offset)| *offset)
            .collect()
    }

    /// The files there are, the lowest number first, each with where its entries begin.
    pub(super) fn all(&self) -> Vec<(FileNo, Arc<dyn LogFile>, Vec<u32>)> {
        let files = self.0.lock();
        let each = files.iter();
        each.map(|(file, held)| (*file, Arc::clone(&held.handle), held.offsets.clone()))
            .collect()
    }

    /// Whether every entry of `file` was released.
    pub(super) fn is_idle(&self, file: FileNo) -> bool {
        self.0.lock().get(&file).is_some_and(|held| held.live == 0)
    }

    pub(super) fn holds(&self, file: FileNo) -> bool {
        self.0.lock().contains_key(&file)
    }

    pub(super) fn waiting(&self) -> u64 {
        self.0.lock().values().map(|held| held.live as u64).sum()
    }

    /// Forgets a file that was deleted and returns its length.
    pub(super) fn forget(&self, file: FileNo) -> u64 {
        self.0.lock().remove(&file).map_or(0, |held| held.bytes)
    }
}
