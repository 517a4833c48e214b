//! Legal holds: a held session is not deleted, whatever its deadline says.

use obhut_format::ids::HoldId;
use obhut_format::ledger::LeafType;
use serde_json::json;

use crate::Archive;
use crate::admin::AdminError;
use crate::catalog::holds::{self, HoldRow};
use crate::catalog::sessions;
use crate::keys::Period;
use crate::ledger::{self, Draft, Scope};
use crate::rng::OsRandom;
use crate::write::SessionRef;

/// A hold to place.
#[derive(Debug, Clone)]
pub struct NewHold {
    /// The session.
    pub session: SessionRef,
    /// Why; sealed with the ledger leaf.
    pub reason: String,
    /// Who answers for it; sealed with the ledger leaf.
    pub owner: Option<String>,
    /// The day it is to be looked at again, `YYYY-MM-DD`.
    pub review_on: Option<String>,
}

impl Archive {
    /// Places a hold.
    pub async fn place_hold(&self, new: NewHold) -> Result<HoldId, AdminError> {
        if let Some(day) = &new.review_on {
            let known = day.parse::<jiff::civil::Date>();
            if known.is_err() || known.is_ok_and(|date| date.to_string() != *day) {
                return Err(AdminError::BadDate { date: day.clone() });
            }
        }
        let now = self.now();
        let at = new.session;
        let hold = HoldId::v7(now, OsRandom.bytes());
        let keys = self.keys().clone();
        self.catalog()
            .write(move |tx| {
                // Inside the transaction: a hold is placed before a deletion begins, or not at all.
                if sessions::kept(tx, at.tenant, at.session)?.is_none() {
                    return Err(AdminError::Unknown {
                        what: "session",
                        name: at.session.to_string(),
                    });
                }
                let detail = json!({
                    "hold": hold, "session": at.session, "reason": new.reason, "owner": new.owner,
                    "review_on": new.review_on,
                });
                let period = Period::month_of(now);
                let scope = Scope::Period(period.clone(), keys.detail_key(tx, at.tenant, &period, now)?);
                let draft = Draft {
                    tenant: at.tenant,
                    t: LeafType::Hold,
                    at: now,
                    session: Some(at.session),
                    scope: &scope,
                    detail: &detail,
                };
                let leaf_n = ledger::append(tx, &keys.ledger_signer(), &draft)?;
                holds::insert(
                    tx,
                    &HoldRow {
                        hold,
                        tenant: at.tenant,
                        session: at.session,
                        leaf_n,
                        placed_at: now,
                        review_on: new.review_on,
                        released_at: None,
                        release_leaf_n: None,
                    },
                )?;
                Ok(hold)
            })
            .await
    }

    /// Releases every hold on a session; returns how many there were.
    pub async fn release_holds(&self, at: SessionRef) -> Result<u64, AdminError> {
        let now = self.now();
        let keys = self.keys().clone();
        self.catalog()
            .write(move |tx| {
                if sessions::get(tx, at.tenant, at.session)?.is_none() {
                    return Err(AdminError::Unknown {
                        what: "session",
                        name: at.session.to_string(),
                    });
                }
                let active = holds::active(tx, at.tenant, at.session)?;
                let period = Period::month_of(now);
                for hold in &active {
                    let scope = Scope::Period(period.clone(), keys.detail_key(tx, at.tenant, &period, now)?);
                    let draft = Draft {
                        tenant: at.tenant,
                        t: LeafType::Release,
                        at: now,
                        session: Some(at.session),
                        scope: &scope,
                        detail: &json!({ "hold": hold.hold, "session": at.session }),
                    };
                    let leaf_n = ledger::append(tx, &keys.ledger_signer(), &draft)?;
                    holds::release(tx, at.tenant, hold.hold, now, leaf_n)?;
                }
                Ok(active.len() as u64)
            })
            .await
    }

    /// A tenant's holds, released ones too.
    pub async fn holds(&self, tenant: obhut_format::ids::TenantId) -> Result<Vec<HoldRow>, AdminError> {
        Ok(self.catalog().read(move |tx| holds::list(tx, tenant)).await?)
    }
}
