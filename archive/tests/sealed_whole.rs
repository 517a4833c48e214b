//! A sealed session holds everything that was acknowledged; `verify` says so when it does not.
#![allow(clippy::unwrap_used, reason = "a test that can't go on fails")]

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use obhut_archive::verify::{self, FindingKind, VerifyOptions};
use obhut_archive::{
    Archive, ArchiveOptions, ClaimLimits, NewFrame, NewSession, NewStream, SealOutcome, SealRequest,
    SessionRef, SetClock,
};
use obhut_format::chain::{SealHow, SessionKind, StreamKind};
use obhut_format::digest::Sha256Digest;
use obhut_format::ids::{Seq, StreamNo};
use obhut_format::time::UtcMicros;

async fn open(data: &Path) -> Archive {
    let clock = Arc::new(SetClock::at(UtcMicros::UNIX_EPOCH));
    Archive::open(ArchiveOptions::embedded(data), clock).await.unwrap().0
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

async fn seal(archive: &Archive, at: SessionRef) {
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
        declared: Vec::new(),
    };
    let sealed = archive.seal(at, request, Duration::from_secs(60)).await.unwrap();
    assert!(matches!(sealed, SealOutcome::Sealed(_)));
}

async fn found(data: &Path) -> Vec<FindingKind> {
    let mut kinds = Vec::new();
    let options = ArchiveOptions::embedded(data);
    verify::run(&options, &VerifyOptions::default(), &mut |finding| kinds.push(finding.kind))
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
    seal(&archive, at).await;
    archive.close().await;
    drop(archive);
    assert_eq!(found(&other).await, []);
    fs::remove_dir_all(other.join("intake")).unwrap();
    copy(&data.join("intake"), &other.join("intake"));
    assert_eq!(found(&other).await, [FindingKind::Intake]);
}
