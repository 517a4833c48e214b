//! Sessions listed: every filter and order against what it should let through, and against its index.

use obhut_format::chain::{SealHow, SessionKind};
use obhut_format::digest::Link;
use obhut_format::ids::{HoldId, SessionId};

use super::super::engine::{Query, Value};
use super::super::sessions::{
    self, Sealed, SessionCursor, SessionFilter, SessionOrder, SessionRow, SessionState,
};
use super::super::{deks, devices, holds, session_list};
use super::{Fixture, at, device_id, session_id, session_row, tenant_id, wrapped};

/// Those that a hold keeps, and one that a hold kept.
const HELD: [u8; 3] = [2, 5, 6];
const RELEASED: u8 = 7;

/// Twelve sessions: kinds in turn, every third of a second device, two opened at each instant; the first eight sealed, the
/// older the later their deadline, two with each.
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
            if n <= 8 {
                let seal = Sealed {
                    session: session_id(n),
                    how: SealHow::Lost,
                    ended_at: at(100),
                    sealed_at: at(101),
                    retain_until: at(200 - i64::from(n / 2)),
                    lines_before: 1,
                    link: Link([0xbb; 32]),
                };
                sessions::seal(tx, &seal)?;
            }
        }
        for n in HELD.into_iter().chain([RELEASED, HELD[0]]) {
            let hold = holds::HoldRow {
                hold: HoldId::v7(at(i64::from(n)), [n; 10]),
                tenant: tenant_id(1),
                session: session_id(n),
                leaf_n: u64::from(n),
                placed_at: at(150),
                review_on: None,
                released_at: (n == RELEASED).then(|| at(151)),
                release_leaf_n: (n == RELEASED).then_some(99),
            };
            // The same session a second time: under another hold.
            let again = holds::HoldRow {
                hold: HoldId::v7(at(i64::from(n)), [0xee; 10]),
                ..hold.clone()
            };
            holds::insert(tx, &hold).or_else(|_| holds::insert(tx, &again))?;
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
        filter.after = Some(SessionCursor::of(last, filter.order));
        numbers.extend(page.iter().map(|row| row.session.as_bytes()[0]));
    }
}

const DEADLINE: SessionOrder = SessionOrder::Deadline {
    from: None,
    before: None,
};

#[test]
fn sessions_are_listed_in_both_orders_on_pages_of_any_size() {
    let fixture = populated();
    for limit in [1, 2, 3, 5, 12, 100] {
        let newest = SessionFilter {
            limit,
            ..SessionFilter::default()
        };
        assert_eq!(
            listed(&fixture, newest.clone()),
            (1..=12).rev().collect::<Vec<_>>(),
            "pages of {limit}"
        );
        let deadline = SessionFilter {
            order: DEADLINE,
            ..newest
        };
        assert_eq!(
            listed(&fixture, deadline),
            [8, 6, 7, 4, 5, 2, 3, 1],
            "pages of {limit}"
        );
    }
    let other = fixture.read(|tx| sessions::list(tx, tenant_id(2), &SessionFilter::default()));
    assert_eq!(other, []);
}

/// Whether a row passes, judged without SQL.
fn passes(filter: &SessionFilter, row: &SessionRow) -> bool {
    let held = HELD.contains(&row.session.as_bytes()[0]);
    let in_order = match filter.order {
        SessionOrder::Newest => true,
        SessionOrder::Deadline { from, before } => row.retain_until.is_some_and(|until| {
            from.is_none_or(|from| until >= from) && before.is_none_or(|before| until < before)
        }),
    };
    in_order
        && filter.state.is_none_or(|state| row.state == state)
        && filter.kind.is_none_or(|kind| row.kind == kind)
        && filter.device.is_none_or(|device| row.device == device)
        && filter.held.is_none_or(|wanted| wanted == held)
        && filter.opened_from.is_none_or(|from| row.opened_at >= from)
        && filter.opened_until.is_none_or(|until| row.opened_at < until)
}

/// Every combination of some values of each filter.
fn combinations() -> Vec<SessionFilter> {
    let mut all = vec![SessionFilter {
        limit: 2,
        ..SessionFilter::default()
    }];
    let mut each = |vary: &dyn Fn(&SessionFilter) -> Vec<SessionFilter>| {
        all = all.iter().flat_map(vary).collect();
    };
    let states = [
        None,
        Some(SessionState::Open),
        Some(SessionState::Sealing),
        Some(SessionState::Sealed),
    ];
    each(&|filter| {
        states
            .map(|state| SessionFilter {
                state,
                ..filter.clone()
            })
            .into()
    });
    let kinds = [None, Some(SessionKind::Support), Some(SessionKind::Training)];
    each(&|filter| {
        kinds
            .map(|kind| SessionFilter {
                kind,
                ..filter.clone()
            })
            .into()
    });
    let ids = [None, Some(device_id(1)), Some(device_id(2)), Some(device_id(3))];
    each(&|filter| {
        ids.map(|device| SessionFilter {
            device,
            ..filter.clone()
        })
        .into()
    });
    let holds = [None, Some(true), Some(false)];
    each(&|filter| {
        holds
            .map(|held| SessionFilter {
                held,
                ..filter.clone()
            })
            .into()
    });
    let instants = [None, Some(at(2)), Some(at(5))];
    each(&|filter| {
        instants
            .map(|opened_from| SessionFilter {
                opened_from,
                ..filter.clone()
            })
            .into()
    });
    each(&|filter| {
        instants
            .map(|opened_until| SessionFilter {
                opened_until,
                ..filter.clone()
            })
            .into()
    });
    let orders = [
        SessionOrder::Newest,
        DEADLINE,
        SessionOrder::Deadline {
            from: None,
            before: Some(at(198)),
        },
        SessionOrder::Deadline {
            from: Some(at(197)),
            before: Some(at(199)),
        },
    ];
    each(&|filter| {
        orders
            .map(|order| SessionFilter {
                order,
                ..filter.clone()
            })
            .into()
    });
    all
}

#[test]
fn every_combination_of_filters_lists_what_passes_all_of_them() {
    let fixture = populated();
    let all = fixture.read(|tx| sessions::list(tx, tenant_id(1), &SessionFilter::default()));
    for filter in combinations() {
        let mut rows: Vec<&SessionRow> = all.iter().filter(|row| passes(&filter, row)).collect();
        if filter.order != SessionOrder::Newest {
            rows.sort_by_key(|row| SessionCursor::of(row, filter.order));
        }
        let expected: Vec<u8> = rows.iter().map(|row| row.session.as_bytes()[0]).collect();
        assert_eq!(listed(&fixture, filter.clone()), expected, "{filter:?}");
    }
}

#[test]
fn the_lists_are_the_same_whether_few_or_many_are_held() {
    let fixture = populated();
    for order in [SessionOrder::Newest, DEADLINE] {
        let filter = SessionFilter {
            held: Some(true),
            order,
            ..SessionFilter::default()
        };
        let steps = |few| fixture.read(|tx| session_list::list_by(tx, tenant_id(1), &filter, few));
        let (few, many) = (steps(true), steps(false));
        assert_eq!(few.len(), HELD.len());
        assert_eq!(few, many);
    }
}

/// The steps by which the database finds a page.
fn plan(fixture: &Fixture, filter: &SessionFilter, few_held: bool) -> Vec<String> {
    let statement = session_list::statement(filter, few_held);
    let explained: &'static str = Box::leak(format!("EXPLAIN QUERY PLAN {statement}").into_boxed_str());
    fixture.read(|tx| {
        let (tenant, session): (_, SessionId) = (tenant_id(1), session_id(9));
        let mut params: Vec<(&'static str, Value<'_>)> = vec![
            (":tenant", (&tenant).into()),
            (":opened_from", at(0).into()),
            (":device", filter.device.as_ref().into()),
            (":kind", filter.kind.into()),
            (":held", filter.held.map(u32::from).into()),
            (":kept", u32::from(filter.kept).into()),
            (":limit", 1_u32.into()),
        ];
        match filter.order {
            SessionOrder::Newest => params.extend([
                (":before_at", at(9).into()),
                (":before_session", (&session).into()),
                (":state", filter.state.into()),
            ]),
            SessionOrder::Deadline { .. } => params.extend([
                (":deadline_before", at(9).into()),
                (":after_at", at(1).into()),
                (":after_session", (&session).into()),
                (":opened_until", at(9).into()),
            ]),
        }
        (tx as &dyn Query).all(explained, &params, |row| row.get::<String>("detail"))
    })
}

#[test]
fn each_filter_has_its_index_and_nothing_is_sorted() {
    let fixture = populated();
    let all = SessionFilter::default;
    let of_device = || SessionFilter {
        device: Some(device_id(1)),
        ..all()
    };
    let of_kind = || SessionFilter {
        kind: Some(SessionKind::Support),
        ..all()
    };
    let in_state = |state| SessionFilter {
        state: Some(state),
        ..all()
    };
    let held = |held| SessionFilter {
        held: Some(held),
        ..all()
    };
    let by_deadline = |filter| SessionFilter {
        order: DEADLINE,
        ..filter
    };
    let plans = [
        (all(), "sessions_by_opened"),
        (of_device(), "sessions_by_device"),
        (of_kind(), "sessions_by_kind"),
        (in_state(SessionState::Open), "sessions_unsealed"),
        (in_state(SessionState::Sealing), "sessions_unsealed"),
        (in_state(SessionState::Sealed), "sessions_by_opened"),
        (held(true), "sessions_by_opened"),
        (held(false), "sessions_by_opened"),
        (by_deadline(all()), "sessions_by_deadline"),
        (by_deadline(of_device()), "sessions_by_device_deadline"),
        (by_deadline(of_kind()), "sessions_by_deadline"),
        (by_deadline(held(true)), "sessions_by_deadline"),
    ];
    for (filter, index) in plans {
        let steps = plan(&fixture, &filter, false);
        assert!(
            steps[0].contains(&format!("USING INDEX {index} ")),
            "{filter:?}: {steps:?}"
        );
        let place = match filter.order {
            SessionOrder::Newest => "opened_at_us",
            SessionOrder::Deadline { .. } => "retain_until_us",
        };
        assert!(
            steps[0].contains(place),
            "the page must begin at its place: {steps:?}"
        );
        assert!(
            !steps.iter().any(|step| step.contains("TEMP B-TREE")),
            "{filter:?}: {steps:?}"
        );
        // Beside it only whether the session is held.
        let rest = &steps[1..];
        assert!(
            rest.iter()
                .all(|step| step.contains("holds_active") || step.contains("SUBQUERY")),
            "{filter:?}: {steps:?}"
        );
    }
}

#[test]
fn few_held_sessions_are_looked_up_one_by_one() {
    let fixture = populated();
    for order in [SessionOrder::Newest, DEADLINE] {
        let filter = SessionFilter {
            held: Some(true),
            order,
            ..SessionFilter::default()
        };
        let steps = plan(&fixture, &filter, true);
        assert!(
            steps[0].contains("sqlite_autoindex_sessions_1 (session_id=?)"),
            "{steps:?}"
        );
        assert!(
            steps.iter().any(|step| step.contains("holds_active_of_tenant")),
            "{steps:?}"
        );
    }
}

#[test]
fn sums_are_the_same_in_one_piece_and_in_many() {
    let fixture = populated();
    let (tenant, start) = (tenant_id(1), obhut_format::time::UtcMicros::MIN);
    let whole = fixture.read(|tx| sessions::sums(tx, tenant, start, None));
    assert_eq!((whole.open, whole.sealing, whole.sealed), (4, 0, 8));
    for skip in [0, 1, 2, 5, 11, 12] {
        let mut pieces = sessions::StorageSums::default();
        let mut from = Some(start);
        while let Some(start) = from {
            let end = fixture.read(|tx| sessions::opened_behind(tx, tenant, start, skip));
            pieces.add(&fixture.read(|tx| sessions::sums(tx, tenant, start, end)));
            from = end;
        }
        assert_eq!(pieces, whole, "pieces of {skip}");
    }
}
