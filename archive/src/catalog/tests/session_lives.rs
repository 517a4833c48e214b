//! Sessions: their lives.

use obhut_format::chain::SealHow;
use obhut_format::digest::Link;
use obhut_format::ids::SessionId;

use super::super::sessions::{self, Advance, Sealed, SessionRow, SessionState};
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
