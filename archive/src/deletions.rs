//! Deletions counted: what is to go on which day, what should have gone, and what is going. Decides nothing.

use obhut_format::ids::{SessionId, TenantId};
use obhut_format::time::{SignedMicros, UtcMicros};

use crate::Archive;
use crate::catalog::purges::{self, PurgeStep};
use crate::catalog::{CatalogError, Query, deletions};
use crate::purge::{PurgeRecord, purge_record};
use crate::write::SessionRef;

/// Sessions counted in one read; more would outstay a read's time box.
const COUNTED_AT_ONCE: u64 = 100_000;
/// Held sessions looked up in one read.
const HELD_AT_ONCE: u32 = 5_000;

/// What is due so long and is still there is overdue: every run since has failed to delete it, or none has run.
const OVERDUE_AFTER: SignedMicros = SignedMicros::from_secs(-24 * 60 * 60);

/// Some time, and what of the sessions may be deleted from within it on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueCount {
    /// Its first instant.
    pub from: UtcMicros,
    /// The first instant behind it.
    pub until: UtcMicros,
    /// How many sessions, without those being deleted.
    pub sessions: u64,
    /// How many of them a hold keeps as of now.
    pub held: u64,
}

/// What is still there, though its time was up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Overdue {
    /// Sessions whose time was up a day ago and that nothing holds, those whose deletion began a day ago, or can't be read, included.
    pub sessions: u64,
    /// Sessions whose time is up and that a hold keeps.
    pub held: u64,
}

/// A deletion under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeletionUnderWay {
    /// The session.
    pub session: SessionRef,
    /// Since when: its intent's instant.
    pub since: UtcMicros,
}

impl Archive {
    /// Counts what of these tenants' sessions may be deleted from within each of the times on; they follow one another, and
    /// begin and end at the bounds.
    pub async fn due_counts(
        &self,
        tenants: &[TenantId],
        bounds: &[UtcMicros],
    ) -> Result<Vec<DueCount>, CatalogError> {
        let mut counts: Vec<DueCount> = bounds
            .windows(2)
            .filter_map(|pair| match pair {
                [from, until] => Some(DueCount {
                    from: *from,
                    until: *until,
                    sessions: 0,
                    held: 0,
                }),
                _ => None,
            })
            .collect();
        for tenant in tenants.iter().copied() {
            let mut done = 0;
            while done < counts.len() {
                let wanted = counts.get(done..).unwrap_or_default().to_vec();
                let some = self
                    .catalog()
                    .read(move |tx| count_some(tx, tenant, &wanted))
                    .await?;
                for (count, sessions) in counts.iter_mut().skip(done).zip(&some) {
                    count.sessions += sessions;
                }
                done += some.len().max(1);
            }
            let mut after = Some(SessionId::from_bytes([0; 16]));
            while let Some(from) = after {
                let (deadlines, next) = self
                    .catalog()
                    .read(move |tx| held_deadlines(tx, tenant, from))
                    .await?;
                for deadline in deadlines {
                    let of = counts
                        .iter_mut()
                        .find(|count| (count.from..count.until).contains(&deadline));
                    if let Some(count) = of {
                        count.held += 1;
                    }
                }
                after = next;
            }
        }
        Ok(counts)
    }

    /// What is still there of these tenants' sessions though its time was up.
    pub async fn overdue(&self, tenants: &[TenantId]) -> Result<Overdue, CatalogError> {
        let now = self.now();
        let before = now.checked_add(OVERDUE_AFTER).unwrap_or(UtcMicros::MIN);
        let mut overdue = Overdue::default();
        for tenant in tenants.iter().copied() {
            let some = self
                .catalog()
                .read(move |tx| {
                    // A deadline is the first instant at which a session may go.
                    let behind = |at: UtcMicros| UtcMicros::new(at.get().saturating_add(1)).unwrap_or(at);
                    let due = deletions::due_between(tx, tenant, UtcMicros::MIN, behind(before))?;
                    let held = deletions::due_and_held(tx, tenant, behind(before))?;
                    let (begun, damaged) = begun_in(tx, tenant)?;
                    let marked = begun.iter().filter(|purge| purge.step == PurgeStep::Intended);
                    let marked = marked
                        .filter(|purge| purge.record.decided.retain_until <= before)
                        .count();
                    let stuck = begun
                        .iter()
                        .filter(|purge| purge.record.intent.at <= before)
                        .count();
                    Ok::<_, CatalogError>(Overdue {
                        sessions: due
                            .saturating_sub(held)
                            .saturating_sub(marked as u64)
                            .saturating_add(stuck as u64)
                            .saturating_add(damaged),
                        held: deletions::due_and_held(tx, tenant, behind(now))?,
                    })
                })
                .await?;
            overdue.sessions += some.sessions;
            overdue.held += some.held;
        }
        Ok(overdue)
    }

    /// The deletions of these tenants' sessions that are under way, the oldest first.
    pub async fn under_way(&self, tenants: &[TenantId]) -> Result<Vec<DeletionUnderWay>, CatalogError> {
        let tenants = tenants.to_vec();
        let mut found = self
            .catalog()
            .read(move |tx| {
                let mut found = Vec::new();
                for tenant in tenants {
                    found.extend(begun_in(tx, tenant)?.0);
                }
                Ok::<_, CatalogError>(found)
            })
            .await?;
        found.sort_by_key(|purge| (purge.record.intent.at, purge.session.session));
        let under_way = found.into_iter().map(|purge| DeletionUnderWay {
            session: purge.session,
            since: purge.record.intent.at,
        });
        Ok(under_way.collect())
    }
}

struct Begun {
    session: SessionRef,
    step: PurgeStep,
    record: PurgeRecord,
}

/// A tenant's deletions under way, and how many have a row that can't be read: they end when somebody has looked.
fn begun_in(query: &dyn Query, tenant: TenantId) -> Result<(Vec<Begun>, u64), CatalogError> {
    let (mut begun, mut damaged) = (Vec::new(), 0);
    for row in purges::list(query)?
        .into_iter()
        .filter(|row| row.tenant == tenant)
    {
        match purge_record(&row.record) {
            Some(record) => begun.push(Begun {
                session: SessionRef {
                    tenant,
                    session: row.session,
                },
                step: row.step,
                record,
            }),
            None => damaged += 1,
        }
    }
    Ok((begun, damaged))
}

/// Counts the first of these times, as many as fit into a read.
fn count_some(query: &dyn Query, tenant: TenantId, wanted: &[DueCount]) -> Result<Vec<u64>, CatalogError> {
    // The index by deadline does not know which sessions are being deleted.
    let (begun, _) = begun_in(query, tenant)?;
    let marked: Vec<UtcMicros> = begun
        .iter()
        .filter(|purge| purge.step == PurgeStep::Intended)
        .map(|purge| purge.record.decided.retain_until)
        .collect();
    let mut counts = Vec::new();
    let mut walked = 0;
    for time in wanted {
        let due = deletions::due_between(query, tenant, time.from, time.until)?;
        let going = marked
            .iter()
            .filter(|at| (time.from..time.until).contains(at))
            .count();
        counts.push(due.saturating_sub(going as u64));
        walked += due;
        if walked >= COUNTED_AT_ONCE {
            break;
        }
    }
    Ok(counts)
}

/// Deadlines of some of the sessions that are held, and after which session to go on.
fn held_deadlines(
    query: &dyn Query,
    tenant: TenantId,
    after: SessionId,
) -> Result<(Vec<UtcMicros>, Option<SessionId>), CatalogError> {
    let held = deletions::held_sessions(query, tenant, after, HELD_AT_ONCE)?;
    let next = held
        .last()
        .copied()
        .filter(|_| held.len() >= HELD_AT_ONCE as usize);
    let mut deadlines = Vec::new();
    for session in held {
        deadlines.extend(deletions::deadline(query, tenant, session)?);
    }
    Ok((deadlines, next))
}
