//! Carrying deletions out: first those that were broken off, then what is due, in batches.
//!
//! Owns the order in which batches go through the archive's steps. What fails stays where it is and is met by the next run;
//! a run never takes anything back.

use std::sync::Arc;
use std::time::Duration;

use obhut_archive::catalog::purges::PurgeStep;
use obhut_archive::objects::{Disposal, ObjectError};
use obhut_archive::{Archive, Judge, Purge, PurgeError, PurgeTurn, SessionRef};
use obhut_format::certificate::Certificate;
use tokio::sync::watch;

use crate::months::{self, ExpiredMonth};
use crate::plan::DisposalPlan;
use crate::policy;
use crate::upcoming::{PAGE, upcoming};

/// Sessions that go through the steps together: the write-ahead log is truncated twice for all of them.
const BATCH: usize = 100;

/// A session that was not deleted to the end, and why.
#[derive(Debug)]
pub struct Unfinished {
    /// The session.
    pub session: SessionRef,
    /// Why.
    pub why: PurgeError,
}

/// What a run did.
#[derive(Debug, Default)]
pub struct Ran {
    /// The certificates of sessions that are gone.
    pub deleted: Vec<Certificate>,
    /// Sessions whose deletion goes on by itself at a later run.
    pub waiting: Vec<Unfinished>,
    /// Sessions whose deletion failed. Tried again at the next run.
    pub failed: Vec<Unfinished>,
    /// Due sessions that holds keep.
    pub held: u64,
    /// Months of which nobody can be told any more who looked.
    pub expired: Vec<ExpiredMonth>,
    /// Whether there is more to do: the run's time was over.
    pub more: bool,
}

/// How long a run may go on beginning new batches; `None`: until all is done.
pub type Budget = Option<Duration>;

/// Deletes what is due. [`PurgeError::Running`] while another run is under way.
pub async fn run(
    archive: &Archive,
    budget: Budget,
    stop: Option<&watch::Receiver<bool>>,
) -> Result<Ran, PurgeError> {
    let turn = archive.purge_turn()?;
    let mut ran = Ran::default();
    let begun = archive.clock().uptime();
    let over = || {
        let late = budget.is_some_and(|budget| archive.clock().uptime().saturating_sub(begun) >= budget);
        late || stop.is_some_and(|stop| *stop.borrow())
    };
    let proof = Disposal::by_plan();
    let outcome = go_on(archive, &turn, &proof, &mut ran, &over).await;
    if !ran.deleted.is_empty() {
        // The last batch's own bookkeeping.
        turn.truncate().await?;
    }
    outcome.map(|()| ran)
}

async fn go_on(
    archive: &Archive,
    turn: &PurgeTurn,
    proof: &Disposal,
    ran: &mut Ran,
    over: &(dyn Fn() -> bool + Send + Sync),
) -> Result<(), PurgeError> {
    let (forgotten, intended): (Vec<_>, Vec<_>) = archive
        .purges()
        .await?
        .into_iter()
        .partition(|purge| purge.step == PurgeStep::Forgotten);
    for batch in forgotten.chunks(BATCH) {
        certify(turn, proof, batch.to_vec(), ran).await?;
    }
    for batch in intended.chunks(BATCH) {
        carry_out(turn, proof, batch.to_vec(), ran).await?;
    }
    for tenant in archive
        .tenants()
        .await
        .map_err(|error| PurgeError::Task(error.to_string()))?
    {
        let expired = months::expire(archive, tenant.tenant, turn, proof).await?;
        ran.expired.extend(expired);
        let mut after = None;
        loop {
            let page = upcoming(archive, tenant.tenant, archive.clock().now(), after).await?;
            ran.held += page.plan.kept_sessions().len() as u64;
            delete(turn, proof, &page.plan, ran, over).await?;
            if ran.more {
                return Ok(());
            }
            match page.next {
                Some(next) => after = Some(next),
                None => break,
            }
        }
    }
    Ok(())
}

/// Carries the deletions of a plan out. Each session is judged again in the transaction that marks it.
async fn delete(
    turn: &PurgeTurn,
    proof: &Disposal,
    plan: &DisposalPlan,
    ran: &mut Ran,
    over: &(dyn Fn() -> bool + Send + Sync),
) -> Result<(), PurgeError> {
    let wanted: Vec<SessionRef> = plan
        .deletions()
        .iter()
        .map(|gone| gone.session().session)
        .collect();
    let batches = wanted.chunks(BATCH);
    let count = batches.len();
    for (n, batch) in batches.enumerate() {
        let begun = turn.intend(batch.to_vec(), judge()).await?;
        carry_out(turn, proof, begun, ran).await?;
        let last = n + 1 == count && wanted.len() < PAGE as usize;
        if !last && over() {
            ran.more = true;
            return Ok(());
        }
    }
    Ok(())
}

/// The policy, for the archive's transaction.
fn judge() -> Judge {
    Arc::new(|session, now| {
        let rule = policy::judge(session, now).ok()?;
        Some(rule.reason().rule.to_owned())
    })
}

/// Steps 2 to 7 of sessions whose intents are there.
async fn carry_out(
    turn: &PurgeTurn,
    proof: &Disposal,
    batch: Vec<Purge>,
    ran: &mut Ran,
) -> Result<(), PurgeError> {
    if batch.is_empty() {
        return Ok(());
    }
    let (erased, read) = turn.erase(batch, proof).await?;
    ran.waiting.extend(read.into_iter().map(|purge| Unfinished {
        session: purge.session,
        why: PurgeError::InUse(purge.session.session),
    }));
    let mut removed = Vec::with_capacity(erased.len());
    let mut stop = None;
    for mut purge in erased {
        match turn.remove(&mut purge, proof).await {
            Ok(()) => removed.push(purge),
            // Whoever does not answer for one session does not answer for the next.
            Err(error @ PurgeError::Object(ObjectError::Unavailable { .. })) => {
                stop = Some(error);
                break;
            }
            Err(why) => ran.failed.push(Unfinished {
                session: purge.session,
                why,
            }),
        }
    }
    if !removed.is_empty() {
        let gone = turn.forget(removed, proof).await?;
        certify(turn, proof, gone, ran).await?;
    }
    stop.map_or(Ok(()), Err)
}

async fn certify(
    turn: &PurgeTurn,
    proof: &Disposal,
    batch: Vec<Purge>,
    ran: &mut Ran,
) -> Result<(), PurgeError> {
    let (certificates, waiting) = turn.certify(batch, proof).await?;
    for certificate in &certificates {
        let disposed = &certificate.disposed;
        tracing::info!(
            tenant.id = %disposed.tenant, session.id = %disposed.session, leaf.n = disposed.tombstone.n,
            rule = disposed.rule, "session deleted"
        );
    }
    ran.deleted.extend(certificates);
    ran.waiting.extend(waiting.into_iter().map(|purge| Unfinished {
        session: purge.session,
        why: PurgeError::InIntakeLog(purge.session.session),
    }));
    Ok(())
}
