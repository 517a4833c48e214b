//! A folder in memory that behaves like a disk under a page cache: what was not synced may be stored in part, in any
//! order, or not at all; a failed sync throws its data away and the next one says that all is well, as Linux does.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, IoSlice};
use std::sync::Arc;

use parking_lot::Mutex;

use crate::intake::disk::{LogFile, LogFolder};

const SECTOR: usize = 64;

/// The operations that can be made to fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Op {
    Open,
    Create,
    Rename,
    Remove,
    SyncFolder,
    Read,
    Write,
    SetLen,
    SyncFile,
}

#[derive(Debug, Clone, Default)]
struct Inode {
    now: Vec<u8>,
    stored: Vec<u8>,
    dirty: BTreeSet<usize>,
    length_dirty: bool,
}

#[derive(Debug, Clone)]
enum NameChange {
    Add(String, u64),
    Remove(String),
    Rename(String, String),
}

#[derive(Debug, Default)]
struct State {
    inodes: BTreeMap<u64, Inode>,
    names: BTreeMap<String, u64>,
    stored_names: BTreeMap<String, u64>,
    changes: Vec<NameChange>,
    operations: u64,
    /// From this operation on nothing works any more.
    dead_from: Option<u64>,
    /// These operations fail once, with this error.
    fail: BTreeMap<u64, i32>,
    /// Operations of this kind fail until it is taken back.
    fail_all: Option<(Op, i32)>,
    capacity: Option<usize>,
    history: Vec<Op>,
    random: u64,
}

/// The simulated folder.
#[derive(Debug, Clone, Default)]
pub(super) struct SimFolder(Arc<Mutex<State>>);

pub(super) const EIO: i32 = 5;
pub(super) const ENOSPC: i32 = 28;

impl State {
    fn random(&mut self) -> u64 {
        self.random = self
            .random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        self.random >> 33
    }

    fn begin(&mut self, op: Op) -> io::Result<()> {
        let number = self.operations;
        self.operations += 1;
        self.history.push(op);
        if self.dead_from.is_some_and(|dead| number >= dead) {
            return Err(io::Error::from_raw_os_error(EIO));
        }
        if let Some(code) = self.fail.remove(&number) {
            return Err(io::Error::from_raw_os_error(code));
        }
        match self.fail_all {
            Some((failing, code)) if failing == op => Err(io::Error::from_raw_os_error(code)),
            _ => Ok(()),
        }
    }

    fn change(&mut self, change: NameChange) {
        apply(&mut self.names, &change);
        self.changes.push(change);
    }

    fn used(&self) -> usize {
        self.names
            .values()
            .filter_map(|inode| self.inodes.get(inode))
            .map(|inode| inode.now.len())
            .sum()
    }
}

fn apply(names: &mut BTreeMap<String, u64>, change: &NameChange) {
    match change {
        NameChange::Add(name, inode) => {
            names.insert(name.clone(), *inode);
        }
        NameChange::Remove(name) => {
            names.remove(name);
        }
        NameChange::Rename(from, to) => {
            if let Some(inode) = names.remove(from) {
                names.insert(to.clone(), inode);
            }
        }
    }
}

impl SimFolder {
    pub(super) fn die_at(&self, operation: u64) {
        self.0.lock().dead_from = Some(operation);
    }

    pub(super) fn fail_once(&self, operation: u64, code: i32) {
        self.0.lock().fail.insert(operation, code);
    }

    pub(super) fn fail_all(&self, failing: Option<(Op, i32)>) {
        self.0.lock().fail_all = failing;
    }

    pub(super) fn set_capacity(&self, bytes: Option<usize>) {
        self.0.lock().capacity = bytes;
    }

    pub(super) fn operations(&self) -> u64 {
        self.0.lock().operations
    }

    pub(super) fn history(&self) -> Vec<Op> {
        self.0.lock().history.clone()
    }

    /// The folder after a kill: the page cache lives on.
    pub(super) fn after_kill(&self) -> Self {
        let state = self.0.lock();
        Self(Arc::new(Mutex::new(State {
            inodes: state.inodes.clone(),
            names: state.names.clone(),
            stored_names: state.stored_names.clone(),
            changes: state.changes.clone(),
            ..State::default()
        })))
    }

    /// The folder after a power cut: of what was not synced, anything may be there.
    pub(super) fn after_power_cut(&self, seed: u64) -> Self {
        let mut state = self.0.lock();
        state.random = seed;
        let mut names = state.stored_names.clone();
        let kept = usize::try_from(state.random()).unwrap_or(0) % (state.changes.len() + 1);
        for change in &state.changes[..kept] {
            apply(&mut names, change);
        }
        let inodes: Vec<(u64, Inode)> = state
            .inodes
            .iter()
            .map(|(number, inode)| (*number, inode.clone()))
            .collect();
        let mut after = BTreeMap::new();
        for (number, inode) in inodes {
            let mut stored = inode.stored.clone();
            if inode.length_dirty && state.random().is_multiple_of(2) {
                stored.resize(inode.now.len(), 0);
            }
            for sector in &inode.dirty {
                if state.random().is_multiple_of(2) {
                    copy_sector(&inode.now, &mut stored, *sector);
                }
            }
            after.insert(
                number,
                Inode {
                    now: stored.clone(),
                    stored,
                    ..Inode::default()
                },
            );
        }
        Self(Arc::new(Mutex::new(State {
            inodes: after,
            stored_names: names.clone(),
            names,
            ..State::default()
        })))
    }
}

/// Copies a sector as far as both sides reach.
fn copy_sector(from: &[u8], to: &mut [u8], sector: usize) {
    let begin = sector * SECTOR;
    let end = (begin + SECTOR).min(from.len()).min(to.len());
    if begin < end {
        to[begin..end].copy_from_slice(&from[begin..end]);
    }
}

impl LogFolder for SimFolder {
    fn names(&self) -> io::Result<Vec<String>> {
        Ok(self.0.lock().names.keys().cloned().collect())
    }

    fn create(&self, name: &str) -> io::Result<Arc<dyn LogFile>> {
        let mut state = self.0.lock();
        state.begin(Op::Create)?;
        if state.names.contains_key(name) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let inode = state.inodes.len() as u64;
        state.inodes.insert(inode, Inode::default());
        state.change(NameChange::Add(name.to_owned(), inode));
        Ok(Arc::new(SimFile {
            folder: self.clone(),
            inode,
        }))
    }

    fn open(&self, name: &str) -> io::Result<Arc<dyn LogFile>> {
        let mut state = self.0.lock();
        state.begin(Op::Open)?;
        let inode = *state.names.get(name).ok_or(io::ErrorKind::NotFound)?;
        Ok(Arc::new(SimFile {
            folder: self.clone(),
            inode,
        }))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let mut state = self.0.lock();
        state.begin(Op::Rename)?;
        state.change(NameChange::Rename(from.to_owned(), to.to_owned()));
        Ok(())
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        let mut state = self.0.lock();
        state.begin(Op::Remove)?;
        if !state.names.contains_key(name) {
            return Err(io::ErrorKind::NotFound.into());
        }
        state.change(NameChange::Remove(name.to_owned()));
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        let mut state = self.0.lock();
        state.begin(Op::SyncFolder)?;
        state.changes.clear();
        state.stored_names = state.names.clone();
        Ok(())
    }

    fn free_bytes(&self) -> io::Result<u64> {
        let state = self.0.lock();
        Ok(state
            .capacity
            .map_or(u64::MAX, |capacity| capacity.saturating_sub(state.used()) as u64))
    }
}

#[derive(Debug)]
struct SimFile {
    folder: SimFolder,
    inode: u64,
}

impl SimFile {
    fn with<T>(&self, op: Op, act: impl FnOnce(&mut Inode) -> T) -> io::Result<T> {
        let mut state = self.folder.0.lock();
        let begun = state.begin(op);
        let inode = state.inodes.get_mut(&self.inode).ok_or(io::ErrorKind::NotFound)?;
        match begun {
            Ok(()) => Ok(act(inode)),
            Err(error) => {
                if op == Op::SyncFile && error.raw_os_error() == Some(EIO) {
                    // Dropped: clean in the cache, and never stored.
                    inode.dirty.clear();
                }
                Err(error)
            }
        }
    }

    fn sync(&self) -> io::Result<()> {
        self.with(Op::SyncFile, |inode| {
            let length = inode.now.len();
            inode.stored.resize(length, 0);
            for sector in std::mem::take(&mut inode.dirty) {
                copy_sector(&inode.now, &mut inode.stored, sector);
            }
            inode.length_dirty = false;
        })
    }
}

impl LogFile for SimFile {
    fn len(&self) -> io::Result<u64> {
        self.with(Op::Read, |inode| inode.now.len() as u64)
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.with(Op::Read, |inode| {
            let begin = usize::try_from(offset).unwrap_or(usize::MAX).min(inode.now.len());
            let count = buffer.len().min(inode.now.len() - begin);
            buffer[..count].copy_from_slice(&inode.now[begin..begin + count]);
            count
        })
    }

    fn write_at(&self, parts: &[IoSlice<'_>], offset: u64) -> io::Result<usize> {
        let room = {
            let state = self.folder.0.lock();
            state
                .capacity
                .map_or(usize::MAX, |capacity| capacity.saturating_sub(state.used()))
        };
        let mut bytes: Vec<u8> = parts.iter().flat_map(|part| part.iter().copied()).collect();
        let begin = usize::try_from(offset).unwrap_or(usize::MAX);
        let written = self.with(Op::Write, |inode| {
            let most = inode.now.len().saturating_add(room).saturating_sub(begin);
            bytes.truncate(most);
            let end = begin + bytes.len();
            if end > inode.now.len() {
                inode.now.resize(end, 0);
                inode.length_dirty = true;
            }
            inode.now[begin..end].copy_from_slice(&bytes);
            if !bytes.is_empty() {
                inode.dirty.extend(begin / SECTOR..=(end - 1) / SECTOR);
            }
            bytes.len()
        })?;
        if written == 0 {
            Err(io::Error::from_raw_os_error(ENOSPC))
        } else {
            Ok(written)
        }
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.with(Op::SetLen, |inode| {
            let len = usize::try_from(len).unwrap_or(usize::MAX);
            inode.now.resize(len, 0);
            inode.dirty.retain(|sector| sector * SECTOR < len);
            inode.length_dirty = true;
        })
    }

    fn sync_data(&self) -> io::Result<()> {
        self.sync()
    }

    fn sync_all(&self) -> io::Result<()> {
        self.sync()
    }

    fn reserve(&self, len: u64) -> io::Result<()> {
        let room = self.folder.free_bytes()? + self.len()?;
        if room < len {
            return Err(io::Error::from_raw_os_error(ENOSPC));
        }
        self.set_len(len)
    }

    fn forget_cached(&self) {
        let mut state = self.folder.0.lock();
        if let Some(inode) = state.inodes.get_mut(&self.inode) {
            let dirty = inode.dirty.clone();
            let mut fresh = inode.stored.clone();
            fresh.resize(inode.now.len(), 0);
            for sector in dirty {
                copy_sector(&inode.now, &mut fresh, sector);
            }
            inode.now = fresh;
        }
    }
}
