//! Housekeeping on a thread of its own, so that deleting a large file delays no acknowledgement: deletes files that are
//! done, and takes the reserve again when there is space.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::{Condvar, Mutex};

use super::entry::FileNo;
use super::queue::Shared;
use super::recovery::file_name;
use super::stats;

/// How often the disk is looked at while something is undone.
const ROUND: Duration = Duration::from_secs(10);

#[derive(Debug, Default)]
struct Chores {
    delete: BTreeSet<FileNo>,
    /// Rounds asked for and finished: whoever waits for a round waits for `finished` to pass what it asked.
    asked: u64,
    finished: u64,
    closing: bool,
}

/// The list of chores.
#[derive(Debug, Default)]
pub(super) struct House {
    chores: Mutex<Chores>,
    wake: Condvar,
    done: Condvar,
}

impl House {
    /// Asks for a file to be deleted.
    pub(super) fn delete(&self, file: FileNo) {
        let mut chores = self.chores.lock();
        chores.delete.insert(file);
        chores.asked += 1;
        self.wake.notify_one();
    }

    /// Waits until everything asked for before was tried.
    pub(super) fn settle(&self) {
        let mut chores = self.chores.lock();
        chores.asked += 1;
        let mine = chores.asked;
        self.wake.notify_one();
        while chores.finished < mine && !chores.closing {
            self.done.wait(&mut chores);
        }
    }

    pub(super) fn close(&self) {
        self.chores.lock().closing = true;
        self.wake.notify_one();
        self.done.notify_all();
    }

    /// The files to delete and the number of this round; `None` at the end.
    fn next(&self) -> Option<(Vec<FileNo>, u64)> {
        let mut chores = self.chores.lock();
        if chores.finished == chores.asked && !chores.closing {
            self.wake.wait_for(&mut chores, ROUND);
        }
        // What was asked before closing is still done: it is cheap, and spares the next start the work.
        if chores.closing && chores.finished == chores.asked {
            return None;
        }
        Some((chores.delete.iter().copied().collect(), chores.asked))
    }

    fn finish(&self, deleted: &[FileNo], round: u64) {
        let mut chores = self.chores.lock();
        for file in deleted {
            chores.delete.remove(file);
        }
        chores.finished = round;
        self.done.notify_all();
    }
}

/// The thread's work.
pub(super) fn run(shared: &Arc<Shared>) {
    while let Some((files, round)) = shared.house.next() {
        let deleted = delete(shared, &files);
        shared.house.finish(&deleted, round);
        if shared.reserve.is_out()
            && let Err(error) = shared.reserve.refill(&*shared.folder)
        {
            tracing::warn!(%error, "the intake reserve could not be taken again");
        }
    }
}

/// Deletes what it can; what it cannot stays on the list for the next round.
fn delete(shared: &Shared, files: &[FileNo]) -> Vec<FileNo> {
    let mut removed = Vec::new();
    for file in files {
        match shared.folder.remove(&file_name(*file)) {
            Ok(()) => removed.push(*file),
            // Removed in an earlier round whose sync failed.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => removed.push(*file),
            Err(error) => tracing::warn!(intake.file = %file, %error, "an intake file could not be deleted"),
        }
    }
    if removed.is_empty() {
        return removed;
    }
    // A file counts as gone only when its removal is durable: a certificate may state that date.
    if let Err(error) = shared.folder.sync() {
        tracing::warn!(%error, "the removal of intake files could not be made durable");
        return Vec::new();
    }
    for file in &removed {
        shared.unclaim(shared.files.forget(*file));
        stats::add(&shared.stats.files_deleted, 1);
    }
    removed
}
