//! JSON on one line in its only spelling.
//!
//! A line is read into its type, written again, and refused unless both are the same bytes. So unknown keys, another
//! order, blanks, other escapes and other spellings of a number are all errors, and a digest of the bytes is a digest
//! of the value. Errors give a position and never the content: a line may hold personal data.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use thiserror::Error;

/// Why bytes are no line of the expected kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum LineError {
    /// Not JSON, or not this shape, or a value out of range.
    #[error("malformed line near byte {column}")]
    Malformed {
        /// Where the reader stopped, counted from 1.
        column: usize,
    },
    /// The same value in another spelling, or with unknown keys.
    #[error("line is not in its only spelling")]
    NotCanonical,
    /// A version or type that this program does not know.
    #[error("line of an unknown version or type")]
    UnknownType,
    /// Fields that contradict each other.
    #[error("line contradicts itself: {0}")]
    Inconsistent(&'static str),
}

impl From<serde_json::Error> for LineError {
    fn from(error: serde_json::Error) -> Self {
        Self::Malformed {
            column: error.column(),
        }
    }
}

/// The value on one line, without a newline.
pub(crate) fn encode<T: Serialize>(value: &T) -> String {
    // serde_json fails on maps with keys that are no strings and on failing `Serialize` impls; we have neither.
    serde_json::to_string(value).expect("a struct of plain fields serialises")
}

/// Reads a line and refuses every spelling but the one [`encode`] writes.
pub(crate) fn decode<T: Serialize + DeserializeOwned>(bytes: &[u8]) -> Result<T, LineError> {
    let value: T = serde_json::from_slice(bytes)?;
    if encode(&value).as_bytes() == bytes {
        Ok(value)
    } else {
        Err(LineError::NotCanonical)
    }
}

/// The version every line carries.
pub(crate) const VERSION: u32 = 1;

#[derive(Serialize)]
struct Tagged<'a, T> {
    v: u32,
    t: &'a str,
    #[serde(flatten)]
    body: &'a T,
}

#[derive(Deserialize)]
struct Tag {
    v: u32,
    t: String,
}

/// A line that starts with its version and type.
pub(crate) fn encode_tagged<T: Serialize>(t: &str, body: &T) -> String {
    encode(&Tagged { v: VERSION, t, body })
}

/// The type of a line of version 1.
pub(crate) fn type_of(bytes: &[u8]) -> Result<String, LineError> {
    let tag: Tag = serde_json::from_slice(bytes)?;
    if tag.v == VERSION {
        Ok(tag.t)
    } else {
        Err(LineError::UnknownType)
    }
}

/// Reads the body of a line whose type is known to be `t`.
pub(crate) fn decode_tagged<T: Serialize + DeserializeOwned>(t: &str, bytes: &[u8]) -> Result<T, LineError> {
    let body: T = serde_json::from_slice(bytes)?;
    if encode_tagged(t, &body).as_bytes() == bytes {
        Ok(body)
    } else {
        Err(LineError::NotCanonical)
    }
}
