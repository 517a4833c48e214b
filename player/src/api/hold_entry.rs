//! A hold as lists, a session's page and whoever places or releases it are told of it.

use obhut_archive::{HoldError, ListedHold};
use obhut_format::ids::{HoldId, SessionId, TenantId};
use obhut_format::time::UtcMicros;
use obhut_listener::{ApiError, Machinery};
use serde::Serialize;
use utoipa::ToSchema;

use super::ApiState;
use crate::problem::{self, HOLD_RELEASED, Problem};

/// A legal hold. What is null and was said is sealed, and its month's key was destroyed, or it is damaged.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Hold)]
pub(super) struct HoldEntry {
    #[schema(value_type = String, format = Uuid)]
    hold: HoldId,
    #[schema(value_type = String, format = Uuid)]
    tenant: TenantId,
    #[schema(value_type = String, format = Uuid)]
    session: SessionId,
    #[schema(value_type = String, format = DateTime)]
    placed_at: UtcMicros,
    /// A user's name, or `command line`.
    #[schema(required)]
    placed_by: Option<String>,
    #[schema(required)]
    reason: Option<String>,
    /// Who answers for it.
    #[schema(required)]
    owner: Option<String>,
    /// The day it is to be looked at again.
    #[schema(value_type = Option<String>, format = Date, required)]
    review_on: Option<String>,
    /// Null while it holds.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    released_at: Option<UtcMicros>,
    #[schema(required)]
    released_by: Option<String>,
    /// Why; null too where the command line gave no reason.
    #[schema(required)]
    release_reason: Option<String>,
    /// Whether the session is still there, and not being deleted.
    session_kept: bool,
    /// Whether the hold is not what the ledger commits to.
    damaged: bool,
}

impl From<ListedHold> for HoldEntry {
    fn from(hold: ListedHold) -> Self {
        let ListedHold {
            row,
            placed,
            released,
            damaged,
            session_kept,
        } = hold;
        let (placed_by, reason, owner) = match placed {
            Some(said) => (said.by.map(|by| by.who), Some(said.reason), said.owner),
            None => (None, None, None),
        };
        let (released_by, release_reason) = match released {
            Some(said) => (said.by.map(|by| by.who), said.reason),
            None => (None, None),
        };
        Self {
            hold: row.hold,
            tenant: row.tenant,
            session: row.session,
            placed_at: row.placed_at,
            placed_by,
            reason,
            owner,
            review_on: row.review_on,
            released_at: row.released_at,
            released_by,
            release_reason,
            session_kept,
            damaged,
        }
    }
}

impl ApiState {
    /// Of holds.
    pub(super) fn hold_trouble(&self, error: &HoldError) -> ApiError {
        let problem = match error {
            HoldError::NoSuchSession(_) | HoldError::NoSuchHold(_) | HoldError::NotHeld(_) => {
                Problem::not_found()
            }
            HoldError::LoginEnded(_) => problem::login_required(),
            HoldError::Purging { since, .. } => problem::session_purging(*since),
            HoldError::Deleted {
                session,
                since,
                certified,
            } => problem::session_deleted(*session, *since, *certified),
            HoldError::Released(_) => Problem::of(&HOLD_RELEASED),
            HoldError::BadReason
            | HoldError::BadOwner
            | HoldError::BadDay { .. }
            | HoldError::DayOver { .. } => Problem::request_invalid(said(error)),
            HoldError::Catalog(_) | HoldError::Key(_) | HoldError::Ledger(_) => {
                return self.broken(Machinery::of_hold(error), error);
            }
        };
        problem.into()
    }
}

/// What is wrong with a field, without what was in it.
fn said(error: &HoldError) -> String {
    match error {
        HoldError::BadDay { .. } => "review_on must be a date as 2026-11-30".to_owned(),
        HoldError::DayOver { .. } => "review_on must not be a day that is over".to_owned(),
        other => other.to_string(),
    }
}
