//! A chain line: what is read is written again the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use obhut_format::chain::{ChainLine, ChainState};

fuzz_target!(|data: &[u8]| {
    if let Ok(line) = ChainLine::parse(data) {
        assert_eq!(line.to_line().as_bytes(), data);
    }
    // Lines of a whole chain, so that links are followed too.
    let mut state = ChainState::new();
    for line in data.split(|&b| b == b'\n') {
        let _ = state.follow(line);
    }
});
