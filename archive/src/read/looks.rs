//! The access records, listed for whoever checks on those who look.

use obhut_format::ids::{AccessId, ExportId, LoginId, SessionId, TenantId, UserId};
use obhut_format::ledger::Leaf;
use obhut_format::time::UtcMicros;
use serde::Deserialize;

use super::ReadError;
use super::range::AccessRange;
use crate::Archive;
use crate::catalog::access::{self, AccessCursor, AccessQuery, AccessRow, Action};
use crate::catalog::{CatalogError, Query, ledger as leaves};
use crate::keys::{Keys, Period};
use crate::ledger::{LedgerError, open_detail};

/// What is sealed of a look.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct AccessDetail {
    /// Who: a user's name, or the command line.
    pub who: String,
    /// Why.
    pub purpose: String,
    /// For which matter.
    pub case: Option<String>,
    /// Which user; not for what the command line wrote out.
    pub user: Option<UserId>,
    /// With which login; not for what the command line wrote out.
    pub login: Option<LoginId>,
    /// What an opening allowed to be viewed.
    pub ranges: Option<Vec<AccessRange>>,
    /// Until when an opening allowed it.
    pub until: Option<UtcMicros>,
    /// The request under which an evidence bundle was made.
    pub request: Option<ExportId>,
    /// Whether what is damaged was to be left out of it.
    pub damaged: Option<bool>,
}

/// One look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessEntry {
    /// The record.
    pub row: AccessRow,
    /// Who, why and for which matter; `None` when the month's key is gone, or the record is damaged.
    pub detail: Option<AccessDetail>,
    /// Whether the record, or what is sealed of it, is not what the ledger commits to.
    pub damaged: bool,
}

/// Which looks to list, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccessFilter {
    /// Only those at this session.
    pub session: Option<SessionId>,
    /// Only those of this action.
    pub action: Option<Action>,
    /// Only those whose `who` has this in it, whatever its case.
    pub who: Option<String>,
    /// Only those at this instant or later.
    pub from: Option<UtcMicros>,
    /// Only those before this instant.
    pub until: Option<UtcMicros>,
    /// Only those after this one in the list.
    pub after: Option<AccessCursor>,
    /// How many at most.
    pub limit: u32,
}

/// A page of looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessPage {
    /// The looks; a page may be short, or empty, and still have a next one.
    pub entries: Vec<AccessEntry>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<AccessCursor>,
}

/// Records looked through for one page at most: who looked is sealed, and has to be opened to be compared.
const LOOKED_THROUGH: usize = 2_000;
/// Records read in one go where who looked decides.
const LOOKED_AT_ONCE: u32 = 200;

impl Archive {
    /// A page of these tenants' looks, newest first.
    pub async fn access_list(
        &self,
        tenants: &[TenantId],
        filter: AccessFilter,
    ) -> Result<AccessPage, ReadError> {
        let (keys, tenants) = (self.keys().clone(), tenants.to_vec());
        self.catalog()
            .read(move |tx| page(tx, &keys, &tenants, &filter))
            .await
    }
}

fn page(
    tx: &dyn Query,
    keys: &Keys,
    tenants: &[TenantId],
    filter: &AccessFilter,
) -> Result<AccessPage, ReadError> {
    let limit = usize::try_from(filter.limit).unwrap_or(usize::MAX);
    let who = filter.who.as_ref().map(|who| who.to_lowercase());
    let mut entries: Vec<AccessEntry> = Vec::new();
    let mut after = filter.after;
    let mut looked_at = 0;
    loop {
        let wanted = AccessQuery {
            session: filter.session,
            action: filter.action,
            from: filter.from,
            until: filter.until,
            after,
            limit: filter.limit.max(if who.is_some() { LOOKED_AT_ONCE } else { 1 }),
        };
        let rows = merged(tx, tenants, &wanted)?;
        let last_page = rows.len() < wanted.limit as usize;
        for row in rows {
            if entries.len() >= limit || looked_at >= LOOKED_THROUGH {
                return Ok(AccessPage { entries, next: after });
            }
            looked_at += 1;
            after = Some(AccessCursor::from(&row));
            let (detail, damaged) = match open_look(tx, keys, &row) {
                Ok(detail) => (detail, false),
                Err(error) if error.is_damage() => (None, true),
                Err(error) => return Err(error),
            };
            let passes = who.as_ref().is_none_or(|who| {
                let said = detail.as_ref().map(|detail| detail.who.to_lowercase());
                said.is_some_and(|said| said.contains(who))
            });
            if passes {
                entries.push(AccessEntry { row, detail, damaged });
            }
        }
        if last_page {
            return Ok(AccessPage { entries, next: None });
        }
        if entries.len() >= limit {
            return Ok(AccessPage { entries, next: after });
        }
    }
}

/// The newest records of several tenants, as if they were one.
fn merged(
    tx: &dyn Query,
    tenants: &[TenantId],
    wanted: &AccessQuery,
) -> Result<Vec<AccessRow>, CatalogError> {
    let mut rows = Vec::new();
    for tenant in tenants {
        rows.extend(access::newest(tx, *tenant, wanted)?);
    }
    rows.sort_by_key(|row| std::cmp::Reverse(AccessCursor::from(row)));
    rows.truncate(wanted.limit as usize);
    Ok(rows)
}

/// Opens what is sealed of a look, and checks it against the ledger's leaf and the record's row; `None` when the month's
/// key is gone.
pub(crate) fn open_look(
    tx: &dyn Query,
    keys: &Keys,
    row: &AccessRow,
) -> Result<Option<AccessDetail>, ReadError> {
    let damaged = || LedgerError::DetailDamaged {
        tenant: row.tenant,
        n: row.leaf_n,
    };
    let leaf_row = leaves::get(tx, row.tenant, row.leaf_n)?.ok_or_else(damaged)?;
    let leaf = Leaf::parse(&leaf_row.line).map_err(|_| damaged())?;
    let key = match keys.open_detail_key(tx, row.tenant, &Period::named(&leaf_row.scope)) {
        Ok(Some(key)) => key,
        Ok(None) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let detail = open_detail(&leaf_row, &leaf, &key)?;
    if !same_look(row, leaf_row.session, &leaf, &detail) {
        let what = format!("access_records/{}", row.access);
        return Err(ReadError::damaged(what, "its row differs from the ledger"));
    }
    Ok(Some(serde_json::from_value(detail).map_err(|_| damaged())?))
}

/// Whether a row says what its leaf and the leaf's detail say.
pub(crate) fn same_look(
    row: &AccessRow,
    leaf_session: Option<SessionId>,
    leaf: &Leaf,
    detail: &serde_json::Value,
) -> bool {
    let number = |name: &str| detail.get(name).and_then(serde_json::Value::as_u64);
    let text = |name: &str| detail.get(name).and_then(serde_json::Value::as_str);
    row.leaf_n == leaf.n
        && row.at == leaf.at
        && Some(row.session) == leaf_session
        && text("access") == Some(&row.access.to_string())
        && text("session") == Some(&row.session.to_string())
        && number("stream") == row.stream.map(|stream| u64::from(stream.get()))
        && number("first") == row.first.map(obhut_format::ids::Seq::get)
        && number("last") == row.last.map(obhut_format::ids::Seq::get)
        && text("action") == Some(row.action.as_str())
        && text("grant") == row.grant.map(|grant: AccessId| grant.to_string()).as_deref()
        && text("request") == row.export.map(|export| export.to_string()).as_deref()
}
