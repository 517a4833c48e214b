//! Sessions over tenants, one session, and what they all take.

use std::time::Duration;

use obhut_archive::{
    Actor, NewHold, NewRelease, SessionCursor, SessionFilter, SessionOrder, SessionState, TenantStorage,
};
use obhut_format::ids::SessionId;

use crate::house::{House, seq, stream};

#[tokio::test(flavor = "multi_thread")]
async fn sessions_of_several_tenants_are_listed_as_if_they_were_ones() {
    let house = House::new().await;
    let second = house.archive.add_tenant("second").await.unwrap().tenant;
    let third = house.archive.add_tenant("third").await.unwrap().tenant;
    let tenants = [house.tenant, second];
    let mut made = Vec::new();
    for n in 0..9_usize {
        house.clock.advance(Duration::from_secs(1));
        let tenant = [house.tenant, second, third][n % 3];
        let at = house.session(tenant, n % 2 == 0).await;
        if n < 6 {
            house.seal(at).await;
        }
        if tenant != third {
            made.push((at, n));
        }
    }
    let hold = NewHold {
        session: made[0].0,
        reason: "a dispute".to_owned(),
        owner: None,
        review_on: None,
        by: Actor::command_line(),
    };
    house.archive.place_hold(hold).await.unwrap();
    let list = async |mut filter: SessionFilter| {
        let mut all = Vec::new();
        loop {
            let page = house.archive.sessions_of(&tenants, filter.clone()).await.unwrap();
            let Some(last) = page.last() else { return all };
            filter.after = Some(SessionCursor::of(&last.row, filter.order));
            all.extend(page);
        }
    };
    for limit in [1, 2, 4, 100] {
        let filter = SessionFilter {
            limit,
            ..SessionFilter::default()
        };
        let listed = list(filter.clone()).await;
        let ids: Vec<SessionId> = listed.iter().map(|listed| listed.row.session).collect();
        let expected: Vec<SessionId> = made.iter().rev().map(|(at, _)| at.session).collect();
        assert_eq!(ids, expected, "pages of {limit}");
        for (listed, (at, n)) in listed.iter().zip(made.iter().rev()) {
            assert_eq!(listed.row.tenant, at.tenant);
            assert_eq!(listed.consent, n % 2 == 0, "session {n}");
            assert_eq!(listed.held, *n == 0, "session {n}");
        }
        let order = SessionOrder::Deadline {
            from: None,
            before: None,
        };
        let deadline = list(SessionFilter { order, ..filter }).await;
        let ids: Vec<SessionId> = deadline.iter().map(|listed| listed.row.session).collect();
        let sealed = made.iter().filter(|(_, n)| *n < 6).map(|(at, _)| at.session);
        assert_eq!(ids, sealed.collect::<Vec<_>>(), "pages of {limit}");
    }
    let held = SessionFilter {
        held: Some(true),
        ..SessionFilter::default()
    };
    assert_eq!(list(held.clone()).await.len(), 1);
    let release = NewRelease {
        reason: None,
        by: Actor::command_line(),
    };
    let released = house.archive.release_holds(made[0].0, None, release).await;
    assert_eq!(released.unwrap().len(), 1);
    assert_eq!(list(held).await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_found_under_its_tenant_with_its_streams_and_gaps() {
    let house = House::new().await;
    let second = house.archive.add_tenant("second").await.unwrap().tenant;
    let at = house.session(house.tenant, true).await;
    for n in [1, 2, 3, 6] {
        house.put(at, 0, n, format!("left {n}").as_bytes()).await;
    }
    house.pack(3).await;
    house.put(at, 1, 1, b"right").await;
    assert!(
        house
            .archive
            .find_session(&[second], at.session)
            .await
            .unwrap()
            .is_none()
    );
    let tenants = [second, house.tenant];
    let found = house
        .archive
        .find_session(&tenants, at.session)
        .await
        .unwrap()
        .unwrap();
    assert!(found.listed.consent);
    assert_eq!(found.listed.row.state, SessionState::Open);
    let frames: Vec<(u32, u64)> = found.streams.iter().map(|s| (s.n.get(), s.frames)).collect();
    assert_eq!(frames, [(0, 4), (1, 1)]);
    assert_eq!(found.listed.row.frames + found.listed.waiting, 5);
    assert_eq!(found.sealed, None);

    house.seal(at).await;
    let found = house
        .archive
        .find_session(&tenants, at.session)
        .await
        .unwrap()
        .unwrap();
    let frames: Vec<(u32, u64)> = found.streams.iter().map(|s| (s.n.get(), s.frames)).collect();
    assert_eq!(frames, [(0, 4), (1, 1)]);
    assert_eq!((found.listed.row.frames, found.listed.waiting), (5, 0));
    let sealed = found.sealed.unwrap();
    assert_eq!((sealed[0].n, sealed[0].last), (stream(0), Some(seq(6))));
    assert_eq!(sealed[0].gaps.iter().collect::<Vec<_>>(), [4, 5]);
    assert!(sealed[1].gaps.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn storage_is_summed_by_tenant_and_state() {
    let house = House::new().await;
    let second = house.archive.add_tenant("second").await.unwrap().tenant;
    let mut originals = 0;
    for n in 0..5_u64 {
        let at = house.session(house.tenant, true).await;
        let body = vec![u8::try_from(n).unwrap(); 1000];
        house.put(at, 0, 1, &body).await;
        originals += body.len() as u64;
        if n < 3 {
            house.seal(at).await;
        }
    }
    house.pack(96).await;
    let storage = house.archive.storage(&[second, house.tenant]).await.unwrap();
    let [nothing, something] = &storage[..] else {
        panic!("{storage:?}")
    };
    assert_eq!(
        *nothing,
        TenantStorage {
            tenant: second,
            sums: obhut_archive::StorageSums::default()
        }
    );
    let sums = something.sums;
    assert_eq!((sums.open, sums.sealing, sums.sealed), (2, 0, 3));
    assert_eq!((sums.frames, sums.original_bytes), (5, originals));
    assert!(sums.stored_bytes > originals);
}
