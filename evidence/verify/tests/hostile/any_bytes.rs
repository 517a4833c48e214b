//! Whatever somebody calls a bundle is judged: no bytes make the verifier panic, and none but an archive's are sound.

use std::io::Cursor;

use crate::raw::{Entry, zip};
use obhut_evidence_verify::{Trust, entries, verify};
use proptest::collection::vec;
use proptest::prelude::*;

fn small() -> Vec<Entry> {
    vec![
        Entry::file("top/bundle.json", b"{}\n"),
        Entry::file("top/data/0/a.png", b"not a picture"),
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
