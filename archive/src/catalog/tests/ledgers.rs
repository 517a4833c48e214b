//! Ledgers and their copies, access records, holds.

use obhut_format::ids::{AccessId, ExportId, HoldId, Seq, StreamNo, TenantId};

use super::super::access::{self, AccessQuery, AccessRow, Action};
use super::super::engine::Query;
use super::super::exports::{self, DecidedRow, Decision, ExportCursor, ExportRow};
use super::super::holds::{self, HoldRow};
use super::super::ledger::{self, CopyRow, HeadRow, LeafRow};
use super::{Fixture, at, session_id, tenant_id};

fn leaf(tenant: TenantId, n: u64) -> LeafRow {
    let about = n % 2 == 1;
    LeafRow {
        tenant,
        n,
        line: format!("leaf {n}").into_bytes(),
        scope: if about { "session" } else { "2026-11" }.to_owned(),
        session: about.then(|| session_id(1)),
        detail: vec![7; 80],
    }
}

fn head(tenant: TenantId, size: u64) -> HeadRow {
    HeadRow {
        tenant,
        size,
        frontier: vec![1; 32],
        checkpoint: format!("head {size}"),
    }
}

#[test]
fn leaves_are_numbered_by_tenant_and_found_by_range_and_session() {
    let fixture = Fixture::new();
    let (one, _) = fixture.tenant(1);
    let (two, _) = fixture.tenant(2);
    fixture.write(move |tx| (0..10).try_for_each(|n| ledger::append(tx, &leaf(one, n))));
    fixture.write(move |tx| (0..3).try_for_each(|n| ledger::append(tx, &leaf(two, n))));
    fixture.conflict(move |tx| ledger::append(tx, &leaf(one, 9)));
    let rows = |numbers: &[u64], tenant| numbers.iter().map(|n| leaf(tenant, *n)).collect::<Vec<_>>();
    assert_eq!(
        fixture.read(|tx| ledger::range(tx, one, 4, 3)),
        rows(&[4, 5, 6], one)
    );
    assert_eq!(
        fixture.read(|tx| ledger::range(tx, one, 8, 9)),
        rows(&[8, 9], one)
    );
    assert_eq!(fixture.read(|tx| ledger::range(tx, one, 10, 9)), []);
    assert_eq!(
        fixture.read(|tx| ledger::by_session(tx, one, session_id(1))),
        rows(&[1, 3, 5, 7, 9], one)
    );
    assert_eq!(
        fixture.read(|tx| ledger::by_session(tx, two, session_id(1))),
        rows(&[1], two)
    );
    let nobodys = LeafRow {
        session: None,
        ..leaf(one, 11)
    };
    fixture.conflict(move |tx| ledger::append(tx, &nobodys));
}

#[test]
fn a_ledger_does_not_shrink() {
    let fixture = Fixture::new();
    let (tenant, _) = fixture.tenant(1);
    assert_eq!(fixture.read(|tx| ledger::head(tx, tenant)), None);
    for size in [1, 1, 5] {
        fixture.write(move |tx| ledger::put_head(tx, &head(tenant, size)));
    }
    fixture.conflict(move |tx| ledger::put_head(tx, &head(tenant, 4)));
    assert_eq!(fixture.read(|tx| ledger::head(tx, tenant)), Some(head(tenant, 5)));
}

#[test]
fn copies_follow_each_other_without_gaps() {
    let fixture = Fixture::new();
    let (tenant, _) = fixture.tenant(1);
    let row = move |first, last| CopyRow {
        tenant,
        first,
        last,
        object: format!("copy {first}-{last}"),
        blake3: [2; 32],
    };
    assert_eq!(fixture.read(|tx| ledger::covered_to(tx, tenant)), 0);
    fixture.conflict(move |tx| ledger::insert_copy(tx, &row(1, 4)));
    fixture.write(move |tx| ledger::insert_copy(tx, &row(0, 4)));
    fixture.conflict(move |tx| ledger::insert_copy(tx, &row(4, 9)));
    fixture.conflict(move |tx| ledger::insert_copy(tx, &row(6, 9)));
    fixture.write(move |tx| ledger::insert_copy(tx, &row(5, 9)));
    assert_eq!(fixture.read(|tx| ledger::covered_to(tx, tenant)), 10);
    assert_eq!(
        fixture.read(|tx| ledger::copies(tx, tenant)),
        [row(0, 4), row(5, 9)]
    );
    assert_eq!(fixture.read(|tx| ledger::covered_to(tx, tenant_id(2))), 0);
}

#[test]
fn access_records_are_listed_by_session_and_in_pages() {
    let fixture = Fixture::new();
    let (tenant, _) = fixture.tenant(1);
    let row = move |n: u8| AccessRow {
        access: AccessId::from_bytes([n; 16]),
        tenant,
        leaf_n: u64::from(n) * 10,
        session: session_id(n % 2),
        stream: (n > 2).then_some(StreamNo::ZERO),
        first: (n > 3).then_some(Seq::ZERO),
        last: (n > 3).then_some(Seq::MAX),
        at: at(i64::from(n)),
        action: Action::Restore,
        grant: None,
        export: None,
    };
    fixture.write(move |tx| (0..5).try_for_each(|n| access::insert(tx, &row(n))));
    fixture.conflict(move |tx| {
        access::insert(
            tx,
            &AccessRow {
                access: AccessId::from_bytes([9; 16]),
                ..row(1)
            },
        )
    });
    let half = AccessRow {
        last: None,
        access: AccessId::from_bytes([9; 16]),
        leaf_n: 99,
        ..row(4)
    };
    fixture.conflict(move |tx| access::insert(tx, &half));
    assert_eq!(
        fixture.read(|tx| access::list(tx, tenant, None, 2)),
        [row(0), row(1)]
    );
    assert_eq!(
        fixture.read(|tx| access::list(tx, tenant, Some(10), 9)),
        [row(2), row(3), row(4)]
    );
    assert_eq!(fixture.read(|tx| access::list(tx, tenant_id(2), None, 9)), []);
    let of_session = AccessQuery {
        session: Some(session_id(1)),
        limit: 9,
        ..AccessQuery::default()
    };
    assert_eq!(
        fixture.read(|tx| access::newest(tx, tenant, &of_session)),
        [row(3), row(1)]
    );
    assert_eq!(
        fixture.read(|tx| access::newest(tx, tenant_id(2), &of_session)),
        []
    );
}

#[test]
fn a_hold_holds_until_it_is_released_once() {
    let fixture = Fixture::new();
    let (tenant, _) = fixture.tenant(1);
    let row = move |n: u8| HoldRow {
        hold: HoldId::from_bytes([n; 16]),
        tenant,
        session: session_id(1),
        leaf_n: u64::from(n),
        placed_at: at(i64::from(n)),
        review_on: (n == 1).then(|| "2027-01-31".to_owned()),
        released_at: None,
        release_leaf_n: None,
    };
    fixture.write(move |tx| [1, 2].into_iter().try_for_each(|n| holds::insert(tx, &row(n))));
    assert_eq!(
        fixture.read(|tx| holds::active(tx, tenant, session_id(1))),
        [row(1), row(2)]
    );
    assert_eq!(
        fixture.read(|tx| holds::active(tx, tenant_id(2), session_id(1))),
        []
    );
    let hold = row(1).hold;
    assert!(!fixture.write(move |tx| holds::release(tx, tenant_id(2), hold, at(9), 9)));
    assert!(fixture.write(move |tx| holds::release(tx, tenant, hold, at(9), 9)));
    assert!(!fixture.write(move |tx| holds::release(tx, tenant, hold, at(10), 10)));
    assert_eq!(
        fixture.read(|tx| holds::active(tx, tenant, session_id(1))),
        [row(2)]
    );
    let released = HoldRow {
        released_at: Some(at(9)),
        release_leaf_n: Some(9),
        ..row(1)
    };
    assert_eq!(fixture.read(|tx| holds::list(tx, tenant)), [released, row(2)]);
}

#[test]
fn an_export_is_decided_once() {
    let fixture = Fixture::new();
    let (tenant, _) = fixture.tenant(1);
    let row = move |n: u8| ExportRow {
        export: ExportId::from_bytes([n; 16]),
        tenant,
        session: session_id(n % 2),
        leaf_n: u64::from(n),
        asked_at: at(i64::from(n)),
        damaged: n == 2,
        decided: None,
    };
    fixture.write(move |tx| (1..=3).try_for_each(|n| exports::insert(tx, &row(n))));
    let decided = |decision| DecidedRow {
        decision,
        leaf_n: 9,
        at: at(9),
    };
    let (approved, refused) = (decided(Decision::Approved), decided(Decision::Refused));
    fixture.conflict(move |tx| exports::decide(tx, tenant_id(2), row(2).export, approved));
    fixture.write(move |tx| exports::decide(tx, tenant, row(2).export, approved));
    fixture.conflict(move |tx| exports::decide(tx, tenant, row(2).export, refused));
    let second = ExportRow {
        decided: Some(approved),
        ..row(2)
    };
    let newest =
        move |session, before| fixture.read(move |tx| exports::newest(tx, tenant, session, before, 2));
    assert_eq!(newest(None, ExportCursor::FIRST), [row(3), second]);
    let behind = ExportCursor {
        at: at(2),
        export: row(2).export,
    };
    assert_eq!(newest(None, behind), [row(1)]);
    assert_eq!(newest(Some(session_id(1)), ExportCursor::FIRST), [row(3), row(1)]);
    assert_eq!(newest(Some(session_id(0)), ExportCursor::FIRST), [second]);
}

#[test]
fn looks_are_found_by_index_and_never_sorted() {
    let fixture = Fixture::new();
    let (tenant, access, session) = (tenant_id(1), AccessId::from_bytes([1; 16]), session_id(1));
    let plans = [
        (None, None, "access_records_by_at"),
        (None, Some(Action::Open), "access_records_by_action"),
        (Some(session), None, "access_records_of_session"),
        (Some(session), Some(Action::View), "access_records_of_session"),
    ];
    for (of, action, index) in plans {
        let wanted = AccessQuery {
            session: of,
            action,
            ..AccessQuery::default()
        };
        let statement = access::statement(&wanted);
        let explained: &'static str = Box::leak(format!("EXPLAIN QUERY PLAN {statement}").into_boxed_str());
        let steps = fixture.read(|tx| {
            let params = [
                (":tenant", (&tenant).into()),
                (":from", at(0).into()),
                (":before_at", at(9).into()),
                (":before_access", (&access).into()),
                (":session", of.as_ref().into()),
                (":action", action.into()),
                (":limit", 1_u32.into()),
            ];
            (tx as &dyn Query).all(explained, &params, |row| row.get::<String>("detail"))
        });
        assert_eq!(steps.len(), 1, "{steps:?}");
        assert!(
            steps[0].contains(&format!("USING INDEX {index} ")),
            "{wanted:?}: {steps:?}"
        );
        assert!(
            steps[0].contains("at_us"),
            "the page must begin at its place: {steps:?}"
        );
    }
}
