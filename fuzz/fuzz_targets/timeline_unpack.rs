//! Any bytes as a container: refused, or frames and errors, and never a panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use obhut_timeline::Unpacker;

fuzz_target!(|data: &[u8]| {
    if let Ok(mut unpacker) = Unpacker::whole(data) {
        for index in 0..unpacker.head().len() {
            let _ = unpacker.file(index);
            let _ = unpacker.pixels(index);
        }
    }
});
