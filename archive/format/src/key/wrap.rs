//! Wrapping: XAES-256-GCM over keys and short values.

use std::fmt;

use zeroize::Zeroizing;

use super::KeyError;
use crate::random::Random;
use crate::xaes;

/// Bytes of a [`WrappedKey`].
pub const WRAPPED_LEN: usize = 76;

/// A key that seals keys and short values: root key, KEK, detail key, or a session's describe key.
pub struct WrapKey(Zeroizing<[u8; 32]>);

impl WrapKey {
    /// Takes over key bytes.
    pub const fn from_bytes(bytes: Zeroizing<[u8; 32]>) -> Self {
        Self(bytes)
    }

    /// A new key.
    pub fn generate(random: &mut dyn Random) -> Self {
        let mut bytes = Zeroizing::new([0; 32]);
        random.fill(bytes.as_mut_slice());
        Self(bytes)
    }

    /// The key bytes, for wrapping under a key above.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// `nonce (24) ‖ ciphertext ‖ tag (16)`.
    pub fn seal(&self, random: &mut dyn Random, aad: impl AsRef<[u8]>, plaintext: &[u8]) -> Vec<u8> {
        let mut nonce = [0; xaes::NONCE];
        random.fill(&mut nonce);
        let mut sealed = nonce.to_vec();
        sealed.extend(xaes::seal(&self.0, &nonce, aad.as_ref(), plaintext));
        sealed
    }

    /// Opens what [`Self::seal`] made with the same AAD.
    pub fn open(&self, aad: impl AsRef<[u8]>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let too_short = KeyError::TooShort { len: sealed.len() };
        let (nonce, rest) = sealed.split_first_chunk().ok_or(too_short)?;
        if rest.len() < xaes::TAG {
            return Err(too_short);
        }
        xaes::open(&self.0, nonce, aad.as_ref(), rest).map_err(|_| KeyError::Refused)
    }

    /// Wraps a key; `version` is this wrapping key's.
    ///
    /// The version stands in front in clear, so the caller's AAD has to carry it too.
    pub fn wrap(
        &self,
        random: &mut dyn Random,
        version: u32,
        aad: impl AsRef<[u8]>,
        key: &[u8; 32],
    ) -> WrappedKey {
        let sealed = self.seal(random, aad, key);
        let mut wrapped = [0; WRAPPED_LEN];
        wrapped
            .iter_mut()
            .zip(version.to_be_bytes().iter().chain(&sealed))
            .for_each(|(to, from)| *to = *from);
        WrappedKey(wrapped)
    }

    /// Unwraps a key that was wrapped with the same AAD.
    pub fn unwrap(
        &self,
        aad: impl AsRef<[u8]>,
        wrapped: &WrappedKey,
    ) -> Result<Zeroizing<[u8; 32]>, KeyError> {
        let opened = self.open(aad, wrapped.sealed())?;
        let mut key = Zeroizing::new([0; 32]);
        if opened.len() != key.len() {
            return Err(KeyError::Refused);
        }
        key.copy_from_slice(&opened);
        Ok(key)
    }
}

impl fmt::Debug for WrapKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WrapKey(redacted)")
    }
}

/// A wrapped key: `version u32 BE ‖ nonce (24) ‖ ciphertext (32) ‖ tag (16)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrappedKey(pub [u8; WRAPPED_LEN]);

impl WrappedKey {
    /// The version of the key that wrapped it.
    pub fn version(&self) -> u32 {
        self.0.first_chunk().map_or(0, |bytes| u32::from_be_bytes(*bytes))
    }

    /// The bytes as stored.
    pub const fn as_bytes(&self) -> &[u8; WRAPPED_LEN] {
        &self.0
    }

    fn sealed(&self) -> &[u8] {
        self.0.get(4..).unwrap_or_default()
    }
}

impl TryFrom<&[u8]> for WrappedKey {
    type Error = KeyError;

    fn try_from(bytes: &[u8]) -> Result<Self, KeyError> {
        bytes
            .try_into()
            .map(Self)
            .map_err(|_| KeyError::WrappedLength { len: bytes.len() })
    }
}
