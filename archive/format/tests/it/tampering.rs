//! Lines, notes and keys of objects: whatever is read is the only spelling, and any change is found.

use obhut_format::bundle::{BundleManifest, ExportNote, SessionDescription};
use obhut_format::chain::{ChainLine, StreamKind, link};
use obhut_format::checkpoint::{Checkpoint, CheckpointError, SignedCheckpoint};
use obhut_format::digest::{Commitment, Sha256Digest};
use obhut_format::ledger::{Leaf, LeafType};
use obhut_format::line::LineError;
use obhut_format::note::NoteError;
use obhut_format::object_key::{self, ObjectKey};
use obhut_format::payload::{Payload, PayloadError, PayloadHead, join_records};
use obhut_format::record::{Record, record_path, records_root, verify_record_path};
use obhut_format::sign::{Receipt, SealReceipt, SignError};
use proptest::prelude::*;
use proptest::sample::Index;

use crate::fixture::{
    Seeded, at, bundle_manifest, export_note, object, open_line, record, record_lines, seal_line,
    seal_streams, segment_line, segment_no, seq, session, session_description, signing_key, stream, tenant,
};

fn leaf(t: LeafType) -> Leaf {
    let session = t.names_session().then(session);
    Leaf {
        tenant: tenant(),
        n: 17,
        t,
        at: at(9),
        session,
        commit: Commitment::of(&[9; 32], b"detail"),
    }
}

fn receipt() -> Receipt {
    Receipt::sign(
        &signing_key(),
        session(),
        stream(0),
        seq(4),
        Sha256Digest::of(b"frame"),
        at(5),
    )
}

fn seal_receipt() -> SealReceipt {
    SealReceipt::sign(&signing_key(), session(), link(b"line"), 3, seal_streams())
}

fn checkpoint() -> String {
    Checkpoint {
        tenant: tenant(),
        size: 17,
        root: Sha256Digest::of(b"root"),
    }
    .sign(&signing_key())
}

/// Every kind of line, with a reader that gives back what it would write.
type Reader = fn(&[u8]) -> Option<String>;

fn lines() -> Vec<(String, Reader)> {
    fn chain(bytes: &[u8]) -> Option<String> {
        ChainLine::parse(bytes).ok().map(|line| line.to_line())
    }
    vec![
        (record(1).to_line(), |b| {
            Record::parse(b).ok().map(|r| r.to_line())
        }),
        (record(2).to_line(), |b| {
            Record::parse(b).ok().map(|r| r.to_line())
        }),
        (record(3).to_line(), |b| {
            Record::parse(b).ok().map(|r| r.to_line())
        }),
        (open_line().to_line(), chain),
        (segment_line(1, link(b"x"), b"cipher").to_line(), chain),
        (seal_line(2, link(b"y")).to_line(), chain),
        (leaf(LeafType::Open).to_line(), |b| {
            Leaf::parse(b).ok().map(|l| l.to_line())
        }),
        (leaf(LeafType::Access).to_line(), |b| {
            Leaf::parse(b).ok().map(|l| l.to_line())
        }),
        (receipt().to_line(), |b| {
            Receipt::parse(b).ok().map(|r| r.to_line())
        }),
        (seal_receipt().to_line(), |b| {
            SealReceipt::parse(b).ok().map(|r| r.to_line())
        }),
        (
            PayloadHead::of(StreamKind::Timeline, &record_lines(5)).encode(),
            |b| {
                PayloadHead::parse(b)
                    .ok()
                    .filter(|(_, used)| *used == b.len())
                    .map(|(head, _)| head.encode())
            },
        ),
        (
            object_key::segment(tenant(), session(), stream(2), segment_no(7), object()),
            object_key_again,
        ),
        (object_key::open_line(tenant(), session()), object_key_again),
        (object_key::seal_line(tenant(), session()), object_key_again),
        (
            object_key::ledger_copy(tenant(), 0, 41, object()),
            object_key_again,
        ),
        (checkpoint(), |b| {
            SignedCheckpoint::parse(b).ok().map(|c| c.encode())
        }),
        (bundle_manifest().to_line(), |b| {
            BundleManifest::parse(b).ok().map(|m| m.to_line())
        }),
        (export_note().to_line(), |b| {
            ExportNote::parse(b).ok().map(|n| n.to_line())
        }),
        (session_description().to_line(), |b| {
            SessionDescription::parse(b).ok().map(|d| d.to_line())
        }),
    ]
}

fn object_key_again(bytes: &[u8]) -> Option<String> {
    object_key::parse(std::str::from_utf8(bytes).ok()?)
        .ok()
        .map(|key| key.to_string())
}

#[test]
fn every_line_reads_as_it_was_written() {
    for (line, read) in lines() {
        assert_eq!(read(line.as_bytes()).as_ref(), Some(&line));
        assert!(
            !line.trim_end_matches('\n').contains('\n') || line.starts_with("obhut/"),
            "{line}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_changed_line_is_refused_or_is_another_line(which in any::<Index>(), place in any::<Index>(), byte in any::<u8>(), how in 0..4) {
        let (line, read) = which.get(&lines()).clone();
        let mut changed = line.clone().into_bytes();
        let place = place.index(changed.len());
        match how {
            0 => changed[place] = byte,
            1 => changed.insert(place, byte),
            2 => { changed.remove(place); }
            _ => changed.truncate(place),
        }
        // Whatever is accepted is its own only spelling, so its digest differs from the original's.
        if let Some(again) = read(&changed) {
            prop_assert_eq!(again.into_bytes(), changed.clone());
        }
        // Blanks and cuts never make another line.
        if how == 3 || (how == 1 && byte.is_ascii_whitespace() && !line.contains('"')) {
            prop_assert_eq!(read(&changed).filter(|again| *again != line), None);
        }
    }

    #[test]
    fn any_change_of_a_receipt_breaks_its_signature(place in any::<Index>(), byte in any::<u8>()) {
        let mut changed = receipt().to_line().into_bytes();
        let place = place.index(changed.len());
        prop_assume!(changed[place] != byte);
        changed[place] = byte;
        if let Ok(read) = Receipt::parse(&changed) {
            let error = read.verify(&signing_key().verifying_key()).unwrap_err();
            let right = matches!(error, SignError::Wrong | SignError::OtherKey { .. });
            prop_assert!(right, "{}", error);
        }
    }

    #[test]
    fn any_change_of_a_checkpoint_breaks_its_signature(place in any::<Index>(), byte in any::<u8>()) {
        let mut changed = checkpoint().into_bytes();
        let place = place.index(changed.len());
        prop_assume!(changed[place] != byte);
        changed[place] = byte;
        if let Ok(read) = SignedCheckpoint::parse(&changed) {
            let error = read.verify(&signing_key().verifying_key()).unwrap_err();
            let right = matches!(error, CheckpointError::Note(NoteError::WrongSignature { .. } | NoteError::NotSignedBy { .. }));
            prop_assert!(right, "{}", error);
        }
    }

    #[test]
    fn any_change_of_a_record_leaves_the_tree(index in 0..7_usize, place in any::<Index>(), byte in any::<u8>()) {
        let lines = record_lines(7);
        let (root, path) = (records_root(&lines), record_path(&lines, index).unwrap());
        let mut line = lines[index].clone().into_bytes();
        prop_assert!(verify_record_path(&line, index as u64, 7, &path, &root).is_ok());
        let place = place.index(line.len());
        prop_assume!(line[place] != byte);
        line[place] = byte;
        prop_assert!(verify_record_path(&line, index as u64, 7, &path, &root).is_err());
        prop_assert!(verify_record_path(lines[index].as_bytes(), (index as u64 + 1) % 7, 7, &path, &root).is_err());
    }
}

#[test]
fn a_leaf_names_a_session_exactly_when_its_type_does() {
    for &t in LeafType::ALL {
        assert_eq!(Leaf::parse(leaf(t).to_line().as_bytes()), Ok(leaf(t)));
        let mut wrong = leaf(t);
        wrong.session = if wrong.session.is_some() {
            None
        } else {
            Some(session())
        };
        assert!(
            matches!(
                Leaf::parse(wrong.to_line().as_bytes()),
                Err(LineError::Inconsistent(_))
            ),
            "{t}"
        );
    }
}

#[test]
fn a_payload_comes_apart_as_it_was_put_together() {
    for kind in StreamKind::ALL {
        let lines = record_lines(5);
        let head = PayloadHead::of(*kind, &lines);
        let bytes = [head.encode().as_bytes(), &join_records(&lines), b"container"].concat();
        let payload = Payload::parse(&bytes).unwrap();
        assert_eq!((payload.head, payload.container), (head, b"container".as_slice()));
        assert!(
            payload
                .records
                .iter()
                .zip(&lines)
                .all(|(a, b)| *a == b.as_bytes())
        );

        let (head_len, records) = (head.encode().len(), head.records);
        for cut in 0..bytes.len() {
            let expected = match cut {
                _ if cut < head_len => Err(PayloadError::Incomplete { len: cut }),
                _ if cut < head_len + usize::try_from(records).unwrap() => {
                    Err(PayloadError::RecordsCut { records })
                }
                _ => Ok(()),
            };
            assert_eq!(Payload::parse(&bytes[..cut]).map(|_| ()), expected);
        }
        let more = PayloadHead { count: 6, ..head };
        let bytes = [more.encode().as_bytes(), &join_records(&lines)].concat();
        assert_eq!(
            Payload::parse(&bytes),
            Err(PayloadError::RecordCount { count: 6 })
        );
        let fewer = PayloadHead {
            records: records - 1,
            ..head
        };
        let bytes = [fewer.encode().as_bytes(), &join_records(&lines)].concat();
        assert_eq!(
            Payload::parse(&bytes),
            Err(PayloadError::RecordCount { count: 5 })
        );
    }
    assert_eq!(PayloadHead::parse(&[b' '; 160]), Err(PayloadError::NoHead));
    let largest = PayloadHead {
        kind: StreamKind::Attachment,
        count: u64::MAX,
        records: u64::MAX,
    };
    assert!(largest.encode().len() <= obhut_format::payload::MAX_HEAD);
    assert_eq!(
        PayloadHead::parse(largest.encode().as_bytes()).unwrap().0,
        largest
    );
    let mixed = b"{\"v\":1,\"kind\":\"timeline\",\"count\":0,\"records\":0,\"container\":\"opaque/1\"}\n";
    assert!(matches!(
        PayloadHead::parse(mixed),
        Err(PayloadError::Head(LineError::Inconsistent(_)))
    ));
}

#[test]
fn object_keys_have_one_spelling() {
    let key = object_key::segment(tenant(), session(), stream(2), segment_no(7), object());
    let (t, s, o) = (tenant(), session(), object());
    assert_eq!(key, format!("tenants/{t}/sessions/{s}/2/00000007-{o}.seg"));
    assert_eq!(
        object_key::ledger_copy(t, 0, 41, o),
        format!("tenants/{t}/ledger/0000000000000000-0000000000000041-{o}.leaves")
    );
    assert_eq!(key.parse::<ObjectKey>().unwrap().tenant(), t);
    for other in [
        key.replace("/2/", "/02/"),
        key.replace("/2/", "/10000/"),
        key.replace("/2/", "/../"),
        key.replace("00000007", "7"),
        key.replace("00000007", "+0000007"),
        key.replace("tenants", "tenant"),
        key.to_uppercase(),
        format!("/{key}"),
        format!("{key}/"),
        format!("tenants/{t}/ledger/0000000000000042-0000000000000041-{o}.leaves"),
        format!("tenants/{t}/ledger/41-0000000000000041-{o}.leaves"),
        format!("tenants/{t}/sessions/{s}/open.line/x"),
    ] {
        assert_eq!(
            object_key::parse(&other),
            Err(object_key::ObjectKeyError),
            "{other}"
        );
    }
}

#[test]
fn a_checkpoint_is_believed_from_its_own_key_only() {
    let key = signing_key().verifying_key();
    let text = checkpoint();
    let head = Checkpoint::parse(text.as_bytes()).unwrap().verify(&key).unwrap();
    assert_eq!(
        (head.tenant, head.size, head.root),
        (tenant(), 17, Sha256Digest::of(b"root"))
    );
    let other = obhut_format::sign::SigningKey::generate(&mut Seeded::new(30)).verifying_key();
    let refused = Checkpoint::parse(text.as_bytes()).unwrap().verify(&other);
    assert!(matches!(
        refused,
        Err(CheckpointError::Note(NoteError::NotSignedBy { .. }))
    ));

    // A witness's signature is carried along and not judged.
    let witnessed = format!("{text}\u{2014} witness.example/w AAAAAQID\n");
    let read = Checkpoint::parse(witnessed.as_bytes()).unwrap();
    assert_eq!((read.verify(&key), read.encode()), (Ok(head), witnessed));

    for (from, to, class) in [
        ("\n17\n", "\n017\n", CheckpointError::Malformed),
        ("\n17\n", "\n17\nmore\n", CheckpointError::Malformed),
        ("obhut/", "other/", CheckpointError::Origin),
        ("\n17\n", "\n\t17\n", CheckpointError::Note(NoteError::NotText)),
        ("\n\n", "\n", CheckpointError::Note(NoteError::NoSignatures)),
    ] {
        assert_eq!(
            Checkpoint::parse(text.replacen(from, to, 1).as_bytes()),
            Err(class)
        );
    }
}

#[test]
fn receipts_are_believed_from_the_archive_key_only() {
    let key = signing_key().verifying_key();
    let other = obhut_format::sign::SigningKey::generate(&mut Seeded::new(30)).verifying_key();
    assert_eq!(receipt().verify(&key), Ok(()));
    assert_eq!(seal_receipt().verify(&key), Ok(()));
    assert!(matches!(
        receipt().verify(&other),
        Err(SignError::OtherKey { .. })
    ));
    let mut forged = seal_receipt();
    forged.lines = 4;
    assert_eq!(forged.verify(&key), Err(SignError::Wrong));
}
