//! The connections that read: a few, each with one read transaction at a time, each transaction with a time box, because
//! a reader that stays holds back the checkpoint that a purge waits for.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};
use rusqlite::Connection;
use tokio::sync::Semaphore;

use super::error::CatalogError;
use super::sqlite::{self, ReadTx};

/// The pool of readers.
pub(super) struct Readers {
    /// Keeps asynchronous callers from filling the runtime's blocking threads with waiting.
    permits: Semaphore,
    idle: Mutex<Idle>,
    returned: Condvar,
    limit: Duration,
}

struct Idle {
    connections: Vec<Connection>,
    lent: usize,
    closed: bool,
}

impl Readers {
    pub(super) fn open(
        path: &Path,
        count: usize,
        busy_timeout: Duration,
        limit: Duration,
    ) -> Result<Self, CatalogError> {
        let connections = (0..count)
            .map(|_| sqlite::open_reader(path, busy_timeout))
            .collect::<Result<Vec<_>, CatalogError>>()?;
        Ok(Self {
            permits: Semaphore::new(count),
            idle: Mutex::new(Idle {
                connections,
                lent: 0,
                closed: false,
            }),
            returned: Condvar::new(),
            limit,
        })
    }

    /// Runs `work` on a blocking thread of the runtime.
    pub(super) async fn read<T, E, F>(self: &Arc<Self>, work: F) -> Result<T, E>
    where
        F: FnOnce(&ReadTx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<CatalogError> + Send + 'static,
    {
        let _permit = self.permits.acquire().await.map_err(|_| CatalogError::Closed)?;
        let readers = Arc::clone(self);
        let done = tokio::task::spawn_blocking(move || readers.read_blocking(work)).await;
        done.unwrap_or_else(|_| Err(E::from(super::job::panicked())))
    }

    /// Runs `work` on this thread.
    pub(super) fn read_blocking<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&ReadTx<'_>) -> Result<T, E>,
        E: From<CatalogError>,
    {
        let mut lent = self.lend()?;
        let deadline = Instant::now() + self.limit;
        sqlite::stop_at(lent.connection_mut()?, deadline)?;
        let connection = lent.connection_mut()?;
        sqlite::control(connection, "BEGIN")?;
        work(&ReadTx::new(connection, deadline))
        // The snapshot ends when `lent` goes back, also after an error or a panic.
    }

    /// Runs a check that needs the connection itself, before anything reads.
    pub(super) fn check(
        &self,
        check: impl FnOnce(&Connection) -> Result<(), CatalogError>,
    ) -> Result<(), CatalogError> {
        check(self.lend()?.connection_mut()?)
    }

    /// Waits for the readers at work and closes all connections.
    pub(super) fn close(&self) {
        self.permits.close();
        let mut idle = self.idle.lock();
        idle.closed = true;
        self.returned.notify_all();
        while idle.lent > 0 {
            self.returned.wait(&mut idle);
        }
        idle.connections.clear();
    }

    fn lend(&self) -> Result<Lent<'_>, CatalogError> {
        let mut idle = self.idle.lock();
        loop {
            if idle.closed {
                return Err(CatalogError::Closed);
            }
            if let Some(connection) = idle.connections.pop() {
                idle.lent += 1;
                return Ok(Lent {
                    connection: Some(connection),
                    readers: self,
                });
            }
            self.returned.wait(&mut idle);
        }
    }
}

/// A connection on loan, which comes back without a transaction.
struct Lent<'a> {
    connection: Option<Connection>,
    readers: &'a Readers,
}

impl Lent<'_> {
    fn connection_mut(&mut self) -> Result<&mut Connection, CatalogError> {
        self.connection.as_mut().ok_or(CatalogError::Closed)
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else {
            return;
        };
        if !connection.is_autocommit()
            && let Err(error) = sqlite::control(&connection, "ROLLBACK")
        {
            tracing::warn!(%error, "catalog reader did not end its transaction");
        }
        let mut idle = self.readers.idle.lock();
        idle.lent -= 1;
        idle.connections.push(connection);
        self.readers.returned.notify_all();
    }
}
