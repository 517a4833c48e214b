//! What a sealed session lacks is known, and what was edited since is found.
#![allow(clippy::unwrap_used, reason = "a test that can't go on fails")]

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use obhut_archive::verify::{self, FindingKind, VerifyOptions};
use obhut_archive::{
    AccessRange, AccessRequest, Archive, ArchiveOptions, ClaimLimits, NewFrame, NewSession, NewStream,
    Reason, SealOutcome, SealRequest, SessionRef, SetClock,
};
use obhut_format::chain::{DeclaredStream, SealHow, SessionKind, StreamKind};
use obhut_format::digest::Sha256Digest;
use obhut_format::ids::{Seq, StreamNo};
use obhut_format::object_key;
use obhut_format::sign::SealReceipt;
use obhut_format::time::UtcMicros;

async fn open(data: &Path) -> Archive {
    let clock = Arc::new(SetClock::at(UtcMicros::UNIX_EPOCH));
    Archive::open(ArchiveOptions::embedded(data), clock)
        .await
        .unwrap()
        .0
}

async fn session(archive: &Archive) -> SessionRef {
    let tenant = archive.tenant("default").await.unwrap().tenant;
    let (device, _) = archive.add_device(tenant, "PC 1").await.unwrap();
    let new = NewSession {
        tenant,
        device: device.device,
        kind: SessionKind::Support,
        started_at: UtcMicros::UNIX_EPOCH,
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
    let session = archive.open_session(new).await.unwrap().session;
    SessionRef { tenant, session }
}

async fn put(archive: &Archive, at: SessionRef, n: u64) {
    let body = format!("frame {n}").into_bytes();
    let frame = NewFrame {
        at: UtcMicros::UNIX_EPOCH,
        name: None,
        media_type: "image/png".to_owned(),
        cut: false,
        sha256: Sha256Digest::of(&body),
        body: Bytes::from(body),
    };
    let seq = Seq::new(n).unwrap();
    archive.put_frame(at, StreamNo::ZERO, seq, frame).await.unwrap();
}

async fn seal(archive: &Archive, at: SessionRef, declared: Vec<DeclaredStream>) -> SealReceipt {
    let limits = ClaimLimits {
        age: Duration::ZERO,
        ..ClaimLimits::default()
    };
    while let Some(claim) = archive.claim(&limits) {
        archive.pack(claim).await.unwrap();
    }
    let request = SealRequest {
        how: SealHow::Sealed,
        trusted_end: None,
        said: serde_json::Map::new(),
        declared,
    };
    let sealed = archive.seal(at, request, Duration::from_mins(1)).await.unwrap();
    match sealed {
        SealOutcome::Sealed(receipt) => *receipt,
        SealOutcome::Packing => panic!("everything was packed"),
    }
}

#[tokio::test]
async fn frames_that_were_sent_and_never_came_are_gaps_at_the_beginning_too() {
    for (came, count, last, gaps) in [
        (&[3, 5][..], 6, 6, "1-2,4,6"),
        (&[3, 5], 3, 5, "4"),
        (&[], 2, 8, "7-8"),
        (&[9], 1, 8, "8"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let archive = open(folder.path()).await;
        let at = session(&archive).await;
        for n in came {
            put(&archive, at, *n).await;
        }
        let declared = DeclaredStream {
            n: StreamNo::ZERO,
            count,
            last: Some(Seq::new(last).unwrap()),
        };
        let receipt = seal(&archive, at, vec![declared]).await;
        assert_eq!(receipt.streams[0].gaps.to_string(), gaps, "{came:?}");
    }
}

async fn found(data: &Path) -> Vec<FindingKind> {
    let mut kinds = Vec::new();
    let options = ArchiveOptions::embedded(data);
    verify::run(&options, &VerifyOptions::default(), &mut |finding| {
        kinds.push(finding.kind);
    })
    .await
    .unwrap();
    kinds
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

#[tokio::test]
async fn a_frame_in_the_intake_log_that_its_sealed_session_lacks_is_damage() {
    let folder = tempfile::tempdir().unwrap();
    let (data, other) = (folder.path().join("data"), folder.path().join("other"));
    let archive = open(&data).await;
    let at = session(&archive).await;
    put(&archive, at, 1).await;
    archive.close().await;
    drop(archive);
    copy(&data, &other);

    // What was acknowledged here …
    let archive = open(&data).await;
    put(&archive, at, 2).await;
    archive.close().await;
    drop(archive);
    // … is not in the session that is sealed there.
    let archive = open(&other).await;
    seal(&archive, at, Vec::new()).await;
    archive.close().await;
    drop(archive);
    assert_eq!(found(&other).await, []);
    fs::remove_dir_all(other.join("intake")).unwrap();
    copy(&data.join("intake"), &other.join("intake"));
    assert_eq!(found(&other).await, [FindingKind::Intake]);
}

#[tokio::test]
async fn the_instant_of_a_look_can_not_be_changed_unseen() {
    let folder = tempfile::tempdir().unwrap();
    let archive = open(folder.path()).await;
    let at = session(&archive).await;
    put(&archive, at, 1).await;
    let request = AccessRequest {
        session: at,
        range: AccessRange {
            stream: None,
            frames: None,
        },
        who: "E. Muster".to_owned(),
        reason: Reason::new("complaint", None).unwrap(),
    };
    archive.record_access(request).await.unwrap();
    archive.close().await;
    drop(archive);
    assert_eq!(found(folder.path()).await, []);
    let catalog = rusqlite::Connection::open(ArchiveOptions::embedded(folder.path()).catalog()).unwrap();
    let edited = catalog
        .execute("UPDATE access_records SET at_us = at_us + 1", [])
        .unwrap();
    assert_eq!(edited, 1);
    drop(catalog);
    assert_eq!(found(folder.path()).await, [FindingKind::Access]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seal_whose_commit_failed_keeps_its_line_when_it_is_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(SetClock::at(UtcMicros::UNIX_EPOCH));
    let options = ArchiveOptions::embedded(folder.path());
    let (archive, _) = Archive::open(options, clock.clone()).await.unwrap();
    let at = session(&archive).await;
    put(&archive, at, 0).await;
    let catalog = rusqlite::Connection::open(folder.path().join("catalog.sqlite")).unwrap();
    let refuse = "CREATE TRIGGER refuse BEFORE UPDATE ON sessions WHEN NEW.state = 'sealed'
        BEGIN SELECT RAISE(ABORT, 'refused by the test'); END";
    catalog.execute_batch(refuse).unwrap();
    let line = folder
        .path()
        .join("objects")
        .join(&*object_key::seal_line(at.tenant, at.session));
    let request = || SealRequest {
        how: SealHow::Sealed,
        trusted_end: None,
        said: serde_json::Map::new(),
        declared: Vec::new(),
    };
    let limits = ClaimLimits {
        age: Duration::ZERO,
        ..ClaimLimits::default()
    };
    while let Some(claim) = archive.claim(&limits) {
        archive.pack(claim).await.unwrap();
    }
    let patience = Duration::from_mins(1);
    archive.seal(at, request(), patience).await.unwrap_err();
    let first = fs::read(&line).unwrap();
    catalog.execute_batch("DROP TRIGGER refuse").unwrap();
    clock.advance(Duration::from_mins(5));
    archive.seal(at, request(), patience).await.unwrap();
    assert_eq!(fs::read(&line).unwrap(), first, "the line was written anew");
    archive.close().await;
    assert_eq!(found(folder.path()).await, []);
}
