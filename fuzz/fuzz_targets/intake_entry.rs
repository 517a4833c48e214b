//! An intake file of any bytes: it is walked to its end, and what counts as an entry checks out in its place.
#![no_main]

use libfuzzer_sys::fuzz_target;

// By their files, not through the crate: a fuzzer that only reads bytes should not have to build a database and an
// HTTP client first.
#[allow(dead_code, reason = "the fuzzer needs only the reading half")]
#[path = "../../archive/src/intake/entry.rs"]
mod entry;
#[path = "../../archive/src/intake/scan.rs"]
mod scan;

use entry::{ENTRY_HEADER_BYTES, FileNo, Framed};
use scan::scan;

fuzz_target!(|data: &[u8]| {
    let file = FileNo(5);
    let mut last_end = 0;
    let mut entries = 0;
    let scanned = scan(data, file, &mut |framed| {
        let begin = framed.offset as usize;
        assert!(begin >= last_end, "entries do not overlap");
        let body = begin + ENTRY_HEADER_BYTES;
        last_end = body + framed.length as usize;
        framed.check(&data[body..last_end]).expect("a reported entry is sound");
        // One spelling: the header that was read is the header that would be written.
        assert_eq!(framed.encode()[..], data[begin..body]);
        assert_eq!(Framed::decode(&data[begin..], file, framed.offset), Ok(*framed));
        entries += 1;
    })
    .expect("bytes in memory can be read");
    assert_eq!(scanned.entries, entries);
    for gap in &scanned.gaps {
        assert!(gap.offset < gap.end && gap.end <= data.len() as u64);
    }
});
