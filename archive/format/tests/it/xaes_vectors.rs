//! XAES-256-GCM against the vectors of its specification.

use obhut_format::xaes::{open, seal};
use shake::Shake128;
use shake::digest::{ExtendableOutput, Update, XofReader};

#[test]
fn both_worked_vectors_come_out() {
    let nonce = b"ABCDEFGHIJKLMNOPQRSTUVWX";
    for (byte, aad, ciphertext) in [
        (1, "", "ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271"),
        (
            3,
            "c2sp.org/XAES-256-GCM",
            "986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d",
        ),
    ] {
        let sealed = seal(&[byte; 32], nonce, aad.as_bytes(), b"XAES-256-GCM");
        assert_eq!(hex::encode(&sealed), ciphertext);
        assert_eq!(
            open(&[byte; 32], nonce, aad.as_bytes(), &sealed)
                .unwrap()
                .as_slice(),
            b"XAES-256-GCM"
        );
    }
}

#[test]
fn ten_thousand_accumulated_ciphertexts_come_out() {
    let mut source = Shake128::default().finalize_xof();
    let mut hash = Shake128::default();
    for _ in 0..10_000 {
        let (mut key, mut nonce) = ([0; 32], [0; 24]);
        source.read(&mut key);
        source.read(&mut nonce);
        let mut short = || {
            let mut len = [0];
            source.read(&mut len);
            let mut bytes = vec![0; usize::from(len[0])];
            source.read(&mut bytes);
            bytes
        };
        let (plaintext, aad) = (short(), short());
        let sealed = seal(&key, &nonce, &aad, &plaintext);
        assert_eq!(*open(&key, &nonce, &aad, &sealed).unwrap(), plaintext);
        hash.update(&sealed);
    }
    let mut digest = [0; 32];
    hash.finalize_xof().read(&mut digest);
    assert_eq!(
        hex::encode(digest),
        "e6b9edf2df6cec60c8cbd864e2211b597fb69a529160cd040d56c0c210081939"
    );
}
