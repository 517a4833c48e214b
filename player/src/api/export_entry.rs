//! An export as an answer tells of it, and finding one that a path names.

use obhut_archive::{ByLogin, ExportEntry, ExportRefused, ExportState};
use obhut_format::ids::{ExportId, SessionId, TenantId};
use obhut_format::time::UtcMicros;
use obhut_listener::ApiError;
use serde::Serialize;
use utoipa::ToSchema;

use super::ApiState;
use super::visitor::Visitor;
use super::words::ExportStateName;
use crate::permission::{Permission, Verdict, judge};
use crate::problem::Problem;

/// An export: asked for on the page, or written by the command line.
#[expect(clippy::struct_excessive_bools, reason = "an answer's fields, not states")]
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ExportEntry)]
pub(super) struct ExportBody {
    #[schema(value_type = String, format = Uuid)]
    export: ExportId,
    #[schema(value_type = String, format = Uuid)]
    tenant: TenantId,
    #[schema(value_type = String, format = Uuid)]
    session: SessionId,
    #[schema(value_type = ExportStateName)]
    state: &'static str,
    #[schema(value_type = String, format = DateTime)]
    asked_at: UtcMicros,
    /// Null, as the other texts, when that month's details have expired, or when they are damaged.
    #[schema(required)]
    asked_by: Option<String>,
    #[schema(required)]
    purpose: Option<String>,
    #[schema(required)]
    case: Option<String>,
    /// Whether a bundle without what is damaged was asked for.
    damaged: bool,
    /// How many approvals it needed when it was asked for.
    approvals: u8,
    /// Null until it is decided.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    decided_at: Option<UtcMicros>,
    /// Null also where no approval was needed.
    #[schema(required)]
    decided_by: Option<String>,
    #[schema(required)]
    decision_reason: Option<String>,
    /// Until when it waits for its decision, or bundles are made; null where neither is so.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    until: Option<UtcMicros>,
    /// The bundles that were begun, oldest first.
    bundles: Vec<BundleEntry>,
    /// Whether the login's user asked for it.
    mine: bool,
    /// Whether the login may decide about it.
    may_decide: bool,
    /// Whether the login may take a bundle.
    may_download: bool,
}

/// A bundle that was begun.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BundleEntry {
    #[schema(value_type = String, format = DateTime)]
    at: UtcMicros,
    /// Its number, as it stands in the bundle.
    number: u64,
    #[schema(required)]
    who: Option<String>,
}

impl ExportBody {
    pub(super) fn of(visitor: &Visitor, entry: ExportEntry) -> Self {
        let tenant = entry.session.tenant;
        let user = visitor.user.user;
        let mine = entry.texts.as_ref().is_some_and(|texts| texts.user == Some(user));
        let allowed = judge(&visitor.user.assignments, Permission::Export, tenant) == Verdict::Permitted;
        let open = allowed && entry.kept && entry.texts.is_some();
        let (asked_by, purpose, case) = match entry.texts {
            Some(texts) => (Some(texts.who), Some(texts.purpose), texts.case),
            None => (None, None, None),
        };
        let (decided_by, decision_reason) = match entry.decision {
            Some(decision) => (Some(decision.who), decision.reason),
            None => (None, None),
        };
        let bundle = |bundle: obhut_archive::ExportBundle| BundleEntry {
            at: bundle.at,
            number: bundle.number,
            who: bundle.who,
        };
        Self {
            export: entry.export,
            tenant,
            session: entry.session.session,
            state: entry.state.as_str(),
            asked_at: entry.asked_at,
            asked_by,
            purpose,
            case,
            damaged: entry.damaged,
            approvals: entry.approvals.into(),
            decided_at: entry.decided_at,
            decided_by,
            decision_reason,
            until: entry.until,
            bundles: entry.bundles.into_iter().map(bundle).collect(),
            mine,
            may_decide: open && !mine && entry.state == ExportState::Asked,
            may_download: open && mine && entry.state == ExportState::Approved,
        }
    }
}

impl Visitor {
    /// Who asks or decides.
    pub(super) fn by_login(&self) -> ByLogin {
        ByLogin {
            login: self.login.login,
            user: self.user.user,
            who: self.user.name.clone(),
        }
    }
}

/// The export that a path names. One in a tenant that the login does not see is one that is not there.
pub(super) async fn find(state: &ApiState, visitor: &Visitor, named: &str) -> Result<ExportEntry, ApiError> {
    let export: ExportId = named.parse().map_err(|_| Problem::not_found())?;
    let seen = visitor.reach(Permission::Sessions);
    let tenants = state.tenants().await?.into_iter().map(|row| row.tenant);
    let tenants: Vec<TenantId> = tenants.filter(|tenant| seen.includes(*tenant)).collect();
    let found = state.archive().export(&tenants, export).await;
    let found = found.map_err(|error: ExportRefused| state.export_trouble(&error))?;
    let entry = found.ok_or_else(Problem::not_found)?;
    visitor.expect(entry.session.tenant)?;
    Ok(entry)
}
