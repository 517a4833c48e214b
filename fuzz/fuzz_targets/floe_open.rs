//! Opening a FLOE ciphertext: the input is opened as it stands, and sealed as a plaintext.
#![no_main]

use libfuzzer_sys::fuzz_target;
use obhut_format::Random;
use obhut_format::floe::{BlockReader, HEADER, Params, open, seal};
use obhut_format::key::SessionKey;
use zeroize::Zeroizing;

struct Fixed;

impl Random for Fixed {
    fn fill(&mut self, dest: &mut [u8]) {
        dest.fill(0x5a);
    }
}

fuzz_target!(|data: &[u8]| {
    let key = SessionKey::from_bytes(Zeroizing::new([0; 32]));
    let params = Params::new(64, 1).expect("valid parameters");

    // A ciphertext with its true header in front gets past the header tag and into the blocks.
    let mut sealed = Vec::new();
    seal(params, &key, "fuzz", &[data], &mut Fixed, &mut sealed);
    assert_eq!(open(params, &key, "fuzz", &sealed).as_deref(), Ok(data));
    let forged = [&sealed[..HEADER], data].concat();
    for cipher in [data, &forged] {
        let whole = open(params, &key, "fuzz", cipher);
        let header = cipher.get(..HEADER).unwrap_or(cipher);
        let Ok(reader) = BlockReader::start(params, &key, "fuzz", header, cipher.len() as u64) else {
            assert!(whole.is_err());
            continue;
        };
        let blocks: Result<Vec<_>, _> = (0..reader.block_count())
            .map(|block| {
                let range = reader.block_range(block);
                reader.open_block(block, &cipher[range.start as usize..range.end as usize])
            })
            .collect();
        // Both ways of reading take the same messages.
        assert_eq!(whole.ok(), blocks.ok().map(|blocks| blocks.concat()));
    }
});
