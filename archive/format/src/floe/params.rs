//! Parameters, and the arithmetic of lengths.

/// Bytes of a block in the ciphertext, as Obhut writes it.
pub const BLOCK: u32 = 1_048_576;
/// Bytes of plaintext in a full block, as Obhut writes it.
pub const BLOCK_PLAIN: u32 = 1_048_544;
/// Bytes of a header: parameters 10, IV 32, tag 32.
pub const HEADER: usize = 74;
/// Bytes a block has beside its plaintext: length field 4, nonce 12, tag 16.
pub const BLOCK_OVERHEAD: u32 = 32;

/// A message has at most 2^40 blocks (`AEAD_MAX_SEGMENTS`).
pub(super) const MAX_BLOCKS: u64 = 1 << 40;
/// Bytes of the header's parameter part.
pub(super) const ENCODED: usize = 10;
/// Bytes of the IV.
pub(super) const IV: usize = 32;

const HEADER_U64: u64 = HEADER as u64;
const OVERHEAD_U64: u64 = BLOCK_OVERHEAD as u64;

/// What writer and reader agree on beforehand.
///
/// The header carries the block length, and a reader refuses another one; the key rotation is part of the algorithm
/// (2^20 blocks for AES-256-GCM) and only test vectors change it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Params {
    block_len: u32,
    rotation_bits: u32,
}

impl Params {
    /// Blocks of 1 MiB, a new key every 2^20 blocks: the only parameters Obhut writes.
    pub const OBHUT: Self = Self {
        block_len: BLOCK,
        rotation_bits: 20,
    };

    /// Other parameters; `None` unless a block holds at least one byte and its length fits beside the mark for
    /// non-final blocks, and the rotation is below 2^40 blocks.
    pub const fn new(block_len: u32, rotation_bits: u32) -> Option<Self> {
        if block_len > BLOCK_OVERHEAD && block_len < u32::MAX && rotation_bits <= 40 {
            Some(Self {
                block_len,
                rotation_bits,
            })
        } else {
            None
        }
    }

    /// Bytes of a full block in the ciphertext.
    pub const fn block_len(self) -> u32 {
        self.block_len
    }

    /// Bytes of plaintext in a full block.
    pub const fn block_plain(self) -> u32 {
        self.block_len.saturating_sub(BLOCK_OVERHEAD)
    }

    /// Bytes of the ciphertext of so many bytes of plaintext; saturates.
    pub const fn ciphertext_len(self, plain: u64) -> u64 {
        let blocks = if plain == 0 {
            1
        } else {
            plain.div_ceil(self.block_plain() as u64)
        };
        plain
            .saturating_add(blocks.saturating_mul(OVERHEAD_U64))
            .saturating_add(HEADER_U64)
    }

    /// Bytes of plaintext in so many bytes of ciphertext; `None` if no ciphertext has that length.
    pub const fn plaintext_len(self, cipher: u64) -> Option<u64> {
        let Some(body) = cipher.checked_sub(HEADER_U64) else {
            return None;
        };
        let blocks = body.div_ceil(self.block_len as u64);
        if blocks == 0 || blocks > MAX_BLOCKS {
            return None;
        }
        // The last block is never shorter than its overhead; all before it are full.
        let before = blocks.saturating_sub(1).saturating_mul(self.block_len as u64);
        if body.saturating_sub(before) < OVERHEAD_U64 {
            return None;
        }
        body.checked_sub(blocks.saturating_mul(OVERHEAD_U64))
    }

    /// The first block that is encrypted under the same key as this one.
    pub(super) const fn key_epoch(self, block: u64) -> u64 {
        // At most 40 bits, checked when built, so the shift is in range.
        block & u64::MAX.wrapping_shl(self.rotation_bits)
    }

    /// `PARAM_ENCODE`: AEAD 0 (AES-256-GCM), KDF 0 (HKDF-Expand-SHA-384), block length, IV length.
    pub(super) const fn encode(self) -> [u8; ENCODED] {
        let [a, b, c, d] = self.block_len.to_be_bytes();
        [0, 0, a, b, c, d, 0, 0, 0, 32]
    }
}

/// [`Params::ciphertext_len`] of [`Params::OBHUT`].
pub const fn ciphertext_len(plain: u64) -> u64 {
    Params::OBHUT.ciphertext_len(plain)
}

/// [`Params::plaintext_len`] of [`Params::OBHUT`].
pub const fn plaintext_len(cipher: u64) -> Option<u64> {
    Params::OBHUT.plaintext_len(cipher)
}
