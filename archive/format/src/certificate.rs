//! Disposal certificates: what the archive signs when a session is gone.
//!
//! ```text
//! {"v":1,"t":"disposal","tenant":"…","session":"…","class":{"name":"default","version":1,"days":30},…,"sig":"…","key":"…"}
//! ```
//!
//! It says when and by which rule a session went, what there was of it in numbers, and where the ledger tells of it; nothing of
//! what it held, and no digest of it.

use serde::{Deserialize, Serialize};

use crate::chain::ClassRef;
use crate::ids::{SessionId, TenantId};
use crate::line::{self, LineError};
use crate::sign::{ARCHIVE_KEY_NAME, KeyId, SignError, Signature, SigningKey, VerifyingKey};
use crate::time::UtcMicros;

/// A leaf of the tenant's ledger, by number and instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeafAt {
    /// Its number.
    pub n: u64,
    /// Its instant.
    pub at: UtcMicros,
}

/// What there was of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisposedOf {
    /// Chain lines.
    pub lines: u64,
    /// Objects that the chain named, the first and last line's included.
    pub objects: u64,
    /// Frames, or blocks of recordings.
    pub frames: u64,
    /// Bytes of these as they came.
    pub original_bytes: u64,
    /// Bytes of the segments that held them.
    pub stored_bytes: u64,
}

/// What was decided when a deletion began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// The session's retention class, in the version bound when it opened.
    pub class: ClassRef,
    /// Its end, from which the class counts.
    pub ended_at: UtcMicros,
    /// From when it might be deleted.
    pub retain_until: UtcMicros,
    /// The rule by which it goes: `period-over` or `at-once`.
    pub rule: String,
    /// What there is of it.
    pub of: DisposedOf,
}

/// What a certificate says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disposed {
    /// Whose session it was.
    pub tenant: TenantId,
    /// The session.
    pub session: SessionId,
    /// Why it went, and what there was of it.
    #[serde(flatten)]
    pub decided: Decided,
    /// The leaf that says it was about to go.
    pub intent: LeafAt,
    /// By when its key was destroyed and in no file any more.
    pub key_destroyed_at: UtcMicros,
    /// When no object of it was found any more, nor a version of one.
    pub objects_gone_at: UtcMicros,
    /// By when no file of the intake log held its ciphertext any more.
    pub intake_gone_at: UtcMicros,
    /// The leaf that says it is gone; its rows went with it.
    pub tombstone: LeafAt,
    /// When this was signed.
    pub at: UtcMicros,
}

const TYPE: &str = "disposal";

/// A signed certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// What it says.
    pub disposed: Disposed,
    /// Over [`Disposed::message`].
    pub sig: Signature,
    /// Which key signed.
    pub key: KeyId,
}

#[derive(Serialize, Deserialize)]
struct Wire {
    #[serde(flatten)]
    disposed: Disposed,
    sig: Signature,
    key: KeyId,
}

impl Disposed {
    /// What is signed: `obhut/1 disposal ` and the line without its last two members.
    pub fn message(&self) -> String {
        format!("obhut/1 disposal {}", line::encode_tagged(TYPE, self))
    }

    /// Signs it.
    pub fn sign(self, key: &SigningKey) -> Certificate {
        Certificate {
            sig: key.sign(self.message().as_bytes()),
            key: key.verifying_key().key_id(ARCHIVE_KEY_NAME),
            disposed: self,
        }
    }
}

impl Certificate {
    /// Checks key id and signature.
    pub fn verify(&self, key: &VerifyingKey) -> Result<(), SignError> {
        let expected = key.key_id(ARCHIVE_KEY_NAME);
        if self.key != expected {
            return Err(SignError::OtherKey {
                expected,
                found: self.key,
            });
        }
        key.verify(self.disposed.message().as_bytes(), &self.sig)
    }

    /// The line, without newline.
    pub fn to_line(&self) -> String {
        line::encode_tagged(
            TYPE,
            &Wire {
                disposed: self.disposed.clone(),
                sig: self.sig,
                key: self.key,
            },
        )
    }

    /// Reads a line without newline, in its only spelling.
    pub fn parse(bytes: &[u8]) -> Result<Self, LineError> {
        if line::type_of(bytes)? != TYPE {
            return Err(LineError::UnknownType);
        }
        let Wire { disposed, sig, key } = line::decode_tagged(TYPE, bytes)?;
        Ok(Self { disposed, sig, key })
    }
}

#[cfg(test)]
mod tests {
    use zeroize::Zeroizing;

    use super::*;
    use crate::time::SignedMicros;

    fn signer(seed: u8) -> SigningKey {
        SigningKey::from_bytes(&Zeroizing::new([seed; 32]))
    }

    fn disposed() -> Disposed {
        let base = UtcMicros::new(1_793_606_400_000_000).expect("an instant");
        let at = |n: i64| {
            let later = n.saturating_mul(1_000_000);
            base.checked_add(SignedMicros(later)).expect("an instant")
        };
        Disposed {
            tenant: TenantId::from_bytes([1; 16]),
            session: SessionId::from_bytes([2; 16]),
            decided: Decided {
                class: ClassRef {
                    name: "week".to_owned(),
                    version: 2,
                    days: Some(7),
                },
                ended_at: at(0),
                retain_until: at(604_800),
                rule: "period-over".to_owned(),
                of: DisposedOf {
                    lines: 3,
                    objects: 3,
                    frames: 96,
                    original_bytes: 19_907_825,
                    stored_bytes: 1_266_540,
                },
            },
            intent: LeafAt {
                n: 40,
                at: at(604_801),
            },
            key_destroyed_at: at(604_802),
            objects_gone_at: at(604_803),
            intake_gone_at: at(604_805),
            tombstone: LeafAt {
                n: 41,
                at: at(604_804),
            },
            at: at(604_806),
        }
    }

    #[test]
    fn a_certificate_comes_back_and_is_its_signers() {
        let certificate = disposed().sign(&signer(1));
        let line = certificate.to_line();
        assert_eq!(Certificate::parse(line.as_bytes()), Ok(certificate.clone()));
        assert_eq!(certificate.verify(&signer(1).verifying_key()), Ok(()));
        assert!(matches!(
            certificate.verify(&signer(2).verifying_key()),
            Err(SignError::OtherKey { .. })
        ));
        // As docs/format/certificate.md says: the line up to its signature, closed.
        let (body, _) = line.split_once(",\"sig\"").expect("a signature");
        assert_eq!(
            certificate.disposed.message(),
            format!("obhut/1 disposal {body}}}")
        );
    }

    #[test]
    fn no_byte_of_a_certificate_can_be_changed_or_left_out() {
        let key = signer(1).verifying_key();
        let line = disposed().sign(&signer(1)).to_line().into_bytes();
        let holds = |bytes: &[u8]| Certificate::parse(bytes).is_ok_and(|read| read.verify(&key).is_ok());
        assert!(holds(&line));
        for at in 0..line.len() {
            let mut changed = line.clone();
            if let Some(byte) = changed.get_mut(at) {
                *byte ^= 1;
            }
            assert!(!holds(&changed), "byte {at}");
            assert!(!holds(line.get(..at).unwrap_or_default()), "cut at {at}");
        }
    }
}
