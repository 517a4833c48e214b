//! Files of any kind are packed, and come back bit for bit. The input is files, each after its length (u16, big-endian).
#![no_main]

use std::sync::Once;

use libfuzzer_sys::fuzz_target;
use obhut_timeline::{Packer, Unpacker};

static HOOK: Once = Once::new();

/// The crate catches the panics of the deflate analysis, which are its way to refuse a stream; all others are findings.
fn let_caught_panics_pass() {
    HOOK.call_once(|| {
        std::panic::set_hook(Box::new(|info| {
            let place = info.location().map_or("", |location| location.file());
            if !place.contains("preflate") && !place.contains("cabac") && !place.contains("/library/") {
                eprintln!("{info}");
                std::process::abort();
            }
        }));
    });
}

fuzz_target!(|data: &[u8]| {
    let_caught_panics_pass();
    let mut files = Vec::new();
    let mut rest = data;
    while let Some((len, behind)) = rest.split_first_chunk::<2>() {
        let len = usize::from(u16::from_be_bytes(*len)).min(behind.len());
        let (file, behind) = behind.split_at(len);
        files.push(file);
        rest = behind;
    }
    let mut packer = Packer::new();
    for file in &files {
        packer.push(file).expect("few files");
    }
    let packed = packer.finish();
    let mut unpacker = Unpacker::whole(&packed.container).expect("own container");
    for (index, file) in files.iter().enumerate() {
        assert!(unpacker.file(index).expect("own frame") == *file);
        let _ = unpacker.pixels(index);
    }
});
