//! A frame's life through the facade: in, durable, packed, sealed, read back, verified.
#![allow(clippy::unwrap_used, reason = "a test that can't go on fails")]

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use obhut_archive::verify::{self, VerifyOptions};
use obhut_archive::{
    AccessRange, AccessRequest, Archive, ArchiveOptions, ClaimLimits, NewFrame, NewSession, NewStream,
    Reason, SealOutcome, SealRequest, SessionRef, SetClock, WriteError,
};
use obhut_format::chain::{SealHow, SessionKind, StreamKind};
use obhut_format::digest::Sha256Digest;
use obhut_format::ids::{Seq, StreamNo};
use obhut_format::time::UtcMicros;

fn seq(n: u64) -> Seq {
    Seq::new(n).unwrap()
}

fn frame(body: &[u8], at: UtcMicros) -> NewFrame {
    NewFrame {
        at,
        name: Some("a.png".to_owned()),
        media_type: "image/png".to_owned(),
        cut: false,
        body: Bytes::copy_from_slice(body),
        sha256: Sha256Digest::of(body),
    }
}

struct House {
    archive: Archive,
    at: SessionRef,
}

async fn open(data: &Path, clock: &Arc<SetClock>) -> Archive {
    Archive::open(ArchiveOptions::embedded(data), clock.clone())
        .await
        .unwrap()
        .0
}

async fn house(data: &Path, clock: &Arc<SetClock>) -> House {
    let archive = open(data, clock).await;
    let tenant = archive.tenant("default").await.unwrap().tenant;
    let (device, _) = archive.add_device(tenant, "PC 1").await.unwrap();
    let new = NewSession {
        tenant,
        device: device.device,
        kind: SessionKind::Monitoring,
        started_at: UtcMicros::UNIX_EPOCH,
        class: None,
        streams: vec![NewStream {
            n: StreamNo::ZERO,
            kind: StreamKind::Timeline,
            name: Some("left".to_owned()),
        }],
        consent: Some(serde_json::json!({ "given": true })),
        description: serde_json::from_value(serde_json::json!({ "purpose": "quality" })).unwrap(),
        request_key: Some("k1".to_owned()),
    };
    let opened = archive.open_session(new.clone()).await.unwrap();
    assert!(opened.fresh);
    let again = archive.open_session(new).await.unwrap();
    assert_eq!((again.session, again.fresh), (opened.session, false));
    House {
        archive,
        at: SessionRef {
            tenant,
            session: opened.session,
        },
    }
}

async fn pack_all(archive: &Archive) {
    let limits = ClaimLimits {
        frames: 4,
        age: Duration::ZERO,
        ..ClaimLimits::default()
    };
    while let Some(claim) = archive.claim(&limits) {
        archive.pack(claim).await.unwrap();
    }
    assert!(archive.finish_seals().await.is_empty());
}

async fn findings(data: &Path, deep: bool) -> Vec<verify::Finding> {
    let mut found = Vec::new();
    let options = VerifyOptions {
        deep,
        ..VerifyOptions::default()
    };
    let totals = verify::run(&ArchiveOptions::embedded(data), &options, &mut |finding| {
        found.push(finding);
    })
    .await
    .unwrap();
    println!("{totals:?}");
    found
}

fn request(at: SessionRef, range: AccessRange) -> AccessRequest {
    AccessRequest {
        session: at,
        range,
        who: "a test".to_owned(),
        reason: Reason::new("testing", None).unwrap(),
    }
}

async fn read_all(archive: &Archive, at: SessionRef) -> Vec<(u64, Vec<u8>)> {
    let grant = archive
        .record_access(request(at, AccessRange::ALL))
        .await
        .unwrap();
    let reader = archive.reader(grant).await.unwrap();
    let mut all = Vec::new();
    for part in reader.parts(StreamNo::ZERO).await.unwrap() {
        for frame in reader.read(&part).await.unwrap() {
            all.push((frame.record.seq.get(), frame.body.to_vec()));
        }
    }
    all.sort();
    all
}

fn bodies(n: u64) -> Vec<(u64, Vec<u8>)> {
    // Every third frame repeats its predecessor.
    (1..=n)
        .map(|i| (i, vec![u8::try_from(i - u64::from(i % 3 == 0)).unwrap(); 1000]))
        .collect()
}

fn seal() -> SealRequest {
    SealRequest {
        how: SealHow::Sealed,
        trusted_end: None,
        said: serde_json::Map::new(),
        declared: Vec::new(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn frames_come_back_as_they_went_in_from_log_segments_and_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(SetClock::at(UtcMicros::parse("2026-11-02T08:00:00Z").unwrap()));
    let House { archive, at } = house(folder.path(), &clock).await;
    let sent = bodies(10);
    let mut receipts = Vec::new();
    for (n, body) in sent.iter().rev() {
        let ack = archive
            .put_frame(at, StreamNo::ZERO, seq(*n), frame(body, clock_now(&clock)))
            .await
            .unwrap();
        assert!(ack.fresh);
        receipts.push((*n, ack.receipt));
        clock.advance(Duration::from_secs(1));
    }
    assert_eq!(read_all(&archive, at).await, sent);
    assert_eq!(findings(folder.path(), true).await, []);

    // Half packed, then a restart: the rest is taken up from the intake log.
    let limits = ClaimLimits {
        frames: 6,
        age: Duration::ZERO,
        ..ClaimLimits::default()
    };
    let packed = archive.pack(archive.claim(&limits).unwrap()).await.unwrap();
    assert_eq!((packed.frames, packed.duplicates), (6, 2));
    assert_eq!(read_all(&archive, at).await, sent);
    archive.close().await;
    drop(archive);
    let archive = open(folder.path(), &clock).await;
    assert_eq!(read_all(&archive, at).await, sent);

    // Each again, packed or not: the same receipt; other bytes: refused.
    for (n, receipt) in &receipts {
        let body = &sent[usize::try_from(*n - 1).unwrap()].1;
        let again = archive
            .put_frame(at, StreamNo::ZERO, seq(*n), frame(body, clock_now(&clock)))
            .await
            .unwrap();
        assert_eq!((&again.receipt, again.fresh), (receipt, false));
        let other = archive
            .put_frame(at, StreamNo::ZERO, seq(*n), frame(b"other", clock_now(&clock)))
            .await;
        assert!(
            matches!(other, Err(WriteError::SequenceTaken { .. })),
            "{other:?}"
        );
    }

    let waiting = archive.seal(at, seal(), Duration::ZERO).await.unwrap();
    assert!(matches!(waiting, SealOutcome::Packing));
    pack_all(&archive).await;
    let SealOutcome::Sealed(receipt) = archive.seal(at, seal(), Duration::ZERO).await.unwrap() else {
        panic!("sealed")
    };
    assert_eq!(receipt.streams[0].count, 10);
    assert_eq!(read_all(&archive, at).await, sent);
    let late = archive
        .put_frame(at, StreamNo::ZERO, seq(11), frame(b"late", clock_now(&clock)))
        .await;
    assert!(matches!(late, Err(WriteError::Ended { .. })), "{late:?}");
    let again = archive
        .put_frame(at, StreamNo::ZERO, seq(3), frame(&sent[2].1, clock_now(&clock)))
        .await
        .unwrap();
    assert_eq!(again.receipt, receipts.iter().find(|(n, _)| *n == 3).unwrap().1);
    archive.close().await;
    assert_eq!(findings(folder.path(), true).await, []);
}

fn clock_now(clock: &SetClock) -> UtcMicros {
    use obhut_archive::Clock;
    clock.now()
}

#[tokio::test(flavor = "multi_thread")]
async fn rotations_rewrite_no_object_and_everything_still_opens() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(SetClock::at(UtcMicros::parse("2026-11-02T08:00:00Z").unwrap()));
    let House { archive, at } = house(folder.path(), &clock).await;
    let sent = bodies(5);
    for (n, body) in &sent {
        archive
            .put_frame(at, StreamNo::ZERO, seq(*n), frame(body, clock_now(&clock)))
            .await
            .unwrap();
    }
    pack_all(&archive).await;
    let kek = archive.rotate_kek(at.tenant).await.unwrap();
    assert_eq!(kek.version, 2);
    let root = archive.rotate_root().await.unwrap();
    assert_eq!(root.version, 2);
    assert_eq!(read_all(&archive, at).await, sent);
    archive.close().await;
    drop(archive);
    assert_eq!(findings(folder.path(), true).await, []);
    let archive = open(folder.path(), &clock).await;
    assert_eq!(read_all(&archive, at).await, sent);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_of_the_ledger_that_a_crash_left_unrecorded_is_recorded_at_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(SetClock::at(UtcMicros::parse("2026-11-02T08:00:00Z").unwrap()));
    let House { archive, .. } = house(folder.path(), &clock).await;
    archive.close().await;
    drop(archive);
    assert_eq!(findings(folder.path(), false).await, []);
    // What a kill between writing the run and recording it leaves: the object without its row.
    forget_copies(folder.path());
    let found = findings(folder.path(), false).await;
    assert!(
        !found.is_empty() && found.iter().all(|finding| !finding.is_damage()),
        "{found:?}"
    );
    let archive = open(folder.path(), &clock).await;
    archive.copy_ledger().await.unwrap();
    archive.close().await;
    assert_eq!(findings(folder.path(), false).await, []);
}

fn forget_copies(data: &Path) {
    let catalog = rusqlite::Connection::open(data.join("catalog.sqlite")).unwrap();
    catalog.execute("DELETE FROM ledger_copies", []).unwrap();
}

/// Flips a byte of the first entry's ciphertext and makes its checksums fit again.
fn replace_first_entry(data: &Path) {
    use obhut_archive::intake::{ENTRY_HEADER_BYTES, FILE_HEADER_BYTES, FileNo, Framed, checksum};
    let mut logs = std::fs::read_dir(data.join("intake"))
        .unwrap()
        .map(|file| file.unwrap().path());
    let path = logs
        .find(|path| path.extension().is_some_and(|e| e == "log"))
        .unwrap();
    let number: u64 = path.file_stem().unwrap().to_str().unwrap().parse().unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    let offset = u32::try_from(FILE_HEADER_BYTES).unwrap();
    let (head, body) = (FILE_HEADER_BYTES, FILE_HEADER_BYTES + ENTRY_HEADER_BYTES);
    let mut framed = Framed::decode(&bytes[head..body], FileNo(number), offset).unwrap();
    let end = body + usize::try_from(framed.length).unwrap();
    bytes[end - 20] ^= 1;
    framed.crc = checksum(&bytes[body..end]);
    bytes[head..body].copy_from_slice(&framed.encode());
    std::fs::write(&path, bytes).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_waiting_frame_replaced_with_its_checksum_is_found_by_a_deep_look() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(SetClock::at(UtcMicros::parse("2026-11-02T08:00:00Z").unwrap()));
    let House { archive, at } = house(folder.path(), &clock).await;
    for (n, body) in bodies(3) {
        let frame = frame(&body, clock_now(&clock));
        archive
            .put_frame(at, StreamNo::ZERO, seq(n), frame)
            .await
            .unwrap();
    }
    archive.close().await;
    drop(archive);
    assert_eq!(findings(folder.path(), true).await, []);
    replace_first_entry(folder.path());
    let found = findings(folder.path(), true).await;
    assert!(
        matches!(&found[..], [one] if one.kind == verify::FindingKind::Intake && one.frame == Some(seq(1))),
        "{found:?}"
    );
}
