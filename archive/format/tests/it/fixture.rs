//! Values that tests share: all of them follow from numbers, so that golden vectors come out the same.

use std::path::PathBuf;

use obhut_format::Random;
use obhut_format::bundle::{
    BundleFile, BundleManifest, DamagedStream, ExportNote, LeafDetail, SessionDescription,
};
use obhut_format::chain::{
    ClassRef, DeclaredStream, OpenLine, OpenStream, SealHow, SealLine, SealStream, SegmentLine, SessionKind,
    StreamKind,
};
use obhut_format::digest::{Blake3Digest, Commitment, Link, Sha256Digest};
use obhut_format::ids::{AccessId, DeviceId, ObjectId, SegmentNo, Seq, SessionId, StreamNo, TenantId};
use obhut_format::key::SessionKey;
use obhut_format::object_key;
use obhut_format::record::{Record, records_root};
use obhut_format::seqset::SeqSet;
use obhut_format::sign::SigningKey;
use obhut_format::time::{SignedMicros, UtcMicros};

/// Random bytes that follow from a number: BLAKE3's extendable output.
pub(crate) struct Seeded(blake3::OutputReader);

impl Seeded {
    pub(crate) fn new(seed: u64) -> Self {
        Self(
            blake3::Hasher::new_derive_key("obhut tests")
                .update(&seed.to_be_bytes())
                .finalize_xof(),
        )
    }

    pub(crate) fn vec(&mut self, len: usize) -> Vec<u8> {
        let mut bytes = vec![0; len];
        self.fill(&mut bytes);
        bytes
    }
}

impl Random for Seeded {
    fn fill(&mut self, dest: &mut [u8]) {
        self.0.fill(dest);
    }
}

/// The folder of vectors by others, or `None` after saying so.
pub(crate) fn foreign_vectors(folder: &str) -> Option<PathBuf> {
    let Some(root) = std::env::var_os("OBHUT_VECTORS") else {
        println!("skipped: OBHUT_VECTORS is not set, so the vectors in {folder} were not checked");
        return None;
    };
    Some(PathBuf::from(root).join(folder))
}

pub(crate) fn tenant() -> TenantId {
    TenantId::v7(at(0), [1; 10])
}

pub(crate) fn session() -> SessionId {
    SessionId::v7(at(0), [2; 10])
}

pub(crate) fn device() -> DeviceId {
    DeviceId::v7(at(0), [3; 10])
}

pub(crate) fn object() -> ObjectId {
    ObjectId::v7(at(0), [4; 10])
}

pub(crate) fn stream(n: u32) -> StreamNo {
    StreamNo::new(n).unwrap()
}

pub(crate) fn seq(n: u64) -> Seq {
    Seq::new(n).unwrap()
}

pub(crate) fn segment_no(n: u32) -> SegmentNo {
    SegmentNo::new(n).unwrap()
}

/// So many seconds into the fixture's day.
pub(crate) fn at(secs: i64) -> UtcMicros {
    let day = UtcMicros::parse("2026-11-02T08:00:00Z").unwrap();
    day.checked_add(SignedMicros::from_secs(secs)).unwrap()
}

pub(crate) fn key() -> SessionKey {
    SessionKey::generate(&mut Seeded::new(7))
}

pub(crate) fn signing_key() -> SigningKey {
    SigningKey::generate(&mut Seeded::new(8))
}

pub(crate) fn record(n: u64) -> Record {
    let original = format!("frame {n}");
    Record {
        stream: stream(0),
        seq: seq(n),
        at: at(i64::try_from(n).unwrap()),
        received: at(i64::try_from(n).unwrap() + 1),
        name: n.is_multiple_of(2).then(|| format!("{n:05} Büro \"A\".png")),
        media_type: "image/png".to_owned(),
        bytes: original.len() as u64,
        sha256: Sha256Digest::of(original.as_bytes()),
        blake3: Blake3Digest::of(original.as_bytes()),
        salt: key().salt(stream(0), seq(n)),
        cut: n == 3,
    }
}

pub(crate) fn record_lines(count: u64) -> Vec<String> {
    (1..=count).map(|n| record(n).to_line()).collect()
}

pub(crate) fn open_line() -> OpenLine {
    OpenLine {
        tenant: tenant(),
        session: session(),
        device: device(),
        kind: SessionKind::Monitoring,
        class: ClassRef {
            name: "default".to_owned(),
            version: 1,
            days: Some(30),
        },
        streams: vec![
            OpenStream {
                n: stream(0),
                kind: StreamKind::Timeline,
            },
            OpenStream {
                n: stream(2),
                kind: StreamKind::Recording,
            },
        ],
        started_at: at(-5),
        consent: Some(Commitment::of(&[5; 32], b"yes")),
        describe: Commitment::of(&[6; 32], b"a title"),
        at: at(0),
    }
}

pub(crate) fn segment_line(n: u64, prev: Link, ciphertext: &[u8]) -> SegmentLine {
    SegmentLine {
        tenant: tenant(),
        session: session(),
        n,
        prev,
        stream: stream(0),
        segment: segment_no(u32::try_from(n).unwrap()),
        object: object_key::segment(
            tenant(),
            session(),
            stream(0),
            segment_no(u32::try_from(n).unwrap()),
            object(),
        ),
        kind: StreamKind::Timeline,
        first: seq(1),
        last: seq(6),
        count: 5,
        ranges: [1, 2, 3, 5, 6].into_iter().collect(),
        records: records_root(&record_lines(5)),
        bytes: ciphertext.len() as u64,
        blake3: Blake3Digest::of(ciphertext),
        sha256: Sha256Digest::of(ciphertext),
        at: at(60),
    }
}

pub(crate) fn seal_line(n: u64, prev: Link) -> SealLine {
    SealLine {
        tenant: tenant(),
        session: session(),
        n,
        prev,
        streams: seal_streams(),
        how: SealHow::Sealed,
        end: at(3600),
        at: at(3601),
        declared: Some(vec![DeclaredStream {
            n: stream(0),
            count: 6,
            last: Some(seq(6)),
        }]),
    }
}

pub(crate) fn seal_streams() -> Vec<SealStream> {
    vec![
        SealStream {
            n: stream(0),
            count: 5,
            first: Some(seq(1)),
            last: Some(seq(6)),
            gaps: [4].into_iter().collect(),
        },
        SealStream {
            n: stream(2),
            count: 0,
            first: None,
            last: None,
            gaps: SeqSet::new(),
        },
    ]
}

pub(crate) fn bundle_manifest() -> BundleManifest {
    let file = |path: &str, bytes| BundleFile {
        path: path.to_owned(),
        bytes,
    };
    BundleManifest {
        tenant: tenant(),
        session: session(),
        lines: 3,
        link: Link([9; 32]),
        checkpoint: 5,
        damaged: vec![DamagedStream {
            stream: stream(2),
            frames: SeqSet::parse("3-4,7").unwrap(),
        }],
        files: vec![file("bagit.txt", 55), file("data/0/00000001.png", 7)],
    }
}

pub(crate) fn export_note() -> ExportNote {
    ExportNote {
        export: AccessId::from_bytes([0x0a; 16]),
        number: 5,
        at: at(9),
        session: session(),
        who: "command line".to_owned(),
        purpose: "a dispute".to_owned(),
        case: Some("7 O 12/26".to_owned()),
    }
}

pub(crate) fn session_description() -> SessionDescription {
    let detail = |salt, detail: &str| LeafDetail {
        salt: [salt; 32],
        detail: detail.to_owned(),
    };
    SessionDescription {
        describe: detail(1, "{\"title\":\"Ü\"}"),
        consent: Some(detail(2, "{\"given\":true}")),
    }
}
