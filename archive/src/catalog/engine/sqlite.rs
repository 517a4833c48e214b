//! SQLite, and the only file that runs its statements: connections with their settings, the two kinds of transaction,
//! and the mapping of its errors to ours.

use std::cell::RefCell;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, ErrorCode, OpenFlags, ToSql};

use super::error::CatalogError;
use super::query::{Query, Statements};
use super::value::{Columns, Params, Row, Value};

/// Statements kept prepared on a connection; more than the catalog has.
const STATEMENT_CACHE: usize = 256;

/// Opens the connection that writes, and creates the database where there is none.
pub(super) fn open_writer(path: &Path, busy_timeout: Duration) -> Result<Connection, CatalogError> {
    create_private(path)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(|error| from_sqlite(&error))?;
    configure(&connection, busy_timeout)?;
    // In this order: a change of the journal mode needs the lock, hence the time-out before it.
    set(&connection, "journal_mode", "WAL", "wal")?;
    // With WAL, anything below FULL acknowledges commits that a power cut takes back.
    set(&connection, "synchronous", "FULL", "2")?;
    // Deleted content is overwritten with zeros: an expired row must not live on in free pages.
    set(&connection, "secure_delete", "ON", "1")?;
    Ok(connection)
}

/// Opens a connection that only reads.
pub(super) fn open_reader(path: &Path, busy_timeout: Duration) -> Result<Connection, CatalogError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(|error| from_sqlite(&error))?;
    configure(&connection, busy_timeout)?;
    set(&connection, "query_only", "ON", "1")?;
    Ok(connection)
}

/// Opens a connection for a look at the whole database. It changes nothing, and is still no read-only one: on those
/// SQLite forgets the CHECK constraints and so can't tell whether rows keep them.
pub(super) fn open_inspector(path: &Path, busy_timeout: Duration) -> Result<Connection, CatalogError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(|error| from_sqlite(&error))?;
    // Left to itself, the last connection to close moves the write-ahead log into the database.
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)
        .map_err(|error| from_sqlite(&error))?;
    configure(&connection, busy_timeout)?;
    set(&connection, "query_only", "ON", "1")?;
    Ok(connection)
}

fn configure(connection: &Connection, busy_timeout: Duration) -> Result<(), CatalogError> {
    connection
        .busy_timeout(busy_timeout)
        .map_err(|error| from_sqlite(&error))?;
    connection.set_prepared_statement_cache_capacity(STATEMENT_CACHE);
    set(connection, "foreign_keys", "ON", "1")?;
    // A schema that someone else wrote into the file must not run functions with side effects.
    set(connection, "trusted_schema", "OFF", "0")?;
    // Sorting must not spill rows into files that nothing overwrites.
    set(connection, "temp_store", "MEMORY", "2")
}

/// Sets a pragma and reads it back: SQLite ignores silently what it does not know or cannot do.
pub(super) fn set(
    connection: &Connection,
    pragma: &str,
    value: &str,
    expected: &str,
) -> Result<(), CatalogError> {
    connection
        .pragma_update_and_check(None, pragma, value, |_| Ok(()))
        .or_else(|error| match error {
            // Most pragmas answer a change with no row.
            rusqlite::Error::QueryReturnedNoRows => Ok(()),
            other => Err(from_sqlite(&other)),
        })?;
    let found = connection
        .pragma_query_value(None, pragma, |row| {
            Ok(match row.get_ref(0)? {
                ValueRef::Integer(int) => int.to_string(),
                ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
                other => format!("{other:?}"),
            })
        })
        .map_err(|error| from_sqlite(&error))?;
    if found == expected {
        Ok(())
    } else {
        Err(CatalogError::Other(format!(
            "setting `{pragma}` is `{found}` where it must be `{expected}`"
        )))
    }
}

/// Creates the database file for its owner alone; SQLite gives its log the mode of the database.
fn create_private(path: &Path) -> Result<(), CatalogError> {
    use std::os::unix::fs::OpenOptionsExt;

    std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)
        .map(drop)
        .map_err(|error| match error.kind() {
            std::io::ErrorKind::StorageFull => CatalogError::Full,
            std::io::ErrorKind::ReadOnlyFilesystem => CatalogError::ReadOnly,
            _ => CatalogError::Other(format!("cannot open {}: {error}", path.display())),
        })
}

/// How a run of the checkpoint ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Checkpoint {
    /// The write-ahead log is empty: nothing but the database file holds data.
    Truncated,
    /// A reader or another process still needs the log.
    Busy,
}

/// Moves everything from the write-ahead log into the database and truncates the log.
pub(super) fn checkpoint(connection: &Connection) -> Result<Checkpoint, CatalogError> {
    let busy = connection
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0))
        .map_err(|error| from_sqlite(&error))?;
    Ok(if busy == 0 {
        Checkpoint::Truncated
    } else {
        Checkpoint::Busy
    })
}

/// Runs a statement that stands for itself (BEGIN, SAVEPOINT and so on).
pub(super) fn control(connection: &Connection, sql: &'static str) -> Result<(), CatalogError> {
    connection
        .prepare_cached(sql)
        .and_then(|mut statement| statement.raw_execute())
        .map(drop)
        // COMMIT is where a full disk shows as an I/O error.
        .map_err(|error| from_connection(connection, &error))
}

/// The class of an error of SQLite.
pub(super) fn from_sqlite(error: &rusqlite::Error) -> CatalogError {
    let (failure, text) = match error {
        rusqlite::Error::SqliteFailure(failure, text) => {
            (failure, text.clone().unwrap_or_else(|| failure.to_string()))
        }
        rusqlite::Error::SqlInputError {
            error: failure, msg, ..
        } => (failure, msg.clone()),
        other => return CatalogError::Other(other.to_string()),
    };
    match failure.code {
        ErrorCode::DiskFull => CatalogError::Full,
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::OperationInterrupted => {
            CatalogError::Busy
        }
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => CatalogError::Damaged(text),
        ErrorCode::ReadOnly => CatalogError::ReadOnly,
        ErrorCode::ConstraintViolation => CatalogError::Conflict(text),
        // The kind of an I/O error stands only in the extended code: which call it was, and on which file.
        ErrorCode::SystemIoFailure => CatalogError::Other(format!("{text} (code {})", failure.extended_code)),
        _ => CatalogError::Other(text),
    }
}

/// As [`from_sqlite`], and asks the file system: SQLite calls a full disk an I/O error when it meets it anywhere but in
/// `write` (at a sync, in the log's index), and a used-up quota always.
fn from_connection(connection: &Connection, error: &rusqlite::Error) -> CatalogError {
    /// With less than this left, an I/O error is taken for a full disk.
    const ALMOST_NOTHING_BYTES: u64 = 1 << 20;

    let io = matches!(error, rusqlite::Error::SqliteFailure(failure, _) if failure.code == ErrorCode::SystemIoFailure);
    if io {
        let left = connection.path().and_then(|path| rustix::fs::statvfs(path).ok());
        if left.is_some_and(|fs| fs.f_bavail.saturating_mul(fs.f_frsize) < ALMOST_NOTHING_BYTES) {
            return CatalogError::Full;
        }
    }
    from_sqlite(error)
}

struct SqliteRow<'a>(&'a rusqlite::Row<'a>);

impl Columns for SqliteRow<'_> {
    fn value(&self, column: &str) -> Option<Value<'_>> {
        Some(match self.0.get_ref(column).ok()? {
            ValueRef::Null => Value::Null,
            ValueRef::Integer(int) => Value::Int(int),
            ValueRef::Text(text) => Value::Text(std::str::from_utf8(text).ok()?),
            ValueRef::Blob(blob) => Value::Blob(blob),
            // No STRICT table of ours has such a column.
            ValueRef::Real(_) => return None,
        })
    }
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match *self {
            Value::Null => ValueRef::Null,
            Value::Int(int) => ValueRef::Integer(int),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Blob(blob) => ValueRef::Blob(blob),
        }))
    }
}

/// The statement with its parameters bound; refuses a parameter too many or too few, which SQLite would take for NULL.
fn bound<'c>(
    connection: &'c Connection,
    sql: &'static str,
    params: Params<'_>,
) -> Result<CachedStatement<'c>, CatalogError> {
    let failed = |error: rusqlite::Error| from_connection(connection, &error);
    let mut statement = connection.prepare_cached(sql).map_err(failed)?;
    if statement.parameter_count() != params.len() {
        let (wants, got) = (statement.parameter_count(), params.len());
        return Err(CatalogError::Other(format!(
            "statement wants {wants} parameters and got {got}: {sql}"
        )));
    }
    for (name, value) in params {
        let index = statement
            .parameter_index(name)
            .map_err(failed)?
            .ok_or_else(|| CatalogError::Other(format!("statement has no parameter `{name}`: {sql}")))?;
        statement.raw_bind_parameter(index, value).map_err(failed)?;
    }
    Ok(statement)
}

fn select(
    connection: &Connection,
    sql: &'static str,
    params: Params<'_>,
    visit: &mut dyn FnMut(&Row<'_>) -> Result<ControlFlow<()>, CatalogError>,
) -> Result<(), CatalogError> {
    let mut statement = bound(connection, sql, params)?;
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next().map_err(|error| from_connection(connection, &error))? {
        if visit(&Row::new(&SqliteRow(row)))?.is_break() {
            break;
        }
    }
    Ok(())
}

/// A write transaction, as a job of [`Catalog::write`](super::Catalog::write) sees it.
pub struct Tx<'a> {
    connection: &'a Connection,
    /// The last error that may have ended the transaction under the job; a job cannot hide it.
    severe: RefCell<Option<CatalogError>>,
}

impl std::fmt::Debug for Tx<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tx(..)")
    }
}

impl<'a> Tx<'a> {
    pub(super) fn new(connection: &'a Connection) -> Self {
        Self {
            connection,
            severe: RefCell::new(None),
        }
    }

    /// Runs a statement that changes rows, and says how many it changed.
    pub(crate) fn execute(&mut self, sql: &'static str, params: Params<'_>) -> Result<usize, CatalogError> {
        let done = bound(self.connection, sql, params).and_then(|mut statement| {
            statement
                .raw_execute()
                .map_err(|error| from_connection(self.connection, &error))
        });
        self.note(done)
    }

    /// Runs an INSERT of one row that gives something back (`RETURNING`).
    pub(crate) fn returning<T>(
        &mut self,
        sql: &'static str,
        params: Params<'_>,
        map: impl FnMut(&Row<'_>) -> Result<T, CatalogError>,
    ) -> Result<T, CatalogError> {
        (self as &dyn Query).one(sql, params, map)
    }

    /// Whether SQLite has ended the transaction by itself (it does so on a full disk and on I/O errors), and with what.
    pub(super) fn ended(&self) -> Option<CatalogError> {
        if self.connection.is_autocommit() {
            let cause = self.severe.borrow().clone();
            Some(
                cause.unwrap_or_else(|| CatalogError::Other("transaction was ended inside a job".to_owned())),
            )
        } else {
            None
        }
    }

    fn note<T>(&self, result: Result<T, CatalogError>) -> Result<T, CatalogError> {
        if let Err(error) = &result
            && !matches!(error, CatalogError::Conflict(_))
        {
            *self.severe.borrow_mut() = Some(error.clone());
        }
        result
    }
}

impl Statements for Tx<'_> {
    fn select(
        &self,
        sql: &'static str,
        params: Params<'_>,
        visit: &mut dyn FnMut(&Row<'_>) -> Result<ControlFlow<()>, CatalogError>,
    ) -> Result<(), CatalogError> {
        self.note(select(self.connection, sql, params, visit))
    }
}

impl Query for Tx<'_> {}

/// A read transaction: one snapshot of the catalog, for as long as its time box allows.
pub struct ReadTx<'a> {
    connection: &'a Connection,
    deadline: Instant,
}

impl std::fmt::Debug for ReadTx<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ReadTx(..)")
    }
}

impl<'a> ReadTx<'a> {
    pub(super) fn new(connection: &'a Connection, deadline: Instant) -> Self {
        Self { connection, deadline }
    }
}

impl Statements for ReadTx<'_> {
    fn select(
        &self,
        sql: &'static str,
        params: Params<'_>,
        visit: &mut dyn FnMut(&Row<'_>) -> Result<ControlFlow<()>, CatalogError>,
    ) -> Result<(), CatalogError> {
        select(self.connection, sql, params, &mut |row| {
            // The progress handler stops a statement that finds nothing for too long; this stops a visitor that dawdles.
            if Instant::now() > self.deadline {
                Err(CatalogError::Busy)
            } else {
                visit(row)
            }
        })
    }
}

impl Query for ReadTx<'_> {}

/// Has SQLite stop whatever statement is running at `deadline`.
pub(super) fn stop_at(connection: &mut Connection, deadline: Instant) -> Result<(), CatalogError> {
    /// Between two looks at the clock; some tenths of a millisecond.
    const OPERATIONS: i32 = 10_000;

    connection
        .progress_handler(OPERATIONS, Some(move || Instant::now() > deadline))
        .map_err(|error| from_sqlite(&error))
}
