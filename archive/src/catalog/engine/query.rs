//! Reading, the same in a write transaction and in a read transaction.

use std::ops::ControlFlow;

use super::error::CatalogError;
use super::value::{Params, Row};

/// What an engine's transaction does for a query. Only the engine can implement it.
pub trait Statements {
    /// Runs a statement and shows its rows one after another, until there are no more or the visitor breaks.
    fn select(
        &self,
        sql: &'static str,
        params: Params<'_>,
        visit: &mut dyn FnMut(&Row<'_>) -> Result<ControlFlow<()>, CatalogError>,
    ) -> Result<(), CatalogError>;
}

/// A transaction that can be read from: [`Tx`](super::Tx) and [`ReadTx`](super::ReadTx).
pub trait Query: Statements {}

impl dyn Query + '_ {
    /// Every row, mapped.
    pub(crate) fn all<T>(
        &self,
        sql: &'static str,
        params: Params<'_>,
        mut map: impl FnMut(&Row<'_>) -> Result<T, CatalogError>,
    ) -> Result<Vec<T>, CatalogError> {
        let mut rows = Vec::new();
        self.select(sql, params, &mut |row| {
            rows.push(map(row)?);
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(rows)
    }

    /// The first row, if there is one.
    pub(crate) fn optional<T>(
        &self,
        sql: &'static str,
        params: Params<'_>,
        mut map: impl FnMut(&Row<'_>) -> Result<T, CatalogError>,
    ) -> Result<Option<T>, CatalogError> {
        let mut first = None;
        self.select(sql, params, &mut |row| {
            first = Some(map(row)?);
            Ok(ControlFlow::Break(()))
        })?;
        Ok(first)
    }

    /// The one row of a statement that always gives one (an aggregate).
    pub(crate) fn one<T>(
        &self,
        sql: &'static str,
        params: Params<'_>,
        map: impl FnMut(&Row<'_>) -> Result<T, CatalogError>,
    ) -> Result<T, CatalogError> {
        self.optional(sql, params, map)?
            .ok_or_else(|| CatalogError::Other("statement gave no row".to_owned()))
    }
}
