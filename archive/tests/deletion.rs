//! The steps of a deletion, and what they refuse.
#![allow(clippy::unwrap_used, reason = "a test that can't go on fails")]

use std::sync::Arc;
use std::time::Duration;

use obhut_archive::objects::Disposal;
use obhut_archive::verify::{self, FindingKind, VerifyOptions};
use obhut_archive::{
    AccessRange, AccessRequest, Actor, Archive, ArchiveOptions, ExportRefused, Finished, HoldError, Judge,
    NewBundle, NewHold, NewSession, NewStream, PurgeError, ReadError, Reason, SealOutcome, SealRequest,
    SessionDisposal, SessionRef, Standing, SystemClock, Under, WriteError,
};
use obhut_format::chain::{SealHow, SessionKind, StreamKind};
use obhut_format::ids::StreamNo;

struct House {
    archive: Archive,
    folder: tempfile::TempDir,
}

impl House {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = ArchiveOptions::embedded(&folder.path().join("data"));
        let (archive, _) = Archive::open(options, Arc::new(SystemClock)).await.unwrap();
        Self { archive, folder }
    }

    /// A session that is sealed, without a frame.
    async fn sealed(&self) -> SessionRef {
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
        let at = SessionRef { tenant, session };
        let request = SealRequest {
            how: SealHow::Sealed,
            trusted_end: None,
            said: serde_json::Map::new(),
            declared: Vec::new(),
        };
        let outcome = self
            .archive
            .seal(at, request, Duration::from_mins(1))
            .await
            .unwrap();
        assert!(matches!(outcome, SealOutcome::Sealed(_)));
        at
    }
}

fn always() -> Judge {
    Arc::new(|_, _| Some("period-over".to_owned()))
}

fn look(session: SessionRef) -> AccessRequest {
    AccessRequest {
        session,
        range: AccessRange::ALL,
        who: "a test".to_owned(),
        reason: Reason::new("a look at what goes", None).unwrap(),
    }
}

fn bundle(session: SessionRef) -> NewBundle {
    let under = Under::CommandLine {
        reason: Reason::new("a look at what goes", None).unwrap(),
        damaged: false,
    };
    NewBundle { session, under }
}

#[tokio::test]
async fn one_deletes_at_a_time() {
    let house = House::new().await;
    let turn = house.archive.purge_turn().unwrap();
    assert!(matches!(house.archive.purge_turn(), Err(PurgeError::Running)));
    drop(turn);
    house.archive.purge_turn().unwrap();
}

#[tokio::test]
async fn a_session_is_judged_again_when_it_is_marked() {
    let house = House::new().await;
    let (stays, goes) = (house.sealed().await, house.sealed().await);
    let turn = house.archive.purge_turn().unwrap();
    let judge: Judge = Arc::new(move |session, _| (session.session == goes).then(|| "at-once".to_owned()));
    let begun = turn.intend(vec![stays, goes], judge).await.unwrap();
    assert_eq!(begun.len(), 1);
    assert_eq!(
        (begun[0].session, &begun[0].record.decided.rule[..]),
        (goes, "at-once")
    );
    // Once is enough.
    assert!(turn.intend(vec![goes], always()).await.unwrap().is_empty());
}

#[tokio::test]
async fn from_its_intent_on_a_session_is_gone_for_all_but_its_deletion() {
    let house = House::new().await;
    let archive = &house.archive;
    let at = house.sealed().await;
    let exported = archive.record_export(bundle(at)).await.unwrap();
    let turn = archive.purge_turn().unwrap();
    let begun = turn.intend(vec![at], always()).await.unwrap();

    let hold = NewHold {
        session: at,
        reason: "too late".to_owned(),
        owner: None,
        review_on: None,
        by: Actor::command_line(),
    };
    assert!(matches!(
        archive.place_hold(hold).await,
        Err(HoldError::Purging { .. })
    ));
    assert!(matches!(
        archive.record_access(look(at)).await,
        Err(ReadError::NoSuchSession(_))
    ));
    assert!(matches!(
        archive.record_export(bundle(at)).await,
        Err(ExportRefused::Purging { .. })
    ));
    // A bundle that was begun before is not signed any more.
    let finished = Finished {
        sums: b"",
        files: 0,
        bytes: 0,
    };
    assert!(matches!(
        archive.sign_export(&exported.grant, finished).await,
        Err(ReadError::NoSuchSession(_))
    ));
    assert!(matches!(
        archive.session_device(at).await,
        Err(WriteError::NoSuchSession(_))
    ));
    assert!(
        archive
            .find_session(&[at.tenant], at.session)
            .await
            .unwrap()
            .is_none()
    );
    let told = archive.disposal(at.session).await.unwrap();
    assert!(matches!(told, Some(SessionDisposal::UnderWay { .. })));

    // The rows don't go before the key, and the certificate not before the rows.
    let proof = Disposal::by_plan();
    let early = turn.forget(begun.clone(), &proof).await;
    assert!(matches!(early, Err(PurgeError::Damaged(_))), "{early:?}");
    let early = turn.certify(begun, &proof).await;
    assert!(matches!(early, Err(PurgeError::Damaged(_))), "{early:?}");

    // What a broken-off deletion left is found and finished.
    let found = archive.purges().await.unwrap().purges;
    let (mut erased, read) = turn.erase(found, &proof).await.unwrap();
    assert!(read.is_empty());
    turn.remove(&mut erased[0], &proof).await.unwrap();
    let gone = turn.forget(erased, &proof).await.unwrap();
    let (certificates, waiting) = turn.certify(gone, &proof).await.unwrap();
    assert_eq!((certificates.len(), waiting.len()), (1, 0));
    let told = archive.disposal(at.session).await.unwrap();
    assert!(matches!(told, Some(SessionDisposal::Certified { .. })));
    assert!(archive.purges().await.unwrap().purges.is_empty());
}

#[tokio::test]
async fn keys_are_rotated_while_a_deletion_stands_still() {
    let house = House::new().await;
    let (goes, stays) = (house.sealed().await, house.sealed().await);
    let turn = house.archive.purge_turn().unwrap();
    let proof = Disposal::by_plan();
    let begun = turn.intend(vec![goes], always()).await.unwrap();
    let (erased, _) = turn.erase(begun, &proof).await.unwrap();
    let rotated = house.archive.rotate_kek(stays.tenant).await.unwrap();
    assert_eq!((rotated.version, erased.len()), (2, 1));
    house.archive.record_access(look(stays)).await.unwrap();
}

#[tokio::test]
async fn nothing_is_begun_or_taken_for_gone_where_the_store_is_another() {
    let house = House::new().await;
    let archive = &house.archive;
    let (goes, other) = (house.sealed().await, house.sealed().await);
    archive.copy_ledger().await.unwrap();
    let turn = archive.purge_turn().unwrap();
    let proof = Disposal::by_plan();
    let begun = turn.intend(vec![goes], always()).await.unwrap();
    let (mut erased, _) = turn.erase(begun, &proof).await.unwrap();

    // As when a disk is not mounted: the folder is there, and empty.
    let objects = house.folder.path().join("data/objects");
    let away = house.folder.path().join("away");
    std::fs::rename(&objects, &away).unwrap();
    std::fs::create_dir(&objects).unwrap();
    let refused = turn.remove(&mut erased[0], &proof).await;
    assert!(
        matches!(refused, Err(PurgeError::OtherStore { .. })),
        "{refused:?}"
    );
    assert_eq!(erased[0].record.objects_gone_at, None);
    let refused = turn.intend(vec![other], always()).await;
    assert!(
        matches!(refused, Err(PurgeError::OtherStore { .. })),
        "{refused:?}"
    );
    let refused = turn.erase(erased.clone(), &proof).await;
    assert!(
        matches!(refused, Err(PurgeError::OtherStore { .. })),
        "{refused:?}"
    );

    std::fs::remove_dir_all(&objects).unwrap();
    std::fs::rename(&away, &objects).unwrap();
    turn.remove(&mut erased[0], &proof).await.unwrap();
    // Once more, when nothing is left to be removed.
    turn.remove(&mut erased[0], &proof).await.unwrap();
    let gone = turn.forget(erased, &proof).await.unwrap();
    assert_eq!(turn.certify(gone, &proof).await.unwrap().0.len(), 1);
    archive.record_access(look(other)).await.unwrap();
}

/// Deletes a session, to the end.
async fn delete(archive: &Archive, at: SessionRef) {
    let turn = archive.purge_turn().unwrap();
    let proof = Disposal::by_plan();
    let begun = turn.intend(vec![at], always()).await.unwrap();
    let (mut erased, _) = turn.erase(begun, &proof).await.unwrap();
    turn.remove(&mut erased[0], &proof).await.unwrap();
    let gone = turn.forget(erased, &proof).await.unwrap();
    assert_eq!(turn.certify(gone, &proof).await.unwrap().0.len(), 1);
}

#[tokio::test]
async fn what_comes_back_of_a_deleted_session_is_known_for_what_it_is_and_goes_whole() {
    let house = House::new().await;
    let archive = &house.archive;
    let at = house.sealed().await;
    let folder = house.folder.path().join(format!(
        "data/objects/tenants/{}/sessions/{}",
        at.tenant, at.session
    ));
    let line = std::fs::read(folder.join("open.line")).unwrap();
    delete(archive, at).await;
    assert!(!folder.exists());
    std::fs::create_dir_all(folder.join("0")).unwrap();
    std::fs::write(folder.join("open.line"), &line).unwrap();
    std::fs::write(folder.join("0/what"), "else").unwrap();
    assert!(
        archive
            .sessions_with_unnamed_objects()
            .await
            .unwrap()
            .contains(&at)
    );
    let found = archive.unnamed_objects(at).await.unwrap();
    assert_eq!((found.len(), &found[0].standing), (1, &Standing::Deleted));
    assert!(
        archive
            .remove_unnamed(&found[0], &Disposal::by_plan())
            .await
            .unwrap()
    );
    assert!(!folder.exists());
}

#[tokio::test]
async fn an_intent_that_nothing_goes_on_from_is_found() {
    let house = House::new().await;
    let at = house.sealed().await;
    let turn = house.archive.purge_turn().unwrap();
    assert_eq!(turn.intend(vec![at], always()).await.unwrap().len(), 1);
    drop(turn);
    let data = house.folder.path().join("data");
    let verify = async || {
        let mut found = Vec::new();
        let options = ArchiveOptions::embedded(&data);
        verify::run(&options, &VerifyOptions::default(), &mut |finding| {
            found.push(finding);
        })
        .await
        .unwrap();
        found
    };
    assert_eq!(verify().await, []);
    let catalog = rusqlite::Connection::open(data.join("catalog.sqlite")).unwrap();
    assert_eq!(catalog.execute("DELETE FROM purges", []).unwrap(), 1);
    let found = verify().await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(
        (found[0].kind, found[0].session),
        (FindingKind::Certificate, Some(at.session))
    );
}
