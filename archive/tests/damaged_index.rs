//! What the index says of one session's segments is damaged: the archive opens, the others are served, and nothing that was
//! acknowledged is lost.
#![allow(clippy::unwrap_used, reason = "a test that can't go on fails")]

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use obhut_archive::verify::{self, Finding, FindingKind, VerifyOptions};
use obhut_archive::{
    AccessRange, AccessRequest, Archive, ArchiveOptions, ClaimLimits, NewFrame, NewSession, NewStream,
    Reason, Recovery, SealOutcome, SealRequest, SessionRef, SystemClock, WriteError,
};
use obhut_format::chain::{SealHow, SessionKind, StreamKind};
use obhut_format::digest::Sha256Digest;
use obhut_format::ids::{Seq, StreamNo};

async fn open(data: &Path) -> (Archive, Recovery) {
    let options = ArchiveOptions::embedded(data);
    Archive::open(options, Arc::new(SystemClock)).await.unwrap()
}

async fn session(archive: &Archive) -> SessionRef {
    let tenant = archive.tenant("default").await.unwrap().tenant;
    let device = archive.import_device(tenant, "till").await.unwrap().device;
    let new = NewSession {
        tenant,
        device,
        kind: SessionKind::Support,
        started_at: archive.clock().now(),
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

async fn put(archive: &Archive, at: SessionRef, n: u64) -> Result<bool, WriteError> {
    let body = vec![u8::try_from(n).unwrap(); 500];
    let new = NewFrame {
        at: archive.clock().now(),
        name: None,
        media_type: "image/png".to_owned(),
        cut: false,
        sha256: Sha256Digest::of(&body),
        body: Bytes::from(body),
    };
    let done = archive.put_frame(at, StreamNo::ZERO, Seq::new(n).unwrap(), new);
    done.await.map(|acknowledged| acknowledged.fresh)
}

/// Packs everything that waits.
async fn pack(archive: &Archive) {
    let limits = ClaimLimits {
        age: Duration::ZERO,
        ..ClaimLimits::default()
    };
    while let Some(claim) = archive.claim(&limits) {
        archive.pack(claim).await.unwrap();
    }
    assert!(archive.finish_seals().await.is_empty());
}

async fn numbers(archive: &Archive, at: SessionRef) -> Vec<u64> {
    let request = AccessRequest {
        session: at,
        range: AccessRange::ALL,
        who: "a test".to_owned(),
        reason: Reason::new("testing", None).unwrap(),
    };
    let grant = archive.record_access(request).await.unwrap();
    let reader = archive.reader(grant).await.unwrap();
    let mut all = Vec::new();
    for part in reader.parts(StreamNo::ZERO).await.unwrap() {
        let frames = reader.read(&part).await.unwrap();
        all.extend(frames.iter().map(|frame| frame.record.seq.get()));
    }
    all.sort_unstable();
    all
}

async fn seal(archive: &Archive, at: SessionRef) {
    let request = || SealRequest {
        how: SealHow::Sealed,
        trusted_end: None,
        said: serde_json::Map::new(),
        declared: Vec::new(),
    };
    archive.seal(at, request(), Duration::ZERO).await.unwrap();
    pack(archive).await;
    let outcome = archive.seal(at, request(), Duration::ZERO).await.unwrap();
    assert!(matches!(outcome, SealOutcome::Sealed(_)));
}

async fn verify(data: &Path) -> Vec<Finding> {
    let mut found = Vec::new();
    let options = ArchiveOptions::embedded(data);
    verify::run(&options, &VerifyOptions::default(), &mut |finding| {
        found.push(finding);
    })
    .await
    .unwrap();
    found
}

fn edit(data: &Path, sql: &str) {
    let catalog = rusqlite::Connection::open(data.join("catalog.sqlite")).unwrap();
    assert_eq!(catalog.execute(sql, []).unwrap(), 1, "{sql}");
}

/// An open session with frames 1 to 3 in a segment and 4 and 5 in the intake log, and another with one frame.
async fn prepare(data: &Path) -> (SessionRef, SessionRef) {
    let (archive, _) = open(data).await;
    let at = session(&archive).await;
    for n in 1..=3 {
        assert!(put(&archive, at, n).await.unwrap());
    }
    pack(&archive).await;
    let other = session(&archive).await;
    for (at, n) in [(at, 4), (at, 5), (other, 1)] {
        assert!(put(&archive, at, n).await.unwrap());
    }
    archive.close().await;
    (at, other)
}

#[tokio::test]
async fn where_a_row_cannot_be_read_its_chain_line_says_what_is_committed() {
    for ranges in ["x", "1-2", "1-4", "9-11"] {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path();
        let (at, _) = prepare(data).await;
        edit(data, &format!("UPDATE segments SET ranges = '{ranges}'"));
        let (archive, recovery) = open(data).await;
        assert_eq!((recovery.waiting, recovery.left_alone), (3, 0), "{ranges}");
        for n in 1..=5 {
            assert!(!put(&archive, at, n).await.unwrap(), "{ranges}: {n} is there");
        }
        seal(&archive, at).await;
        assert_eq!(numbers(&archive, at).await, [1, 2, 3, 4, 5], "{ranges}");
        archive.close().await;
        let found = verify(data).await;
        let all_index = found.iter().all(|finding| finding.kind == FindingKind::Index);
        assert!(all_index && found.len() == 1, "{ranges}: {found:?}");
        assert_eq!(found[0].session, Some(at.session));
    }
}

#[tokio::test]
async fn a_session_whose_segments_cannot_be_told_is_left_alone_and_the_others_are_served() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let (at, other) = prepare(data).await;
    let catalog = rusqlite::Connection::open(data.join("catalog.sqlite")).unwrap();
    let line: Vec<u8> = catalog
        .query_row("SELECT line FROM chain_lines WHERE n = 1", [], |row| row.get(0))
        .unwrap();
    edit(data, "UPDATE segments SET ranges = 'x'");
    edit(data, "UPDATE chain_lines SET line = x'00' WHERE n = 1");
    let (archive, recovery) = open(data).await;
    assert_eq!(
        (
            recovery.sessions,
            recovery.left_alone,
            recovery.waiting,
            recovery.strays
        ),
        (1, 1, 1, 5)
    );
    let refused = put(&archive, at, 4).await;
    assert!(matches!(refused, Err(WriteError::Damaged { .. })), "{refused:?}");
    assert!(put(&archive, other, 2).await.unwrap());
    seal(&archive, other).await;
    assert_eq!(numbers(&archive, other).await, [1, 2]);
    archive.close().await;
    drop(archive);
    let found = verify(data).await;
    assert!(found.iter().any(|finding| finding.session == Some(at.session)));
    assert!(found.iter().all(|finding| finding.session != Some(other.session)));

    // What waited is still there when the rows are put right.
    edit(
        data,
        "UPDATE segments SET ranges = '1-3' WHERE n = 1 AND ranges = 'x'",
    );
    catalog
        .execute("UPDATE chain_lines SET line = ?1 WHERE line = x'00'", [line])
        .unwrap();
    drop(catalog);
    let (archive, recovery) = open(data).await;
    assert_eq!((recovery.waiting, recovery.left_alone), (2, 0));
    seal(&archive, at).await;
    assert_eq!(numbers(&archive, at).await, [1, 2, 3, 4, 5]);
    archive.close().await;
    assert_eq!(verify(data).await, []);
}
