//! The database's own check of itself: pages, indexes, constraints, references, schema.
//!
//! Statements see rows through indexes and take constraints for granted; this is what makes both true.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;

use super::error::CatalogError;
use super::migrations;
use super::sqlite::{self, from_sqlite};

/// Something that the database finds wrong with its own file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// The table it is in, where it is in one.
    pub table: Option<String>,
    /// What is wrong.
    pub what: String,
}

/// Pages, free pages, indexes against their tables, types and constraints of every row, and references between tables.
/// Reads everything.
pub(super) fn find(path: &Path, busy_timeout: Duration) -> Result<Vec<Flaw>, CatalogError> {
    let connection = sqlite::open_inspector(path, busy_timeout)?;
    let failed = |error: rusqlite::Error| from_sqlite(&error);
    let mut flaws = Vec::new();
    let mut statement = connection.prepare("PRAGMA integrity_check").map_err(failed)?;
    let mut rows = statement.query([]).map_err(failed)?;
    while let Some(row) = rows.next().map_err(failed)? {
        let what: String = row.get(0).map_err(failed)?;
        if what != "ok" {
            flaws.push(Flaw { table: None, what });
        }
    }
    let mut statement = connection.prepare("PRAGMA foreign_key_check").map_err(failed)?;
    let mut rows = statement.query([]).map_err(failed)?;
    while let Some(row) = rows.next().map_err(failed)? {
        let table: String = row.get(0).map_err(failed)?;
        let parent: String = row.get(2).map_err(failed)?;
        flaws.push(Flaw {
            what: format!("a row of {table} refers to one of {parent} that is not there"),
            table: Some(table),
        });
    }
    flaws.extend(schema_differs(&connection)?);
    Ok(flaws)
}

/// Tables, indexes and their constraints are those that this program makes: whoever can write the file can also write
/// another schema into it.
fn schema_differs(connection: &Connection) -> Result<Option<Flaw>, CatalogError> {
    let mut fresh = Connection::open_in_memory().map_err(|error| from_sqlite(&error))?;
    migrations::migrate(&mut fresh)?;
    let (expected, found) = (schema(&fresh)?, schema(connection)?);
    Ok(found
        .symmetric_difference(&expected)
        .next()
        .map(|(name, _)| Flaw {
            table: Some(name.clone()),
            what: format!("the schema of {name} is not the one this program makes"),
        }))
}

/// Each thing of a schema, by its table.
fn schema(connection: &Connection) -> Result<BTreeSet<(String, String)>, CatalogError> {
    let failed = |error: rusqlite::Error| from_sqlite(&error);
    let sql = "SELECT tbl_name, type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_schema";
    let mut statement = connection.prepare(sql).map_err(failed)?;
    let rows = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .map_err(failed)?;
    rows.collect::<Result<_, _>>().map_err(failed)
}
