//! An object key: what is read is written again the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use obhut_format::object_key;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(key) = object_key::parse(text) {
        assert_eq!(key.to_string(), text);
    }
});
