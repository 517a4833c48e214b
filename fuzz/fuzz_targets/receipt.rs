//! Receipts and verifier keys: what is read is written again the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use obhut_format::sign::{Receipt, SealReceipt, VerifyingKey};

fuzz_target!(|data: &[u8]| {
    if let Ok(receipt) = Receipt::parse(data) {
        assert_eq!(receipt.to_line().as_bytes(), data);
    }
    if let Ok(receipt) = SealReceipt::parse(data) {
        assert_eq!(receipt.to_line().as_bytes(), data);
    }
    if let Some((name, key)) = std::str::from_utf8(data).ok().and_then(|text| VerifyingKey::from_vkey(text).ok()) {
        assert_eq!(key.to_vkey(&name).as_bytes(), data);
    }
});
