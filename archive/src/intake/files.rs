//! Which files the log holds, and which of their entries are still needed. Four bytes and a bit an entry.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use obhut_format::ids::SessionId;
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
    /// Whose ciphertext is in it, needed or not.
    sessions: BTreeSet<SessionId>,
    /// It holds bytes of which nobody can say whose they are.
    nameless: bool,
    /// Entries that nobody will ever release, and whose they say they are.
    strays: BTreeMap<u32, SessionId>,
}

impl Held {
    fn is_finished(&self) -> bool {
        self.closed && self.live == 0 && !self.damaged
    }

    /// False: there is no such entry, or it was released before.
    fn release(&mut self, offset: u32) -> bool {
        let Ok(index) = self.offsets.binary_search(&offset) else {
            return false;
        };
        let (word, bit) = (index / 64, 1_u64 << (index % 64));
        if self.done[word] & bit != 0 {
            return false;
        }
        self.done[word] |= bit;
        self.live -= 1;
        true
    }
}

/// A file, as somebody sees it who wonders why it is still there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptFile {
    /// Its number.
    pub file: FileNo,
    /// Its length.
    pub bytes: u64,
    /// Entries that are still to be packed: with the last of them the file goes by itself, unless something else keeps it.
    pub waiting: u64,
    /// Entries that nothing will ever be done with.
    pub strays: u64,
    /// The sessions of these.
    pub stray_sessions: BTreeSet<SessionId>,
    /// Whether bytes that had been acknowledged are damaged in it.
    pub damaged: bool,
    /// Whether it is the one being written.
    pub is_written: bool,
}

impl KeptFile {
    /// Whether it stays until somebody discards it.
    pub fn is_stuck(&self) -> bool {
        self.waiting == 0 && (self.strays > 0 || self.damaged)
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
            sessions: BTreeSet::new(),
            nameless: false,
            strays: BTreeMap::new(),
        };
        self.0.lock().insert(file, held);
    }

    /// Notes durable entries, each with its session; `bytes` is the file's length with them.
    pub(super) fn note(&self, file: FileNo, entries: impl IntoIterator<Item = (u32, SessionId)>, bytes: u64) {
        if let Some(held) = self.0.lock().get_mut(&file) {
            let before = held.offsets.len();
            for (offset, session) in entries {
                held.offsets.push(offset);
                held.sessions.insert(session);
            }
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

    /// Notes bytes that are no sound entries: the sessions that some of them name, and whether there are others.
    pub(super) fn note_unsound(
        &self,
        file: FileNo,
        sessions: impl IntoIterator<Item = SessionId>,
        nameless: bool,
    ) {
        if let Some(held) = self.0.lock().get_mut(&file) {
            held.sessions.extend(sessions);
            held.nameless |= nameless;
        }
    }

    /// Notes an entry that nobody will ever release.
    pub(super) fn note_stray(&self, location: &Location, session: SessionId) {
        if let Some(held) = self.0.lock().get_mut(&location.file) {
            held.strays.insert(location.offset, session);
        }
    }

    pub(super) fn mark_damaged(&self, file: FileNo) {
        if let Some(held) = self.0.lock().get_mut(&file) {
            held.damaged = true;
        }
    }

    /// Somebody decided that the damage and the strays need no keeping. True: the file may go now.
    pub(super) fn forgive(&self, file: FileNo) -> bool {
        let mut files = self.0.lock();
        let Some(held) = files.get_mut(&file) else {
            return false;
        };
        held.damaged = false;
        for (offset, _) in std::mem::take(&mut held.strays) {
            held.release(offset);
        }
        held.is_finished()
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
        if !held.release(location.offset) {
            return Released::Unknown;
        }
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

    /// The files that hold an entry which is still needed, the lowest number first, each as long as it is durable. Whoever
    /// holds one reads it also when it was deleted since.
    pub(super) fn needed(&self) -> Vec<(FileNo, Arc<dyn LogFile>, u64)> {
        let files = self.0.lock();
        let needed = files.iter().filter(|(_, held)| held.live > 0);
        needed
            .map(|(file, held)| (*file, Arc::clone(&held.handle), held.bytes))
            .collect()
    }

    /// The files there are, the lowest number first.
    pub(super) fn kept(&self) -> Vec<KeptFile> {
        let files = self.0.lock();
        let kept = files.iter().map(|(file, held)| KeptFile {
            file: *file,
            bytes: held.bytes,
            waiting: held.live.saturating_sub(held.strays.len()) as u64,
            strays: held.strays.len() as u64,
            stray_sessions: held.strays.values().copied().collect(),
            damaged: held.damaged,
            is_written: !held.closed,
        });
        kept.collect()
    }

    /// Which files hold ciphertext of these sessions, needed or not, and whether one of them is the one being written. A file
    /// with bytes of which nobody can say whose they are counts as one of each.
    pub(super) fn of(&self, sessions: &HashSet<SessionId>) -> (HashMap<SessionId, BTreeSet<FileNo>>, bool) {
        let files = self.0.lock();
        let mut found: HashMap<SessionId, BTreeSet<FileNo>> = HashMap::new();
        let mut written = false;
        for (file, held) in files.iter() {
            for session in sessions {
                if held.nameless || held.sessions.contains(session) {
                    found.entry(*session).or_default().insert(*file);
                    written |= !held.closed;
                }
            }
        }
        (found, written)
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
