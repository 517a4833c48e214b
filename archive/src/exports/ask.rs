//! Asking for an export.

use obhut_format::ids::ExportId;
use obhut_format::ledger::LeafType;
use serde_json::json;

use super::refused::ExportRefused;
use super::{ByLogin, ExportEntry, ExportRef, list};
use crate::Archive;
use crate::catalog::Query;
use crate::catalog::exports::{self, DecidedRow, Decision, ExportRow};
use crate::catalog::sessions::SessionState;
use crate::classes::export_approvals;
use crate::fate::{SessionFate, fate};
use crate::keys::Period;
use crate::ledger::{self, Draft, Scope};
use crate::policy::ExportApprovals;
use crate::read::{ReadError, Reason, require_login};
use crate::rng::OsRandom;
use crate::write::SessionRef;

/// An export to ask for.
#[derive(Debug, Clone)]
pub struct NewExport {
    /// The session.
    pub session: SessionRef,
    /// Who asks.
    pub by: ByLogin,
    /// Why, and for which matter.
    pub reason: Reason,
    /// Whether a bundle without what is damaged is wanted.
    pub damaged: bool,
}

/// Refuses what is not kept and sealed.
pub(crate) fn require_sealed(tx: &dyn Query, at: SessionRef) -> Result<(), ExportRefused> {
    match fate(tx, at)? {
        Some(SessionFate::Kept(SessionState::Sealed)) => Ok(()),
        Some(SessionFate::Kept(_)) => Err(ExportRefused::NotSealed(at.session)),
        Some(SessionFate::Purging { since }) => Err(ExportRefused::Purging {
            session: at.session,
            since,
        }),
        Some(SessionFate::Deleted { since, certified }) => Err(ExportRefused::Deleted {
            session: at.session,
            since,
            certified,
        }),
        None => Err(ReadError::NoSuchSession(at.session).into()),
    }
}

impl Archive {
    /// Asks for an export. Refused where a bundle could not be made: unless what is damaged is to be left out, the session's
    /// objects are compared with its chain before. Where the tenant's policy wants no approval it is approved by that.
    pub async fn ask_export(&self, new: NewExport) -> Result<ExportEntry, ExportRefused> {
        let at = new.session;
        self.catalog().read(move |tx| require_sealed(tx, at)).await?;
        if !new.damaged {
            self.require_sound(at).await?;
        }
        let now = self.now();
        let export = ExportId::v7(now, OsRandom.bytes());
        let keys = self.keys().clone();
        let row = self
            .catalog()
            .write(move |tx| {
                let NewExport { by, reason, damaged, .. } = &new;
                require_login(tx, by.login, by.user)?;
                require_sealed(tx, at)?;
                let approvals = export_approvals(tx, at.tenant)?;
                let detail = json!({
                    "export": export, "session": at.session, "who": by.who, "user": by.user, "login": by.login,
                    "purpose": reason.purpose(), "case": reason.case(), "damaged": damaged, "approvals": approvals,
                });
                let period = Period::month_of(now);
                let scope = Scope::Period(period.clone(), keys.detail_key(tx, at.tenant, &period, now)?);
                let draft = Draft {
                    tenant: at.tenant,
                    t: LeafType::ExportAsked,
                    at: now,
                    session: Some(at.session),
                    scope: &scope,
                    detail: &detail,
                };
                let leaf_n = ledger::append(tx, &keys.ledger_signer(), &draft)?;
                let row = ExportRow {
                    export,
                    tenant: at.tenant,
                    session: at.session,
                    leaf_n,
                    asked_at: now,
                    damaged: *damaged,
                    decided: (approvals == ExportApprovals::None).then_some(DecidedRow {
                        decision: Decision::Approved,
                        leaf_n,
                        at: now,
                    }),
                };
                exports::insert(tx, &row)?;
                Ok::<_, ExportRefused>(row)
            })
            .await?;
        self.entry_of(row).await
    }

    /// Refuses a session whose objects are not what its chain names.
    pub(crate) async fn require_sound(&self, at: SessionRef) -> Result<(), ExportRefused> {
        let session = at.session;
        match self.check_objects(at).await {
            Err(error) if error.is_damage() => Err(ExportRefused::SessionDamaged { session, error }),
            other => Ok(other?),
        }
    }

    /// A request as it stands now.
    pub(super) async fn entry_of(&self, row: ExportRow) -> Result<ExportEntry, ExportRefused> {
        let at = ExportRef {
            tenant: row.tenant,
            export: row.export,
        };
        let (keys, now) = (self.keys().clone(), self.now());
        let entry = self
            .catalog()
            .read(move |tx| list::entry(tx, &keys, at, now))
            .await?;
        entry.ok_or(ExportRefused::NoSuchExport(at.export))
    }
}
