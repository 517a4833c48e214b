//! Digests of 32 bytes, one type a meaning, spelled as 64 lower-case hex digits.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest, Sha256};
use thiserror::Error;

/// Why a text is no digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{what} is not 64 lower-case hex digits")]
pub struct DigestError {
    what: &'static str,
}

/// 32 bytes from their only spelling.
pub(crate) fn parse_hex32(text: &str) -> Option<[u8; 32]> {
    let lower = text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let mut bytes = [0; 32];
    if lower && hex::decode_to_slice(text, &mut bytes).is_ok() {
        Some(bytes)
    } else {
        None
    }
}

macro_rules! digest {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; 32]);

        impl $name {
            /// The bytes.
            pub const fn as_bytes(&self) -> &[u8; 32] {
                &self.0
            }
        }

        impl From<[u8; 32]> for $name {
            fn from(bytes: [u8; 32]) -> Self {
                Self(bytes)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let mut text = [0; 64];
                hex::encode_to_slice(self.0, &mut text).map_err(|_| fmt::Error)?;
                f.write_str(std::str::from_utf8(&text).map_err(|_| fmt::Error)?)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl FromStr for $name {
            type Err = DigestError;

            fn from_str(text: &str) -> Result<Self, DigestError> {
                parse_hex32(text).map(Self).ok_or(DigestError { what: $what })
            }
        }

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

digest!(
    /// A SHA-256 digest, also a node or root of an RFC 6962 tree.
    Sha256Digest,
    "sha256"
);
digest!(
    /// A BLAKE3 digest without key.
    Blake3Digest,
    "blake3"
);
digest!(
    /// The BLAKE3 of a chain line's bytes without its newline; the next line carries it as `prev`.
    Link,
    "link"
);
digest!(
    /// SHA-256 over a salt and a detail: shows that the detail was known, tells nothing about it.
    Commitment,
    "commitment"
);

impl Sha256Digest {
    /// The digest of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

impl Blake3Digest {
    /// The digest of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }
}

impl Link {
    /// What line 0 carries as `prev`.
    pub const ZERO: Self = Self([0; 32]);
}

impl Commitment {
    /// `SHA-256(salt ‖ detail)`. The salt has a fixed length, so the boundary between the two is unambiguous.
    pub fn of(salt: &[u8; 32], detail: &[u8]) -> Self {
        Self(
            Sha256::new()
                .chain_update(salt)
                .chain_update(detail)
                .finalize()
                .into(),
        )
    }
}

/// Serde for a bare 32-byte value spelled as hex.
pub(crate) mod hex32 {
    use serde::{Deserialize, Deserializer, Serializer, de};

    pub(crate) fn serialize<S: Serializer>(bytes: &[u8; 32], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex::encode(bytes))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[u8; 32], D::Error> {
        let text = String::deserialize(deserializer)?;
        super::parse_hex32(&text).ok_or_else(|| de::Error::custom("not 64 lower-case hex digits"))
    }
}
