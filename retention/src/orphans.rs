//! Objects that a crash left behind, removed while the archive is served: at the start, and every hour.
//!
//! A crash leaves them under sessions that were open, so the hourly look is at those; everything is listed at the start
//! and once a day, because a look that was broken off is not made up for otherwise.

use std::collections::BTreeSet;
use std::time::Duration;

use obhut_archive::objects::Disposal;
use obhut_archive::{Archive, ReadError, SessionRef};
use tokio::sync::watch;

use crate::plan::{DisposalPlan, Why};

/// How often open sessions are looked at.
const EVERY: Duration = Duration::from_hours(1);

/// After how many looks everything is listed again.
const FULL_EVERY: u32 = 24;

/// What a look found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Looked {
    /// Orphans removed.
    pub removed: u64,
    /// Objects that nothing names and no crash explains: damage.
    pub damage: u64,
    /// Objects that may be orphans later.
    pub waiting: u64,
}

/// Looks again and again until it is told to stop.
pub async fn keep_removing(archive: Archive, mut stop: watch::Receiver<bool>) {
    let mut looks = 0u32;
    let mut suspects = BTreeSet::new();
    loop {
        let full = looks.is_multiple_of(FULL_EVERY);
        looks = looks.wrapping_add(1);
        let looked = tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            looked = look(&archive, full, &mut suspects) => looked,
        };
        match looked {
            Ok(looked) => {
                if looked.removed > 0 {
                    tracing::info!(objects.removed = looked.removed, "orphans removed");
                }
                if looked.damage > 0 {
                    tracing::error!(
                        objects.count = looked.damage,
                        "objects that nothing names; run `obhut verify`"
                    );
                }
            }
            Err(error) => tracing::warn!(%error, "can't look for orphans; trying again in an hour"),
        }
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

/// One look: at open sessions and `suspects`, or with `full` at everything. Sessions that have nothing left to explain
/// leave the suspects.
pub async fn look(
    archive: &Archive,
    full: bool,
    suspects: &mut BTreeSet<SessionRef>,
) -> Result<Looked, ReadError> {
    let live = archive.live_sessions();
    suspects.extend(live.iter().copied());
    if full {
        suspects.extend(archive.sessions_with_unnamed_objects().await?);
    }
    let mut sum = Looked::default();
    for session in suspects.clone() {
        let looked = match look_at(archive, session).await {
            Ok(looked) => looked,
            // One session's rows or objects that can't be read keep nobody from the others.
            Err(error) if error.is_damage() => {
                tracing::error!(session.id = %session.session, %error, "a session's objects can't be judged");
                sum.damage += 1;
                continue;
            }
            Err(error) => return Err(error),
        };
        sum.removed += looked.removed;
        sum.damage += looked.damage;
        sum.waiting += looked.waiting;
        if looked.waiting == 0 && !live.contains(&session) {
            suspects.remove(&session);
        }
    }
    Ok(sum)
}

async fn look_at(archive: &Archive, session: SessionRef) -> Result<Looked, ReadError> {
    let unnamed = archive.unnamed_objects(session).await?;
    let plan = DisposalPlan::of_unnamed(unnamed, archive.clock().now());
    carry_out(archive, &plan).await
}

/// Carries a plan out. What has changed since it was made stays.
async fn carry_out(archive: &Archive, plan: &DisposalPlan) -> Result<Looked, ReadError> {
    let mut looked = Looked::default();
    for removal in plan.removals() {
        let proof = Disposal::by_plan();
        if archive.remove_unnamed(&removal.object, &proof).await? {
            tracing::info!(object = removal.key(), reason = ?removal.reason(), "orphan removed");
            looked.removed += 1;
        } else {
            looked.waiting += 1;
        }
    }
    for kept in plan.kept() {
        match kept.why {
            Why::TooYoung => looked.waiting += 1,
            // For weeks: the daily look at everything finds it again.
            Why::MayBeInABackup => {}
            why => {
                tracing::error!(object = kept.key, ?why, "nothing names this object");
                looked.damage += 1;
            }
        }
    }
    Ok(looked)
}
