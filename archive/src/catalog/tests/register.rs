//! The archive, tenants, policies, classes, keys, devices and credentials.

use super::super::{archive_row, classes, detail_keys, devices, keks, policies, signing_keys, tenants};
use super::{Fixture, at, device_id, tenant_id, wrapped};

#[test]
fn the_archive_has_one_row() {
    let fixture = Fixture::new();
    let row = archive_row::ArchiveRow {
        archive: [7; 16],
        created_at: at(0),
    };
    assert_eq!(fixture.read(|tx| archive_row::load(tx)), None);
    fixture.write(move |tx| archive_row::insert(tx, &row));
    assert_eq!(fixture.read(|tx| archive_row::load(tx)), Some(row));
    fixture.conflict(move |tx| {
        archive_row::insert(
            tx,
            &archive_row::ArchiveRow {
                archive: [8; 16],
                ..row
            },
        )
    });
}

#[test]
fn signing_keys_are_one_a_purpose_and_can_be_rewrapped() {
    let fixture = Fixture::new();
    let row = |purpose: &str| signing_keys::SigningKeyRow {
        purpose: purpose.to_owned(),
        public_key: [1; 32],
        wrapped: wrapped(1),
        created_at: at(0),
    };
    let (archive, ledger, unknown) = (row("archive"), row("ledger"), row("other"));
    let rows = [archive.clone(), ledger.clone()];
    fixture.write(move |tx| rows.iter().try_for_each(|row| signing_keys::insert(tx, row)));
    fixture.conflict(move |tx| signing_keys::insert(tx, &unknown));
    fixture.write(|tx| signing_keys::update_wrapped(tx, "ledger", &wrapped(2)));
    fixture.conflict(|tx| signing_keys::update_wrapped(tx, "other", &wrapped(2)));
    let rewrapped = signing_keys::SigningKeyRow {
        wrapped: wrapped(2),
        ..ledger
    };
    assert_eq!(
        fixture.read(|tx| signing_keys::get(tx, "ledger")),
        Some(rewrapped.clone())
    );
    assert_eq!(fixture.read(|tx| signing_keys::all(tx)), [archive, rewrapped]);
    assert_eq!(fixture.read(|tx| signing_keys::get(tx, "other")), None);
}

#[test]
fn tenants_are_found_by_id_and_by_name_and_names_are_unique() {
    let fixture = Fixture::new();
    fixture.tenant(2);
    fixture.tenant(1);
    let names: Vec<_> = fixture
        .read(|tx| tenants::list(tx))
        .into_iter()
        .map(|row| row.name)
        .collect();
    assert_eq!(names, ["tenant 1", "tenant 2"]);
    let found = fixture
        .read(|tx| tenants::by_name(tx, "tenant 2"))
        .expect("it is there");
    assert_eq!(found.tenant, tenant_id(2));
    assert_eq!(fixture.read(|tx| tenants::by_id(tx, tenant_id(2))), Some(found));
    assert_eq!(fixture.read(|tx| tenants::by_id(tx, tenant_id(3))), None);
    let taken = tenants::TenantRow {
        tenant: tenant_id(3),
        name: "tenant 1".to_owned(),
        created_at: at(0),
    };
    fixture.conflict(move |tx| tenants::insert(tx, &taken));
}

#[test]
fn the_highest_version_of_a_policy_is_current() {
    let fixture = Fixture::new();
    let (tenant, _) = fixture.tenant(1);
    assert_eq!(fixture.read(|tx| policies::current(tx, tenant)), None);
    let row = move |version| policies::PolicyRow {
        tenant,
        version,
        policy: format!("{{\"v\":{version}}}"),
        created_at: at(i64::from(version)),
    };
    fixture.write(move |tx| (1..=11).try_for_each(|version| policies::insert_version(tx, &row(version))));
    fixture.conflict(move |tx| policies::insert_version(tx, &row(11)));
    assert_eq!(fixture.read(|tx| policies::current(tx, tenant)), Some(row(11)));
    assert_eq!(
        fixture.read(|tx| policies::all(tx, tenant)),
        (1..=11).map(row).collect::<Vec<_>>()
    );
    assert_eq!(fixture.read(|tx| policies::current(tx, tenant_id(2))), None);
}

#[test]
fn classes_are_listed_in_their_current_version() {
    let fixture = Fixture::new();
    let (tenant, _) = fixture.tenant(1);
    let row = move |name: &str, version, days| classes::ClassRow {
        tenant,
        name: name.to_owned(),
        version,
        days,
        created_at: at(0),
    };
    let rows = [
        row("at once", 1, None),
        row("default", 1, Some(30)),
        row("default", 2, Some(0)),
    ];
    let inserted = rows.clone();
    fixture.write(move |tx| {
        inserted
            .iter()
            .try_for_each(|row| classes::insert_version(tx, row))
    });
    assert_eq!(fixture.read(|tx| classes::all(tx, tenant)), rows);
    assert_eq!(
        fixture.read(|tx| classes::list_current(tx, tenant)),
        [rows[0].clone(), rows[2].clone()]
    );
    assert_eq!(
        fixture.read(|tx| classes::current(tx, tenant, "default")),
        Some(rows[2].clone())
    );
    assert_eq!(fixture.read(|tx| classes::current(tx, tenant, "none")), None);
    assert_eq!(fixture.read(|tx| classes::list_current(tx, tenant_id(2))), []);
}

#[test]
fn keks_and_detail_keys_keep_their_versions_and_periods() {
    let fixture = Fixture::new();
    let (tenant, _) = fixture.tenant(1);
    let kek = move |version, n| keks::KekRow {
        tenant,
        version,
        wrapped: wrapped(n),
        created_at: at(0),
    };
    fixture.write(move |tx| [1, 2].into_iter().try_for_each(|v| keks::insert(tx, &kek(v, 1))));
    fixture.conflict(move |tx| keks::insert(tx, &kek(2, 9)));
    fixture.write(move |tx| keks::update_wrapped(tx, tenant, 1, &wrapped(3)));
    fixture.conflict(move |tx| keks::update_wrapped(tx, tenant, 7, &wrapped(3)));
    assert_eq!(fixture.read(|tx| keks::all(tx, tenant)), [kek(1, 3), kek(2, 1)]);
    assert_eq!(fixture.read(|tx| keks::current(tx, tenant)), Some(kek(2, 1)));
    assert_eq!(
        fixture.read(|tx| keks::by_version(tx, tenant, 1)),
        Some(kek(1, 3))
    );
    assert_eq!(fixture.read(|tx| keks::by_version(tx, tenant_id(2), 1)), None);

    let detail = move |period: &str, n| detail_keys::DetailKeyRow {
        tenant,
        period: period.to_owned(),
        wrapped: wrapped(n),
        created_at: at(0),
    };
    let rows = [detail("2026-11", 1), detail("register", 2)];
    let inserted = rows.clone();
    fixture.write(move |tx| inserted.iter().try_for_each(|row| detail_keys::insert(tx, row)));
    fixture.conflict(move |tx| detail_keys::insert(tx, &detail("november", 1)));
    fixture.write(move |tx| detail_keys::update_wrapped(tx, tenant, "register", &wrapped(5)));
    fixture.conflict(move |tx| detail_keys::update_wrapped(tx, tenant, "2026-12", &wrapped(5)));
    assert_eq!(
        fixture.read(|tx| detail_keys::get(tx, tenant, "register")),
        Some(detail("register", 5))
    );
    assert_eq!(
        fixture.read(|tx| detail_keys::all(tx, tenant)),
        [rows[0].clone(), detail("register", 5)]
    );
    assert_eq!(
        fixture.read(|tx| detail_keys::get(tx, tenant_id(2), "register")),
        None
    );
}

#[test]
fn a_device_is_found_only_under_its_tenant() {
    let fixture = Fixture::new();
    let (tenant, device) = fixture.tenant(1);
    let (other, _) = fixture.tenant(2);
    assert_eq!(fixture.read(|tx| devices::by_id(tx, other, device)), None);
    assert_eq!(fixture.read(|tx| devices::by_name(tx, other, "device 1")), None);
    let row = fixture
        .read(|tx| devices::by_id(tx, tenant, device))
        .expect("it is there");
    assert_eq!(
        fixture.read(|tx| devices::by_name(tx, tenant, "device 1")),
        Some(row.clone())
    );
    assert_eq!(fixture.read(|tx| devices::list(tx, tenant)), vec![row.clone()]);

    assert!(!fixture.write(move |tx| devices::revoke(tx, other, device, at(5))));
    assert!(fixture.write(move |tx| devices::revoke(tx, tenant, device, at(5))));
    assert!(
        !fixture.write(move |tx| devices::revoke(tx, tenant, device, at(6))),
        "the first revocation stands"
    );
    let revoked = devices::DeviceRow {
        revoked_at: Some(at(5)),
        ..row
    };
    assert_eq!(
        fixture.read(|tx| devices::by_id(tx, tenant, device)),
        Some(revoked)
    );
}

#[test]
fn a_credential_finds_its_tenant_and_says_when_it_was_revoked() {
    let fixture = Fixture::new();
    let (tenant, device) = fixture.tenant(1);
    let row = move |n| devices::TokenRow {
        hash: [n; 32],
        device,
        tenant,
        created_at: at(i64::from(n)),
        revoked_at: None,
    };
    fixture.write(move |tx| {
        [1, 2]
            .into_iter()
            .try_for_each(|n| devices::insert_token(tx, &row(n)))
    });
    let stranger = devices::TokenRow {
        device: device_id(9),
        ..row(3)
    };
    fixture.conflict(move |tx| devices::insert_token(tx, &stranger));
    assert_eq!(fixture.read(|tx| devices::by_hash(tx, &[2; 32])), Some(row(2)));
    assert_eq!(fixture.read(|tx| devices::by_hash(tx, &[9; 32])), None);
    assert_eq!(
        fixture.read(|tx| devices::all_tokens(tx, tenant)),
        [row(1), row(2)]
    );
    assert_eq!(
        fixture.write(move |tx| devices::revoke_tokens(tx, tenant, device, at(9))),
        2
    );
    assert_eq!(
        fixture.write(move |tx| devices::revoke_tokens(tx, tenant, device, at(10))),
        0
    );
    let found = fixture
        .read(|tx| devices::by_hash(tx, &[1; 32]))
        .expect("it stays");
    assert_eq!(found.revoked_at, Some(at(9)));
}
