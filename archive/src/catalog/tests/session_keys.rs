//! Session keys, and that destroying one leaves no copy of its bytes in any file of the catalog.

use std::collections::HashMap;

use obhut_format::key::WrappedKey;

use super::super::deks::{self, DekId};
use super::super::sessions;
use super::{Fixture, tenant_id, wrapped};

#[test]
fn a_destroyed_key_does_not_come_back() {
    let fixture = Fixture::new();
    let dek = fixture.write(|tx| deks::insert(tx, &wrapped(1)));
    fixture.write(move |tx| deks::update_wrapped(tx, dek, &wrapped(2)));
    assert_eq!(fixture.read(|tx| deks::get(tx, dek)), Some(wrapped(2)));
    assert!(fixture.write(move |tx| deks::destroy(tx, dek)));
    assert!(!fixture.write(move |tx| deks::destroy(tx, dek)));
    assert_eq!(fixture.read(|tx| deks::get(tx, dek)), None);
    fixture.conflict(move |tx| deks::update_wrapped(tx, dek, &wrapped(3)));
    fixture.conflict(|tx| deks::update_wrapped(tx, DekId::ZERO, &wrapped(3)));
    assert!(fixture.write(|tx| deks::insert(tx, &wrapped(4))) > dek);
}

#[test]
fn a_walk_over_the_keys_visits_each_of_the_tenant_once() {
    let fixture = Fixture::new();
    fixture.tenant(1);
    let rows: Vec<_> = (1..=5).map(|n| fixture.session(n)).collect();
    let mut walked = Vec::new();
    let mut after = DekId::ZERO;
    loop {
        let page = fixture.read(|tx| sessions::deks_after(tx, tenant_id(1), after, 2));
        let Some((last, _)) = page.last() else { break };
        after = *last;
        walked.extend(page);
    }
    assert_eq!(
        walked,
        rows.iter().map(|row| (row.dek, row.session)).collect::<Vec<_>>()
    );
    assert_eq!(
        fixture.read(|tx| sessions::deks_after(tx, tenant_id(2), DekId::ZERO, 9)),
        []
    );
}

/// A key that no other place of the file resembles.
fn key(n: u32) -> WrappedKey {
    let mut bytes = [0; 76];
    blake3::Hasher::new()
        .update(&n.to_be_bytes())
        .finalize_xof()
        .fill(&mut bytes);
    WrappedKey(bytes)
}

#[test]
fn destroyed_and_replaced_keys_are_in_no_file_and_living_ones_stand_once() {
    const KEYS: u32 = 3_000;

    let fixture = Fixture::new();
    let ids: Vec<DekId> = (0..30)
        .flat_map(|batch| {
            fixture.write(move |tx| {
                (batch * 100..(batch + 1) * 100)
                    .map(|n| deks::insert(tx, &key(n)))
                    .collect::<Result<Vec<_>, _>>()
            })
        })
        .collect();
    // Long runs, whole pages and single keys; what is left is rewrapped in part.
    let dies = move |n: u32| n.is_multiple_of(3) || (500..1_500).contains(&n);
    let changes = move |n: u32| !dies(n) && n % 3 == 1;
    let destroyed = ids.clone();
    fixture.write(move |tx| {
        for (n, dek) in (0..KEYS).zip(destroyed) {
            if dies(n) {
                deks::destroy(tx, dek)?;
            } else if changes(n) {
                deks::update_wrapped(tx, dek, &key(KEYS + n))?;
            }
        }
        Ok(())
    });
    fixture
        .block_on(fixture.catalog.checkpoint_wal())
        .expect("no reader is in the way");

    let database = std::fs::read(fixture.path()).expect("database");
    let log = std::fs::read(fixture.path().with_extension("db-wal")).expect("write-ahead log");
    assert!(log.is_empty(), "the checkpoint truncates the log");
    // What the files hold of each key, by its first 16 bytes: they would be enough to tell an attacker which key stood there.
    let mut places: HashMap<&[u8], u32> = HashMap::new();
    let keys: Vec<WrappedKey> = (0..2 * KEYS).map(key).collect();
    places.extend(keys.iter().map(|key| (&key.0[..16], 0)));
    for window in database.windows(16) {
        if let Some(count) = places.get_mut(window) {
            *count += 1;
        }
    }
    for n in 0..KEYS {
        let (old, new) = (places[&key(n).0[..16]], places[&key(KEYS + n).0[..16]]);
        let expected = if dies(n) {
            (0, 0)
        } else if changes(n) {
            (0, 1)
        } else {
            (1, 0)
        };
        assert_eq!((old, new), expected, "places of key {n}, and of its replacement");
    }
}
