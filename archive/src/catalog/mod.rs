//! The catalog: what the archive knows about its tenants, sessions, segments, keys and ledger.
//!
//! All SQL of the project lives in this folder. Each subject has a file with its row structs, its statements as named
//! constants, and one function a statement; [`engine`] runs them and is the only place that knows the database.
//!
//! What it refuses to do: it makes no decisions (a compare-and-set is the most), holds no unsealed personal data, and never
//! sees a key that is not wrapped. People and their logins are the archive's, not a tenant's. A query over a tenant's data names the tenant; what hangs on a session alone (streams,
//! chain lines, segments, events) is reached by the id of a session that [`sessions::get`] has found under the tenant.

pub mod access;
pub mod archive_row;
pub mod backups;
pub mod chain_lines;
pub mod classes;
mod columns;
pub mod deks;
pub mod deletions;
pub mod detail_keys;
pub mod device_classes;
pub mod devices;
pub mod engine;
pub mod events;
pub mod exports;
pub mod hold_list;
pub mod holds;
pub mod keks;
pub mod ledger;
pub mod logins;
pub mod lost;
pub mod policies;
pub mod purges;
pub mod segments;
pub mod session_list;
pub mod session_sums;
pub mod sessions;
pub mod signing_keys;
pub mod streams;
pub mod sweep;
pub mod tenants;
pub mod users;

#[cfg(test)]
pub(crate) mod tests;

pub use engine::{
    Catalog, CatalogError, CatalogOptions, Flaw, Loader, Query, ReadTx, Snapshot, Tx, WriterStats,
};

/// Turns a compare-and-set that found nothing to set into a conflict.
fn expect_one(changed: usize, what: impl FnOnce() -> String) -> Result<(), CatalogError> {
    if changed == 1 {
        Ok(())
    } else {
        Err(CatalogError::Conflict(what()))
    }
}
