//! What the ledger says of a request, and whether its row says the same.

use obhut_format::ids::{ExportId, LoginId, SessionId, UserId};
use obhut_format::ledger::{Leaf, LeafType};
use serde::Deserialize;
use serde_json::Value;

use super::refused::ExportRefused;
use crate::catalog::Query;
use crate::catalog::exports::{DecidedRow, Decision, ExportRow};
use crate::catalog::ledger::{self as leaves, LeafRow};
use crate::keys::{Keys, Period};
use crate::ledger::{LedgerError, open_detail};
use crate::policy::ExportApprovals;
use crate::read::ReadError;

/// The sealed detail of a request's leaf.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct AskedDetail {
    pub(crate) who: String,
    pub(crate) user: UserId,
    pub(crate) login: LoginId,
    pub(crate) purpose: String,
    pub(crate) case: Option<String>,
    pub(crate) damaged: bool,
    pub(crate) approvals: ExportApprovals,
}

/// The sealed detail of a decision's leaf.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct DecidedDetail {
    pub(crate) export: ExportId,
    pub(crate) session: SessionId,
    pub(crate) approve: bool,
    pub(crate) reason: Option<String>,
    pub(crate) who: String,
    pub(crate) user: UserId,
}

/// A request whose row and leaves say the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Truth {
    pub(crate) row: ExportRow,
    pub(crate) asked: AskedDetail,
    /// `None` while nobody decided, and where nobody had to.
    pub(crate) decided: Option<DecidedDetail>,
}

fn differs(row: &ExportRow) -> ReadError {
    ReadError::damaged(
        format!("exports/{}", row.export),
        "its row differs from the ledger",
    )
}

/// Whether a row says what the leaf of the request and its detail say.
pub(crate) fn same_ask(row: &ExportRow, filed: Option<SessionId>, leaf: &Leaf, detail: &Value) -> bool {
    let text = |name: &str| detail.get(name).and_then(Value::as_str);
    let Ok(said) = AskedDetail::deserialize(detail) else {
        return false;
    };
    let at_once = DecidedRow {
        decision: Decision::Approved,
        leaf_n: leaf.n,
        at: leaf.at,
    };
    let decided_right = match said.approvals {
        ExportApprovals::None => row.decided == Some(at_once),
        ExportApprovals::One => row.decided.is_none_or(|decided| decided.leaf_n != leaf.n),
    };
    leaf.t == LeafType::ExportAsked
        && (row.leaf_n, row.asked_at) == (leaf.n, leaf.at)
        && Some(row.session) == filed
        && text("export") == Some(&row.export.to_string())
        && text("session") == Some(&row.session.to_string())
        && row.damaged == said.damaged
        && decided_right
}

/// Whether a row says what the leaf of the decision and its detail say.
pub(crate) fn same_decision(row: &ExportRow, filed: Option<SessionId>, leaf: &Leaf, detail: &Value) -> bool {
    let Ok(said) = DecidedDetail::deserialize(detail) else {
        return false;
    };
    let decided = DecidedRow {
        decision: if said.approve {
            Decision::Approved
        } else {
            Decision::Refused
        },
        leaf_n: leaf.n,
        at: leaf.at,
    };
    leaf.t == LeafType::ExportDecided
        && Some(row.session) == filed
        && (said.export, said.session) == (row.export, row.session)
        && row.decided == Some(decided)
}

/// A leaf with its detail; `None` when the month's key is gone.
fn opened(tx: &dyn Query, keys: &Keys, row: &LeafRow) -> Result<Option<(Leaf, Value)>, ReadError> {
    let damaged = || LedgerError::DetailDamaged {
        tenant: row.tenant,
        n: row.n,
    };
    let leaf = Leaf::parse(&row.line).map_err(|_| damaged())?;
    let Some(key) = keys.open_detail_key(tx, row.tenant, &Period::named(&row.scope))? else {
        return Ok(None);
    };
    let detail = open_detail(row, &leaf, &key)?;
    Ok(Some((leaf, detail)))
}

fn leaf_at(tx: &dyn Query, row: &ExportRow, n: u64) -> Result<LeafRow, ReadError> {
    let leaf = leaves::get(tx, row.tenant, n)?;
    leaf.ok_or_else(|| differs(row))
}

/// Reads what the leaves that a row names say; `None` when a month's key is gone.
pub(crate) fn read(tx: &dyn Query, keys: &Keys, row: &ExportRow) -> Result<Option<Truth>, ReadError> {
    let asked_row = leaf_at(tx, row, row.leaf_n)?;
    let Some((leaf, detail)) = opened(tx, keys, &asked_row)? else {
        return Ok(None);
    };
    if !same_ask(row, asked_row.session, &leaf, &detail) {
        return Err(differs(row));
    }
    let asked = AskedDetail::deserialize(&detail).map_err(|_| differs(row))?;
    let mut truth = Truth {
        row: *row,
        asked,
        decided: None,
    };
    let Some(decided) = row.decided.filter(|decided| decided.leaf_n != row.leaf_n) else {
        return Ok(Some(truth));
    };
    let decided_row = leaf_at(tx, row, decided.leaf_n)?;
    let Some((leaf, detail)) = opened(tx, keys, &decided_row)? else {
        return Ok(None);
    };
    if !same_decision(row, decided_row.session, &leaf, &detail) {
        return Err(differs(row));
    }
    truth.decided = Some(DecidedDetail::deserialize(&detail).map_err(|_| differs(row))?);
    Ok(Some(truth))
}

/// The same for whoever acts on it: the ledger is looked through for a decision that the row leaves out.
pub(crate) fn judged(tx: &dyn Query, keys: &Keys, row: &ExportRow) -> Result<Truth, ExportRefused> {
    let export = row.export;
    match looked_through(tx, keys, row) {
        Ok(Some(truth)) => Ok(truth),
        // A month's key lives longer than a request.
        Ok(None) => Err(ExportRefused::Expired(export)),
        Err(error) if error.is_damage() => Err(ExportRefused::Doubtful { export, error }),
        Err(error) => Err(error.into()),
    }
}

fn looked_through(tx: &dyn Query, keys: &Keys, row: &ExportRow) -> Result<Option<Truth>, ReadError> {
    let Some(truth) = read(tx, keys, row)? else {
        return Ok(None);
    };
    for leaf_row in leaves::by_session_after(tx, row.tenant, row.session, row.leaf_n)? {
        let leaf = Leaf::parse(&leaf_row.line).map_err(|_| LedgerError::DetailDamaged {
            tenant: leaf_row.tenant,
            n: leaf_row.n,
        })?;
        if leaf.t != LeafType::ExportDecided || row.decided.is_some_and(|known| known.leaf_n == leaf.n) {
            continue;
        }
        let said = opened(tx, keys, &leaf_row)?.and_then(|(_, said)| DecidedDetail::deserialize(said).ok());
        if said.is_some_and(|said| said.export == row.export) {
            return Err(differs(row));
        }
    }
    Ok(Some(truth))
}
