//! A ledger leaf and a frontier: what is read is written again the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use obhut_format::ledger::{Frontier, Leaf};

fuzz_target!(|data: &[u8]| {
    if let Ok(leaf) = Leaf::parse(data) {
        assert_eq!(leaf.to_line().as_bytes(), data);
    }
    if let Ok(frontier) = Frontier::decode(data) {
        assert_eq!(frontier.encode(), data);
        let _ = frontier.root();
    }
});
