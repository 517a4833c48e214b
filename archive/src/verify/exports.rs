//! Requests for exports: their rows against what the ledger says was asked and decided.

use std::collections::{BTreeMap, BTreeSet};

use obhut_format::ids::{ExportId, TenantId};
use obhut_format::ledger::{Leaf, LeafType};
use serde_json::Value;

use super::{Finding, FindingKind};
use crate::catalog::exports::{self, ExportRow};
use crate::catalog::ledger::LeafRow;
use crate::catalog::{CatalogError, Query};
use crate::exports::{same_ask, same_decision};

/// A tenant's rows on one side, what the leaves say on the other.
#[derive(Debug)]
pub(super) struct Exports {
    rows: BTreeMap<ExportId, ExportRow>,
    asked: BTreeSet<ExportId>,
    /// Those that the ledger decides, be it by the request itself.
    decided: BTreeSet<ExportId>,
    wrong: BTreeSet<ExportId>,
    /// Leaves that can't be opened any more, and that no row belongs to.
    rowless: Vec<String>,
}

impl Exports {
    /// Reads a tenant's rows.
    pub(super) fn load(tx: &dyn Query, tenant: TenantId) -> Result<Self, CatalogError> {
        let rows = exports::all(tx, tenant)?;
        Ok(Self {
            rows: rows.into_iter().map(|row| (row.export, row)).collect(),
            asked: BTreeSet::new(),
            decided: BTreeSet::new(),
            wrong: BTreeSet::new(),
            rowless: Vec::new(),
        })
    }

    /// Takes note of a leaf.
    pub(super) fn note(&mut self, filed: &LeafRow, leaf: &Leaf, detail: &Value) {
        let id = detail.get("export").and_then(Value::as_str);
        let Some(id) = id.and_then(|id| id.parse::<ExportId>().ok()) else {
            return;
        };
        let row = self.rows.get(&id);
        let (same, decides) = if leaf.t == LeafType::ExportAsked {
            let at_once = detail.get("approvals").and_then(Value::as_u64) == Some(0);
            self.asked.insert(id);
            (
                row.is_some_and(|row| same_ask(row, filed.session, leaf, detail)),
                at_once,
            )
        } else {
            (
                row.is_some_and(|row| same_decision(row, filed.session, leaf, detail)),
                true,
            )
        };
        if decides {
            self.decided.insert(id);
        }
        if !same {
            self.wrong.insert(id);
        }
    }

    /// Takes note of a leaf whose detail can't be opened any more: that it asks or decides stands in its line.
    pub(super) fn note_expired(&mut self, filed: &LeafRow, leaf: &Leaf) {
        let this = (leaf.n, leaf.at);
        let decided_here = |row: &ExportRow| row.decided.map(|it| (it.leaf_n, it.at)) == Some(this);
        let asks = leaf.t == LeafType::ExportAsked;
        let theirs = |row: &&ExportRow| {
            let here = if asks {
                (row.leaf_n, row.asked_at) == this
            } else {
                decided_here(row)
            };
            here && Some(row.session) == filed.session
        };
        let Some(row) = self.rows.values().find(theirs) else {
            self.rowless
                .push(format!("ledger_leaves/{}/{}", filed.tenant, filed.n));
            return;
        };
        if asks {
            self.asked.insert(row.export);
        }
        if decided_here(row) {
            self.decided.insert(row.export);
        }
    }

    /// Compares the rows with what the leaves say.
    pub(super) fn finish(self, report: &dyn Fn(Finding)) {
        let unsaid = self.rows.values().filter(|row| {
            !self.asked.contains(&row.export)
                || (row.decided.is_some() && !self.decided.contains(&row.export))
        });
        for place in &self.rowless {
            let what = "the row of the export that it tells of is missing or differs";
            report(Finding::new(FindingKind::Export, place.clone(), what));
        }
        let mut wrong = self.wrong.clone();
        wrong.extend(unsaid.map(|row| row.export));
        for export in wrong {
            let what = "the row of this export is missing or differs from the ledger";
            report(Finding::new(
                FindingKind::Export,
                format!("exports/{export}"),
                what,
            ));
        }
    }
}
