//! What the threads of the log share, and the queue between those who append and the one who writes.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use super::disk::LogFolder;
use super::entry::{EntryHeader, FileNo};
use super::files::{Files, Location, Released};
use super::house::House;
use super::reserve::Reserve;
use super::stats::{self, IntakeStats};
use super::{IntakeError, IntakeOptions};

/// An entry on its way to the disk.
#[derive(Debug)]
pub(super) struct Pending {
    pub(super) header: EntryHeader,
    pub(super) ciphertext: Vec<u8>,
    pub(super) crc: u32,
    pub(super) reply: oneshot::Sender<Result<Delivery, IntakeError>>,
    /// Keeps the queue bounded; given back when the entry leaves it.
    pub(super) _room: OwnedSemaphorePermit,
}

/// An acknowledgement that nobody has picked up yet. When nobody does (its future was dropped), the entry was never
/// acknowledged to anyone and must not hold its file for ever.
#[derive(Debug)]
pub(super) struct Delivery {
    pub(super) shared: Arc<Shared>,
    pub(super) location: Option<Location>,
}

impl Delivery {
    pub(super) fn take(mut self) -> Option<Location> {
        self.location.take()
    }
}

impl Drop for Delivery {
    fn drop(&mut self) {
        if let Some(location) = self.location.take() {
            self.shared.release(&location);
        }
    }
}

/// Why nothing is taken in at the moment.
#[derive(Debug, Clone)]
pub(super) enum Stopped {
    Failed(Arc<io::Error>),
    Full,
    Closed,
}

impl Stopped {
    pub(super) fn error(&self) -> IntakeError {
        match self {
            Self::Failed(error) => IntakeError::Failed(Arc::clone(error)),
            Self::Full => IntakeError::Full,
            Self::Closed => IntakeError::Closed,
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct Queue {
    pub(super) pending: VecDeque<Pending>,
    pub(super) retire: Vec<oneshot::Sender<Result<(), IntakeError>>>,
    pub(super) closing: bool,
    pub(super) stopped: Option<Stopped>,
    /// How many entries the last group had.
    last_group: usize,
}

/// What the writer is to do next.
#[derive(Debug)]
pub(super) enum Work {
    Write(Vec<Pending>),
    Retire(Vec<oneshot::Sender<Result<(), IntakeError>>>),
    Idle,
    Close,
}

#[derive(Debug)]
pub(super) struct Shared {
    pub(super) folder: Arc<dyn LogFolder>,
    pub(super) options: IntakeOptions,
    pub(super) files: Files,
    pub(super) reserve: Reserve,
    pub(super) stats: IntakeStats,
    pub(super) house: House,
    pub(super) room: Arc<Semaphore>,
    /// Bytes of all files, and of what waits in the queue.
    pub(super) used: AtomicU64,
    pub(super) queue: Mutex<Queue>,
    pub(super) wake: Condvar,
}

/// One group: enough for the disk to run at its speed, little enough that the next group need not wait long.
const GROUP_BYTES: usize = 16 << 20;
/// A group waits at most so long to become as large as the last one.
const LONGEST_GATHERING: Duration = Duration::from_millis(2);
/// Quiet for so long, a file in which everything was released is closed, so that it can go.
const QUIET: Duration = Duration::from_secs(30);

impl Shared {
    /// Counts `bytes` as used unless that passes the bound.
    pub(super) fn claim(&self, bytes: u64) -> Result<(), IntakeError> {
        let bound = self.options.max_bytes;
        let fits = |used: u64| used.checked_add(bytes).filter(|sum| *sum <= bound);
        match self.used.fetch_update(Ordering::SeqCst, Ordering::SeqCst, fits) {
            Ok(_) => Ok(()),
            Err(_) => Err(self.refuse_full(1)),
        }
    }

    pub(super) fn unclaim(&self, bytes: u64) {
        self.used.fetch_sub(bytes, Ordering::SeqCst);
    }

    pub(super) fn refuse_full(&self, entries: u64) -> IntakeError {
        stats::add(&self.stats.refused_full, entries);
        IntakeError::Full
    }

    pub(super) fn release(&self, location: &Location) -> bool {
        match self.files.release(location) {
            Released::Finished => {
                self.house.delete(location.file());
                true
            }
            Released::Kept => true,
            Released::Unknown => false,
        }
    }

    /// The log is past `file`, which has `bytes`.
    pub(super) fn close_file(&self, file: FileNo, bytes: u64) {
        if self.files.close(file, bytes) {
            self.house.delete(file);
        }
    }

    /// Waits for something to do.
    ///
    /// Those who were just acknowledged often come again at once. A group that is smaller than the last one therefore
    /// waits for them, for a tenth of what the last sync took: a sync for each would cost more.
    pub(super) fn next_work(&self, last_sync: Duration) -> Work {
        let mut queue = self.queue.lock();
        loop {
            if !queue.pending.is_empty() {
                let wait_until = Instant::now() + (last_sync / 10).min(LONGEST_GATHERING);
                while queue.pending.len() < queue.last_group
                    && !queue.closing
                    && !self.wake.wait_until(&mut queue, wait_until).timed_out()
                {}
                let group = take_group(&mut queue.pending);
                queue.last_group = group.len();
                return Work::Write(group);
            }
            if !queue.retire.is_empty() {
                return Work::Retire(std::mem::take(&mut queue.retire));
            }
            if queue.closing {
                return Work::Close;
            }
            if self.wake.wait_for(&mut queue, QUIET).timed_out() && queue.pending.is_empty() {
                return Work::Idle;
            }
        }
    }

    /// Refuses everything that waits, and from now on everything that comes.
    pub(super) fn stop(&self, why: &Stopped) {
        let (pending, retire) = {
            let mut queue = self.queue.lock();
            queue.stopped = Some(why.clone());
            (
                std::mem::take(&mut queue.pending),
                std::mem::take(&mut queue.retire),
            )
        };
        self.refuse(pending, &why.error());
        for reply in retire {
            let _ = reply.send(Err(why.error()));
        }
    }

    pub(super) fn resume(&self) {
        self.queue.lock().stopped = None;
    }

    /// Waits before the next attempt at recovery; false when the log is closing.
    pub(super) fn pause(&self, pause: Duration) -> bool {
        let mut queue = self.queue.lock();
        if !queue.closing {
            self.wake.wait_for(&mut queue, pause);
        }
        !queue.closing
    }

    /// Tells those who wait for these entries that they are not taken in.
    pub(super) fn refuse(&self, group: impl IntoIterator<Item = Pending>, error: &IntakeError) {
        let mut refused = 0;
        for pending in group {
            self.unclaim(entry_bytes(pending.ciphertext.len()));
            // The receiver may be gone: then there is nobody to tell.
            let _ = pending.reply.send(Err(error.clone()));
            refused += 1;
        }
        match error {
            IntakeError::Full => stats::add(&self.stats.refused_full, refused),
            _ => stats::add(&self.stats.refused_failed, refused),
        }
    }
}

/// Bytes that an entry takes in a file.
pub(super) fn entry_bytes(ciphertext: usize) -> u64 {
    (super::ENTRY_HEADER_BYTES + ciphertext) as u64
}

fn take_group(pending: &mut VecDeque<Pending>) -> Vec<Pending> {
    let mut group = Vec::new();
    let mut bytes = 0;
    while let Some(next) = pending.front() {
        bytes += next.ciphertext.len();
        if bytes > GROUP_BYTES && !group.is_empty() {
            break;
        }
        group.extend(pending.pop_front());
    }
    group
}
