//! What an archive says of itself: sessions with their sizes, and gauges.

use obhut_format::ids::TenantId;

use crate::Archive;
use crate::catalog::CatalogError;
use crate::catalog::sessions::{self, SessionFilter, SessionRow};
use crate::intake::IntakeCounts;
use crate::write::SessionRef;

/// A session as the lists show it.
#[derive(Debug, Clone)]
pub struct SessionSummary {
    /// The catalog's row.
    pub row: SessionRow,
    /// Frames acknowledged and not yet in a committed segment.
    pub waiting: u64,
    /// Frames held as they came.
    pub stored_frames: u64,
    /// Frames held as whole-file duplicates.
    pub duplicate_frames: u64,
    /// Whether a legal hold keeps it.
    pub held: bool,
}

/// Gauges of a running archive.
#[derive(Debug, Clone)]
pub struct Stats {
    /// The intake log's.
    pub intake: IntakeCounts,
    /// Sessions open or being sealed.
    pub open_sessions: u64,
    /// Frames that wait to be packed.
    pub waiting_frames: u64,
}

impl Archive {
    /// A tenant's sessions, newest first.
    pub async fn sessions(
        &self,
        tenant: TenantId,
        filter: SessionFilter,
    ) -> Result<Vec<SessionSummary>, CatalogError> {
        let listed = self
            .catalog()
            .read(move |tx| {
                let rows = sessions::list(tx, tenant, &filter)?;
                rows.into_iter()
                    .map(|row| {
                        let (stored, duplicate) = crate::catalog::segments::method_counts(tx, row.session)?;
                        let held = !crate::catalog::holds::active(tx, tenant, row.session)?.is_empty();
                        Ok((row, stored, duplicate, held))
                    })
                    .collect::<Result<Vec<_>, CatalogError>>()
            })
            .await?;
        Ok(listed
            .into_iter()
            .map(|(row, stored_frames, duplicate_frames, held)| {
                let at = SessionRef {
                    tenant,
                    session: row.session,
                };
                let waiting = self.live().get(at).map_or(0, |live| live.uncommitted() as u64);
                SessionSummary {
                    row,
                    waiting,
                    stored_frames,
                    duplicate_frames,
                    held,
                }
            })
            .collect())
    }

    /// Gauges for metrics.
    pub fn stats(&self) -> Stats {
        let live = self.live().all();
        Stats {
            intake: self.intake().stats().counts(),
            open_sessions: live.len() as u64,
            waiting_frames: live.iter().map(|live| live.uncommitted() as u64).sum(),
        }
    }

    /// How full the intake log is, from 0 to 1.
    pub fn intake_pressure(&self) -> f32 {
        self.intake().pressure()
    }
}
