//! The whole catalog as lines, in one snapshot, and a new catalog made of them: for backups. It writes no file but the
//! new catalog's own, and keeps one part in memory at a time.
//!
//! Left out are logins, which a recovery must not bring back to life, and what the schema's steps make by themselves.

use std::path::Path;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use obhut_format::backup::{ColumnType, PART_BYTES, TableHead};
use rusqlite::Connection;
use rusqlite::types::{ToSqlOutput, Value as SqlValue, ValueRef};

use super::error::CatalogError;
use super::flaws;
use super::migrations;
use super::sqlite::{self, Checkpoint, ReadTx, from_sqlite};

/// Longer than any dump takes: its time box is whoever takes the lines.
const NO_LIMIT: Duration = Duration::from_hours(24 * 365);

const TABLES: &str = "
SELECT name
FROM sqlite_schema
WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
  AND name NOT IN ('schema_versions', 'logins', 'login_failures')
ORDER BY name";

const COLUMNS: &str = "
SELECT name, type
FROM pragma_table_info(?1)
ORDER BY cid";

/// One snapshot of everything.
pub struct Snapshot<'a> {
    connection: &'a Connection,
    tx: ReadTx<'a>,
}

impl std::fmt::Debug for Snapshot<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Snapshot(..)")
    }
}

impl Snapshot<'_> {
    /// For statements on the same snapshot.
    pub fn query(&self) -> &ReadTx<'_> {
        &self.tx
    }

    /// The schema's version.
    pub fn version(&self) -> Result<u32, CatalogError> {
        migrations::require_made(self.connection)
    }

    /// Hands over all rows, in parts that are a table's head and lines of rows.
    pub fn parts<E: From<CatalogError>>(
        &self,
        take: &mut dyn FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        for head in heads(self.connection)? {
            self.table(&head, take)?;
        }
        Ok(())
    }

    fn table<E: From<CatalogError>>(
        &self,
        head: &TableHead,
        take: &mut dyn FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let failed = |error: rusqlite::Error| E::from(from_sqlite(&error));
        let columns: Vec<String> = head.columns.iter().map(|(name, _)| quoted(name)).collect();
        // In the order in which they came: keys are appended again as they were.
        let sql = format!(
            "SELECT {} FROM {} ORDER BY rowid",
            columns.join(", "),
            quoted(&head.table)
        );
        let mut statement = self.connection.prepare(&sql).map_err(failed)?;
        let mut rows = statement.raw_query();
        let mut part = Vec::with_capacity(PART_BYTES + PART_BYTES / 4);
        while let Some(row) = rows.next().map_err(failed)? {
            if part.is_empty() {
                part.extend_from_slice(head.to_line().as_bytes());
                part.push(b'\n');
            }
            for at in 0..head.columns.len() {
                part.push(if at == 0 { b'[' } else { b',' });
                put(&mut part, row.get_ref(at).map_err(failed)?)?;
            }
            part.extend_from_slice(b"]\n");
            if part.len() >= PART_BYTES {
                take(&part)?;
                part.clear();
            }
        }
        if part.is_empty() { Ok(()) } else { take(&part) }
    }
}

fn put(part: &mut Vec<u8>, value: ValueRef<'_>) -> Result<(), CatalogError> {
    let text = |part: &mut Vec<u8>, text: &str| {
        serde_json::to_writer(part, text).map_err(|error| CatalogError::Other(error.to_string()))
    };
    match value {
        ValueRef::Null => part.extend_from_slice(b"null"),
        ValueRef::Integer(int) => part.extend_from_slice(int.to_string().as_bytes()),
        ValueRef::Text(bytes) => {
            let valid = std::str::from_utf8(bytes);
            let valid = valid.map_err(|_| CatalogError::Damaged("a text is not UTF-8".to_owned()))?;
            text(part, valid)?;
        }
        ValueRef::Blob(bytes) => text(part, &STANDARD.encode(bytes))?,
        ValueRef::Real(_) => return Err(CatalogError::Damaged("a column holds a real number".to_owned())),
    }
    Ok(())
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The heads of all tables that are dumped.
fn heads(connection: &Connection) -> Result<Vec<TableHead>, CatalogError> {
    let failed = |error: rusqlite::Error| from_sqlite(&error);
    let mut tables = connection.prepare(TABLES).map_err(failed)?;
    let names = tables
        .query_map([], |row| row.get::<_, String>(0))
        .map_err(failed)?;
    let mut heads = Vec::new();
    for table in names {
        let table = table.map_err(failed)?;
        let mut columns = connection.prepare(COLUMNS).map_err(failed)?;
        let rows = columns
            .query_map([&table], |row| {
                Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
            })
            .map_err(failed)?;
        let mut found = Vec::new();
        for row in rows {
            let (name, kind) = row.map_err(failed)?;
            let kind = match &kind[..] {
                "INTEGER" => ColumnType::Integer,
                "TEXT" => ColumnType::Text,
                "BLOB" => ColumnType::Blob,
                other => {
                    return Err(CatalogError::Other(format!(
                        "column {name} of {table} is {other}"
                    )));
                }
            };
            found.push((name, kind));
        }
        drop(columns);
        heads.push(TableHead {
            table,
            columns: found,
        });
    }
    Ok(heads)
}

/// Runs `work` on one snapshot, on a connection of its own and without a time box: a checkpoint waits meanwhile.
pub(super) fn snapshot<T, E: From<CatalogError>>(
    path: &Path,
    busy_timeout: Duration,
    work: impl FnOnce(&Snapshot<'_>) -> Result<T, E>,
) -> Result<T, E> {
    let connection = sqlite::open_reader(path, busy_timeout)?;
    sqlite::control(&connection, "BEGIN")?;
    let done = work(&Snapshot {
        connection: &connection,
        tx: ReadTx::new(&connection, Instant::now() + NO_LIMIT),
    });
    sqlite::control(&connection, "ROLLBACK")?;
    done
}

/// A catalog that is being made of the parts of a dump.
pub struct Loader {
    connection: Connection,
    heads: Vec<TableHead>,
}

impl std::fmt::Debug for Loader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Loader(..)")
    }
}

impl Loader {
    /// Makes an empty catalog of a version at `path`, where there is none.
    pub fn create(path: &Path, version: u32) -> Result<Self, CatalogError> {
        let known = migrations::known();
        if version > known || version == 0 {
            return Err(CatalogError::Newer {
                found: version,
                known,
            });
        }
        let mut connection = sqlite::open_writer(path, Duration::ZERO)?;
        migrations::migrate_to(&mut connection, version)?;
        // Parts come table by table; what refers to what is looked at in the end.
        sqlite::set(&connection, "foreign_keys", "OFF", "0")?;
        let heads = heads(&connection)?;
        Ok(Self { connection, heads })
    }

    /// Adds a part, in one transaction.
    pub fn part(&mut self, part: &[u8]) -> Result<(), CatalogError> {
        let damaged = |what: &str| CatalogError::Damaged(format!("a part of the dump {what}"));
        let mut lines = part
            .strip_suffix(b"\n")
            .ok_or_else(|| damaged("is cut"))?
            .split(|byte| *byte == b'\n');
        let head = lines.next().unwrap_or_default();
        let head = TableHead::parse(head).map_err(|_| damaged("has no head"))?;
        if !self.heads.contains(&head) {
            return Err(damaged("is of a table that its version does not have"));
        }
        let failed = |error: rusqlite::Error| from_sqlite(&error);
        let names: Vec<String> = head.columns.iter().map(|(name, _)| quoted(name)).collect();
        let places: Vec<String> = (1..=names.len()).map(|n| format!("?{n}")).collect();
        let sql = format!(
            "INSERT INTO {} ({}) VALUES ({})",
            quoted(&head.table),
            names.join(", "),
            places.join(", ")
        );
        let tx = self.connection.transaction().map_err(failed)?;
        {
            let mut statement = tx.prepare(&sql).map_err(failed)?;
            for line in lines {
                let row: Vec<serde_json::Value> =
                    serde_json::from_slice(line).map_err(|_| damaged("has a line that is no row"))?;
                if row.len() != head.columns.len() {
                    return Err(damaged("has a row of another length"));
                }
                for (at, ((_, kind), value)) in head.columns.iter().zip(row).enumerate() {
                    let value = taken(*kind, value).ok_or_else(|| damaged("has a value of another type"))?;
                    statement
                        .raw_bind_parameter(at + 1, ToSqlOutput::Owned(value))
                        .map_err(failed)?;
                }
                statement.raw_execute().map_err(failed)?;
            }
        }
        tx.commit().map_err(failed)
    }

    /// Brings the catalog to this program's version, checks it and closes it. All of it is in the one file then.
    pub fn finish(self, path: &Path) -> Result<(), CatalogError> {
        let Self { mut connection, .. } = self;
        sqlite::set(&connection, "foreign_keys", "ON", "1")?;
        migrations::migrate(&mut connection)?;
        if sqlite::checkpoint(&connection)? == Checkpoint::Busy {
            return Err(CatalogError::Busy);
        }
        connection.close().map_err(|(_, error)| from_sqlite(&error))?;
        match flaws::find(path, Duration::ZERO)?.into_iter().next() {
            None => Ok(()),
            Some(flaw) => Err(CatalogError::Damaged(flaw.what)),
        }
    }
}

fn taken(kind: ColumnType, value: serde_json::Value) -> Option<SqlValue> {
    use serde_json::Value;
    Some(match (kind, value) {
        (_, Value::Null) => SqlValue::Null,
        (ColumnType::Integer, Value::Number(number)) => SqlValue::Integer(number.as_i64()?),
        (ColumnType::Text, Value::String(text)) => SqlValue::Text(text),
        (ColumnType::Blob, Value::String(text)) => SqlValue::Blob(STANDARD.decode(text).ok()?),
        _ => return None,
    })
}
