//! The catalog as the rest of the program holds it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rusqlite::Connection;

use super::dump::{self, Snapshot};
use super::error::CatalogError;
use super::flaws::{self, Flaw};
use super::job::job;
use super::migrations;
use super::readers::Readers;
use super::sqlite::{self, Checkpoint, ReadTx, Tx};
use super::writer::{Writer, WriterStats};

/// How a catalog is opened.
#[derive(Debug, Clone, Copy)]
pub struct CatalogOptions {
    /// Connections that read.
    pub readers: usize,
    /// How long a statement waits for another process that holds the database.
    pub busy_timeout: Duration,
    /// The time box of a read transaction.
    pub read_limit: Duration,
    /// How long [`Catalog::checkpoint_wal`] goes on trying.
    pub checkpoint_limit: Duration,
}

impl Default for CatalogOptions {
    fn default() -> Self {
        Self {
            readers: 4,
            busy_timeout: Duration::from_secs(5),
            read_limit: Duration::from_secs(10),
            // Longer than any reader may stay.
            checkpoint_limit: Duration::from_secs(30),
        }
    }
}

/// A handle on the catalog; clones share one writer and one pool of readers. Dropping the last one waits for the writer.
#[derive(Clone)]
pub struct Catalog {
    // Readers close first: the last connection to close empties and removes the write-ahead log, and only a writer can.
    readers: Arc<Readers>,
    writer: Option<Arc<Writer>>,
    checkpoint_limit: Duration,
    busy_timeout: Duration,
    path: PathBuf,
}

impl std::fmt::Debug for Catalog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Catalog")
            .field("read_only", &self.writer.is_none())
            .finish_non_exhaustive()
    }
}

impl Catalog {
    /// Opens the catalog at `path`, creates it where there is none, and brings it to this program's version.
    pub fn open(path: &Path) -> Result<Self, CatalogError> {
        Self::open_with(path, CatalogOptions::default())
    }

    /// As [`Catalog::open`], with options.
    pub fn open_with(path: &Path, options: CatalogOptions) -> Result<Self, CatalogError> {
        let mut connection = sqlite::open_writer(path, options.busy_timeout)?;
        migrations::migrate(&mut connection)?;
        let readers = Readers::open(path, options.readers, options.busy_timeout, options.read_limit)?;
        let writer = Writer::start(connection, options.busy_timeout)?;
        Ok(Self {
            readers: Arc::new(readers),
            writer: Some(Arc::new(writer)),
            checkpoint_limit: options.checkpoint_limit,
            busy_timeout: options.busy_timeout,
            path: path.to_owned(),
        })
    }

    /// Opens the catalog for a command that only looks, also beside a running server. It neither creates nor migrates.
    pub fn open_read_only(path: &Path) -> Result<Self, CatalogError> {
        Self::open_checked(path, migrations::require_current)
    }

    /// As [`Catalog::open_read_only`], also before a migration: for what every version has in the same place.
    pub(crate) fn open_before_migration(path: &Path) -> Result<Self, CatalogError> {
        Self::open_checked(path, |connection| migrations::require_made(connection).map(drop))
    }

    fn open_checked(
        path: &Path,
        check: impl FnOnce(&Connection) -> Result<(), CatalogError>,
    ) -> Result<Self, CatalogError> {
        let options = CatalogOptions::default();
        let readers = Readers::open(path, options.readers, options.busy_timeout, options.read_limit)?;
        readers.check(check)?;
        Ok(Self {
            readers: Arc::new(readers),
            writer: None,
            checkpoint_limit: options.checkpoint_limit,
            busy_timeout: options.busy_timeout,
            path: path.to_owned(),
        })
    }

    /// Runs `work` in a transaction shared with whoever else writes just now, and returns when that is durable.
    ///
    /// A job that returns an error, or panics, takes back only what it wrote itself. If the shared commit fails, every
    /// job of it gets that error, and nothing of it was kept. The job runs at most once, and it runs to its end also when
    /// the caller stops waiting. It holds up all other writers: no I/O, no waiting.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<CatalogError> + Send + 'static,
    {
        let (job, result) = job(work);
        self.writer()?.run(job).await?;
        result.await.map_err(|_| CatalogError::Closed)?
    }

    /// Runs `work` on one snapshot of the catalog, on a thread where blocking is allowed. A read past its time box ends
    /// with [`CatalogError::Busy`].
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&ReadTx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<CatalogError> + Send + 'static,
    {
        self.readers.read(work).await
    }

    /// As [`Catalog::read`], on this thread.
    pub fn read_blocking<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&ReadTx<'_>) -> Result<T, E>,
        E: From<CatalogError>,
    {
        self.readers.read_blocking(work)
    }

    /// What the database finds wrong with its own file. It reads all of it in one go, longer than a time box: a purge's
    /// checkpoint waits meanwhile.
    pub async fn flaws(&self) -> Result<Vec<Flaw>, CatalogError> {
        let (path, busy_timeout) = (self.path.clone(), self.busy_timeout);
        tokio::task::spawn_blocking(move || flaws::find(&path, busy_timeout))
            .await
            .unwrap_or_else(|_| Err(super::job::panicked()))
    }

    /// Runs `work` on one snapshot of everything, on this thread and for as long as it takes: a purge's checkpoint waits
    /// meanwhile.
    pub fn snapshot_blocking<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&Snapshot<'_>) -> Result<T, E>,
        E: From<CatalogError>,
    {
        dump::snapshot(&self.path, self.busy_timeout, work)
    }

    /// Registers what runs once a batch inside its transaction, after the jobs and before the commit. If it fails, the
    /// batch fails. It does not run for a batch none of whose jobs is kept. It must not hold this catalog.
    pub fn set_before_commit<F>(&self, hook: F) -> Result<(), CatalogError>
    where
        F: FnMut(&mut Tx<'_>) -> Result<(), CatalogError> + Send + 'static,
    {
        self.writer()?.set_hook(Box::new(hook));
        Ok(())
    }

    /// Empties the write-ahead log into the database file, trying again while a reader needs it. What was deleted or
    /// overwritten before the call is in no file of the catalog afterwards. [`CatalogError::Busy`] if a reader outlasts
    /// [`CatalogOptions::checkpoint_limit`].
    pub async fn checkpoint_wal(&self) -> Result<(), CatalogError> {
        const PAUSE: Duration = Duration::from_millis(20);

        let writer = self.writer()?;
        let attempts = async {
            while writer.checkpoint().await? == Checkpoint::Busy {
                tokio::time::sleep(PAUSE).await;
            }
            Ok(())
        };
        tokio::time::timeout(self.checkpoint_limit, attempts)
            .await
            .unwrap_or(Err(CatalogError::Busy))
    }

    /// What the writer has done so far; nothing for a catalog open for reading.
    pub fn stats(&self) -> Option<WriterStats> {
        self.writer.as_ref().map(|writer| writer.stats())
    }

    /// Lets queued jobs and running reads finish, then closes the files. Later calls get [`CatalogError::Closed`].
    pub async fn close(&self) {
        let readers = Arc::clone(&self.readers);
        // Waits for readers at work, so not on a thread of the runtime. It cannot panic, and a cancelled runtime is no
        // reason to keep the writer open.
        tokio::task::spawn_blocking(move || readers.close()).await.ok();
        if let Some(writer) = &self.writer {
            writer.close().await;
        }
    }

    fn writer(&self) -> Result<&Writer, CatalogError> {
        self.writer.as_deref().ok_or(CatalogError::ReadOnly)
    }
}
