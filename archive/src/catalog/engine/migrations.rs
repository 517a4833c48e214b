//! The schema's versions: which there are, and bringing a catalog to the newest.

use refinery::{Migration, Runner, Target};
use rusqlite::{Connection, OptionalExtension};

use super::error::CatalogError;
use super::sqlite;

/// Where the applied versions are recorded.
const TABLE: &str = "schema_versions";

struct Step {
    version: u32,
    name: &'static str,
    sql: &'static str,
}

/// Every version, oldest first. Published files never change: their checksums are in the catalogs.
const STEPS: &[Step] = &[
    Step {
        version: 1,
        name: "store",
        sql: include_str!("../../../../migrations/sqlite/0001_store.sql"),
    },
    Step {
        version: 2,
        name: "review",
        sql: include_str!("../../../../migrations/sqlite/0002_review.sql"),
    },
    Step {
        version: 3,
        name: "retention",
        sql: include_str!("../../../../migrations/sqlite/0003_retention.sql"),
    },
    Step {
        version: 4,
        name: "deletion",
        sql: include_str!("../../../../migrations/sqlite/0004_deletion.sql"),
    },
    Step {
        version: 5,
        name: "exports",
        sql: include_str!("../../../../migrations/sqlite/0005_exports.sql"),
    },
    Step {
        version: 6,
        name: "custody",
        sql: include_str!("../../../../migrations/sqlite/0006_custody.sql"),
    },
    Step {
        version: 7,
        name: "backup",
        sql: include_str!("../../../../migrations/sqlite/0007_backup.sql"),
    },
];

/// The newest version this program knows.
pub(super) fn known() -> u32 {
    STEPS.last().map_or(0, |step| step.version)
}

/// Brings the catalog to the newest version, one transaction a step.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), CatalogError> {
    migrate_to(connection, known())
}

/// Brings the catalog to a version that this program knows, one transaction a step.
pub(super) fn migrate_to(connection: &mut Connection, target: u32) -> Result<(), CatalogError> {
    let found = refuse_newer(connection)?;
    let mut runner = runner()?;
    // The library's default commits a step and the record of it separately, and a crash between the two leaves a catalog
    // that no later start can migrate. Grouped, with one target at a time, both commit together.
    let steps = STEPS
        .iter()
        .filter(|step| step.version > found && step.version <= target);
    for step in steps {
        let version = i32::try_from(step.version).map_err(|error| CatalogError::Other(error.to_string()))?;
        runner = runner.set_grouped(true).set_target(Target::Version(version));
        runner.run(connection).map_err(|error| from_refinery(&error))?;
        tracing::info!(catalog.version = step.version, "catalog migrated");
    }
    if target < known() {
        return Ok(());
    }
    // Compares the record with our files also where nothing was left to do.
    runner
        .set_target(Target::Latest)
        .run(connection)
        .map(drop)
        .map_err(|error| from_refinery(&error))
}

/// Accepts only the newest version, for a catalog that must not be written.
pub(super) fn require_current(connection: &Connection) -> Result<(), CatalogError> {
    let found = require_made(connection)?;
    let known = known();
    if found == known {
        return Ok(());
    }
    Err(CatalogError::Other(format!(
        "catalog is at version {found} and must be brought to version {known} first"
    )))
}

/// Accepts every version this program knows, but not a catalog whose making was broken off.
pub(super) fn require_made(connection: &Connection) -> Result<u32, CatalogError> {
    match refuse_newer(connection)? {
        0 => Err(CatalogError::Unmade),
        found => Ok(found),
    }
}

fn refuse_newer(connection: &Connection) -> Result<u32, CatalogError> {
    let (found, known) = (found(connection)?, known());
    if found > known {
        Err(CatalogError::Newer { found, known })
    } else {
        Ok(found)
    }
}

/// The version of the catalog; 0 is an empty file.
fn found(connection: &Connection) -> Result<u32, CatalogError> {
    let failed = |error: rusqlite::Error| sqlite::from_sqlite(&error);
    let recorded = connection
        .query_row(
            "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1",
            [TABLE],
            |_| Ok(()),
        )
        .optional()
        .map_err(failed)?;
    if recorded.is_none() {
        return Ok(0);
    }
    connection
        .query_row(
            &format!("SELECT COALESCE(MAX(version), 0) FROM {TABLE}"),
            [],
            |row| row.get(0),
        )
        .map_err(failed)
}

fn runner() -> Result<Runner, CatalogError> {
    let migrations = STEPS
        .iter()
        .map(|step| Migration::unapplied(&format!("V{}__{}", step.version, step.name), step.sql))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| from_refinery(&error))?;
    let mut runner = Runner::new(&migrations);
    runner.set_migration_table_name(TABLE);
    Ok(runner)
}

fn from_refinery(error: &refinery::Error) -> CatalogError {
    use std::error::Error as _;

    // The interesting classes (full, busy) are in the cause.
    match error
        .source()
        .and_then(|cause| cause.downcast_ref::<rusqlite::Error>())
        .map(sqlite::from_sqlite)
    {
        Some(CatalogError::Other(_)) | None => CatalogError::Other(error.to_string()),
        Some(class) => class,
    }
}
