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
