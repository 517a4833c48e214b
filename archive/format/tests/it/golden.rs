//! Golden vectors of our own: one scenario a file, made again from fixed inputs and compared.
//!
//! A published vector never changes. `OBHUT_BLESS=1` writes files that are missing; to change one it has to be
//! deleted first, so that it happens knowingly.

use std::fs;
use std::path::Path;

use obhut_format::bundle::{
    BAGIT_TEXT, LeafDetail, NAMESPACE, PRINCIPAL, path_line, public_key_pem, sums_line,
};
use obhut_format::certificate::{Certificate, Decided, Disposed, DisposedOf, LeafAt};
use obhut_format::chain::{ClassRef, StreamKind, link};
use obhut_format::checkpoint::Checkpoint;
use obhut_format::digest::Sha256Digest;
use obhut_format::floe::{self, Params};
use obhut_format::ledger::{self, Leaf, LeafType};
use obhut_format::payload::{Payload, PayloadHead, join_records};
use obhut_format::record::{record_path, records_root};
use obhut_format::sign::{ARCHIVE_KEY_NAME, Receipt, SealReceipt};
use obhut_format::{aad, object_key, sshsig};
use serde_json::{Value, json};

use crate::fixture::{
    Seeded, at, bundle_manifest, export_note, key, object, open_line, record_lines, seal_line, seal_streams,
    segment_line, segment_no, seq, session, session_description, signing_key, stream, tenant,
};

fn compare(name: &str, scenario: &Value) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/format");
    let path = folder.join(name);
    let mut text = serde_json::to_string_pretty(scenario).unwrap();
    text.push('\n');
    if std::env::var_os("OBHUT_BLESS").is_some() && !path.exists() {
        fs::create_dir_all(&folder).unwrap();
        fs::write(&path, &text).unwrap();
    }
    let stored = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert!(
        stored == text,
        "{name} differs from what the crate makes now:\n{text}"
    );
}

fn payload() -> Vec<u8> {
    let lines = record_lines(5);
    let head = PayloadHead::of(StreamKind::Timeline, &lines);
    [
        head.encode().as_bytes(),
        &join_records(&lines),
        b"(a timeline container)",
    ]
    .concat()
}

fn ciphertext() -> Vec<u8> {
    let mut out = Vec::new();
    let context = aad::segment(
        tenant(),
        session(),
        stream(0),
        segment_no(1),
        StreamKind::Timeline,
    );
    floe::seal(
        Params::OBHUT,
        &key(),
        context,
        &[&payload()],
        &mut Seeded::new(40),
        &mut out,
    );
    out
}

#[test]
fn segment_payload() {
    let context = aad::segment(
        tenant(),
        session(),
        stream(0),
        segment_no(1),
        StreamKind::Timeline,
    );
    let cipher = ciphertext();
    assert_eq!(
        floe::open(Params::OBHUT, &key(), &context, &cipher),
        Ok(payload())
    );
    let plain = payload();
    let parts = Payload::parse(&plain).unwrap();
    let lines = record_lines(5);
    let path: Vec<String> = record_path(&lines, 2)
        .unwrap()
        .iter()
        .map(ToString::to_string)
        .collect();
    let scenario = json!({
        "what": "a sealed segment with five records, and the path of the third",
        "dek": hex::encode(key().expose()),
        "aad": context.to_string(),
        "head": parts.head.encode(),
        "records": lines,
        "container": String::from_utf8_lossy(parts.container),
        "records_root": records_root(&lines),
        "path_of_record_2": path,
        "ciphertext": hex::encode(&cipher),
    });
    compare("segment-payload.json", &scenario);
}

#[test]
fn chain_lines() {
    let open = open_line().to_line();
    let segment = segment_line(1, link(open.as_bytes()), &ciphertext()).to_line();
    let seal = seal_line(2, link(segment.as_bytes())).to_line();
    let links: Vec<_> = [&open, &segment, &seal]
        .iter()
        .map(|line| link(line.as_bytes()))
        .collect();
    let scenario = json!({
        "what": "a chain of one segment; link i is the BLAKE3 of line i",
        "lines": [open, segment, seal],
        "links": links,
        "keys": [
            object_key::open_line(tenant(), session()),
            object_key::segment(tenant(), session(), stream(0), segment_no(1), object()),
            object_key::seal_line(tenant(), session()),
        ],
    });
    compare("chain-lines.json", &scenario);
}

fn leaves() -> Vec<String> {
    [
        LeafType::Genesis,
        LeafType::Open,
        LeafType::Access,
        LeafType::PurgeIntent,
        LeafType::Purged,
    ]
    .into_iter()
    .zip(0_u8..)
    .map(|(t, n)| {
        let commit = ledger::commit([n; 32], format!("detail {n}").as_bytes());
        let session = t.names_session().then(session);
        Leaf {
            tenant: tenant(),
            n: u64::from(n),
            t,
            at: at(i64::from(n)),
            session,
            commit,
        }
        .to_line()
    })
    .collect()
}

#[test]
fn ledger_leaves() {
    let lines = leaves();
    let hashes: Vec<Sha256Digest> = lines
        .iter()
        .map(|line| ledger::leaf_hash(line.as_bytes()))
        .collect();
    let scenario = json!({
        "what": "five leaves; salt of leaf n is the byte n 32 times, detail is `detail n`",
        "leaves": lines,
        "leaf_hashes": hashes,
        "root": ledger::root(&hashes),
        "inclusion_of_leaf_2": ledger::inclusion_proof(&hashes, 2),
        "consistency_3_to_5": ledger::consistency_proof(&hashes, 3),
        "key": object_key::ledger_copy(tenant(), 0, 4, object()),
    });
    compare("ledger-leaves.json", &scenario);
}

#[test]
fn checkpoint() {
    let hashes: Vec<Sha256Digest> = leaves()
        .iter()
        .map(|line| ledger::leaf_hash(line.as_bytes()))
        .collect();
    let head = Checkpoint {
        tenant: tenant(),
        size: hashes.len() as u64,
        root: ledger::root(&hashes),
    };
    let origin = obhut_format::checkpoint::origin(tenant());
    let scenario = json!({
        "what": "the signed tree head over the leaves of ledger-leaves.json",
        "seed": hex::encode(*signing_key().expose()),
        "vkey": signing_key().verifying_key().to_vkey(&origin),
        "note": head.sign(&signing_key()),
    });
    compare("checkpoint.json", &scenario);
}

#[test]
fn receipts() {
    let frame = Receipt::sign(
        &signing_key(),
        session(),
        stream(0),
        seq(4),
        Sha256Digest::of(b"frame 4"),
        at(5),
    );
    let seal = SealReceipt::sign(
        &signing_key(),
        session(),
        link(b"the sealing line"),
        3,
        seal_streams(),
    );
    let scenario = json!({
        "what": "a receipt for a frame and one for a sealed session",
        "seed": hex::encode(*signing_key().expose()),
        "vkey": signing_key().verifying_key().to_vkey(ARCHIVE_KEY_NAME),
        "frame": frame.to_line(),
        "frame_message": Receipt::message(frame.session, frame.stream, frame.seq, &frame.sha256, frame.at),
        "seal": seal.to_line(),
        "seal_message": SealReceipt::message(seal.session, seal.lines, &seal.link),
    });
    compare("receipts.json", &scenario);
}

#[test]
fn certificate() {
    let certificates = [Some(30), None].map(|days| {
        let (rule, retain_until) = match days {
            Some(_) => ("period-over", at(2_592_060)),
            None => ("at-once", at(60)),
        };
        let disposed = Disposed {
            tenant: tenant(),
            session: session(),
            decided: Decided {
                class: ClassRef {
                    name: "Büro \"A\"".to_owned(),
                    version: 2,
                    days,
                },
                ended_at: at(60),
                retain_until,
                rule: rule.to_owned(),
                of: DisposedOf {
                    lines: 4,
                    objects: 4,
                    frames: 13,
                    original_bytes: 1_400_240,
                    stored_bytes: 1_247_986,
                },
            },
            intent: LeafAt {
                n: 10,
                at: at(2_592_100),
            },
            key_destroyed_at: at(2_592_101),
            objects_gone_at: at(2_592_102),
            intake_gone_at: at(2_592_104),
            tombstone: LeafAt {
                n: 11,
                at: at(2_592_103),
            },
            at: at(2_592_105),
        };
        let certificate = disposed.sign(&signing_key());
        json!({ "line": certificate.to_line(), "message": certificate.disposed.message() })
    });
    let scenario = json!({
        "what": "the certificates of a session deleted after its period and of one deleted at once",
        "seed": hex::encode(*signing_key().expose()),
        "vkey": signing_key().verifying_key().to_vkey(ARCHIVE_KEY_NAME),
        "certificates": certificates,
    });
    compare("certificate.json", &scenario);
    for certificate in certificates {
        let line = certificate["line"].as_str().expect("a line");
        let read = Certificate::parse(line.as_bytes()).expect("it reads");
        assert_eq!(read.verify(&signing_key().verifying_key()), Ok(()));
    }
}

#[test]
fn keys() {
    let kek = obhut_format::key::WrapKey::generate(&mut Seeded::new(41));
    let context = aad::dek(tenant(), session(), 3);
    let wrapped = kek.wrap(&mut Seeded::new(42), 3, &context, key().expose());
    let sealed_title = key().describe_key().seal(
        &mut Seeded::new(43),
        aad::describe(tenant(), session(), "title"),
        "Wartung".as_bytes(),
    );
    let scenario = json!({
        "what": "a wrapped DEK, what derives from it, and a title sealed under it",
        "kek": hex::encode(kek.expose()),
        "aad": context.to_string(),
        "wrapped": hex::encode(wrapped.as_bytes()),
        "dek": hex::encode(key().expose()),
        "salt_0_448": hex::encode(key().salt(stream(0), seq(448))),
        "duplicate_digest_of_frame": hex::encode(key().duplicate_key().digest(b"frame")),
        "title_aad": aad::describe(tenant(), session(), "title").to_string(),
        "sealed_title": hex::encode(sealed_title),
    });
    compare("keys.json", &scenario);
}

#[test]
fn bundle() {
    let sums = sums_line("bagit.txt", &Sha256Digest::of(BAGIT_TEXT.as_bytes()));
    let detail = LeafDetail {
        salt: [5; 32],
        detail: "{\"hold\":null}".to_owned(),
    };
    let key = signing_key();
    compare(
        "bundle.json",
        &json!({
            "bundle.json": bundle_manifest().to_line(),
            "export.json": export_note().to_line(),
            "description.json": session_description().to_line(),
            "detail": LeafDetail::to_line(Some(&detail)),
            "commit": detail.commitment(),
            "no_detail": LeafDetail::to_line(None),
            "path": path_line(&[Sha256Digest::of(b"a"), Sha256Digest::of(b"b")]),
            "SHA256SUMS": sums,
            "SHA256SUMS.sig": sshsig::sign(&key, NAMESPACE, sums.as_bytes()),
            "allowed_signers": sshsig::allowed_signers_line(PRINCIPAL, NAMESPACE, &key.verifying_key()),
            "ledger.pem": public_key_pem(&key.verifying_key()),
        }),
    );
}
