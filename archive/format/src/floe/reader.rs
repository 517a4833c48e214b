//! Reading single blocks out of a message whose length is known.

use std::ops::Range;

use super::FloeError;
use super::params::{BLOCK_OVERHEAD, HEADER, MAX_BLOCKS, Params};
use super::schedule::Schedule;
use crate::key::SessionKey;

/// Opens any block of a message.
///
/// Which block is the last follows from the ciphertext's length, so that length must come from a source that is
/// checked (the chain line), or a message cut between two blocks is noticed only when its last block is read.
#[derive(Debug)]
pub struct BlockReader {
    schedule: Schedule,
    total: u64,
    count: u64,
}

impl BlockReader {
    /// Checks the header and the length.
    pub fn start(
        params: Params,
        key: &SessionKey,
        aad: impl AsRef<[u8]>,
        header: &[u8],
        total_ciphertext_len: u64,
    ) -> Result<Self, FloeError> {
        let schedule = Schedule::read(params, key, aad.as_ref(), header)?;
        let full = u64::from(params.block_len());
        let body = total_ciphertext_len.saturating_sub(HEADER as u64);
        let count = body.div_ceil(full);
        let last = count.saturating_sub(1);
        if count > MAX_BLOCKS {
            return Err(FloeError::NoSuchBlock { block: last });
        }
        if body.saturating_sub(last.saturating_mul(full)) < u64::from(BLOCK_OVERHEAD) {
            return Err(FloeError::Truncated { block: last });
        }
        Ok(Self {
            schedule,
            total: total_ciphertext_len,
            count,
        })
    }

    /// How many blocks the message has; at least one.
    pub const fn block_count(&self) -> u64 {
        self.count
    }

    /// Where a block stands in the ciphertext; empty, at the end, for a block that is not there.
    pub fn block_range(&self, block: u64) -> Range<u64> {
        let full = u64::from(self.schedule.params().block_len());
        let start = block
            .saturating_mul(full)
            .saturating_add(HEADER as u64)
            .min(self.total);
        start..start.saturating_add(full).min(self.total)
    }

    /// The plaintext of a block, given exactly its bytes.
    pub fn open_block(&self, block: u64, bytes: &[u8]) -> Result<Vec<u8>, FloeError> {
        if block >= self.count {
            return Err(FloeError::NoSuchBlock { block });
        }
        let range = self.block_range(block);
        match (bytes.len() as u64).cmp(&range.end.saturating_sub(range.start)) {
            std::cmp::Ordering::Less => return Err(FloeError::Truncated { block }),
            std::cmp::Ordering::Greater => return Err(FloeError::BlockMalformed { block }),
            std::cmp::Ordering::Equal => {}
        }
        let mut plain = Vec::with_capacity(bytes.len());
        self.schedule
            .open_block(block, block == self.count.saturating_sub(1), bytes, &mut plain)?;
        Ok(plain)
    }
}
