//! The dispatcher: what to pack next, when, and what to do when it fails.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use obhut_archive::objects::ObjectError;
use obhut_archive::{Archive, Claim, ClaimLimits, Packed, SessionRef, WriteError};
use tokio::sync::{mpsc, oneshot};
use tokio::task::{JoinHandle, JoinSet};

use super::pause::{Pause, PauseRule};
use super::{Flushed, Order};
use crate::config::PackerConfig;
use crate::metrics;
use obhut_listener::Machinery;

/// A pack that ended.
struct Ended {
    session: SessionRef,
    memory_bytes: u64,
    took: Duration,
    outcome: Result<Packed, WriteError>,
}

/// The packer's one task.
pub(super) struct Dispatcher {
    archive: Archive,
    config: PackerConfig,
    running: JoinSet<Ended>,
    /// Bytes that the packs under way hold.
    memory_bytes: u64,
    /// Taken, but there was no room in memory for it yet.
    next: Option<Claim>,
    /// After failures of what all sessions share: object store, catalog, intake log.
    store: Pause,
    /// After failures of one session alone.
    sessions: HashMap<SessionRef, Pause>,
    /// Seals being finished, beside the packs: they write to the store too.
    finishing: Option<JoinHandle<Vec<(SessionRef, WriteError)>>>,
    /// The store failed the last seals.
    seals_failed: bool,
    /// Something may be ready to be finished.
    look_at_seals: bool,
    flushing: Vec<oneshot::Sender<Flushed>>,
    /// Something failed since the flush began.
    flush_failed: bool,
}

impl Dispatcher {
    pub(super) fn new(archive: Archive, config: PackerConfig) -> Self {
        Self {
            archive,
            config,
            running: JoinSet::new(),
            memory_bytes: 0,
            next: None,
            store: Pause::default(),
            sessions: HashMap::new(),
            finishing: None,
            seals_failed: false,
            look_at_seals: true,
            flushing: Vec::new(),
            flush_failed: false,
        }
    }

    pub(super) async fn run(mut self, mut orders: mpsc::UnboundedReceiver<Order>) {
        let archive = self.archive.clone();
        loop {
            self.begin_packs();
            self.begin_seals();
            self.end_flush();
            metrics::packs_running(self.running.len());
            tokio::select! {
                order = orders.recv() => match order {
                    Some(Order::Flush(done)) => {
                        if self.flushing.is_empty() {
                            self.flush_failed = false;
                        }
                        self.flushing.push(done);
                        self.look_at_seals = true;
                    }
                    // The packer was dropped, or told to stop.
                    None | Some(Order::Stop) => break,
                },
                Some(ended) = self.running.join_next() => self.note(ended),
                failed = finished(&mut self.finishing) => self.note_seals(failed),
                () = archive.work() => self.look_at_seals = true,
                () = tokio::time::sleep(self.config.every) => self.look_at_seals = true,
            }
        }
        self.next = None;
        while let Some(ended) = self.running.join_next().await {
            self.note(ended);
        }
        if let Some(finishing) = self.finishing.take() {
            // A panic there was reported when it happened.
            let _ = finishing.await;
        }
        metrics::packs_running(0);
    }

    fn rule(&self) -> PauseRule {
        PauseRule {
            first: self.config.first_pause,
            longest: self.config.longest_pause,
        }
    }

    fn now(&self) -> Duration {
        self.archive.clock().uptime()
    }

    /// While it fails, one at a time finds out whether it still does.
    fn workers(&self) -> usize {
        if self.store.failing() {
            1
        } else {
            self.config.workers
        }
    }

    fn begin_packs(&mut self) {
        if self.store.holds(self.now()) {
            return;
        }
        while self.running.len() < self.workers() {
            let Some(claim) = self.next.take().or_else(|| self.claim()) else {
                return;
            };
            let memory_bytes = claim.memory_bytes();
            if !self.running.is_empty() && self.memory_bytes + memory_bytes > self.config.memory_bytes {
                self.next = Some(claim);
                return;
            }
            self.memory_bytes += memory_bytes;
            let (archive, session, began) = (self.archive.clone(), claim.session(), Instant::now());
            self.running.spawn(async move {
                let outcome = archive.pack(claim).await;
                Ended {
                    session,
                    memory_bytes,
                    took: began.elapsed(),
                    outcome,
                }
            });
        }
    }

    /// The next run of frames whose session is not left alone for now.
    fn claim(&mut self) -> Option<Claim> {
        let (now, rule) = (self.now(), self.rule());
        self.sessions.retain(|_, pause| !pause.is_stale(rule, now));
        let limits = self.limits();
        // Given back all together at the end: given back one by one they would be the next again.
        let mut passed_over = Vec::new();
        loop {
            let claim = self.archive.claim(&limits)?;
            if !self
                .sessions
                .get(&claim.session())
                .is_some_and(|pause| pause.holds(now))
            {
                return Some(claim);
            }
            passed_over.push(claim);
        }
    }

    /// Near the intake log's bound, room matters more than good company.
    fn limits(&self) -> ClaimLimits {
        let hurried = !self.flushing.is_empty() || self.archive.intake_pressure() >= self.config.hurry_at;
        if hurried {
            ClaimLimits {
                age: Duration::ZERO,
                ..self.config.limits
            }
        } else {
            self.config.limits
        }
    }

    fn begin_seals(&mut self) {
        if !self.look_at_seals || self.finishing.is_some() || self.store.holds(self.now()) {
            return;
        }
        self.look_at_seals = false;
        let archive = self.archive.clone();
        self.finishing = Some(tokio::spawn(async move { archive.finish_seals().await }));
    }

    fn note(&mut self, ended: Result<Ended, tokio::task::JoinError>) {
        // A panic in a pack is caught and told by the archive as an error; one here would be ours.
        let Ok(Ended {
            session,
            memory_bytes,
            took,
            outcome,
        }) = ended
        else {
            self.memory_bytes = 0;
            return;
        };
        self.memory_bytes = self.memory_bytes.saturating_sub(memory_bytes);
        self.look_at_seals = true;
        match outcome {
            Ok(packed) => {
                metrics::packed(&packed, took);
                self.sessions.remove(&session);
                self.store_works();
            }
            Err(error) => self.failed(session, &error),
        }
    }

    fn note_seals(&mut self, failed: Vec<(SessionRef, WriteError)>) {
        if failed.is_empty() && self.seals_failed {
            self.store_works();
        }
        self.seals_failed = false;
        for (session, error) in failed {
            let of_store = is_of_store(&error);
            // A store that is down fails every seal; that is one failure.
            if !(of_store && self.seals_failed) {
                self.failed(session, &error);
            }
            self.seals_failed |= of_store;
        }
    }

    fn store_works(&mut self) {
        if self.store.succeeded() {
            tracing::info!("packing goes on");
        }
    }

    fn failed(&mut self, session: SessionRef, error: &WriteError) {
        self.flush_failed = true;
        let (now, rule) = (self.now(), self.rule());
        let (tenant_id, session_id) = (session.tenant, session.session);
        if !is_of_store(error) {
            metrics::pack_failed("session");
            let first = self.sessions.entry(session).or_default().failed(rule, now);
            if first {
                tracing::error!(
                    tenant.id = %tenant_id, session.id = %session_id, error = %error,
                    "a session can't be packed; its frames stay in the intake log and it is tried again"
                );
            }
            return;
        }
        metrics::pack_failed("store");
        if self.store.failed(rule, now) {
            tracing::error!(
                tenant.id = %tenant_id, session.id = %session_id, error = %error,
                "packing waits; frames stay in the intake log"
            );
        }
    }

    /// Answers a flush when nothing is left to do, or nothing can be done for now.
    fn end_flush(&mut self) {
        if self.flushing.is_empty() || !self.running.is_empty() || self.finishing.is_some() {
            return;
        }
        if self.look_at_seals && !self.store.holds(self.now()) {
            return;
        }
        let now = self.now();
        let left = self.flush_failed
            || self.store.holds(now)
            || self.sessions.values().any(|pause| pause.holds(now));
        let flushed = if left { Flushed::Failed } else { Flushed::All };
        for done in self.flushing.drain(..) {
            // Whoever asked may have gone.
            let _ = done.send(flushed);
        }
    }
}

/// Whether an error is of what all sessions share. A store that answers in a way nobody foresaw is no better for the
/// next session.
fn is_of_store(error: &WriteError) -> bool {
    Machinery::of_write(error) != Machinery::Broken
        || matches!(error, WriteError::Object(ObjectError::Other { .. }))
}

/// The failures of the seals being finished; never, while none are.
async fn finished(
    finishing: &mut Option<JoinHandle<Vec<(SessionRef, WriteError)>>>,
) -> Vec<(SessionRef, WriteError)> {
    let Some(task) = finishing else {
        return std::future::pending().await;
    };
    let failed = task.await.unwrap_or_default();
    *finishing = None;
    failed
}
