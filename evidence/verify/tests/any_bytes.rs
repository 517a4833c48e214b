//! Whatever somebody calls a bundle is judged: no bytes make the verifier panic, and none but an archive's are sound.

use std::io::Cursor;

use obhut_evidence_verify::{Trust, entries, verify};
use proptest::collection::vec;
use proptest::prelude::*;

/// A zip of stored files, as small as one can be.
fn zip(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in files {
        let offset = u32::try_from(out.len()).expect("small");
        let len = u32::try_from(content.len()).expect("small").to_le_bytes();
        let mut common = vec![20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0];
        common.extend_from_slice(&crc32fast::hash(content).to_le_bytes());
        common.extend_from_slice(&len);
        common.extend_from_slice(&len);
        common.extend_from_slice(&u16::try_from(name.len()).expect("short").to_le_bytes());
        common.extend_from_slice(&[0, 0]);
        out.extend_from_slice(b"PK\x03\x04");
        out.extend_from_slice(&common);
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(content);
        directory.extend_from_slice(b"PK\x01\x02\x14\x03");
        directory.extend_from_slice(&common);
        directory.extend_from_slice(&[0; 6]);
        directory.extend_from_slice(&(0o100_644_u32 << 16).to_le_bytes());
        directory.extend_from_slice(&offset.to_le_bytes());
        directory.extend_from_slice(name.as_bytes());
    }
    let count = u16::try_from(files.len()).expect("few").to_le_bytes();
    let lens = [directory.len(), out.len()].map(|len| u32::try_from(len).expect("small").to_le_bytes());
    out.extend_from_slice(&directory);
    out.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    out.extend_from_slice(&count);
    out.extend_from_slice(&count);
    out.extend_from_slice(&lens.concat());
    out.extend_from_slice(&[0, 0]);
    out
}

fn small() -> Vec<(String, Vec<u8>)> {
    vec![
        ("top/bundle.json".to_owned(), b"{}\n".to_vec()),
        ("top/data/0/a.png".to_owned(), b"not a picture".to_vec()),
    ]
}

#[test]
fn the_files_of_a_zip_are_found() {
    let found = entries(&mut Cursor::new(zip(&small()))).expect("a zip");
    let named: Vec<(&str, u64)> = found
        .iter()
        .map(|(name, entry)| (name.as_str(), entry.bytes))
        .collect();
    assert_eq!(named, [("bundle.json", 3), ("data/0/a.png", 13)]);
}

proptest! {
    #[test]
    fn no_bytes_are_sound(bytes in vec(any::<u8>(), 0..400)) {
        let verdict = verify(Cursor::new(bytes), &Trust::Own).expect("memory can be read");
        prop_assert!(!verdict.findings.is_empty());
    }

    #[test]
    fn a_changed_zip_is_judged(changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let mut bytes = zip(&small());
        for (place, byte) in changes {
            let at = place.index(bytes.len());
            bytes[at] = byte;
        }
        let verdict = verify(Cursor::new(bytes), &Trust::Own).expect("memory can be read");
        prop_assert!(!verdict.findings.is_empty());
    }

    #[test]
    fn a_cut_zip_is_refused(keep in any::<prop::sample::Index>()) {
        let bytes = zip(&small());
        let cut = bytes[..keep.index(bytes.len())].to_vec();
        prop_assert!(entries(&mut Cursor::new(cut)).is_err());
    }

    #[test]
    fn any_text_is_a_key_or_none(text in "\\PC*") {
        let _ = Trust::named(&text);
        let _ = Trust::keys_in(&text);
    }
}
