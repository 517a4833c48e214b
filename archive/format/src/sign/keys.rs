//! Keys, signatures, key ids.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::Signer as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest, Sha256};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::random::Random;

/// The signature type byte of Ed25519 (C2SP signed-note).
const ED25519: u8 = 0x01;

/// Why a key, key id or signature is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SignError {
    /// No point of the curve, or one of small order.
    #[error("not an Ed25519 public key")]
    NotAKey,
    /// Not `<name>+<8 hex>+<base64>`, or the parts contradict each other.
    #[error("not a verifier key of an Ed25519 key")]
    NotAVerifierKey,
    /// Not 64 bytes in base64.
    #[error("not an Ed25519 signature in base64")]
    NotASignature,
    /// Not eight lower-case hex digits.
    #[error("not a key id of 8 hex digits")]
    NotAKeyId,
    /// Made by a key with another id.
    #[error("signed by key {found}, expected {expected}")]
    OtherKey {
        /// The id of the key at hand.
        expected: KeyId,
        /// The id named by what was signed.
        found: KeyId,
    },
    /// The signature is not this key's over these bytes.
    #[error("signature is wrong")]
    Wrong,
}

/// A private signing key; its seed is wiped on drop.
pub struct SigningKey(ed25519_dalek::SigningKey);

impl SigningKey {
    /// From the 32-byte seed (RFC 8032 section 5.1.5).
    pub fn from_bytes(seed: &Zeroizing<[u8; 32]>) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(seed))
    }

    /// A new key.
    pub fn generate(random: &mut dyn Random) -> Self {
        let mut seed = Zeroizing::new([0; 32]);
        random.fill(seed.as_mut_slice());
        Self::from_bytes(&seed)
    }

    /// The seed, for wrapping.
    pub fn expose(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes())
    }

    /// The public key.
    pub fn verifying_key(&self) -> VerifyingKey {
        VerifyingKey(self.0.verifying_key())
    }

    /// Signs bytes.
    pub fn sign(&self, message: &[u8]) -> Signature {
        Signature(self.0.sign(message).to_bytes())
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(redacted)")
    }
}

/// A public key.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct VerifyingKey(ed25519_dalek::VerifyingKey);

impl VerifyingKey {
    /// From its 32 bytes; refuses points of small order, under which anything verifies.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, SignError> {
        let key = ed25519_dalek::VerifyingKey::from_bytes(bytes).map_err(|_| SignError::NotAKey)?;
        if key.is_weak() {
            Err(SignError::NotAKey)
        } else {
            Ok(Self(key))
        }
    }

    /// Its 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// Checks a signature, strictly: no malleable signatures, so nobody else can make a second one.
    pub fn verify(&self, message: &[u8], signature: &Signature) -> Result<(), SignError> {
        let signature = ed25519_dalek::Signature::from_bytes(&signature.0);
        self.0
            .verify_strict(message, &signature)
            .map_err(|_| SignError::Wrong)
    }

    /// The id of this key under a name: `SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key)[:4]`.
    pub fn key_id(&self, name: &str) -> KeyId {
        let digest: [u8; 32] = Sha256::new()
            .chain_update(name)
            .chain_update([b'\n', ED25519])
            .chain_update(self.as_bytes())
            .finalize()
            .into();
        let [a, b, c, d, ..] = digest;
        KeyId(u32::from_be_bytes([a, b, c, d]))
    }

    /// The verifier key as text: `<name>+<key id>+<base64 of 0x01 ‖ public key>`.
    pub fn to_vkey(&self, name: &str) -> String {
        let mut material = vec![ED25519];
        material.extend_from_slice(self.as_bytes());
        format!("{name}+{}+{}", self.key_id(name), STANDARD.encode(material))
    }

    /// Reads a verifier key; also gives its name.
    pub fn from_vkey(text: &str) -> Result<(String, Self), SignError> {
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(material)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(SignError::NotAVerifierKey);
        };
        let material = STANDARD
            .decode(material)
            .map_err(|_| SignError::NotAVerifierKey)?;
        let Some((&ED25519, key)) = material.split_first() else {
            return Err(SignError::NotAVerifierKey);
        };
        let key = Self::from_bytes(key.try_into().map_err(|_| SignError::NotAVerifierKey)?)?;
        if crate::note::is_key_name(name) && id.parse() == Ok(key.key_id(name)) {
            Ok((name.to_owned(), key))
        } else {
            Err(SignError::NotAVerifierKey)
        }
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyingKey({})", hex::encode(self.as_bytes()))
    }
}

/// Which key, short: no proof of anything, only a hint which key to take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub u32);

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", self.0)
    }
}

impl FromStr for KeyId {
    type Err = SignError;

    fn from_str(text: &str) -> Result<Self, SignError> {
        let plain = text.len() == 8 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let value = u32::from_str_radix(text, 16).map_err(|_| SignError::NotAKeyId)?;
        if plain {
            Ok(Self(value))
        } else {
            Err(SignError::NotAKeyId)
        }
    }
}

/// An Ed25519 signature, spelled in standard base64 with padding.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Signature(pub [u8; 64]);

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&STANDARD.encode(self.0))
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signature({self})")
    }
}

impl FromStr for Signature {
    type Err = SignError;

    fn from_str(text: &str) -> Result<Self, SignError> {
        let bytes = STANDARD.decode(text).map_err(|_| SignError::NotASignature)?;
        bytes.try_into().map(Self).map_err(|_| SignError::NotASignature)
    }
}

macro_rules! serde_as_text {
    ($name:ident) => {
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(de::Error::custom)
            }
        }
    };
}

serde_as_text!(KeyId);
serde_as_text!(Signature);
