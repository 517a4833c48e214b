//! Deciding about an export.

use obhut_format::ledger::LeafType;
use serde_json::json;

use super::refused::ExportRefused;
use super::truth::judged;
use super::{ByLogin, ExportEntry, ExportRef, ExportState, require_sealed};
use crate::Archive;
use crate::catalog::exports::{self, DecidedRow, Decision};
use crate::keys::Period;
use crate::ledger::{self, Draft, Scope};
use crate::read::require_login;
use crate::write::SessionRef;

/// A decision.
#[derive(Debug, Clone)]
pub struct NewDecision {
    /// About which request.
    pub of: ExportRef,
    /// Who decides: somebody else than the one who asked.
    pub by: ByLogin,
    /// Whether the bundle may be made.
    pub approve: bool,
    /// Why, where they say.
    pub reason: Option<String>,
}

impl Archive {
    /// Decides about a request that waits, once and for all.
    pub async fn decide_export(&self, new: NewDecision) -> Result<ExportEntry, ExportRefused> {
        let (now, keys) = (self.now(), self.keys().clone());
        let row = self
            .catalog()
            .write(move |tx| {
                let NewDecision { of, by, approve, reason } = &new;
                require_login(tx, by.login, by.user)?;
                let row = exports::by_id(tx, of.tenant, of.export)?;
                let mut row = row.ok_or(ExportRefused::NoSuchExport(of.export))?;
                let at = SessionRef {
                    tenant: row.tenant,
                    session: row.session,
                };
                require_sealed(tx, at)?;
                let truth = judged(tx, &keys, &row)?;
                match truth.state(now) {
                    ExportState::Asked => {}
                    ExportState::Expired if row.decided.is_none() => {
                        return Err(ExportRefused::Expired(of.export));
                    }
                    _ => return Err(ExportRefused::Decided(of.export)),
                }
                if truth.asked.user == by.user {
                    return Err(ExportRefused::OwnRequest(of.export));
                }
                let detail = json!({
                    "export": of.export, "session": at.session, "approve": approve, "reason": reason, "who": by.who,
                    "user": by.user, "login": by.login,
                });
                let period = Period::month_of(now);
                let scope = Scope::Period(period.clone(), keys.detail_key(tx, at.tenant, &period, now)?);
                let draft = Draft {
                    tenant: at.tenant,
                    t: LeafType::ExportDecided,
                    at: now,
                    session: Some(at.session),
                    scope: &scope,
                    detail: &detail,
                };
                let decided = DecidedRow {
                    decision: if *approve { Decision::Approved } else { Decision::Refused },
                    leaf_n: ledger::append(tx, &keys.ledger_signer(), &draft)?,
                    at: now,
                };
                exports::decide(tx, of.tenant, of.export, decided)?;
                row.decided = Some(decided);
                Ok::<_, ExportRefused>(row)
            })
            .await?;
        self.entry_of(row).await
    }
}
