//! A disposal certificate: what is read is written again the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use obhut_format::certificate::Certificate;

fuzz_target!(|data: &[u8]| {
    if let Ok(certificate) = Certificate::parse(data) {
        assert_eq!(certificate.to_line().as_bytes(), data);
    }
});
