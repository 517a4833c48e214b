//! What an archive says of itself: gauges.

use crate::Archive;
use crate::catalog::{CatalogError, ledger, tenants};
use crate::intake::IntakeCounts;
use crate::verify::VerifyReport;

/// Gauges of a running archive.
#[derive(Debug, Clone)]
pub struct Stats {
    /// The intake log's.
    pub intake: IntakeCounts,
    /// Bytes the intake log takes.
    pub intake_used_bytes: u64,
    /// Bytes the intake log may take.
    pub intake_bound_bytes: u64,
    /// Sessions open or being sealed.
    pub open_sessions: u64,
    /// Frames that wait to be packed.
    pub waiting_frames: u64,
}

/// Room beyond that for the catalog's log and a segment's own head; less on a very small disk.
const MARGIN: u64 = 64 << 20;

impl Archive {
    /// Gauges for metrics.
    pub fn stats(&self) -> Stats {
        let live = self.live().all();
        Stats {
            intake: self.intake().stats().counts(),
            intake_used_bytes: self.intake().used_bytes(),
            intake_bound_bytes: self.intake().bound_bytes(),
            open_sessions: live.len() as u64,
            waiting_frames: live.iter().map(|live| live.uncommitted()).sum(),
        }
    }

    /// Ledger leaves of all tenants whose copy is not in object storage yet.
    pub async fn uncopied_leaves(&self) -> Result<u64, CatalogError> {
        self.catalog()
            .read(|tx| {
                let mut uncopied = 0;
                for tenant in tenants::list(tx)? {
                    let size = ledger::head(tx, tenant.tenant)?.map_or(0, |head| head.size);
                    uncopied += size.saturating_sub(ledger::covered_to(tx, tenant.tenant)?);
                }
                Ok(uncopied)
            })
            .await
    }

    /// Whether objects go to a local folder; if not, they go to a bucket.
    pub fn is_local(&self) -> bool {
        self.objects().is_local()
    }

    /// What the last verification found; it stands in the data folder, as the intake log does. Reads a file.
    pub fn last_verify(&self) -> std::io::Result<Option<VerifyReport>> {
        let data = self.intake_folder().parent();
        data.map_or(Ok(None), VerifyReport::read)
    }

    /// How full the intake log is, from 0 to 1.
    /// 1 also where its disk has no room left.
    pub fn intake_pressure(&self) -> f32 {
        if self.is_cramped() {
            1.0
        } else {
            self.intake().pressure()
        }
    }

    /// Whether the log's disk has less room than it takes to pack what the log holds: a log that filled the disk could
    /// never be emptied again, because segments need room too.
    pub(crate) fn is_cramped(&self) -> bool {
        // A disk that can't be asked is taken as it is; writing to it will tell.
        let Ok(disk) = rustix::fs::statvfs(self.intake_folder()) else {
            return false;
        };
        let free = disk.f_bavail.saturating_mul(disk.f_frsize);
        let all = disk.f_blocks.saturating_mul(disk.f_frsize);
        let margin = MARGIN.min(all / 16);
        free < self.intake().used_bytes().saturating_add(margin)
    }
}
