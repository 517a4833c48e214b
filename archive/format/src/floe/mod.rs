//! Sealing of data: FLOE (C2SP `FLOE`), AES-256-GCM with HKDF-Expand-SHA-384.
//!
//! Key-committing, streaming, random access, and any truncation shows. What FLOE calls a segment is called *block*
//! here, because *segment* is ours.
//!
//! ```text
//! header   parameters 10 ‖ IV 32 ‖ header tag 32
//! block    FF FF FF FF ‖ nonce 12 ‖ ciphertext ‖ tag 16          every block but the last, all of one length
//! last     its whole length u32 BE ‖ nonce 12 ‖ ciphertext ‖ tag 16
//! ```
//!
//! Whole messages: [`seal`], [`open`] and [`open_into`]. Streams: [`Encryptor`] and [`Decryptor`]. Single blocks out of a message
//! whose length is known from elsewhere: [`BlockReader`].

mod aead;
mod decrypt;
mod encrypt;
mod params;
mod reader;
mod schedule;

pub use decrypt::{Decryptor, Progress, open, open_into};
pub use encrypt::{Encryptor, seal};
pub use params::{BLOCK, BLOCK_OVERHEAD, BLOCK_PLAIN, HEADER, Params, ciphertext_len, plaintext_len};
pub use reader::BlockReader;

use thiserror::Error;

/// Why a ciphertext does not open; each failure is its own class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum FloeError {
    /// The header has not 74 bytes.
    #[error("header of {len} bytes, expected 74")]
    HeaderMalformed {
        /// Its length.
        len: usize,
    },
    /// The header names other parameters than the caller.
    #[error("header names other parameters")]
    ParamsDiffer,
    /// The header was made under another key or AAD, or was changed.
    #[error("header tag is wrong: another key, another context, or a changed header")]
    HeaderTag,
    /// A block's length field says something impossible.
    #[error("block {block} has a malformed length field")]
    BlockMalformed {
        /// Its number, from 0.
        block: u64,
    },
    /// A block was changed, moved, or made under another key.
    #[error("block {block} does not authenticate")]
    BlockTag {
        /// Its number, from 0.
        block: u64,
    },
    /// The ciphertext ends before its last block does.
    #[error("ciphertext ends in or before block {block}")]
    Truncated {
        /// The block that is missing or cut.
        block: u64,
    },
    /// There are bytes after the last block.
    #[error("bytes after the last block {block}")]
    Trailing {
        /// The last block.
        block: u64,
    },
    /// The message has no such block, or may not have one more.
    #[error("no block {block}")]
    NoSuchBlock {
        /// The number asked for.
        block: u64,
    },
    /// A plaintext block of the wrong length was given to be encrypted.
    #[error("plaintext of {len} bytes for block {block}")]
    PlainLength {
        /// Its number, from 0.
        block: u64,
        /// The length given.
        len: usize,
    },
}
