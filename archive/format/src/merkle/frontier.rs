//! The right edge of a growing tree: what appending and the root need, in O(log n).

use thiserror::Error;

use super::node_hash;
use crate::digest::Sha256Digest;

/// The bytes are no encoded frontier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("frontier of {len} bytes does not fit its own size")]
pub struct FrontierError {
    len: usize,
}

/// The roots of the full subtrees that a tree of this size consists of, the largest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Sha256Digest>,
}

impl Frontier {
    /// Of the empty tree.
    pub const fn new() -> Self {
        Self {
            size: 0,
            peaks: Vec::new(),
        }
    }

    /// How many leaves the tree has.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Appends a leaf by its hash.
    pub fn append(&mut self, leaf_hash: Sha256Digest) {
        let mut hash = leaf_hash;
        // One subtree merges for every trailing one of the old size, as in a carry.
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.peaks.pop() {
                hash = node_hash(&left, &hash);
            }
        }
        self.peaks.push(hash);
        self.size = self.size.saturating_add(1);
    }

    /// The root of the tree.
    pub fn root(&self) -> Sha256Digest {
        let mut peaks = self.peaks.iter().rev();
        let Some(&smallest) = peaks.next() else {
            return Sha256Digest::of(b"");
        };
        peaks.fold(smallest, |right, left| node_hash(left, &right))
    }

    /// `size u64 BE ‖ the peaks, the largest subtree first, 32 bytes each`.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = self.size.to_be_bytes().to_vec();
        self.peaks
            .iter()
            .for_each(|peak| bytes.extend_from_slice(&peak.0));
        bytes
    }

    /// Reads what [`Self::encode`] wrote.
    pub fn decode(bytes: &[u8]) -> Result<Self, FrontierError> {
        let refused = FrontierError { len: bytes.len() };
        let (size, rest) = bytes.split_first_chunk().ok_or(refused)?;
        let size = u64::from_be_bytes(*size);
        let (peaks, remainder) = rest.as_chunks::<32>();
        // A tree has one full subtree for every one in the binary form of its size.
        if !remainder.is_empty() || u32::try_from(peaks.len()) != Ok(size.count_ones()) {
            return Err(refused);
        }
        Ok(Self {
            size,
            peaks: peaks.iter().copied().map(Sha256Digest).collect(),
        })
    }
}
