//! Openings, views, and what stands on record of them.

use std::time::Duration;

use obhut_archive::{
    AccessFilter, AccessRange, Action, Assignment, LONGEST_GRANT, MOST_GRANTS, NewUser, OpenGrant, ReadError,
    Reason, Role, SessionRef,
};
use obhut_format::ids::SessionId;
use rusqlite::types::ValueRef;

use crate::house::{House, password, seq, stream};

pub(crate) fn range(n: u32, first: u64, last: u64) -> AccessRange {
    AccessRange {
        stream: Some(stream(n)),
        frames: Some((seq(first), seq(last))),
    }
}

pub(crate) fn all() -> AccessFilter {
    AccessFilter {
        limit: 100,
        ..AccessFilter::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_opening_shows_the_description_and_no_frame_and_a_view_shows_its_range() {
    let house = House::new().await;
    let at = house.session(house.tenant, true).await;
    for n in 1..=6 {
        house.put(at, 0, n, format!("frame {n}").as_bytes()).await;
    }
    house.pack(4).await;
    house.seal(at).await;
    let user = house.user("anna").await;
    let login = house.login(&user, 1).await;
    let grant = house
        .grant(at, (&user, &login), vec![range(0, 2, 5)])
        .await
        .unwrap();

    let reader = house
        .archive
        .reader(house.archive.opening(&grant).unwrap())
        .await
        .unwrap();
    assert_eq!(reader.description().text["purpose"], "quality");
    assert_eq!(reader.streams().len(), 1, "only the stream that was asked for");
    let refused = reader.frame(stream(0), seq(3)).await;
    assert!(
        matches!(refused, Err(ReadError::OutsideGrant { .. })),
        "{refused:?}"
    );

    house.clock.advance(Duration::from_secs(1));
    let view = house.archive.record_view(&grant, range(0, 3, 4)).await.unwrap();
    let reader = house.archive.reader(view).await.unwrap();
    assert_eq!(
        &reader.frame(stream(0), seq(3)).await.unwrap().body[..],
        b"frame 3"
    );
    let refused = reader.frame(stream(0), seq(5)).await;
    assert!(
        matches!(refused, Err(ReadError::OutsideGrant { .. })),
        "{refused:?}"
    );

    for outside in [range(0, 1, 2), range(0, 5, 6), range(1, 3, 3), AccessRange::ALL] {
        let refused = house.archive.record_view(&grant, outside).await;
        assert!(
            matches!(refused, Err(ReadError::RangeOutsideGrant(id)) if id == grant.id()),
            "{refused:?}"
        );
    }
    // What was refused left no record.
    let page = house.archive.access_list(&[house.tenant], all()).await.unwrap();
    let actions: Vec<Action> = page.entries.iter().map(|entry| entry.row.action).collect();
    assert_eq!(actions, [Action::View, Action::Open]);
    assert_eq!(house.findings().await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_is_read_back_after_a_restart_and_ends_with_its_time_or_its_login() {
    let house = House::new().await;
    let (at, other) = (
        house.session(house.tenant, true).await,
        house.session(house.tenant, true).await,
    );
    let user = house.user("anna").await;
    let (login, second) = (house.login(&user, 1).await, house.login(&user, 2).await);
    let grant = house
        .grant(at, (&user, &login), vec![AccessRange::ALL])
        .await
        .unwrap();
    house.clock.advance(Duration::from_mins(1));
    let later = house
        .grant(other, (&user, &login), vec![range(1, 1, 2)])
        .await
        .unwrap();
    // One that is over at the restart.
    let short = OpenGrant {
        session: at,
        login: second.login,
        user: user.user,
        who: user.name.clone(),
        reason: Reason::new("a complaint", None).unwrap(),
        ranges: vec![AccessRange::ALL],
        until: house.after(Duration::from_secs(1)),
    };
    house.archive.open_grant(short).await.unwrap();
    house.clock.advance(Duration::from_secs(1));

    let house = house.restart().await;
    let archive = &house.archive;
    assert_eq!(
        archive.review_grant(at, grant.id()).await.unwrap(),
        Some(grant.clone())
    );
    assert_eq!(archive.review_grant(other, grant.id()).await.unwrap(), None);
    let both = [at, other];
    let live = archive.grants_of(login.login, &both).await.unwrap();
    assert_eq!(live, [later.clone(), grant.clone()]);
    assert_eq!(archive.grants_of(second.login, &both).await.unwrap(), []);
    assert_eq!(
        archive.grants_of(login.login, &[other]).await.unwrap(),
        std::slice::from_ref(&later)
    );
    let newest = house
        .grant(at, (&user, &second), vec![AccessRange::ALL])
        .await
        .unwrap();
    assert_eq!(archive.grants_of(second.login, &both).await.unwrap(), [newest]);
    // A view is no grant.
    let view = archive.record_view(&grant, range(0, 1, 1)).await.unwrap();
    assert_eq!(archive.review_grant(at, view.record()).await.unwrap(), None);

    // The first one's time is over.
    house.clock.advance(Duration::from_mins(59));
    let refused = archive.record_view(&grant, range(0, 1, 1)).await;
    assert!(
        matches!(refused, Err(ReadError::GrantExpired(id)) if id == grant.id()),
        "{refused:?}"
    );
    assert!(matches!(archive.opening(&grant), Err(ReadError::GrantExpired(_))));
    assert_eq!(
        archive.grants_of(login.login, &both).await.unwrap(),
        std::slice::from_ref(&later)
    );
    // The login ends before the second's is.
    archive.end_login(login.login).await.unwrap();
    let refused = archive.record_view(&later, range(1, 1, 1)).await;
    assert!(matches!(refused, Err(ReadError::LoginEnded(_))), "{refused:?}");
    let refused = house.grant(at, (&user, &login), vec![AccessRange::ALL]).await;
    assert!(matches!(refused, Err(ReadError::LoginEnded(_))), "{refused:?}");
    assert_eq!(house.findings().await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_has_only_so_many_sessions_open_also_after_a_restart() {
    let house = House::new().await;
    let at = house.session(house.tenant, true).await;
    let user = house.user("anna").await;
    let (login, second) = (house.login(&user, 1).await, house.login(&user, 2).await);
    let whole = || vec![AccessRange::ALL];
    for _ in 1..MOST_GRANTS {
        house.grant(at, (&user, &login), whole()).await.unwrap();
    }
    // What could not be recorded takes no place.
    let nowhere = SessionRef {
        session: SessionId::from_bytes([9; 16]),
        ..at
    };
    for _ in 0..2 {
        let refused = house.grant(nowhere, (&user, &login), whole()).await;
        assert!(matches!(refused, Err(ReadError::NoSuchSession(_))), "{refused:?}");
    }
    house.clock.advance(Duration::from_mins(1));
    house.grant(at, (&user, &login), whole()).await.unwrap();
    let house = house.restart().await;
    let refused = house.grant(at, (&user, &login), whole()).await;
    assert!(
        matches!(refused, Err(ReadError::TooManyGrants { until, .. }) if until == house.after(Duration::from_mins(59))),
        "{refused:?}"
    );
    house.grant(at, (&user, &second), whole()).await.unwrap();
    house.clock.advance(Duration::from_mins(59));
    house.grant(at, (&user, &login), whole()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn no_session_is_open_for_longer_than_the_longest_time() {
    let house = House::new().await;
    let at = house.session(house.tenant, true).await;
    let user = house.user("anna").await;
    let login = house.login(&user, 1).await;
    let new = OpenGrant {
        session: at,
        login: login.login,
        user: user.user,
        who: user.name.clone(),
        reason: Reason::new("a complaint", None).unwrap(),
        ranges: vec![range(0, 5, 6), range(0, 1, 4), range(1, 3, 3)],
        until: house.after(Duration::from_hours(9)),
    };
    let grant = house.archive.open_grant(new).await.unwrap();
    assert_eq!(grant.until(), house.after(LONGEST_GRANT));
    assert_eq!(grant.ranges(), [range(0, 1, 6), range(1, 3, 3)]);
    let read_back = house.archive.review_grant(at, grant.id()).await.unwrap();
    assert_eq!(read_back, Some(grant));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_opened_with_somebody_elses_login_or_of_a_session_that_is_not_there() {
    let house = House::new().await;
    let at = house.session(house.tenant, true).await;
    let (anna, bert) = (house.user("anna").await, house.user("bert").await);
    let login = house.login(&anna, 1).await;
    let refused = house.grant(at, (&bert, &login), vec![AccessRange::ALL]).await;
    assert!(matches!(refused, Err(ReadError::LoginEnded(_))), "{refused:?}");
    let nowhere = SessionRef {
        tenant: house.tenant,
        session: SessionId::from_bytes([9; 16]),
    };
    let refused = house
        .grant(nowhere, (&anna, &login), vec![AccessRange::ALL])
        .await;
    assert!(matches!(refused, Err(ReadError::NoSuchSession(_))), "{refused:?}");
    let foreign = SessionRef {
        tenant: house.archive.add_tenant("other").await.unwrap().tenant,
        session: at.session,
    };
    let refused = house
        .grant(foreign, (&anna, &login), vec![AccessRange::ALL])
        .await;
    assert!(matches!(refused, Err(ReadError::NoSuchSession(_))), "{refused:?}");
    let page = house.archive.access_list(&[house.tenant], all()).await.unwrap();
    assert_eq!(page.entries, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_looked_cannot_be_read_when_the_months_key_is_gone_and_the_look_still_stands() {
    let house = House::new().await;
    let at = house.session(house.tenant, true).await;
    let user = house.user("anna").await;
    let login = house.login(&user, 1).await;
    let grant = house
        .grant(at, (&user, &login), vec![AccessRange::ALL])
        .await
        .unwrap();
    let catalog = rusqlite::Connection::open(house.folder.path().join("catalog.sqlite")).unwrap();
    catalog
        .execute("DELETE FROM detail_keys WHERE period <> 'register'", [])
        .unwrap();
    let page = house.archive.access_list(&[house.tenant], all()).await.unwrap();
    assert_eq!(page.entries.len(), 1);
    assert_eq!(page.entries[0].row.access, grant.id());
    assert_eq!(page.entries[0].detail, None);
    assert_eq!(house.archive.review_grant(at, grant.id()).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_was_changed_gives_no_grant_and_is_named() {
    for (change, what) in [
        ("UPDATE access_records SET action = 'restore'", "another action"),
        (
            "UPDATE access_records SET action = 'view', grant_id = access_id",
            "a view of itself",
        ),
    ] {
        let house = House::new().await;
        let at = house.session(house.tenant, true).await;
        let user = house.user("anna").await;
        let login = house.login(&user, 1).await;
        let grant = house
            .grant(at, (&user, &login), vec![AccessRange::ALL])
            .await
            .unwrap();
        let catalog = rusqlite::Connection::open(house.folder.path().join("catalog.sqlite")).unwrap();
        assert_eq!(catalog.execute(change, []).unwrap(), 1, "{what}");
        assert_eq!(
            house.archive.review_grant(at, grant.id()).await.unwrap(),
            None,
            "{what}"
        );
        let live = house.archive.grants_of(login.login, &[at]).await.unwrap();
        assert_eq!(live, [], "{what}");
        let house = house.restart().await;
        let live = house.archive.grants_of(login.login, &[at]).await.unwrap();
        assert_eq!(live, [], "{what} after a restart");
        let listed = house.archive.access_list(&[house.tenant], all()).await.unwrap();
        let (entry, rest) = listed.entries.split_first().unwrap();
        assert!(
            entry.damaged && entry.detail.is_none() && rest.is_empty(),
            "{what}: {listed:?}"
        );
        let found = house.findings().await;
        assert_eq!(found.len(), 1, "{what}: {found:?}");
        assert!(
            found[0]
                .object
                .as_ref()
                .unwrap()
                .contains(&grant.id().to_string())
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_unsealed_says_who_looked() {
    let house = House::new().await;
    let at = house.session(house.tenant, true).await;
    let new = NewUser {
        name: "anna".to_owned(),
        password: password("a"),
        must_change: false,
        assignments: vec![Assignment {
            role: Role::ComplianceOfficer,
            tenant: Some(house.tenant),
        }],
    };
    let user = house.archive.add_user(new).await.unwrap();
    let login = house.login(&user, 1).await;
    let grant = house
        .grant(at, (&user, &login), vec![AccessRange::ALL])
        .await
        .unwrap();
    house.archive.record_view(&grant, range(0, 1, 1)).await.unwrap();
    house.archive.end_login(login.login).await.unwrap();
    house.archive.close().await;
    let catalog = rusqlite::Connection::open(house.folder.path().join("catalog.sqlite")).unwrap();
    let user_id = user.user.as_bytes().to_vec();
    let (users, roles): (i64, i64) = catalog
        .query_row(
            "SELECT (SELECT COUNT(*) FROM users WHERE user_id = ?1), (SELECT COUNT(*) FROM user_roles WHERE user_id = ?1)",
            [&user_id],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .unwrap();
    assert_eq!((users, roles), (1, 1));
    for table in ["access_records", "ledger_leaves"] {
        let mut statement = catalog.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let columns = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            for column in 0..columns {
                let (ValueRef::Text(bytes) | ValueRef::Blob(bytes)) = row.get_ref(column).unwrap() else {
                    continue;
                };
                for secret in [
                    &b"anna"[..],
                    b"a complaint",
                    b"4711",
                    user.user.as_bytes(),
                    login.login.as_bytes(),
                    user.user.to_string().as_bytes(),
                ] {
                    let found = bytes.windows(secret.len()).any(|window| window == secret);
                    assert!(!found, "{table} column {column} tells {secret:?}");
                }
            }
        }
    }
}
