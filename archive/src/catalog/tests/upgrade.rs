//! Catalogs of every published version open, hold afterwards what they held before, and have the schema of a new one.
//!
//! A dump in `tests/data` is made once, when its version is published, from what [`populate`] writes, and never again. A
//! new version adds a dump of its own and what it brings to [`populate`], which also gives what an upgrade makes of older rows.

use std::path::Path;

use obhut_format::chain::{SealHow, SessionKind, StreamKind};
use obhut_format::digest::Link;
use obhut_format::ids::{
    AccessId, BackupId, ExportId, HoldId, LoginId, SegmentNo, Seq, StreamNo, TenantId, UserId,
};
use obhut_format::time::UtcMicros;

use super::super::engine::{Catalog, CatalogError, Query, Tx};
use super::super::*;
use super::{Fixture, at, device_id, session_id, session_row, tenant_id, wrapped};

const DUMPS: &[(u32, &str)] = &[
    (1, include_str!("../../../tests/data/catalog-v1.sql")),
    (2, include_str!("../../../tests/data/catalog-v2.sql")),
    (3, include_str!("../../../tests/data/catalog-v3.sql")),
    (4, include_str!("../../../tests/data/catalog-v4.sql")),
    (5, include_str!("../../../tests/data/catalog-v5.sql")),
    (6, include_str!("../../../tests/data/catalog-v6.sql")),
    (7, include_str!("../../../tests/data/catalog-v7.sql")),
];

/// Writes a row of everything that a catalog of this version has.
fn populate(tx: &mut Tx<'_>, version: u32) -> Result<(), CatalogError> {
    archive_row::insert(
        tx,
        &archive_row::ArchiveRow {
            archive: [1; 16],
            created_at: at(0),
        },
    )?;
    for purpose in ["archive", "ledger"] {
        let purpose = purpose.to_owned();
        let row = signing_keys::SigningKeyRow {
            purpose,
            public_key: [2; 32],
            wrapped: wrapped(3),
            created_at: at(0),
        };
        signing_keys::insert(tx, &row)?;
    }
    for n in [1, 2] {
        populate_tenant(tx, n)?;
    }
    populate_session(tx)?;
    populate_ledger(tx, tenant_id(1))?;
    if version >= 2 {
        populate_people(tx)?;
    }
    if version >= 3 {
        for (n, class) in [(1, Some("default".to_owned())), (2, None)] {
            let row = device_classes::DeviceClassRow {
                tenant: tenant_id(1),
                device: device_id(1),
                version: n,
                class,
                created_at: at(19),
            };
            device_classes::insert_version(tx, &row)?;
        }
    }
    if version >= 4 {
        // Until the sixth version the instant stood in the certificate alone, and here it says none.
        let purged_at = if version >= 6 {
            at(21)
        } else {
            UtcMicros::UNIX_EPOCH
        };
        populate_deletions(tx, purged_at)?;
    }
    if version >= 5 {
        populate_exports(tx)?;
    }
    if version >= 7 {
        populate_recovery(tx)?;
    }
    Ok(())
}

fn populate_exports(tx: &mut Tx<'_>) -> Result<(), CatalogError> {
    let tenant = tenant_id(1);
    let (waits, decided) = (ExportId::from_bytes([1; 16]), ExportId::from_bytes([2; 16]));
    for (export, leaf_n) in [(waits, 10), (decided, 11)] {
        let row = exports::ExportRow {
            export,
            tenant,
            session: session_id(1),
            leaf_n,
            asked_at: at(21),
            damaged: export == decided,
            decided: None,
        };
        exports::insert(tx, &row)?;
    }
    let approved = exports::DecidedRow {
        decision: exports::Decision::Approved,
        leaf_n: 12,
        at: at(22),
    };
    exports::decide(tx, tenant, decided, approved)?;
    let bundle = access::AccessRow {
        access: AccessId::from_bytes([4; 16]),
        tenant,
        leaf_n: 13,
        session: session_id(1),
        stream: None,
        first: None,
        last: None,
        at: at(23),
        action: access::Action::Restore,
        grant: None,
        export: Some(decided),
    };
    access::insert(tx, &bundle)
}

fn populate_recovery(tx: &mut Tx<'_>) -> Result<(), CatalogError> {
    let tenant = tenant_id(1);
    let backup = backups::BackupRow {
        tenant,
        leaf_n: 2,
        backup: BackupId::from_bytes([5; 16]),
        made_at: at(21),
        until: at(22),
    };
    backups::insert(tx, &backup)?;
    let lost = lost::LostRow {
        session: session_id(8),
        tenant,
        leaf_n: 2,
        lost_at: at(23),
    };
    lost::insert(tx, &lost)
}

fn populate_deletions(tx: &mut Tx<'_>, purged_at: UtcMicros) -> Result<(), CatalogError> {
    let tenant = tenant_id(1);
    let sealed = sessions::get(tx, tenant, session_id(1))?.expect("a sealed session");
    let purge = purges::PurgeRow {
        session: sealed.session,
        tenant,
        dek: sealed.dek,
        step: purges::PurgeStep::Intended,
        record: "{}".to_owned(),
    };
    purges::begin(tx, &purge, at(20))?;
    let certificate = purges::CertificateRow {
        session: session_id(9),
        tenant,
        leaf_n: 2,
        purged_at,
        certificate: "{\"v\":1}".to_owned(),
    };
    purges::insert_certificate(tx, &certificate)
}

fn populate_people(tx: &mut Tx<'_>) -> Result<(), CatalogError> {
    for n in [1, 2] {
        let user = UserId::from_bytes([n; 16]);
        let row = users::UserRow {
            user,
            name: format!("user.{n}@example"),
            password: "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA".to_owned(),
            must_change: n == 1,
            password_at: at(18),
            created_at: at(10),
            disabled_at: (n == 2).then(|| at(11)),
        };
        users::insert(tx, &row)?;
        for role in users::Role::ALL {
            let tenant = (n == 1).then(|| tenant_id(1));
            users::assign(tx, user, &users::Assignment { role, tenant })?;
        }
        let login = logins::LoginRow {
            login: LoginId::from_bytes([n; 16]),
            token_hash: [n; 32],
            user,
            created_at: at(12),
            last_seen_at: at(13),
            expires_at: at(14),
        };
        logins::insert(tx, &login)?;
        let failures = logins::FailuresRow {
            failures: u64::from(n),
            last_at: at(15),
            locked_until: (n == 2).then(|| at(16)),
        };
        logins::put_failures(tx, &[n; 32], &failures)?;
    }
    let opening = access::AccessRow {
        access: AccessId::from_bytes([2; 16]),
        tenant: tenant_id(1),
        leaf_n: 0,
        session: session_id(1),
        stream: None,
        first: None,
        last: None,
        at: at(17),
        action: access::Action::Open,
        grant: None,
        export: None,
    };
    access::insert(tx, &opening)?;
    let view = access::AccessRow {
        access: AccessId::from_bytes([3; 16]),
        leaf_n: 1,
        action: access::Action::View,
        grant: Some(opening.access),
        ..opening
    };
    access::insert(tx, &view)
}

fn populate_tenant(tx: &mut Tx<'_>, n: u8) -> Result<(), CatalogError> {
    let (tenant, device) = (tenant_id(n), device_id(n));
    tenants::insert(
        tx,
        &tenants::TenantRow {
            tenant,
            name: format!("tenant {n}"),
            created_at: at(0),
        },
    )?;
    for version in [1, 2] {
        let policy = r#"{"default_class":"default"}"#.to_owned();
        policies::insert_version(
            tx,
            &policies::PolicyRow {
                tenant,
                version,
                policy,
                created_at: at(1),
            },
        )?;
        let (name, days) = ("default".to_owned(), (version == 1).then_some(30));
        classes::insert_version(
            tx,
            &classes::ClassRow {
                tenant,
                name,
                version,
                days,
                created_at: at(1),
            },
        )?;
        keks::insert(
            tx,
            &keks::KekRow {
                tenant,
                version,
                wrapped: wrapped(4),
                created_at: at(1),
            },
        )?;
    }
    for period in ["register", "2026-09"] {
        let period = period.to_owned();
        let row = detail_keys::DetailKeyRow {
            tenant,
            period,
            wrapped: wrapped(5),
            created_at: at(1),
        };
        detail_keys::insert(tx, &row)?;
    }
    let (name, revoked_at) = (format!("Büro {n}"), (n == 2).then(|| at(9)));
    devices::insert(
        tx,
        &devices::DeviceRow {
            device,
            tenant,
            name,
            created_at: at(2),
            revoked_at,
        },
    )?;
    let token = devices::TokenRow {
        hash: [n; 32],
        device,
        tenant,
        created_at: at(2),
        revoked_at,
    };
    devices::insert_token(tx, &token)
}

fn populate_session(tx: &mut Tx<'_>) -> Result<(), CatalogError> {
    for n in 1..=3 {
        let dek = deks::insert(tx, &wrapped(10 + n))?;
        let row = sessions::SessionRow {
            dek,
            kind: SessionKind::ALL[usize::from(n)],
            request_key: (n == 1).then_some([8; 32]),
            ..session_row(n)
        };
        sessions::insert(tx, &row)?;
    }
    let gone = deks::insert(tx, &wrapped(99))?;
    deks::destroy(tx, gone)?;

    let session = session_id(1);
    streams::insert(
        tx,
        &streams::StreamRow {
            session,
            stream: StreamNo::ZERO,
            kind: StreamKind::Timeline,
        },
    )?;
    for n in 0..3 {
        let line = format!("{{\"n\":{n}}}").into_bytes();
        chain_lines::insert(tx, &chain_lines::ChainLineRow { session, n, line })?;
    }
    let segment = segments::SegmentRow {
        session,
        stream: StreamNo::ZERO,
        segment: SegmentNo::ZERO,
        n: 1,
        object: "tenants/a/sessions/b/0/00000000-c.seg".to_owned(),
        kind: StreamKind::Timeline,
        first: Seq::ZERO,
        last: Seq::MAX,
        count: 2,
        ranges: format!("0,{}", Seq::MAX),
        first_at: at(3),
        last_at: at(4),
        object_bytes: 1_000,
        original_bytes: 9_000,
        stored_frames: 1,
        duplicate_frames: 1,
    };
    segments::insert(tx, &segment)?;
    let advance = sessions::Advance {
        session,
        lines_before: 1,
        link: Link([6; 32]),
        frames: 2,
        original_bytes: 9_000,
        stored_bytes: 1_000,
    };
    sessions::advance(tx, &advance)?;
    sessions::begin_seal(tx, session, &[7; 50])?;
    sessions::begin_seal(tx, session_id(2), &[7; 50])?;
    let seal = sessions::Sealed {
        session,
        how: SealHow::Imported,
        ended_at: at(5),
        sealed_at: at(6),
        retain_until: at(7),
        lines_before: 2,
        link: Link([9; 32]),
    };
    sessions::seal(tx, &seal)
}

fn populate_ledger(tx: &mut Tx<'_>, tenant: TenantId) -> Result<(), CatalogError> {
    let session = session_id(1);
    for (n, scope) in (0..).zip(["register", "session", "2026-09"]) {
        let session = (scope != "register").then_some(session);
        let (line, scope) = (format!("{{\"n\":{n}}}").into_bytes(), scope.to_owned());
        ledger::append(
            tx,
            &ledger::LeafRow {
                tenant,
                n,
                line,
                scope,
                session,
                detail: vec![3; 80],
            },
        )?;
    }
    let checkpoint = "obhut/tenant\n3\n".to_owned();
    ledger::put_head(
        tx,
        &ledger::HeadRow {
            tenant,
            size: 3,
            frontier: vec![4; 32],
            checkpoint,
        },
    )?;
    let object = "tenants/a/ledger/copy.leaves".to_owned();
    ledger::insert_copy(
        tx,
        &ledger::CopyRow {
            tenant,
            first: 0,
            last: 1,
            object,
            blake3: [5; 32],
        },
    )?;
    let client_id = "consent".to_owned();
    events::insert(
        tx,
        &events::EventRow {
            session,
            client_id,
            leaf_n: 1,
            request_hash: [6; 32],
        },
    )?;
    let look = access::AccessRow {
        access: AccessId::from_bytes([1; 16]),
        tenant,
        leaf_n: 2,
        session,
        stream: Some(StreamNo::ZERO),
        first: Some(Seq::ZERO),
        last: Some(Seq::MAX),
        at: at(8),
        // Versions before the second knew no other.
        action: access::Action::Restore,
        grant: None,
        export: None,
    };
    access::insert(tx, &look)?;
    let hold = holds::HoldRow {
        hold: HoldId::from_bytes([1; 16]),
        tenant,
        session,
        leaf_n: 2,
        placed_at: at(8),
        review_on: Some("2027-01-01".to_owned()),
        released_at: None,
        release_leaf_n: None,
    };
    holds::insert(tx, &hold)
}

/// Everything that the listing functions give, as text to compare.
fn contents(query: &dyn Query) -> Result<Vec<String>, CatalogError> {
    let mut all = vec![
        format!("{:?}", archive_row::load(query)?),
        format!("{:?}", signing_keys::all(query)?),
        format!("{:?}", sessions::open_or_sealing(query)?),
        format!("{:?}", purges::list(query)?),
    ];
    for user in users::list(query)? {
        all.push(format!("{user:?} {:?}", user.password));
        all.push(format!("{:?}", users::assignments(query, user.user)?));
    }
    for n in [1, 2] {
        all.push(format!("{:?}", logins::by_token(query, &[n; 32])?));
        all.push(format!("{:?}", logins::failures(query, &[n; 32])?));
    }
    for tenant in tenants::list(query)? {
        all.push(format!("{tenant:?}"));
        let tenant = tenant.tenant;
        all.push(format!("{:?}", policies::all(query, tenant)?));
        all.push(format!("{:?}", classes::all(query, tenant)?));
        all.push(format!("{:?}", device_classes::all(query, tenant)?));
        all.push(format!("{:?}", purges::certificates(query, tenant, 0, 100)?));
        all.push(format!("{:?}", keks::all(query, tenant)?));
        all.push(format!("{:?}", detail_keys::all(query, tenant)?));
        all.push(format!("{:?}", devices::list(query, tenant)?));
        all.push(format!("{:?}", devices::all_tokens(query, tenant)?));
        all.push(format!("{:?}", ledger::range(query, tenant, 0, 100)?));
        all.push(format!("{:?}", ledger::head(query, tenant)?));
        all.push(format!("{:?}", ledger::copies(query, tenant)?));
        all.push(format!("{:?}", access::list(query, tenant, None, 100)?));
        all.push(format!("{:?}", holds::list(query, tenant)?));
        all.push(format!("{:?}", exports::all(query, tenant)?));
        all.push(format!("{:?}", backups::list(query, tenant)?));
        all.push(format!("{:?}", lost::list(query, tenant)?));
        for session in sessions::list(query, tenant, &sessions::SessionFilter::default())? {
            all.push(format!("{session:?}"));
            all.push(format!("{:?}", deks::get(query, session.dek)?));
            let session = session.session;
            all.push(format!("{:?}", streams::list(query, session)?));
            all.push(format!("{:?}", chain_lines::all(query, session)?));
            all.push(format!("{:?}", segments::list(query, session)?));
            all.push(format!("{:?}", events::list(query, session)?));
        }
    }
    Ok(all)
}

/// The schema as the database understands it: every statement without its comments and white space.
fn schema(path: &Path) -> Vec<String> {
    let database = rusqlite::Connection::open(path).expect("second connection");
    let mut statement = database
        .prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name")
        .expect("statement");
    let texts = statement
        .query_map([], |row| row.get::<_, String>(0))
        .expect("rows");
    texts
        .map(|text| {
            let text = text.expect("text");
            let lines = text
                .lines()
                .map(|line| line.split("--").next().unwrap_or_default());
            lines
                .flat_map(str::split_whitespace)
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect()
}

#[test]
fn a_catalog_of_every_version_opens_with_all_it_holds() {
    for (version, dump) in DUMPS {
        let fresh = Fixture::new();
        fresh.write(|tx| populate(tx, *version));
        let expected = fresh.read(|tx| contents(tx));
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("catalog.db");
        let old = rusqlite::Connection::open(&path).expect("old database");
        old.execute_batch(dump).expect("dump");
        old.close().expect("close");

        let catalog = Catalog::open(&path).expect("an old catalog opens");
        let found = catalog.read_blocking(|tx| contents(tx)).expect("contents");
        assert_eq!(found, expected, "contents of version {version}");
        assert_eq!(
            schema(&path),
            schema(&fresh.path()),
            "schema of version {version}"
        );
        let look = Catalog::open_read_only(&path).expect("it is current now");
        assert_eq!(
            look.read_blocking(|tx| tenants::list(tx)).expect("tenants").len(),
            2
        );
    }
}

#[test]
fn certificates_of_the_fourth_version_are_listed_by_their_tombstones() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let path = folder.path().join("catalog.db");
    let old = rusqlite::Connection::open(&path).expect("old database");
    let (_, dump) = DUMPS[3];
    old.execute_batch(dump).expect("dump");
    old.execute_batch(
        "UPDATE certificates SET certificate = \
         '{\"v\":1,\"tombstone\":{\"n\":2,\"at\":\"2026-11-23T13:49:00.832855Z\"},\"at\":\"…\"}';
         INSERT INTO certificates SELECT x'11111111111111111111111111111111', tenant_id, 3, 'no JSON' FROM certificates;
         INSERT INTO certificates SELECT x'22222222222222222222222222222222', tenant_id, 4,
            '{\"tombstone\":{\"at\":\"long ago\"}}' FROM certificates WHERE leaf_n = 2;",
    )
    .expect("edited");
    old.close().expect("close");
    let catalog = Catalog::open(&path).expect("damaged certificates are no reason to stay shut");
    let newest = purges::CertificateCursor::NEWEST;
    let found = catalog
        .read_blocking(|tx| purges::newest_certificates(tx, tenant_id(1), newest, 9))
        .expect("certificates");
    let listed: Vec<_> = found.iter().map(|row| (row.leaf_n, row.purged_at)).collect();
    let at = UtcMicros::parse("2026-11-23T13:49:00.832855Z").expect("an instant");
    let unknown = UtcMicros::UNIX_EPOCH;
    assert_eq!(listed, [(2, at), (4, unknown), (3, unknown)]);
}

#[test]
fn a_dump_of_a_catalog_of_every_version_makes_the_same_again() {
    for (version, dump) in DUMPS {
        let folder = tempfile::tempdir().expect("temporary folder");
        let (old, new) = (folder.path().join("old.db"), folder.path().join("new.db"));
        let database = rusqlite::Connection::open(&old).expect("old database");
        database.execute_batch(dump).expect("dump");
        database.close().expect("close");
        let catalog = Catalog::open_before_migration(&old).expect("it opens");
        let mut parts: Vec<Vec<u8>> = Vec::new();
        let found = catalog.snapshot_blocking(|snapshot| {
            snapshot.parts(&mut |part| {
                parts.push(part.to_vec());
                Ok::<_, CatalogError>(())
            })?;
            snapshot.version()
        });
        assert_eq!(found, Ok(*version));
        let mut loader = Loader::create(&new, *version).expect("a new catalog");
        for part in &parts {
            loader.part(part).expect("a part");
        }
        // A row that is there, and one that is cut.
        assert!(loader.part(&parts[0]).is_err());
        assert!(loader.part(&parts[0][..parts[0].len() - 3]).is_err());
        loader.finish(&new).expect("it is whole");

        let but_logins = |path: &Path| -> Vec<String> {
            let catalog = Catalog::open(path).expect("it opens");
            let all = catalog.read_blocking(|tx| contents(tx)).expect("contents");
            let of_logins =
                |one: &String| one == "None" || one.contains("LoginRow") || one.contains("FailuresRow");
            all.into_iter().filter(|one| !of_logins(one)).collect()
        };
        assert_eq!(but_logins(&new), but_logins(&old), "version {version}");
        assert_eq!(schema(&new), schema(&old), "version {version}");
    }
    assert!(Loader::create(std::path::Path::new("/nowhere"), 99).is_err());
}
