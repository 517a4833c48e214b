//! Keys: the session key with what derives from it, and the keys that wrap.
//!
//! Key bytes are wiped on drop, show nothing in `Debug`, and can be neither cloned nor serialised. They leave only
//! wrapped, or through `expose`, which exists for the wrapping itself.

mod session;
mod wrap;

pub use session::{DuplicateKey, SessionKey};
pub use wrap::{WRAPPED_LEN, WrapKey, WrappedKey};

use thiserror::Error;

/// Why a sealed value or wrapped key does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum KeyError {
    /// Another key, another AAD, or changed bytes.
    #[error("sealed value does not open: another key, another context, or changed bytes")]
    Refused,
    /// Shorter than nonce and tag.
    #[error("sealed value of {len} bytes is shorter than nonce and tag")]
    TooShort {
        /// Its length.
        len: usize,
    },
    /// Not the length of a wrapped key.
    #[error("wrapped key of {len} bytes, expected 76")]
    WrappedLength {
        /// Its length.
        len: usize,
    },
}
