//! Ed25519 keys (RFC 8032), key ids as in C2SP signed-note, and receipts.

mod keys;
mod receipt;

pub use keys::{KeyId, SignError, Signature, SigningKey, VerifyingKey};
pub use receipt::{Receipt, SealReceipt};

/// The key name under which the archive's signing key makes receipts: part of their [`KeyId`].
pub const ARCHIVE_KEY_NAME: &str = "obhut/archive";
