//! A checkpoint and the signed note it stands in: what is read is written again the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use obhut_format::{checkpoint::SignedCheckpoint, note::Note};

fuzz_target!(|data: &[u8]| {
    if let Ok(note) = Note::parse(data) {
        assert_eq!(note.encode().as_bytes(), data);
    }
    if let Ok(checkpoint) = SignedCheckpoint::parse(data) {
        let head = *checkpoint.unverified();
        assert_eq!(checkpoint.note().unverified_text(), head.text());
        assert_eq!(checkpoint.encode().as_bytes(), data);
    }
});
