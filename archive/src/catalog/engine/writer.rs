//! The one thread that writes, with group commit.
//!
//! The life of a batch: 1 the first job waits in the queue; 2 `BEGIN IMMEDIATE`; 3 this job, and every job that is in the
//! queue by then, runs in a savepoint of its own, and a job that fails is rolled back to it; 4 the hook runs; 5 `COMMIT`,
//! which syncs the log; 6 every job is answered. While 5 waits for the disk the next batch gathers in the queue.
//!
//! **Invariants.** Nobody is answered before 5 has returned. If 2, 4 or 5 fails, nothing of the batch is kept and each
//! of its jobs is answered with that error.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::error::CatalogError;
use super::job::{Job, panicked};
use super::sqlite::{self, Checkpoint, Tx};

/// Jobs in one transaction at most: a batch must not grow for ever under load that never pauses.
const BATCH_MAX: usize = 1_024;

/// Jobs that may wait; callers past it wait to put theirs in.
const QUEUE: usize = 4_096;

/// How long one attempt at a checkpoint may hold up the writer.
const CHECKPOINT_WAIT: Duration = Duration::from_millis(100);

/// Run once a batch inside its transaction, before `COMMIT`.
pub(super) type Hook = Box<dyn FnMut(&mut Tx<'_>) -> Result<(), CatalogError> + Send>;

enum Message {
    /// A job, and when it came.
    Job(Box<dyn Job>, Instant),
    Checkpoint(oneshot::Sender<Result<Checkpoint, CatalogError>>),
    Close(oneshot::Sender<()>),
}

/// What the writer has done since it was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WriterStats {
    /// Jobs run, those that failed included.
    pub jobs: u64,
    /// Transactions committed.
    pub commits: u64,
}

#[derive(Default)]
struct Counters {
    jobs: AtomicU64,
    commits: AtomicU64,
}

/// The writer as its callers hold it.
pub(super) struct Writer {
    inbox: Option<mpsc::Sender<Message>>,
    thread: Option<JoinHandle<()>>,
    hook: Arc<Mutex<Option<Hook>>>,
    counters: Arc<Counters>,
}

impl Writer {
    /// Starts the thread, which owns the connection from here on.
    pub(super) fn start(connection: Connection, busy_timeout: Duration) -> Result<Self, CatalogError> {
        let (inbox, messages) = mpsc::channel(QUEUE);
        let hook = Arc::new(Mutex::new(None));
        let counters = Arc::new(Counters::default());
        let state = State {
            connection,
            busy_timeout,
            messages,
            hook: Arc::clone(&hook),
            counters: Arc::clone(&counters),
        };
        let thread = std::thread::Builder::new()
            .name("catalog-writer".to_owned())
            .spawn(move || state.run())
            .map_err(|error| CatalogError::Other(format!("cannot start the catalog's writer: {error}")))?;
        Ok(Self {
            inbox: Some(inbox),
            thread: Some(thread),
            hook,
            counters,
        })
    }

    pub(super) fn set_hook(&self, hook: Hook) {
        *self.hook.lock() = Some(hook);
    }

    pub(super) fn stats(&self) -> WriterStats {
        WriterStats {
            jobs: self.counters.jobs.load(Ordering::Relaxed),
            commits: self.counters.commits.load(Ordering::Relaxed),
        }
    }

    pub(super) async fn run(&self, job: Box<dyn Job>) -> Result<(), CatalogError> {
        self.send(Message::Job(job, Instant::now())).await
    }

    pub(super) async fn checkpoint(&self) -> Result<Checkpoint, CatalogError> {
        let (reply, receiver) = oneshot::channel();
        self.send(Message::Checkpoint(reply)).await?;
        receiver.await.map_err(|_| CatalogError::Closed)?
    }

    /// Lets what waits in the queue finish, and closes the connection. The second time it does nothing.
    pub(super) async fn close(&self) {
        let (reply, receiver) = oneshot::channel();
        if self.send(Message::Close(reply)).await.is_ok() {
            // An error says that the thread is gone already.
            receiver.await.ok();
        }
    }

    async fn send(&self, message: Message) -> Result<(), CatalogError> {
        let inbox = self.inbox.as_ref().ok_or(CatalogError::Closed)?;
        inbox.send(message).await.map_err(|_| CatalogError::Closed)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.inbox.take());
        if let Some(thread) = self.thread.take()
            // A job may have held the last handle: then this is the writer's own thread, which cannot wait for itself.
            && thread.thread().id() != std::thread::current().id()
        {
            // Its panics have been answered where they happened.
            drop(thread.join());
        }
    }
}

struct State {
    connection: Connection,
    busy_timeout: Duration,
    messages: mpsc::Receiver<Message>,
    hook: Arc<Mutex<Option<Hook>>>,
    counters: Arc<Counters>,
}

impl State {
    fn run(mut self) {
        let mut next = None;
        while let Some(message) = next.take().or_else(|| self.messages.blocking_recv()) {
            match message {
                Message::Job(first, came) => next = self.batch(first, came),
                Message::Checkpoint(reply) => {
                    reply.send(self.checkpoint()).ok();
                }
                Message::Close(reply) => {
                    // Whoever still waits is told `Closed` by the drop of the queue; the connection goes before the answer.
                    drop(self);
                    // Nobody may be listening any more.
                    reply.send(()).ok();
                    return;
                }
            }
        }
    }

    /// Runs a batch that begins with `first`; gives back the message that ended it, if it was no job.
    fn batch(&mut self, first: Box<dyn Job>, came: Instant) -> Option<Message> {
        let mut jobs = Vec::new();
        let mut next = None;
        let outcome = self.transaction((first, came), &mut jobs, &mut next);
        match &outcome {
            Ok(true) => {
                self.counters.commits.fetch_add(1, Ordering::Relaxed);
            }
            Ok(false) => {}
            Err(error) => tracing::warn!(jobs = jobs.len(), %error, "catalog batch failed"),
        }
        self.counters.jobs.fetch_add(jobs.len() as u64, Ordering::Relaxed);
        for job in jobs {
            job.finish(outcome.clone().map(drop));
        }
        next
    }

    /// Steps 2 to 5. `jobs` holds every job taken from the queue, whatever happens.
    fn transaction(
        &mut self,
        (first, came): (Box<dyn Job>, Instant),
        jobs: &mut Vec<Box<dyn Job>>,
        next: &mut Option<Message>,
    ) -> Result<bool, CatalogError> {
        if let Err(error) = self.begin(came) {
            jobs.push(first);
            return Err(error);
        }
        let mut tx = Tx::new(&self.connection);
        let mut kept = false;
        let mut incoming = Some(first);
        let mut run = Ok(());
        while let Some(mut job) = incoming.take() {
            if run.is_ok() {
                run = Self::in_savepoint(&mut tx, &self.connection, job.as_mut()).map(|keep| kept |= keep);
            }
            jobs.push(job);
            if jobs.len() < BATCH_MAX && run.is_ok() {
                match self.messages.try_recv() {
                    Ok(Message::Job(job, _)) => incoming = Some(job),
                    Ok(other) => *next = Some(other),
                    Err(_) => {}
                }
            }
        }
        let done = run.and_then(|()| {
            if kept {
                Self::commit(&mut tx, &self.connection, &self.hook)
            } else {
                Ok(())
            }
        });
        if !self.connection.is_autocommit() {
            // Reached after a failure, and when no job of the batch is kept.
            sqlite::control(&self.connection, "ROLLBACK")?;
        }
        done.map(|()| kept)
    }

    /// Step 2. A job waits for whoever else holds the database since it came, not since its turn came: behind a lock,
    /// jobs in the queue are answered one right after the other.
    fn begin(&self, came: Instant) -> Result<(), CatalogError> {
        self.wait_at_most(self.busy_timeout.saturating_sub(came.elapsed()))?;
        sqlite::control(&self.connection, "BEGIN IMMEDIATE")
    }

    fn wait_at_most(&self, time: Duration) -> Result<(), CatalogError> {
        self.connection
            .busy_timeout(time)
            .map_err(|error| sqlite::from_sqlite(&error))
    }

    fn in_savepoint(
        tx: &mut Tx<'_>,
        connection: &Connection,
        job: &mut dyn Job,
    ) -> Result<bool, CatalogError> {
        sqlite::control(connection, "SAVEPOINT job")?;
        let keep = job.run(tx);
        if let Some(error) = tx.ended() {
            return Err(error);
        }
        if !keep {
            sqlite::control(connection, "ROLLBACK TO job")?;
        }
        sqlite::control(connection, "RELEASE job")?;
        Ok(keep)
    }

    fn commit(
        tx: &mut Tx<'_>,
        connection: &Connection,
        hook: &Mutex<Option<Hook>>,
    ) -> Result<(), CatalogError> {
        if let Some(hook) = hook.lock().as_mut() {
            catch_unwind(AssertUnwindSafe(|| hook(tx))).unwrap_or_else(|_| Err(panicked()))?;
            if let Some(error) = tx.ended() {
                return Err(error);
            }
        }
        sqlite::control(connection, "COMMIT")
    }

    fn checkpoint(&self) -> Result<Checkpoint, CatalogError> {
        self.wait_at_most(CHECKPOINT_WAIT)?;
        sqlite::checkpoint(&self.connection)
    }
}
