//! Tests of the engine, on databases in temporary folders.

mod opening;
mod reading;
mod writing;

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::mpsc;
use std::task::Poll;
use std::time::Duration;

use super::query::Statements;
use super::{Catalog, CatalogError, CatalogOptions, Query, Tx};

/// A short patience, for tests in which waiting is in vain.
const IMPATIENT: CatalogOptions = CatalogOptions {
    readers: 2,
    busy_timeout: Duration::ZERO,
    read_limit: Duration::from_secs(10),
    checkpoint_limit: Duration::from_millis(200),
};

struct Bench {
    catalog: Catalog,
    runtime: tokio::runtime::Runtime,
    folder: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        Self::with(IMPATIENT)
    }

    fn with(options: CatalogOptions) -> Self {
        let folder = tempfile::tempdir().expect("temporary folder");
        let catalog = Catalog::open_with(&folder.path().join("catalog.db"), options).expect("new catalog");
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("runtime");
        Self {
            catalog,
            runtime,
            folder,
        }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("catalog.db")
    }

    /// Another process, as far as the database can tell.
    fn stranger(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.path()).expect("second connection")
    }

    fn add(&self, n: u8) -> Result<(), CatalogError> {
        self.runtime.block_on(self.catalog.write(move |tx| insert(tx, n)))
    }

    fn numbers(&self) -> Vec<u8> {
        self.catalog.read_blocking(|tx| numbers(tx)).expect("numbers")
    }

    /// Starts a job that holds the writer until the returned sender is used, and returns when the job runs.
    fn hold(&self) -> (Write, mpsc::Sender<()>) {
        let (running, started) = mpsc::channel();
        let (release, released) = mpsc::channel();
        let held = self.start(move |_: &mut Tx<'_>| {
            running.send(()).expect("the test waits");
            released.recv().expect("the test releases");
            Ok(())
        });
        started.recv().expect("the job starts");
        (held, release)
    }

    /// Puts a job into the queue.
    fn start(&self, work: impl FnOnce(&mut Tx<'_>) -> Result<(), CatalogError> + Send + 'static) -> Write {
        let catalog = self.catalog.clone();
        let mut write: Write = Box::pin(async move { catalog.write(work).await });
        assert!(self.is_pending(&mut write));
        write
    }

    fn is_pending(&self, write: &mut Write) -> bool {
        self.runtime.block_on(std::future::poll_fn(|context| {
            Poll::Ready(write.as_mut().poll(context).is_pending())
        }))
    }

    fn finish(&self, write: Write) -> Result<(), CatalogError> {
        self.runtime.block_on(write)
    }
}

type Write = Pin<Box<dyn Future<Output = Result<(), CatalogError>>>>;

const INSERT_TENANT: &str =
    "INSERT INTO tenants (tenant_id, name, created_at_us) VALUES (:tenant, :name, :at)";
const NUMBERS: &str = "SELECT created_at_us FROM tenants ORDER BY created_at_us";

fn insert(tx: &mut Tx<'_>, n: u8) -> Result<(), CatalogError> {
    let (tenant, name) = ([n; 16], n.to_string());
    let params = [
        (":tenant", (&tenant).into()),
        (":name", (&name).into()),
        (":at", u32::from(n).into()),
    ];
    tx.execute(INSERT_TENANT, &params).map(drop)
}

fn numbers(query: &dyn Query) -> Result<Vec<u8>, CatalogError> {
    query.all(NUMBERS, &[], |row| {
        row.get::<u32>("created_at_us")
            .map(|n| u8::try_from(n).expect("a small number"))
    })
}

/// Runs a statement of the test's own and forgets its rows.
fn pragma(tx: &Tx<'_>, sql: &'static str) -> Result<(), CatalogError> {
    tx.select(sql, &[], &mut |_| Ok(ControlFlow::Continue(())))
}
