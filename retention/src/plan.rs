//! The plan of a disposal: pure, made from evidence, with a reason for every object.

use std::time::Duration;

use obhut_archive::{Claimed, Expiring, Standing, Unnamed};
use obhut_format::ids::SessionId;
use obhut_format::time::{SignedMicros, UtcMicros};

use crate::policy::{self, KeptBy, Rule};

/// How old a session must be before its lone opening line counts as left behind: an opening under way has one too.
pub(crate) const GRACE: Duration = Duration::from_hours(1);

/// Why an object goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// A segment that never got its line: each of its frames is in the intake log or under a committed line.
    FramesHeldElsewhere,
    /// A sealing line of a session that is not sealed; the seal writes it anew.
    SealBrokenOff,
    /// An opening line of a session that was never opened: its sender never heard of it.
    OpeningBrokenOff,
    /// Its session was deleted, and it came back.
    SessionDeleted,
    /// Its session's key was lost in a recovery, so long ago that no backup can hold it any more.
    KeyLost,
}

/// Why an object that nothing names stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// It may belong to something under way.
    TooYoung,
    /// It holds frames that are nowhere else: damage, which `verify` reports.
    OnlyCopy,
    /// It is not what its key says: damage.
    Unreadable,
    /// The catalog lost its session: damage.
    SessionMissing,
    /// Its session's key was lost in a recovery, and a later backup may still hold it.
    MayBeInABackup,
}

/// An object that goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removal {
    pub(crate) object: Unnamed,
    reason: Reason,
}

impl Removal {
    /// The object's key.
    pub fn key(&self) -> &str {
        &self.object.key
    }

    /// Why it goes.
    pub fn reason(&self) -> Reason {
        self.reason
    }
}

/// An object that stays although nothing names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its key.
    pub key: String,
    /// Why it stays.
    pub why: Why,
}

/// A session that goes, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deletion {
    pub(crate) session: Expiring,
    rule: Rule,
}

impl Deletion {
    /// The session, and what it was judged by.
    pub fn session(&self) -> &Expiring {
        &self.session
    }

    /// Why it goes.
    pub fn rule(&self) -> &Rule {
        &self.rule
    }
}

/// A session that stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptSession {
    /// The session, and what it was judged by.
    pub session: Expiring,
    /// Everything that keeps it.
    pub by: Vec<KeptBy>,
}

/// What goes, and what stays although it looks as if it could go.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DisposalPlan {
    removals: Vec<Removal>,
    kept: Vec<Kept>,
    deletions: Vec<Deletion>,
    kept_sessions: Vec<KeptSession>,
}

impl DisposalPlan {
    /// Plans the disposal of objects that no chain line names (DESIGN: "A frame"): an object is an orphan when every
    /// frame it claims is held elsewhere, and damage otherwise.
    pub fn of_unnamed(objects: Vec<Unnamed>, now: UtcMicros) -> Self {
        let mut plan = Self::default();
        for object in objects {
            match judge(&object, now) {
                Ok(reason) => plan.removals.push(Removal { object, reason }),
                Err(why) => plan.kept.push(Kept { key: object.key, why }),
            }
        }
        plan
    }

    /// Plans the deletion of sessions by [`policy::judge`], as of `now`.
    pub fn of_sessions(sessions: Vec<Expiring>, now: UtcMicros) -> Self {
        let mut plan = Self::default();
        for session in sessions {
            match policy::judge(&session, now) {
                Ok(rule) => plan.deletions.push(Deletion { session, rule }),
                Err(by) => plan.kept_sessions.push(KeptSession { session, by }),
            }
        }
        plan
    }

    /// Sessions that go.
    pub fn deletions(&self) -> &[Deletion] {
        &self.deletions
    }

    /// Sessions that stay.
    pub fn kept_sessions(&self) -> &[KeptSession] {
        &self.kept_sessions
    }

    /// Objects that go.
    pub fn removals(&self) -> &[Removal] {
        &self.removals
    }

    /// Objects that stay.
    pub fn kept(&self) -> &[Kept] {
        &self.kept
    }
}

fn judge(object: &Unnamed, now: UtcMicros) -> Result<Reason, Why> {
    match (&object.standing, &object.claims) {
        (Standing::Deleted, _) => Ok(Reason::SessionDeleted),
        (Standing::Lost { at }, _) => {
            let over = at.checked_add(SignedMicros::from_days(obhut_format::backup::MOST_DAYS));
            if over.is_some_and(|over| now >= over) {
                Ok(Reason::KeyLost)
            } else {
                Err(Why::MayBeInABackup)
            }
        }
        (_, Claimed::Unreadable) => Err(Why::Unreadable),
        (Standing::Known { held }, Claimed::Frames { ranges, .. }) => {
            if held.union(ranges) == *held {
                Ok(Reason::FramesHeldElsewhere)
            } else {
                Err(Why::OnlyCopy)
            }
        }
        (Standing::Known { .. }, Claimed::Nothing) => Ok(Reason::SealBrokenOff),
        (Standing::Unknown { in_ledger: false }, Claimed::Nothing) => {
            if age(object.session.session, now) >= GRACE {
                Ok(Reason::OpeningBrokenOff)
            } else {
                Err(Why::TooYoung)
            }
        }
        (Standing::Unknown { .. }, _) => Err(Why::SessionMissing),
    }
}

/// How long ago a session's id was made; nothing for one from the future.
fn age(session: SessionId, now: UtcMicros) -> Duration {
    // UUIDv7 (RFC 9562, 5.7): the first 48 bits are milliseconds since 1970.
    let mut millis = [0u8; 8];
    for (to, from) in millis.iter_mut().skip(2).zip(session.as_bytes()) {
        *to = *from;
    }
    let made = u64::from_be_bytes(millis);
    let now = u64::try_from(now.get().div_euclid(1_000)).unwrap_or(0);
    Duration::from_millis(now.saturating_sub(made))
}

#[cfg(test)]
mod tests {
    use obhut_archive::SessionRef;
    use obhut_format::ids::{SegmentNo, StreamNo, TenantId};
    use rstest::rstest;

    use super::*;

    const MADE: i64 = 1_790_000_000_000_000;

    fn at(seconds: i64) -> UtcMicros {
        UtcMicros::new(MADE + seconds * 1_000_000).expect("instant")
    }

    fn object(claims: Claimed, standing: Standing) -> Unnamed {
        let (tenant, session) = (TenantId::v7(at(0), [1; 10]), SessionId::v7(at(0), [2; 10]));
        Unnamed {
            key: "k".to_owned(),
            session: SessionRef { tenant, session },
            claims,
            standing,
        }
    }

    fn frames(ranges: &str) -> Claimed {
        let ranges = ranges.parse().expect("ranges");
        Claimed::Frames {
            stream: StreamNo::ZERO,
            segment: SegmentNo::ZERO,
            ranges,
        }
    }

    fn held(ranges: &str) -> Standing {
        Standing::Known {
            held: ranges.parse().expect("ranges"),
        }
    }

    #[test]
    fn each_session_goes_or_stays_with_its_reasons() {
        use crate::policy::tests::{at, held, sealed};
        let sessions = vec![
            sealed(1, Some(1), 10),
            held(sealed(2, Some(1), 10), None),
            sealed(3, None, 20),
        ];
        let plan = DisposalPlan::of_sessions(sessions, at(15));
        let number = |session: &Expiring| session.session.session.as_bytes()[0];
        let gone: Vec<u8> = plan
            .deletions()
            .iter()
            .map(|gone| number(gone.session()))
            .collect();
        let kept: Vec<_> = plan
            .kept_sessions()
            .iter()
            .map(|kept| (number(&kept.session), kept.by.len()))
            .collect();
        assert_eq!((gone, kept), (vec![1], vec![(2, 1), (3, 1)]));
        assert_eq!(plan.deletions()[0].rule().since(), at(10));
    }

    #[rstest]
    #[case(frames("1-96"), held("0-200"), 0, Ok(Reason::FramesHeldElsewhere))]
    #[case(frames("1-96"), held("1-96,98"), 0, Ok(Reason::FramesHeldElsewhere))]
    #[case(frames("1-96"), held("1-95"), 9_999, Err(Why::OnlyCopy))]
    #[case(frames("1-96"), held(""), 9_999, Err(Why::OnlyCopy))]
    #[case(frames("1"), Standing::Unknown { in_ledger: false }, 9_999, Err(Why::SessionMissing))]
    #[case(Claimed::Nothing, held(""), 0, Ok(Reason::SealBrokenOff))]
    #[case(Claimed::Nothing, Standing::Unknown { in_ledger: false }, 3_599, Err(Why::TooYoung))]
    #[case(Claimed::Nothing, Standing::Unknown { in_ledger: false }, 3_600, Ok(Reason::OpeningBrokenOff))]
    #[case(Claimed::Nothing, Standing::Unknown { in_ledger: false }, -9_999, Err(Why::TooYoung))]
    #[case(Claimed::Nothing, Standing::Unknown { in_ledger: true }, 9_999, Err(Why::SessionMissing))]
    #[case(Claimed::Unreadable, held("0-9"), 9_999, Err(Why::Unreadable))]
    #[case(Claimed::Unreadable, Standing::Deleted, 0, Ok(Reason::SessionDeleted))]
    #[case(frames("1-96"), Standing::Deleted, 0, Ok(Reason::SessionDeleted))]
    #[case(frames("1-96"), Standing::Lost { at: at(0) }, 30 * 86_400 - 1, Err(Why::MayBeInABackup))]
    #[case(frames("1-96"), Standing::Lost { at: at(0) }, 30 * 86_400, Ok(Reason::KeyLost))]
    fn an_object_goes_only_for_a_reason(
        #[case] claims: Claimed,
        #[case] standing: Standing,
        #[case] later: i64,
        #[case] expected: Result<Reason, Why>,
    ) {
        let plan = DisposalPlan::of_unnamed(vec![object(claims, standing)], at(later));
        let removed = plan.removals().first().map(Removal::reason);
        let kept = plan.kept().first().map(|kept| kept.why);
        assert_eq!((removed, kept), (expected.ok(), expected.err()));
    }
}
