//! A bundle of anybody's: it is judged, whatever it is.
#![no_main]

use std::io::Cursor;

use libfuzzer_sys::fuzz_target;
use obhut_evidence_verify::{Trust, verify};

fuzz_target!(|data: &[u8]| {
    let verdict = verify(Cursor::new(data), &Trust::Own).expect("memory can be read");
    // Nobody signs by chance.
    assert!(!verdict.findings.is_empty());
});
