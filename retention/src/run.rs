//! Carrying deletions out: first those that were broken off, then what is due, in batches.
//!
//! Owns the order in which batches go through the archive's steps, and that one session's trouble keeps no other: what fails
//! stays where it is and is met by the next run. A run never takes anything back.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use obhut_archive::catalog::purges::PurgeStep;
use obhut_archive::catalog::tenants::TenantRow;
use obhut_archive::objects::Disposal;
use obhut_archive::{Archive, Judge, Purge, PurgeError, PurgeRun, PurgeTurn, SessionRef};
use obhut_format::certificate::Certificate;
use tokio::sync::watch;

use crate::due::{Due, Page, Unseen};
use crate::months::{self, ExpiredMonth};
use crate::policy;

/// Sessions that go through the steps together: the write-ahead log is truncated twice for all of them.
const BATCH: usize = 100;

/// After so many failures one after the other no more deletions are begun: what fails is not the session.
const FAILURES: usize = 100;

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
    /// Tenants of which it could not be seen what is due.
    pub unseen: Vec<Unseen>,
    /// What stopped it before its end. What was done by then stays done.
    pub stopped: Option<PurgeError>,
    /// Whether there is more to do: the run's time was over.
    pub more: bool,
}

/// How long a run may go on beginning new batches; `None`: until all is done.
pub type Budget = Option<Duration>;

/// Deletes what is due. [`PurgeError::Running`] while another run is under way; what else stops it stands in the answer, with
/// what was done before.
pub async fn run(
    archive: &Archive,
    budget: Budget,
    stop: Option<&watch::Receiver<bool>>,
) -> Result<Ran, PurgeError> {
    let mut run = Run {
        archive,
        turn: archive.purge_turn()?,
        proof: Disposal::by_plan(),
        stop,
        late_at: budget.map(|budget| archive.clock().uptime().saturating_add(budget)),
        in_a_row: 0,
        ran: Ran::default(),
    };
    let mut outcome = run.whole().await;
    if !run.ran.deleted.is_empty() {
        // The last batch's own bookkeeping.
        outcome = outcome.and(run.turn.truncate().await);
    }
    let Run { turn, mut ran, .. } = run;
    ran.stopped = outcome.err();
    count(&ran);
    turn.ended(told(archive, &ran));
    Ok(ran)
}

/// What a run did, by tenant, for whoever asks how deletions go on.
fn told(archive: &Archive, ran: &Ran) -> PurgeRun {
    let mut run = PurgeRun {
        at: archive.clock().now(),
        more: ran.more,
        deleted: BTreeMap::new(),
        failed: BTreeMap::new(),
        broken_off: ran.stopped.is_some(),
    };
    for certificate in &ran.deleted {
        *run.deleted.entry(certificate.disposed.tenant).or_default() += 1;
    }
    for unfinished in &ran.failed {
        *run.failed.entry(unfinished.session.tenant).or_default() += 1;
    }
    run
}

/// Carries out what a recovery found under way, before anybody else has the archive: deletions, and the months of which
/// nobody could be told any more who looked, which are due as they were before. No session goes that was not going. Of
/// `lost` sessions nothing but objects is left.
pub async fn after_recovery(archive: &Archive, lost: &[SessionRef]) -> Result<Ran, PurgeError> {
    let mut run = Run {
        archive,
        turn: archive.purge_turn()?,
        proof: Disposal::by_plan(),
        stop: None,
        late_at: None,
        in_a_row: 0,
        ran: Ran::default(),
    };
    run.finish_begun().await?;
    for session in lost {
        archive.remove_lost(*session, &run.proof).await?;
    }
    run.expire_months().await?;
    run.turn.truncate().await?;
    Ok(run.ran)
}

fn count(ran: &Ran) {
    let failures = ran.failed.len() + ran.unseen.len() + usize::from(ran.stopped.is_some());
    metrics::counter!("obhut_retention_deleted_sessions_total").increment(ran.deleted.len() as u64);
    metrics::counter!("obhut_retention_failures_total").increment(failures as u64);
}

struct Run<'a> {
    archive: &'a Archive,
    turn: PurgeTurn,
    proof: Disposal,
    stop: Option<&'a watch::Receiver<bool>>,
    /// In the clock's uptime.
    late_at: Option<Duration>,
    in_a_row: usize,
    ran: Ran,
}

impl Run<'_> {
    /// The program is to end: nothing more is begun.
    fn is_stopping(&self) -> bool {
        self.stop.is_some_and(|stop| *stop.borrow())
    }

    fn is_late(&self) -> bool {
        let late = self.late_at.is_some_and(|at| self.archive.clock().uptime() >= at);
        late || self.is_stopping()
    }

    async fn whole(&mut self) -> Result<(), PurgeError> {
        self.finish_begun().await?;
        let tenants = self.expire_months().await?;
        let archive = self.archive;
        let mut due = Due::of(archive, tenants, archive.clock().now());
        while let Some(page) = due.next().await {
            match page {
                Ok(page) => {
                    self.delete(&page).await?;
                    self.ran.more |= self.is_late() && !due.is_over();
                }
                Err(unseen) => self.ran.unseen.push(unseen),
            }
            if self.ran.more {
                break;
            }
        }
        Ok(())
    }

    /// Goes on with what was broken off.
    async fn finish_begun(&mut self) -> Result<(), PurgeError> {
        let under_way = self.archive.purges().await?;
        let damaged = under_way.damaged.into_iter().map(|session| Unfinished {
            session,
            why: PurgeError::Damaged(session.session),
        });
        self.ran.failed.extend(damaged);
        let (forgotten, intended): (Vec<_>, Vec<_>) = under_way
            .purges
            .into_iter()
            .partition(|purge| purge.step == PurgeStep::Forgotten);
        for batch in forgotten.chunks(BATCH) {
            self.certify(batch.to_vec()).await?;
        }
        for batch in intended.chunks(BATCH) {
            self.carry_out(batch.to_vec()).await?;
        }
        Ok(())
    }

    /// Ends the months that are due; returns the tenants.
    async fn expire_months(&mut self) -> Result<Vec<TenantRow>, PurgeError> {
        let archive = self.archive;
        let tenants = archive
            .tenants()
            .await
            .map_err(|error| PurgeError::Task(error.to_string()))?;
        for tenant in &tenants {
            match months::expire(archive, tenant.tenant, &self.turn, &self.proof).await {
                Ok(expired) => self.ran.expired.extend(expired),
                Err(cause) if cause.is_of_one() => self.ran.unseen.push(Unseen {
                    name: tenant.name.clone(),
                    cause,
                }),
                Err(error) => return Err(error),
            }
        }
        Ok(tenants)
    }

    /// Carries the deletions of a page's plan out. Each session is judged again in the transaction that marks it.
    async fn delete(&mut self, page: &Page) -> Result<(), PurgeError> {
        self.ran.held += page.plan.kept_sessions().len() as u64;
        let wanted = page.plan.deletions().iter().map(|gone| gone.session().session);
        let wanted: Vec<SessionRef> = wanted.collect();
        for (n, batch) in wanted.chunks(BATCH).enumerate() {
            if n > 0 && self.is_late() {
                self.ran.more = true;
                break;
            }
            if self.in_a_row >= FAILURES {
                return Err(PurgeError::NoneGoes(self.in_a_row));
            }
            let turn = &self.turn;
            let step = |batch| turn.intend(batch, judge());
            let begun = each(batch.to_vec(), |at| *at, step, &mut self.ran.failed).await?;
            self.carry_out(begun.into_iter().flatten().collect()).await?;
        }
        Ok(())
    }

    /// Steps 2 to 7 of sessions whose intents are there.
    async fn carry_out(&mut self, batch: Vec<Purge>) -> Result<(), PurgeError> {
        if batch.is_empty() {
            return Ok(());
        }
        let (turn, proof) = (&self.turn, &self.proof);
        let failed_before = self.ran.failed.len();
        let step = |batch| turn.erase(batch, proof);
        let mut erased = Vec::with_capacity(batch.len());
        for (free, read) in each(batch, whose, step, &mut self.ran.failed).await? {
            erased.extend(free);
            self.ran.waiting.extend(read.into_iter().map(|purge| Unfinished {
                session: purge.session,
                why: PurgeError::InUse(purge.session.session),
            }));
        }
        let mut removed = Vec::with_capacity(erased.len());
        let mut stopped = None;
        'parts: for part in erased.chunks_mut(turn.removed_together().min(BATCH)) {
            if self.is_stopping() {
                break;
            }
            let outcomes = turn.remove_many(part, proof).await;
            for (purge, outcome) in part.iter().zip(outcomes) {
                match outcome {
                    Ok(()) => removed.push(purge.clone()),
                    Err(why) if why.is_of_one() => self.ran.failed.push(Unfinished {
                        session: purge.session,
                        why,
                    }),
                    // Whoever does not answer for one session does not answer for the next.
                    Err(error) => {
                        stopped = Some(error);
                        break 'parts;
                    }
                }
            }
        }
        self.in_a_row += self.ran.failed.len() - failed_before;
        if !removed.is_empty() {
            self.in_a_row = 0;
            let step = |batch| turn.forget(batch, proof);
            let gone = each(removed, whose, step, &mut self.ran.failed).await?;
            self.certify(gone.into_iter().flatten().collect()).await?;
        }
        stopped.map_or(Ok(()), Err)
    }

    async fn certify(&mut self, batch: Vec<Purge>) -> Result<(), PurgeError> {
        let (turn, proof) = (&self.turn, &self.proof);
        let step = |batch| turn.certify(batch, proof);
        for (certificates, waiting) in each(batch, whose, step, &mut self.ran.failed).await? {
            for certificate in &certificates {
                let disposed = &certificate.disposed;
                tracing::info!(
                    tenant.id = %disposed.tenant, session.id = %disposed.session, leaf.n = disposed.tombstone.n,
                    rule = disposed.decided.rule, "session deleted"
                );
            }
            self.ran.deleted.extend(certificates);
            self.ran
                .waiting
                .extend(waiting.into_iter().map(|(purge, files)| Unfinished {
                    session: purge.session,
                    why: PurgeError::InIntakeLog {
                        session: purge.session.session,
                        files,
                    },
                }));
        }
        Ok(())
    }
}

fn whose(purge: &Purge) -> SessionRef {
    purge.session
}

/// Does a step for many at once. Where that fails because of one of them, or because it is too much for what a full disk still
/// takes, it is done for each by itself, and what fails then is named.
async fn each<A: Clone, T, F>(
    batch: Vec<A>,
    whose: impl Fn(&A) -> SessionRef,
    step: impl Fn(Vec<A>) -> F,
    failed: &mut Vec<Unfinished>,
) -> Result<Vec<T>, PurgeError>
where
    F: Future<Output = Result<T, PurgeError>>,
{
    if batch.len() > 1 {
        match step(batch.clone()).await {
            Ok(done) => return Ok(vec![done]),
            Err(error) if error.is_of_one() || error.is_full_disk() => {
                tracing::warn!(%error, sessions.count = batch.len(), "a step of deletions goes on one by one");
            }
            Err(error) => return Err(error),
        }
    }
    let mut done = Vec::with_capacity(batch.len());
    for one in batch {
        let session = whose(&one);
        match step(vec![one]).await {
            Ok(one) => done.push(one),
            Err(why) if why.is_of_one() => failed.push(Unfinished { session, why }),
            Err(error) => return Err(error),
        }
    }
    Ok(done)
}

/// The policy, for the archive's transaction.
fn judge() -> Judge {
    Arc::new(|session, now| {
        let rule = policy::judge(session, now).ok()?;
        Some(rule.reason().rule.to_owned())
    })
}
