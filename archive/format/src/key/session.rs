//! The session key (DEK) and its derivations.

use std::fmt;

use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::WrapKey;
use crate::ids::{Seq, StreamNo};
use crate::random::Random;

/// A session's data encryption key: everything of the session is sealed under it, and dies with it.
pub struct SessionKey(Zeroizing<[u8; 32]>);

impl SessionKey {
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

    /// The key bytes, for wrapping.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// The salt of a record: `HKDF-Expand(DEK, "obhut/1 salt <stream> <seq>", 32)`.
    pub fn salt(&self, stream: StreamNo, seq: Seq) -> [u8; 32] {
        *self.derive(&format!("obhut/1 salt {stream} {seq}"))
    }

    /// The key under which duplicates are recognised: `HKDF-Expand(DEK, "obhut/1 duplicate", 32)`.
    pub fn duplicate_key(&self) -> DuplicateKey {
        DuplicateKey(self.derive("obhut/1 duplicate"))
    }

    /// The key that seals what describes the session: `HKDF-Expand(DEK, "obhut/1 describe", 32)`.
    pub fn describe_key(&self) -> WrapKey {
        WrapKey::from_bytes(self.derive("obhut/1 describe"))
    }

    /// HKDF-Expand with SHA-256 (RFC 5869 section 2.3). The DEK is uniform, so Extract has nothing to do.
    fn derive(&self, info: &str) -> Zeroizing<[u8; 32]> {
        let hkdf =
            Hkdf::<Sha256>::from_prk(self.0.as_slice()).expect("32 bytes are the hash length of SHA-256");
        let mut derived = Zeroizing::new([0; 32]);
        hkdf.expand(info.as_bytes(), derived.as_mut_slice())
            .expect("one block of output is allowed");
        derived
    }
}

impl fmt::Debug for SessionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionKey(redacted)")
    }
}

/// Recognises the same bytes inside one session without a digest that anybody else could compute.
pub struct DuplicateKey(Zeroizing<[u8; 32]>);

impl DuplicateKey {
    /// The keyed BLAKE3 of `bytes`.
    pub fn digest(&self, bytes: &[u8]) -> [u8; 32] {
        *blake3::keyed_hash(&self.0, bytes).as_bytes()
    }
}

impl fmt::Debug for DuplicateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DuplicateKey(redacted)")
    }
}
