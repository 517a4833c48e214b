//! Sessions: their lives, and how they are listed.

use obhut_format::chain::{SealHow, SessionKind};
use obhut_format::digest::Link;
use obhut_format::ids::SessionId;

use super::super::engine::Query;
use super::super::sessions::{self, Advance, Sealed, SessionCursor, SessionFilter, SessionRow, SessionState};
use super::super::{deks, devices};
use super::{Fixture, at, device_id, session_id, session_row, tenant_id, wrapped};

fn step(session: SessionId, lines_before: u64) -> Advance {
    Advance {
        session,
        lines_before,
        link: Link([0xaa; 32]),
        frames: 96,
        original_bytes: 1_000,
        stored_bytes: 100,
    }
}

fn last_step(session: SessionId, lines_before: u64) -> Sealed {
    Sealed {
        session,
        how: SealHow::Lost,
        ended_at: at(100),
        sealed_at: at(101),
        retain_until: at(200),
        lines_before,
        link: Link([0xbb; 32]),
    }
}

#[test]
fn a_session_is_found_only_under_its_tenant() {
    let fixture = Fixture::new();
    fixture.tenant(1);
    let row = fixture.session(1);
    assert_eq!(
        fixture.read(|tx| sessions::get(tx, tenant_id(1), session_id(1))),
        Some(row)
    );
    assert_eq!(
        fixture.read(|tx| sessions::get(tx, tenant_id(2), session_id(1))),
        None
    );
    assert_eq!(fixture.read(|tx| sessions::count(tx, tenant_id(1))), 1);
    assert_eq!(fixture.read(|tx| sessions::count(tx, tenant_id(2))), 0);
}

#[test]
fn a_session_needs_its_key_and_its_own_id() {
    let fixture = Fixture::new();
    fixture.tenant(1);
    fixture.conflict(|tx| sessions::insert(tx, &session_row(1)));
    let row = fixture.session(1);
    let same_key = SessionRow {
        session: session_id(2),
        ..row
    };
    fixture.conflict(move |tx| sessions::insert(tx, &same_key));
}

#[test]
fn a_request_key_opens_one_session_a_device() {
    let fixture = Fixture::new();
    fixture.tenant(1);
    let insert = |n: u8, device: u8| {
        let row = SessionRow {
            request_key: Some([9; 32]),
            device: device_id(device),
            ..session_row(n)
        };
        move |tx: &mut super::Tx<'_>| {
            let row = SessionRow {
                dek: deks::insert(tx, &wrapped(n))?,
                ..row
            };
            sessions::insert(tx, &row)
        }
    };
    let second = devices::DeviceRow {
        device: device_id(2),
        tenant: tenant_id(1),
        name: "second".to_owned(),
        created_at: at(0),
        revoked_at: None,
    };
    fixture.write(move |tx| devices::insert(tx, &second));
    fixture.write(insert(1, 1));
    fixture.conflict(insert(2, 1));
    fixture.write(insert(3, 2));
    let found = |tenant, device| {
        fixture
            .read(|tx| sessions::by_request_key(tx, tenant, device, &[9; 32]))
            .map(|row| row.session)
    };
    assert_eq!(found(tenant_id(1), device_id(1)), Some(session_id(1)));
    assert_eq!(found(tenant_id(1), device_id(2)), Some(session_id(3)));
    assert_eq!(found(tenant_id(2), device_id(1)), None);
}

#[test]
fn a_chain_moves_on_only_from_where_it_is() {
    let fixture = Fixture::new();
    fixture.tenant(1);
    let session = fixture.session(1).session;
    fixture.write(move |tx| sessions::advance(tx, &step(session, 1)));
    fixture.conflict(move |tx| sessions::advance(tx, &step(session, 1)));
    fixture.write(move |tx| sessions::advance(tx, &step(session, 2)));
    let row = fixture
        .read(|tx| sessions::get(tx, tenant_id(1), session))
        .expect("it is there");
    assert_eq!(
        (row.lines, row.frames, row.original_bytes, row.stored_bytes),
        (3, 192, 2_000, 200)
    );
    assert_eq!(row.link, Link([0xaa; 32]));

    fixture.conflict(move |tx| sessions::seal(tx, &last_step(session, 2)));
    fixture.write(move |tx| sessions::seal(tx, &last_step(session, 3)));
    fixture.conflict(move |tx| sessions::seal(tx, &last_step(session, 4)));
    fixture.conflict(move |tx| sessions::advance(tx, &step(session, 4)));
    let row = fixture
        .read(|tx| sessions::get(tx, tenant_id(1), session))
        .expect("it is there");
    assert_eq!(
        (row.state, row.how, row.lines),
        (SessionState::Sealed, Some(SealHow::Lost), 4)
    );
    assert_eq!(
        (row.ended_at, row.sealed_at, row.retain_until),
        (Some(at(100)), Some(at(101)), Some(at(200)))
    );
}

#[test]
fn a_seal_begins_once_and_silence_is_counted_forward() {
    let fixture = Fixture::new();
    fixture.tenant(1);
    let session = fixture.session(1).session;
    fixture.write(move |tx| sessions::touch(tx, session, at(50)));
    fixture.write(move |tx| sessions::touch(tx, session, at(40)));
    assert!(fixture.write(move |tx| sessions::begin_seal(tx, session, &[1; 40])));
    assert!(!fixture.write(move |tx| sessions::begin_seal(tx, session, &[2; 40])));
    let row = fixture
        .read(|tx| sessions::get(tx, tenant_id(1), session))
        .expect("it is there");
    assert_eq!(
        (row.state, row.seal_request, row.last_activity_at),
        (SessionState::Sealing, Some(vec![1; 40]), at(50))
    );
    assert_eq!(fixture.read(|tx| sessions::open_or_sealing(tx)).len(), 1);
    fixture.write(move |tx| sessions::seal(tx, &last_step(session, 1)));
    assert_eq!(fixture.read(|tx| sessions::open_or_sealing(tx)), []);
}

/// Twelve sessions: kinds in turn, every third of a second device, the first four sealed, two opened at each instant.
fn populated() -> Fixture {
    let fixture = Fixture::new();
    fixture.tenant(1);
    fixture.write(|tx| {
        let name = "second".to_owned();
        let row = devices::DeviceRow {
            device: device_id(2),
            tenant: tenant_id(1),
            name,
            created_at: at(0),
            revoked_at: None,
        };
        devices::insert(tx, &row)
    });
    fixture.write(|tx| {
        for n in 1..=12 {
            let row = SessionRow {
                dek: deks::insert(tx, &wrapped(n))?,
                kind: SessionKind::ALL[usize::from(n) % SessionKind::ALL.len()],
                device: device_id(if n % 3 == 0 { 2 } else { 1 }),
                opened_at: at(i64::from(n / 2)),
                ..session_row(n)
            };
            sessions::insert(tx, &row)?;
            if n <= 4 {
                sessions::seal(tx, &last_step(session_id(n), 1))?;
            }
        }
        Ok(())
    });
    fixture
}

/// The numbers of the listed sessions, over as many pages as it takes.
fn listed(fixture: &Fixture, mut filter: SessionFilter) -> Vec<u8> {
    let mut numbers = Vec::new();
    loop {
        let page = fixture.read(|tx| sessions::list(tx, tenant_id(1), &filter));
        assert!(page.len() <= filter.limit as usize);
        let Some(last) = page.last() else { return numbers };
        filter.after = Some(SessionCursor::from(last));
        numbers.extend(page.iter().map(|row| row.session.as_bytes()[0]));
    }
}

#[test]
fn sessions_are_listed_newest_first_on_pages_of_any_size() {
    let fixture = populated();
    for limit in [1, 2, 3, 5, 12, 100] {
        let filter = SessionFilter {
            limit,
            ..SessionFilter::default()
        };
        assert_eq!(
            listed(&fixture, filter),
            (1..=12).rev().collect::<Vec<_>>(),
            "pages of {limit}"
        );
    }
    let other = fixture.read(|tx| sessions::list(tx, tenant_id(2), &SessionFilter::default()));
    assert_eq!(other, []);
}

#[test]
fn every_combination_of_filters_lists_what_passes_all_of_them() {
    let fixture = populated();
    let all = fixture.read(|tx| sessions::list(tx, tenant_id(1), &SessionFilter::default()));
    let states = [
        None,
        Some(SessionState::Open),
        Some(SessionState::Sealing),
        Some(SessionState::Sealed),
    ];
    let kinds = [None, Some(SessionKind::Support), Some(SessionKind::Training)];
    let devices = [None, Some(device_id(1)), Some(device_id(2)), Some(device_id(3))];
    let instants = [None, Some(at(2)), Some(at(5))];
    for state in states {
        for kind in kinds {
            for device in devices {
                for opened_from in instants {
                    for opened_until in instants {
                        let filter = SessionFilter {
                            state,
                            device,
                            kind,
                            opened_from,
                            opened_until,
                            after: None,
                            limit: 2,
                        };
                        let expected: Vec<u8> = all
                            .iter()
                            .filter(|row| state.is_none_or(|state| row.state == state))
                            .filter(|row| kind.is_none_or(|kind| row.kind == kind))
                            .filter(|row| device.is_none_or(|device| row.device == device))
                            .filter(|row| opened_from.is_none_or(|from| row.opened_at >= from))
                            .filter(|row| opened_until.is_none_or(|until| row.opened_at < until))
                            .map(|row| row.session.as_bytes()[0])
                            .collect();
                        assert_eq!(listed(&fixture, filter.clone()), expected, "{filter:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn each_filter_has_its_index_and_nothing_is_sorted() {
    let fixture = populated();
    let plans = [
        (SessionFilter::default(), "sessions_by_opened"),
        (
            SessionFilter {
                device: Some(device_id(1)),
                ..SessionFilter::default()
            },
            "sessions_by_device",
        ),
        (
            SessionFilter {
                kind: Some(SessionKind::Support),
                ..SessionFilter::default()
            },
            "sessions_by_kind",
        ),
        (
            SessionFilter {
                state: Some(SessionState::Open),
                ..SessionFilter::default()
            },
            "sessions_unsealed",
        ),
        (
            SessionFilter {
                state: Some(SessionState::Sealed),
                ..SessionFilter::default()
            },
            "sessions_by_opened",
        ),
    ];
    for (filter, index) in plans {
        let statement = super::super::session_list::statement(&filter);
        let explained: &'static str = Box::leak(format!("EXPLAIN QUERY PLAN {statement}").into_boxed_str());
        let steps = fixture.read(|tx| {
            let (tenant, before) = (tenant_id(1), session_id(9));
            let params = [
                (":tenant", (&tenant).into()),
                (":opened_from", at(0).into()),
                (":before_at", at(9).into()),
                (":before_session", (&before).into()),
                (":state", filter.state.into()),
                (":device", filter.device.as_ref().into()),
                (":kind", filter.kind.into()),
                (":limit", 1_u32.into()),
            ];
            (tx as &dyn Query).all(explained, &params, |row| row.get::<String>("detail"))
        });
        assert_eq!(steps.len(), 1, "{steps:?}");
        assert!(
            steps[0].contains(&format!("USING INDEX {index} ")),
            "{filter:?}: {steps:?}"
        );
        assert!(
            steps[0].contains("opened_at_us"),
            "the page must begin at its place: {steps:?}"
        );
    }
}
