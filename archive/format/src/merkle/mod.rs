//! Merkle trees as RFC 6962 section 2.1 defines them: SHA-256, `0x00` before a leaf, `0x01` before two nodes.

mod frontier;
mod paths;
mod proof;

pub use frontier::{Frontier, FrontierError};
pub use paths::PathCollector;
pub use proof::{ProofError, consistency_proof, inclusion_proof, verify_consistency, verify_inclusion};

use sha2::{Digest, Sha256};

use crate::digest::Sha256Digest;

/// `SHA-256(0x00 ‖ leaf)`.
pub fn leaf_hash(leaf: &[u8]) -> Sha256Digest {
    Sha256Digest(
        Sha256::new()
            .chain_update([0])
            .chain_update(leaf)
            .finalize()
            .into(),
    )
}

/// `SHA-256(0x01 ‖ left ‖ right)`.
pub fn node_hash(left: &Sha256Digest, right: &Sha256Digest) -> Sha256Digest {
    Sha256Digest(
        Sha256::new()
            .chain_update([1])
            .chain_update(left.0)
            .chain_update(right.0)
            .finalize()
            .into(),
    )
}

/// The root over leaf hashes; of none it is `SHA-256("")`.
pub fn root(leaf_hashes: &[Sha256Digest]) -> Sha256Digest {
    let mut frontier = Frontier::new();
    for hash in leaf_hashes {
        frontier.append(*hash);
    }
    frontier.root()
}
