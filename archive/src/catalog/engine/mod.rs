//! The engine under the catalog: one writer with group commit, a few readers, migrations.
//!
//! It owns the connections and everything that is particular to SQLite. No type of the database's library leaves this
//! folder, so that a second engine (the PostgreSQL protocol) can stand beside this one under the same statements.

mod dump;
mod error;
mod flaws;
mod handle;
mod job;
mod migrations;
mod query;
mod readers;
mod sqlite;
mod value;
mod writer;

#[cfg(test)]
mod tests;

pub use dump::{Loader, Snapshot};
pub use error::CatalogError;
pub use flaws::Flaw;
pub use handle::{Catalog, CatalogOptions};
pub use query::Query;
pub use sqlite::{ReadTx, Tx};
pub use value::{Params, Row, Value};
pub use writer::WriterStats;

pub(crate) use value::FromValue;
