//! The last run of deletions in this process, by hand or by itself; for whoever asks whether they go on.

use std::collections::BTreeMap;

use obhut_format::ids::TenantId;
use obhut_format::time::UtcMicros;

use super::PurgeTurn;
use crate::Archive;

/// What a run did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PurgeRun {
    /// When it ended.
    pub at: UtcMicros,
    /// Whether it ended because its time was over: the next one goes on with it.
    pub more: bool,
    /// Sessions that were deleted, by tenant.
    pub deleted: BTreeMap<TenantId, u64>,
    /// Sessions whose deletion failed, by tenant.
    pub failed: BTreeMap<TenantId, u64>,
    /// Whether it could not go on.
    pub broken_off: bool,
}

impl PurgeRun {
    /// Adds what the part before it did, which is the same run.
    fn continued(mut self, before: &Self) -> Self {
        for (mine, theirs) in [
            (&mut self.deleted, &before.deleted),
            (&mut self.failed, &before.failed),
        ] {
            for (tenant, count) in theirs {
                *mine.entry(*tenant).or_default() += count;
            }
        }
        self.broken_off |= before.broken_off;
        self
    }
}

impl PurgeTurn {
    /// Notes what a run did.
    pub fn ended(&self, run: PurgeRun) {
        let mut last = self.archive.0.last_run.lock();
        let run = match last.take() {
            Some(before) if before.more => run.continued(&before),
            _ => run,
        };
        *last = Some(run);
    }
}

impl Archive {
    /// What the last run of deletions since the archive was opened did; `None` where there was none.
    pub fn last_purge_run(&self) -> Option<PurgeRun> {
        self.0.last_run.lock().clone()
    }
}
