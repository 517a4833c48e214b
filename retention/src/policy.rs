//! Whether a session may be deleted: a pure function of what the archive knows of it and of an instant, with reasons.

use std::fmt;

use obhut_archive::Expiring;
use obhut_archive::catalog::sessions::SessionState;
use obhut_format::time::UtcMicros;
use serde::Serialize;

/// The rule by which a session goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    /// So many days after its end, and they are over.
    PeriodOver {
        /// The class's days.
        days: u32,
        /// Since when it may be deleted.
        since: UtcMicros,
    },
    /// At once when it has ended.
    AtOnce {
        /// Its end.
        since: UtcMicros,
    },
}

/// What keeps a session. All that do are named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeptBy {
    /// It has not ended, so its period has not begun.
    NotEnded,
    /// Its period is not over.
    NotDue {
        /// When it will be.
        until: UtcMicros,
    },
    /// A legal hold.
    Held {
        /// Since when.
        since: UtcMicros,
        /// The day it is to be looked at again, `YYYY-MM-DD`.
        review_on: Option<String>,
    },
}

/// A reason as it is told: a word that scripts can match, and a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// The word.
    pub rule: &'static str,
    /// The sentence.
    pub says: String,
}

/// Judges a session as of `now`: by which rule it goes, or everything that keeps it.
pub fn judge(session: &Expiring, now: UtcMicros) -> Result<Rule, Vec<KeptBy>> {
    let mut kept = Vec::new();
    let due = if let (SessionState::Sealed, Some(until)) = (session.state, session.retain_until) {
        if now < until {
            kept.push(KeptBy::NotDue { until });
        }
        until
    } else {
        kept.push(KeptBy::NotEnded);
        UtcMicros::MAX
    };
    kept.extend(session.holds.iter().map(|hold| KeptBy::Held {
        since: hold.placed_at,
        review_on: hold.review_on.clone(),
    }));
    if !kept.is_empty() {
        return Err(kept);
    }
    Ok(match session.class.days {
        Some(days) => Rule::PeriodOver { days, since: due },
        None => Rule::AtOnce { since: due },
    })
}

impl Rule {
    /// The word and the sentence.
    pub fn reason(&self) -> Reason {
        let rule = match self {
            Self::PeriodOver { .. } => "period-over",
            Self::AtOnce { .. } => "at-once",
        };
        Reason {
            rule,
            says: self.to_string(),
        }
    }

    /// Since when the session may be deleted.
    pub fn since(&self) -> UtcMicros {
        match self {
            Self::PeriodOver { since, .. } | Self::AtOnce { since } => *since,
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PeriodOver { days, since } => {
                write!(f, "{days} days after its end are over since {since}")
            }
            Self::AtOnce { since } => write!(f, "its class deletes at once, and it ended at {since}"),
        }
    }
}

impl KeptBy {
    /// The word and the sentence.
    pub fn reason(&self) -> Reason {
        let rule = match self {
            Self::NotEnded => "not-ended",
            Self::NotDue { .. } => "not-due",
            Self::Held { .. } => "held",
        };
        Reason {
            rule,
            says: self.to_string(),
        }
    }
}

impl fmt::Display for KeptBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotEnded => f.write_str("it has not ended"),
            Self::NotDue { until } => write!(f, "it is kept until {until}"),
            Self::Held {
                since,
                review_on: None,
            } => write!(f, "a hold keeps it since {since}"),
            Self::Held {
                since,
                review_on: Some(day),
            } => write!(f, "a hold keeps it since {since}, to be reviewed on {day}"),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use obhut_archive::{HoldRow, SessionRef};
    use obhut_format::chain::ClassRef;
    use obhut_format::ids::{DeviceId, HoldId, SessionId, TenantId};
    use rstest::rstest;

    use super::*;

    const TENANT: TenantId = TenantId::from_bytes([1; 16]);

    pub(crate) fn at(seconds: i64) -> UtcMicros {
        UtcMicros::new(1_790_000_000_000_000 + seconds * 1_000_000).expect("instant")
    }

    /// A session that ended at 0 and may be deleted from `until` on.
    pub(crate) fn sealed(n: u8, days: Option<u32>, until: i64) -> Expiring {
        Expiring {
            session: SessionRef {
                tenant: TENANT,
                session: SessionId::from_bytes([n; 16]),
            },
            device: DeviceId::from_bytes([2; 16]),
            class: ClassRef {
                name: "default".to_owned(),
                version: 1,
                days,
            },
            state: SessionState::Sealed,
            ended_at: Some(at(0)),
            retain_until: Some(at(until)),
            holds: Vec::new(),
        }
    }

    pub(crate) fn held(mut session: Expiring, review_on: Option<&str>) -> Expiring {
        session.holds.push(HoldRow {
            hold: HoldId::from_bytes([3; 16]),
            tenant: TENANT,
            session: session.session.session,
            leaf_n: 7,
            placed_at: at(1),
            review_on: review_on.map(str::to_owned),
            released_at: None,
            release_leaf_n: None,
        });
        session
    }

    fn words(judged: Result<Rule, Vec<KeptBy>>) -> Result<&'static str, Vec<&'static str>> {
        let word = |kept: Vec<KeptBy>| kept.iter().map(|kept| kept.reason().rule).collect();
        judged.map(|rule| rule.reason().rule).map_err(word)
    }

    #[rstest]
    #[case(sealed(1, Some(1), 86_400), 86_399, Err(vec!["not-due"]))]
    #[case(sealed(1, Some(1), 86_400), 86_400, Ok("period-over"))]
    #[case(sealed(1, Some(0), 0), 0, Ok("period-over"))]
    #[case(sealed(1, None, 0), 0, Ok("at-once"))]
    #[case(sealed(1, None, 0), -1, Err(vec!["not-due"]))]
    #[case(held(sealed(1, Some(1), 86_400), None), 86_400, Err(vec!["held"]))]
    #[case(held(held(sealed(1, Some(1), 86_400), None), None), 0, Err(vec!["not-due", "held", "held"]))]
    fn a_session_goes_when_its_time_is_up_and_nothing_keeps_it(
        #[case] session: Expiring,
        #[case] now: i64,
        #[case] expected: Result<&'static str, Vec<&'static str>>,
    ) {
        assert_eq!(words(judge(&session, at(now))), expected);
    }

    #[rstest]
    #[case(SessionState::Open)]
    #[case(SessionState::Sealing)]
    fn a_session_that_has_not_ended_stays_whatever_its_row_says(#[case] state: SessionState) {
        let session = Expiring {
            state,
            ..sealed(1, None, 0)
        };
        assert_eq!(words(judge(&session, at(9))), Err(vec!["not-ended"]));
        let session = Expiring {
            retain_until: None,
            ..sealed(1, None, 0)
        };
        assert_eq!(words(judge(&session, UtcMicros::MAX)), Err(vec!["not-ended"]));
    }

    #[test]
    fn reasons_can_be_read() {
        let kept = judge(&held(sealed(1, Some(1), 5), Some("2027-01-31")), at(9)).expect_err("held");
        let says: Vec<String> = kept.iter().map(ToString::to_string).collect();
        assert_eq!(
            says,
            [format!(
                "a hold keeps it since {}, to be reviewed on 2027-01-31",
                at(1)
            )]
        );
    }
}
