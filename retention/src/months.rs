//! The end of what outlives sessions: who looked, why, and for which matter, goes a month at a time when the days that the
//! tenant's policy keeps it are over.

use std::fmt;

use obhut_archive::objects::Disposal;
use obhut_archive::{Archive, DetailMonth, PurgeError, PurgeTurn};
use obhut_format::ids::TenantId;
use obhut_format::time::{SignedMicros, UtcMicros};

use crate::policy::Reason;

/// What keeps a month's details.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MonthKeptBy {
    /// Its days are not over.
    NotDue {
        /// When they will be.
        until: UtcMicros,
    },
    /// Holds in force were placed in it; their reasons would go too.
    Holds(u64),
}

/// Judges a month as of `now`: since when its details may go, or what keeps them.
pub fn judge(month: &DetailMonth, now: UtcMicros) -> Result<UtcMicros, MonthKeptBy> {
    let until = month
        .ends_at
        .checked_add(SignedMicros::from_days(month.kept_days))
        .unwrap_or(UtcMicros::MAX);
    if now < until {
        return Err(MonthKeptBy::NotDue { until });
    }
    if month.holds > 0 {
        return Err(MonthKeptBy::Holds(month.holds));
    }
    Ok(until)
}

/// Why a month goes, as it is told.
pub fn reason(month: &DetailMonth, since: UtcMicros) -> Reason {
    Reason {
        rule: "access-over",
        says: format!("{} days after its end are over since {since}", month.kept_days),
    }
}

impl MonthKeptBy {
    /// The word and the sentence.
    pub fn reason(&self) -> Reason {
        let rule = match self {
            Self::NotDue { .. } => "not-due",
            Self::Holds(_) => "held",
        };
        Reason {
            rule,
            says: self.to_string(),
        }
    }
}

impl fmt::Display for MonthKeptBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotDue { until } => write!(f, "kept until {until}"),
            Self::Holds(1) => write!(f, "a hold in force was placed in it, whose reason would go too"),
            Self::Holds(count) => write!(
                f,
                "{count} holds in force were placed in it, whose reasons would go too"
            ),
        }
    }
}

/// A month whose details were destroyed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpiredMonth {
    /// Whose looks.
    pub tenant: TenantId,
    /// The month, as `2026-11`.
    pub month: String,
}

/// Destroys the details of a tenant's months that are due.
pub(crate) async fn expire(
    archive: &Archive,
    tenant: TenantId,
    turn: &PurgeTurn,
    proof: &Disposal,
) -> Result<Vec<ExpiredMonth>, PurgeError> {
    let now = archive.clock().now();
    let mut expired = Vec::new();
    for month in archive.detail_months(tenant).await? {
        if judge(&month, now).is_err() {
            continue;
        }
        let again = |month: &DetailMonth, now| judge(month, now).is_ok();
        if turn.expire_month(tenant, &month.month, again, proof).await? {
            tracing::info!(tenant.id = %tenant, month = month.month, "who looked, and why, has expired");
            expired.push(ExpiredMonth {
                tenant,
                month: month.month,
            });
        }
    }
    turn.finish_months(tenant, proof).await?;
    Ok(expired)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> UtcMicros {
        UtcMicros::parse(text).expect("an instant")
    }

    fn november(holds: u64) -> DetailMonth {
        DetailMonth {
            tenant: TenantId::from_bytes([1; 16]),
            month: "2026-11".to_owned(),
            ends_at: at("2026-12-01T00:00:00Z"),
            kept_days: 90,
            holds,
        }
    }

    #[test]
    fn a_month_goes_when_its_days_are_over_and_not_before() {
        let due = at("2027-03-01T00:00:00Z");
        assert_eq!(judge(&november(0), due), Ok(due));
        let before = at("2027-02-28T23:59:59Z");
        assert_eq!(
            judge(&november(0), before),
            Err(MonthKeptBy::NotDue { until: due })
        );
    }

    #[test]
    fn a_hold_in_force_keeps_the_month_in_which_it_was_placed() {
        let late = at("2036-01-01T00:00:00Z");
        assert_eq!(judge(&november(2), late), Err(MonthKeptBy::Holds(2)));
    }
}
