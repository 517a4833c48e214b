//! Holds: who placed and released them and why, and what does not go together.
#![allow(clippy::unwrap_used, reason = "a test that can't go on fails")]

use std::sync::Arc;
use std::time::Duration;

use obhut_archive::objects::Disposal;
use obhut_archive::{
    Actor, Archive, ArchiveOptions, HoldError, HoldFilter, HoldState, Judge, ListedHold, NewHold, NewRelease,
    NewSession, NewStream, SealOutcome, SealRequest, SessionRef, SetClock,
};
use obhut_format::chain::{SealHow, SessionKind, StreamKind};
use obhut_format::ids::{HoldId, StreamNo, UserId};
use obhut_format::time::UtcMicros;

struct House {
    archive: Archive,
    clock: Arc<SetClock>,
    folder: tempfile::TempDir,
}

impl House {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = ArchiveOptions::embedded(&folder.path().join("data"));
        let clock = Arc::new(SetClock::at(UtcMicros::parse("2026-11-02T12:00:00Z").unwrap()));
        let (archive, _) = Archive::open(options, clock.clone()).await.unwrap();
        Self {
            archive,
            clock,
            folder,
        }
    }

    async fn open(&self) -> SessionRef {
        let tenant = self.archive.tenant("default").await.unwrap().tenant;
        let device = self.archive.import_device(tenant, "till").await.unwrap().device;
        let new = NewSession {
            tenant,
            device,
            kind: SessionKind::Support,
            started_at: self.archive.clock().now(),
            class: None,
            streams: vec![NewStream {
                n: StreamNo::ZERO,
                kind: StreamKind::Timeline,
                name: None,
            }],
            consent: None,
            description: serde_json::Map::new(),
            request_key: None,
        };
        let session = self.archive.open_session(new).await.unwrap().session;
        SessionRef { tenant, session }
    }

    async fn sealed(&self) -> SessionRef {
        let at = self.open().await;
        let request = SealRequest {
            how: SealHow::Sealed,
            trusted_end: None,
            said: serde_json::Map::new(),
            declared: Vec::new(),
        };
        let outcome = self.archive.seal(at, request, Duration::from_mins(1)).await;
        assert!(matches!(outcome.unwrap(), SealOutcome::Sealed(_)));
        at
    }

    async fn list(&self, at: SessionRef, state: Option<HoldState>) -> Vec<ListedHold> {
        let filter = HoldFilter {
            state,
            session: Some(at.session),
            limit: 100,
            ..HoldFilter::default()
        };
        let page = self.archive.hold_list(&[at.tenant], filter).await.unwrap();
        assert_eq!(page.next, None);
        page.holds
    }

    fn catalog(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.folder.path().join("data/catalog.sqlite")).unwrap()
    }
}

fn olga() -> Actor {
    Actor {
        who: "olga".to_owned(),
        user: Some(UserId::from_bytes([1; 16])),
        login: None,
    }
}

fn hold(session: SessionRef) -> NewHold {
    NewHold {
        session,
        reason: " a dispute ".to_owned(),
        owner: Some("counsel".to_owned()),
        review_on: Some("2027-01-31".to_owned()),
        by: olga(),
    }
}

fn because(reason: &str) -> NewRelease {
    NewRelease {
        reason: Some(reason.to_owned()),
        by: Actor::command_line(),
    }
}

/// From the intent to the tombstone, or only the intent.
async fn delete(archive: &Archive, at: SessionRef, to_the_end: bool) {
    let judge: Judge = Arc::new(|session, _| session.holds.is_empty().then(|| "at-once".to_owned()));
    let (proof, turn) = (Disposal::by_plan(), archive.purge_turn().unwrap());
    let begun = turn.intend(vec![at], judge).await.unwrap();
    assert_eq!(begun.len(), 1);
    if !to_the_end {
        return;
    }
    let (mut erased, _) = turn.erase(begun, &proof).await.unwrap();
    turn.remove(&mut erased[0], &proof).await.unwrap();
    let gone = turn.forget(erased, &proof).await.unwrap();
    let early = archive.place_hold(hold(at)).await;
    assert!(
        matches!(early, Err(HoldError::Deleted { certified: false, .. })),
        "{early:?}"
    );
    let (certificates, _) = turn.certify(gone, &proof).await.unwrap();
    assert_eq!(certificates.len(), 1);
}

#[tokio::test]
async fn who_placed_and_released_it_and_why_is_read_back() {
    let house = House::new().await;
    // An open session can be held.
    let at = house.open().await;
    let placed = house.archive.place_hold(hold(at)).await.unwrap();
    assert_eq!(
        house.list(at, Some(HoldState::Active)).await,
        std::slice::from_ref(&placed)
    );
    assert_eq!(house.list(at, Some(HoldState::Released)).await, []);
    let said = placed.placed.as_ref().unwrap();
    assert_eq!((&said.reason[..], said.by.clone()), ("a dispute", Some(olga())));
    assert_eq!(said.owner.as_deref(), Some("counsel"));
    assert_eq!(placed.row.review_on.as_deref(), Some("2027-01-31"));
    assert!(placed.session_kept && !placed.damaged);

    house.clock.advance(Duration::from_secs(9));
    let released = house
        .archive
        .release_hold(at.tenant, placed.row.hold, because("settled"));
    let released = released.await.unwrap();
    assert_eq!(house.list(at, None).await, std::slice::from_ref(&released));
    assert_eq!(house.list(at, Some(HoldState::Active)).await, []);
    assert_eq!(released.placed, placed.placed);
    let said = released.released.unwrap();
    assert_eq!(said.reason.as_deref(), Some("settled"));
    assert_eq!(said.by, Some(Actor::command_line()));
    assert_eq!(released.row.released_at, Some(house.archive.clock().now()));
}

#[tokio::test]
async fn two_releases_at_once_are_one() {
    let house = House::new().await;
    let at = house.sealed().await;
    let placed = house.archive.place_hold(hold(at)).await.unwrap().row.hold;
    let one = house
        .archive
        .release_hold(at.tenant, placed, because("the first"));
    let two = house
        .archive
        .release_hold(at.tenant, placed, because("the second"));
    let (one, two) = tokio::join!(one, two);
    let refused = [&one, &two].into_iter().filter(|told| told.is_err()).count();
    assert_eq!(refused, 1, "{one:?} {two:?}");
    let refused = one.as_ref().err().or(two.as_ref().err()).unwrap();
    assert!(matches!(refused, HoldError::Released(known) if *known == placed));
    let released = one.or(two).unwrap();
    assert_eq!(house.list(at, None).await, [released]);
}

#[tokio::test]
async fn a_hold_is_released_alone_or_all_of_its_session_together() {
    let house = House::new().await;
    let (at, other) = (house.sealed().await, house.sealed().await);
    let mut placed = Vec::new();
    for session in [at, at, at, other] {
        placed.push(house.archive.place_hold(hold(session)).await.unwrap().row.hold);
    }
    let archive = &house.archive;
    let elses = archive
        .release_holds(at, Some(placed[3]), because("the wrong one"))
        .await;
    assert!(matches!(elses, Err(HoldError::NoSuchHold(_))), "{elses:?}");
    let one = archive
        .release_holds(at, Some(placed[1]), because("one of them"))
        .await
        .unwrap();
    assert_eq!(one.len(), 1);
    assert_eq!(house.list(at, Some(HoldState::Active)).await.len(), 2);
    let again = archive
        .release_holds(at, Some(placed[1]), because("once more"))
        .await;
    assert!(matches!(again, Err(HoldError::Released(_))), "{again:?}");
    let rest = archive
        .release_holds(at, None, because("the others"))
        .await
        .unwrap();
    assert_eq!(rest.len(), 2);
    let none = archive.release_holds(at, None, because("nothing left")).await;
    assert!(matches!(none, Err(HoldError::NotHeld(_))), "{none:?}");
    assert_eq!(house.list(other, Some(HoldState::Active)).await.len(), 1);
}

#[tokio::test]
async fn another_tenants_holds_are_none() {
    let house = House::new().await;
    let at = house.sealed().await;
    let placed = house.archive.place_hold(hold(at)).await.unwrap().row.hold;
    let other = house.archive.add_tenant("second").await.unwrap().tenant;
    let elses = house
        .archive
        .release_hold(other, placed, because("not mine"))
        .await;
    assert!(matches!(elses, Err(HoldError::NoSuchHold(_))), "{elses:?}");
    assert_eq!(house.archive.find_hold(&[other], placed).await.unwrap(), None);
    let found = house
        .archive
        .find_hold(&[other, at.tenant], placed)
        .await
        .unwrap();
    assert_eq!(found.unwrap().tenant, at.tenant);
    let elses = house
        .archive
        .place_hold(hold(SessionRef { tenant: other, ..at }))
        .await;
    assert!(matches!(elses, Err(HoldError::NoSuchSession(_))), "{elses:?}");
    assert_eq!(house.list(at, None).await.len(), 1);
}

#[tokio::test]
async fn a_hold_is_there_before_a_deletion_begins_or_not_at_all() {
    let house = House::new().await;
    let (held, due, gone) = (house.sealed().await, house.sealed().await, house.sealed().await);
    house.archive.place_hold(hold(held)).await.unwrap();
    let judge: Judge = Arc::new(|session, _| session.holds.is_empty().then(|| "at-once".to_owned()));
    {
        let turn = house.archive.purge_turn().unwrap();
        assert!(turn.intend(vec![held], judge).await.unwrap().is_empty());
    }
    delete(&house.archive, due, false).await;
    let late = house.archive.place_hold(hold(due)).await;
    let now = house.archive.clock().now();
    assert!(
        matches!(late, Err(HoldError::Purging { since, .. }) if since == now),
        "{late:?}"
    );
    delete(&house.archive, gone, true).await;
    let late = house.archive.place_hold(hold(gone)).await;
    assert!(
        matches!(late, Err(HoldError::Deleted { certified: true, .. })),
        "{late:?}"
    );
    for at in [due, gone] {
        assert_eq!(house.list(at, None).await, []);
    }
}

#[tokio::test]
async fn a_hold_and_the_intent_at_once_are_one_of_the_two() {
    let house = House::new().await;
    for _ in 0..8 {
        let at = house.sealed().await;
        let judge: Judge = Arc::new(|session, _| session.holds.is_empty().then(|| "at-once".to_owned()));
        let turn = house.archive.purge_turn().unwrap();
        let (begun, placed) = tokio::join!(turn.intend(vec![at], judge), house.archive.place_hold(hold(at)));
        let begun = begun.unwrap().len();
        match placed {
            Ok(_) => assert_eq!(begun, 0, "held, and all the same about to go"),
            Err(HoldError::Purging { .. }) => assert_eq!(begun, 1),
            Err(other) => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn what_says_nothing_or_is_over_is_refused_and_nothing_changes() {
    let house = House::new().await;
    let at = house.sealed().await;
    let with = |change: &dyn Fn(&mut NewHold)| {
        let mut new = hold(at);
        change(&mut new);
        house.archive.place_hold(new)
    };
    let told = with(&|new| new.reason = "  ".to_owned()).await;
    assert!(matches!(told, Err(HoldError::BadReason)), "{told:?}");
    let told = with(&|new| new.owner = Some("\u{202e}x".to_owned())).await;
    assert!(matches!(told, Err(HoldError::BadOwner)), "{told:?}");
    let told = with(&|new| new.review_on = Some("2026-02-30".to_owned())).await;
    assert!(matches!(told, Err(HoldError::BadDay { .. })), "{told:?}");
    let told = with(&|new| new.review_on = Some("2026-11-01".to_owned())).await;
    assert!(matches!(told, Err(HoldError::DayOver { .. })), "{told:?}");
    let never = house
        .archive
        .release_hold(at.tenant, HoldId::from_bytes([9; 16]), because("there is none"));
    assert!(matches!(never.await, Err(HoldError::NoSuchHold(_))));
    assert_eq!(house.list(at, None).await, []);
}

#[tokio::test]
async fn an_edited_row_is_listed_as_damaged_and_says_nothing() {
    let house = House::new().await;
    let at = house.sealed().await;
    let placed = house.archive.place_hold(hold(at)).await.unwrap();
    for (edit, back) in [
        ("review_on = '2099-01-01'", "review_on = '2027-01-31'"),
        (
            "placed_at_us = placed_at_us + 1",
            "placed_at_us = placed_at_us - 1",
        ),
        ("leaf_n = leaf_n - 1", "leaf_n = leaf_n + 1"),
        ("leaf_n = 4711", "leaf_n = (SELECT max(n) FROM ledger_leaves)"),
    ] {
        let run = |set: &str| {
            let changed = house.catalog().execute(&format!("UPDATE holds SET {set}"), []);
            assert_eq!(changed.unwrap(), 1, "{set}");
        };
        run(edit);
        let listed = house.list(at, None).await;
        assert!(
            listed[0].damaged && listed[0].placed.is_none(),
            "{edit}: {listed:?}"
        );
        run(back);
        assert_eq!(
            house.list(at, None).await,
            std::slice::from_ref(&placed),
            "{back}"
        );
    }
    // A release that the ledger does not know.
    let set = "UPDATE holds SET released_at_us = placed_at_us + 5, release_leaf_n = leaf_n";
    assert_eq!(house.catalog().execute(set, []).unwrap(), 1);
    let listed = house.list(at, None).await;
    assert!(listed[0].damaged && listed[0].released.is_none(), "{listed:?}");
}

#[tokio::test]
async fn where_the_months_key_is_gone_the_hold_stays_without_its_words() {
    let house = House::new().await;
    let at = house.sealed().await;
    house.archive.place_hold(hold(at)).await.unwrap();
    let gone = house.catalog().execute(
        "UPDATE detail_keys SET wrapped = zeroblob(length(wrapped)) WHERE period = '2026-11'",
        [],
    );
    assert_eq!(gone.unwrap(), 1);
    let listed = house.list(at, None).await;
    assert!(!listed[0].damaged && listed[0].placed.is_none(), "{listed:?}");
    assert_eq!(listed[0].row.review_on.as_deref(), Some("2027-01-31"));
}
