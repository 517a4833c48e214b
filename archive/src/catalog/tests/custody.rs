//! Holds and certificates listed: each list against what it should hold, and against its index.

use obhut_format::ids::HoldId;

use super::super::deletions;
use super::super::engine::{Query, Value};
use super::super::hold_list::{self, HoldCursor, HoldQuery, HoldState};
use super::super::holds::{self, HoldRow};
use super::super::purges::{self, CertificateCursor, CertificateRow};
use super::{Fixture, at, session_id, tenant_id};

/// Number, session, day of review, second of the release.
const HOLDS: [(u8, u8, Option<&str>, Option<i64>); 9] = [
    (1, 1, Some("2027-03-01"), None),
    (2, 2, None, None),
    (3, 1, Some("2027-01-31"), None),
    (4, 3, Some("2027-01-31"), None),
    (5, 3, None, Some(7)),
    (6, 1, Some("2026-12-01"), Some(9)),
    (7, 2, None, Some(7)),
    (8, 1, None, None),
    (9, 2, Some("2029-01-01"), Some(5)),
];

/// The numbers in the order of the list.
const LISTED: [u8; 9] = [3, 4, 1, 2, 8, 6, 7, 5, 9];

fn populated() -> Fixture {
    let fixture = Fixture::new();
    fixture.tenant(1);
    fixture.tenant(2);
    fixture.write(|tx| {
        HOLDS.into_iter().try_for_each(|(n, session, review, released)| {
            let row = HoldRow {
                hold: HoldId::from_bytes([n; 16]),
                tenant: tenant_id(1),
                session: session_id(session),
                leaf_n: u64::from(n),
                placed_at: at(i64::from(n)),
                review_on: review.map(str::to_owned),
                released_at: released.map(at),
                release_leaf_n: released.map(|_| 50 + u64::from(n)),
            };
            holds::insert(tx, &row)
        })
    });
    fixture
}

/// The numbers of the listed holds, over as many pages as it takes.
fn listed(fixture: &Fixture, mut wanted: HoldQuery) -> Vec<u8> {
    let mut numbers = Vec::new();
    loop {
        let page = fixture.read(|tx| hold_list::list(tx, tenant_id(1), &wanted));
        assert!(page.len() <= wanted.limit as usize);
        let Some(last) = page.last() else { return numbers };
        wanted.after = Some(HoldCursor::of(last));
        numbers.extend(page.iter().map(|row| row.hold.as_bytes()[0]));
    }
}

#[test]
fn the_earliest_review_comes_first_and_the_newest_release_behind_all_in_force() {
    let fixture = populated();
    let states = [None, Some(HoldState::Active), Some(HoldState::Released)];
    for limit in 1..=10 {
        for state in states {
            for session in [None, Some(1), Some(2), Some(3), Some(4)] {
                let wanted = HoldQuery {
                    state,
                    session: session.map(session_id),
                    after: None,
                    limit,
                };
                let passes = |n: &u8| {
                    let (_, of, _, released) = HOLDS[usize::from(*n) - 1];
                    session.is_none_or(|session| of == session)
                        && state.is_none_or(|state| (state == HoldState::Released) == released.is_some())
                };
                let expected: Vec<u8> = LISTED.into_iter().filter(passes).collect();
                assert_eq!(
                    listed(&fixture, wanted),
                    expected,
                    "{state:?} of {session:?}, {limit}"
                );
            }
        }
    }
    let all = HoldQuery {
        limit: 9,
        ..HoldQuery::default()
    };
    assert!(
        fixture
            .read(|tx| hold_list::list(tx, tenant_id(2), &all))
            .is_empty()
    );
}

#[test]
fn places_sort_as_the_list_does() {
    let fixture = populated();
    let all = HoldQuery {
        limit: 100,
        ..HoldQuery::default()
    };
    let rows = fixture.read(|tx| hold_list::list(tx, tenant_id(1), &all));
    assert!(rows.is_sorted_by_key(HoldCursor::of));
}

fn plan(fixture: &Fixture, statement: &str, params: &[(&'static str, Value<'_>)]) -> Vec<String> {
    let explained: &'static str = Box::leak(format!("EXPLAIN QUERY PLAN {statement}").into_boxed_str());
    fixture.read(|tx| (tx as &dyn Query).all(explained, params, |row| row.get::<String>("detail")))
}

#[test]
fn holds_are_found_by_index_and_those_of_a_tenant_never_sorted() {
    let fixture = populated();
    let (tenant, session, hold) = (tenant_id(1), session_id(1), HoldId::from_bytes([1; 16]));
    let places = [
        vec![(":day", "2027-01-01".into()), (":hold", (&hold).into())],
        vec![(":hold", (&hold).into())],
        vec![(":at", at(9).into()), (":hold", (&hold).into())],
    ];
    let [walks @ .., looked_up] = hold_list::STATEMENTS;
    let indices = ["holds_by_review", "holds_by_review", "holds_by_release"];
    let begins = [
        "(review_on,hold_id)>",
        "review_on=? AND hold_id>?",
        "(released_at_us,hold_id)<",
    ];
    for (((statement, place), index), begin) in walks.iter().zip(&places).zip(indices).zip(begins) {
        let mut params = vec![(":tenant", (&tenant).into()), (":limit", 1_u32.into())];
        params.extend(place.iter().copied());
        let steps = plan(&fixture, statement, &params);
        assert_eq!(steps.len(), 1, "{steps:?}");
        assert!(steps[0].contains(&format!("USING INDEX {index} ")), "{steps:?}");
        assert!(
            steps[0].contains(begin),
            "the page must begin at its place: {steps:?}"
        );
    }
    let params = [(":tenant", (&tenant).into()), (":session", (&session).into())];
    let steps = plan(&fixture, looked_up, &params);
    assert_eq!(steps.len(), 1, "{steps:?}");
    assert!(steps[0].contains("holds_released_of_session"), "{steps:?}");
}

#[test]
fn certificates_are_listed_by_their_tombstones_newest_first() {
    let fixture = Fixture::new();
    fixture.tenant(1);
    fixture.tenant(2);
    fixture.write(|tx| {
        // Two at each instant, and one of another tenant.
        (1..=7_u8).try_for_each(|n| {
            let row = CertificateRow {
                session: session_id(n),
                tenant: tenant_id(if n == 7 { 2 } else { 1 }),
                leaf_n: u64::from(n),
                purged_at: at(i64::from(n / 2)),
                certificate: "{}".to_owned(),
            };
            purges::insert_certificate(tx, &row)
        })
    });
    for limit in 1..=7 {
        let (mut seen, mut before) = (Vec::new(), CertificateCursor::NEWEST);
        loop {
            let page = fixture.read(|tx| purges::newest_certificates(tx, tenant_id(1), before, limit));
            let Some(last) = page.last() else { break };
            before = CertificateCursor::of(last);
            seen.extend(page.iter().map(|row| row.leaf_n));
        }
        assert_eq!(seen, [6, 5, 4, 3, 2, 1], "pages of {limit}");
    }
    let (tenant, session) = (tenant_id(1), session_id(1));
    let params = [
        (":tenant", (&tenant).into()),
        (":before_at", at(9).into()),
        (":before_session", (&session).into()),
        (":limit", 1_u32.into()),
    ];
    let steps = plan(&fixture, purges::NEWEST_STATEMENT, &params);
    assert_eq!(steps.len(), 1, "{steps:?}");
    assert!(
        steps[0].contains("USING INDEX certificates_by_purged (tenant_id=? AND (purged_at_us,session_id)<"),
        "{steps:?}"
    );
}

#[test]
fn what_is_due_is_counted_in_the_index_and_what_is_held_looked_up() {
    let fixture = populated();
    let (tenant, session) = (tenant_id(1), session_id(1));
    let [between, held, due_and_held] = deletions::STATEMENTS;
    let range = [
        (":tenant", (&tenant).into()),
        (":from", at(1).into()),
        (":until", at(9).into()),
    ];
    let steps = plan(&fixture, between, &range);
    assert_eq!(steps.len(), 1, "{steps:?}");
    let index =
        "USING COVERING INDEX sessions_by_deadline (tenant_id=? AND retain_until_us>? AND retain_until_us<?)";
    assert!(steps[0].contains(index), "no row is read: {steps:?}");

    let page = [
        (":tenant", (&tenant).into()),
        (":after", (&session).into()),
        (":limit", 1_u32.into()),
    ];
    let steps = plan(&fixture, held, &page);
    assert_eq!(steps.len(), 1, "{steps:?}");
    assert!(
        steps[0].contains("INDEX holds_active_of_tenant (tenant_id=? AND session_id>?)"),
        "{steps:?}"
    );

    let until = [(":tenant", (&tenant).into()), (":until", at(9).into())];
    let steps = plan(&fixture, due_and_held, &until);
    assert!(
        steps[0].contains("USING COVERING INDEX sessions_by_deadline (tenant_id=? AND retain_until_us"),
        "{steps:?}"
    );
    assert!(
        steps
            .iter()
            .any(|step| step.contains("holds_active (session_id=?)")),
        "{steps:?}"
    );
}

#[test]
fn held_sessions_are_named_once_each_over_pages_of_any_size() {
    let fixture = populated();
    for limit in 1..=4 {
        let (mut seen, mut after) = (Vec::new(), session_id(0));
        loop {
            let page = fixture.read(|tx| deletions::held_sessions(tx, tenant_id(1), after, limit));
            let Some(last) = page.last() else { break };
            after = *last;
            seen.extend(page.iter().map(|session| session.as_bytes()[0]));
        }
        assert_eq!(seen, [1, 2, 3], "pages of {limit}");
    }
}
