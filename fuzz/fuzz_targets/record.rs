//! A record line: what is read is written again the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use obhut_format::record::Record;

fuzz_target!(|data: &[u8]| {
    if let Ok(record) = Record::parse(data) {
        assert_eq!(record.to_line().as_bytes(), data);
    }
});
