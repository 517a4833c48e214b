//! Containers whose checks are right and whose content is anything: what a check would otherwise keep from the decoders. PNG
//! frames are read as pixels only: their deflate streams are another crate's to write.
#![no_main]

use libfuzzer_sys::fuzz_target;
use obhut_timeline::{HEAD_START, Head, Method, Unpacker};

/// Length of a check, of a frame's entry and of a group's.
const CHECK: usize = 8;
const ENTRY: usize = 17;
const GROUP: usize = 76;

fn check(container: &mut [u8], from: usize, to: usize, at: usize) -> Option<()> {
    let digest = blake3::hash(container.get(from..to)?);
    container.get_mut(at..at + CHECK)?.copy_from_slice(&digest.as_bytes()[..CHECK]);
    Some(())
}

/// Makes the checks right.
fn mended(data: &[u8]) -> Option<Vec<u8>> {
    let mut container = data.to_vec();
    let head = Head::len_from(&container).ok()?;
    let start: [u8; HEAD_START] = *container.first_chunk()?;
    let number = |at: usize| u32::from_be_bytes([start[at], start[at + 1], start[at + 2], start[at + 3]]) as usize;
    let (count, groups) = (number(4), number(8));
    let mut from = head;
    for group in 0..groups {
        let entry = HEAD_START + count * ENTRY + group * GROUP;
        let lengths = container.get(entry..entry + GROUP - CHECK)?;
        let lengths: Vec<usize> =
            lengths.chunks(4).map(|len| len.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte))).collect();
        let to = from + (0..8).map(|stream| lengths[stream * 2]).sum::<usize>() + lengths[16];
        check(&mut container, from, to, entry + GROUP - CHECK)?;
        from = to;
    }
    check(&mut container, 0, head.checked_sub(CHECK)?, head - CHECK)?;
    Some(container)
}

fuzz_target!(|data: &[u8]| {
    let Some(container) = mended(data) else { return };
    if let Ok(mut unpacker) = Unpacker::whole(&container) {
        for index in (0..unpacker.head().len()).rev() {
            let _ = unpacker.pixels(index);
            if unpacker.head().method(index) == Ok(Method::Jpeg) {
                let _ = unpacker.file(index);
            }
        }
    }
});
