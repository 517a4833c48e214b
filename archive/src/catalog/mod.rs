//! The catalog: what the archive knows about its tenants, sessions, segments, keys and ledger.
//!
//! All SQL of the project lives in this folder. Each subject has a file with its row structs, its statements as named
//! constants, and one function a statement; `engine` runs them and is the only place that knows the database.
//!
//! What it refuses to do: it makes no decisions (a compare-and-set is the most), holds no unsealed personal data, never
//! sees a key that is not wrapped, and has no query over a tenant's data that does not name the tenant.


pub mod engine;

pub use engine::{Catalog, CatalogError, CatalogOptions, Query, ReadTx, Tx, WriterStats};
