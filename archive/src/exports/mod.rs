//! Exports that are asked for: a request, a decision by somebody else where the tenant's policy wants one, and the bundles that
//! are made under it.
//!
//! Owns what is asked and decided, each with its leaf in one transaction in which all conditions are judged. What allows a bundle
//! is read from the ledger's leaves: a row of `exports` finds them, and one that says something else allows nothing. Refuses to
//! read a frame: that is the reader's, under the grant that `record_export` gives.

mod ask;
mod check;
mod decide;
mod list;
mod refused;
mod truth;

use std::time::Duration;

use obhut_format::ids::{ExportId, LoginId, TenantId, UserId};
use obhut_format::time::{SignedMicros, UtcMicros};

pub use ask::NewExport;
pub(crate) use ask::require_sealed;
pub use decide::NewDecision;
pub use list::{ExportBundle, ExportDecision, ExportEntry, ExportFilter, ExportPage, ExportTexts};
pub use refused::ExportRefused;
pub(crate) use truth::{judged, same_ask, same_decision};

use crate::catalog::exports::Decision;
use truth::Truth;

/// How long a request waits for its decision, and how long bundles are made under it afterwards.
pub const EXPORT_LASTS: Duration = Duration::from_hours(7 * 24);

/// Which request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExportRef {
    /// Whose session it is about.
    pub tenant: TenantId,
    /// The request.
    pub export: ExportId,
}

/// Who asks or decides, and with which login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ByLogin {
    /// The login; it must be in force.
    pub login: LoginId,
    /// Whose it is.
    pub user: UserId,
    /// Their name, as the ledger is to say it.
    pub who: String,
}

/// Where a request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ExportState {
    /// It waits for a decision.
    Asked,
    /// Bundles may be made under it.
    Approved,
    /// None may.
    Refused,
    /// Its time is over, decided or not.
    Expired,
}

impl ExportState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Asked, Self::Approved, Self::Refused, Self::Expired];

    /// The state's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::Expired => "expired",
        }
    }
}

/// The end of a request's time that runs from `from` on.
fn lasts(from: UtcMicros) -> UtcMicros {
    let micros = i64::try_from(EXPORT_LASTS.as_micros()).unwrap_or(i64::MAX);
    from.checked_add(SignedMicros(micros)).unwrap_or(UtcMicros::MAX)
}

/// Where a request is at an instant, and until when it stays there by itself.
fn state_at(
    asked_at: UtcMicros,
    decided: Option<(Decision, UtcMicros)>,
    now: UtcMicros,
) -> (ExportState, Option<UtcMicros>) {
    let (state, until) = match decided {
        Some((Decision::Refused, _)) => return (ExportState::Refused, None),
        Some((Decision::Approved, at)) => (ExportState::Approved, lasts(at)),
        None => (ExportState::Asked, lasts(asked_at)),
    };
    let state = if now < until { state } else { ExportState::Expired };
    (state, Some(until))
}

impl Truth {
    /// Where the request is, by what the ledger says.
    pub(crate) fn state(&self, now: UtcMicros) -> ExportState {
        let decided = self.row.decided.map(|decided| (decided.decision, decided.at));
        state_at(self.row.asked_at, decided, now).0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> UtcMicros {
        UtcMicros::new(seconds * 1_000_000).expect("an instant")
    }

    #[test]
    fn a_request_waits_seven_days_and_is_good_for_seven_from_its_approval() {
        let week = 7 * 24 * 3600;
        let asked = |now| state_at(at(0), None, at(now));
        assert_eq!(asked(week - 1), (ExportState::Asked, Some(at(week))));
        assert_eq!(asked(week), (ExportState::Expired, Some(at(week))));
        let approved = |now| state_at(at(0), Some((Decision::Approved, at(100))), at(now));
        assert_eq!(approved(week), (ExportState::Approved, Some(at(week + 100))));
        assert_eq!(approved(week + 100).0, ExportState::Expired);
        let refused = state_at(at(0), Some((Decision::Refused, at(1))), at(2 * week));
        assert_eq!(refused, (ExportState::Refused, None));
    }
}
