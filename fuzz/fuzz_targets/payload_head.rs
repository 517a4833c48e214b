//! A payload and its head line: what is read is written again the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use obhut_format::payload::{Payload, PayloadHead, join_records};

fuzz_target!(|data: &[u8]| {
    if let Ok((head, used)) = PayloadHead::parse(data) {
        assert_eq!(head.encode().as_bytes(), &data[..used]);
    }
    if let Ok(Payload { head, records, container }) = Payload::parse(data) {
        assert_eq!(PayloadHead::of(head.kind, &records), head);
        let again = [head.encode().as_bytes(), &join_records(&records), container].concat();
        assert_eq!(again, data);
    }
});
