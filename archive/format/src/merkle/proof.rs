//! Inclusion and consistency proofs: made as in RFC 6962 section 2.1, verified as in RFC 9162 section 2.1.3 and 2.1.4.

use thiserror::Error;

use super::{node_hash, root};
use crate::digest::Sha256Digest;

/// Why a proof proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ProofError {
    /// The leaf or the smaller tree lies outside the tree.
    #[error("index or size {value} lies outside a tree of {size}")]
    OutOfRange {
        /// The leaf's index, or the smaller tree's size.
        value: u64,
        /// The tree's size.
        size: u64,
    },
    /// Another number of nodes than the sizes ask for.
    #[error("proof of {found} nodes has the wrong length")]
    Length {
        /// How many there are.
        found: usize,
    },
    /// The nodes lead to another root.
    #[error("proof leads to another root")]
    RootDiffers,
}

/// The largest power of two below `n`; for `n` of at least 2.
fn split(n: usize) -> usize {
    1_usize.checked_shl(n.saturating_sub(1).ilog2()).unwrap_or(0)
}

/// The path from leaf `index` to the root, lowest node first; `None` if there is no such leaf.
pub fn inclusion_proof(leaf_hashes: &[Sha256Digest], index: usize) -> Option<Vec<Sha256Digest>> {
    leaf_hashes.get(index)?;
    let (mut tree, mut index) = (leaf_hashes, index);
    let mut path = Vec::new();
    while tree.len() > 1 {
        let k = split(tree.len());
        let (left, right) = tree.split_at_checked(k)?;
        if let Some(below) = index.checked_sub(k) {
            path.push(root(left));
            (tree, index) = (right, below);
        } else {
            path.push(root(right));
            tree = left;
        }
    }
    path.reverse();
    Some(path)
}

/// Proof that the tree over the first `size` leaves is a prefix of the whole; `None` if there are not that many.
pub fn consistency_proof(leaf_hashes: &[Sha256Digest], size: usize) -> Option<Vec<Sha256Digest>> {
    if size == 0 || size > leaf_hashes.len() {
        return None;
    }
    let (mut tree, mut m, mut known) = (leaf_hashes, size, true);
    let mut path = Vec::new();
    // SUBPROOF(m, D, b) of the RFC, from the root downwards.
    while m < tree.len() {
        let k = split(tree.len());
        let (left, right) = tree.split_at_checked(k)?;
        if m <= k {
            path.push(root(right));
            tree = left;
        } else {
            path.push(root(left));
            (tree, m, known) = (right, m.checked_sub(k)?, false);
        }
    }
    if !known {
        path.push(root(tree));
    }
    path.reverse();
    Some(path)
}

/// Checks that the leaf stands at `index` in the tree of `size` with this root.
pub fn verify_inclusion(
    leaf_hash: &Sha256Digest,
    index: u64,
    size: u64,
    path: &[Sha256Digest],
    expected: &Sha256Digest,
) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::OutOfRange { value: index, size });
    }
    let length = ProofError::Length { found: path.len() };
    let (mut at, mut last) = (index, size.saturating_sub(1));
    let mut hash = *leaf_hash;
    for node in path {
        if last == 0 {
            return Err(length);
        }
        if at & 1 == 1 || at == last {
            hash = node_hash(node, &hash);
            // The last node of a level without a sibling rises unchanged.
            while at & 1 == 0 && at != 0 {
                (at, last) = (at >> 1, last >> 1);
            }
        } else {
            hash = node_hash(&hash, node);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    if last != 0 {
        return Err(length);
    }
    if hash == *expected {
        Ok(())
    } else {
        Err(ProofError::RootDiffers)
    }
}

/// Checks that the tree of `size1` with `root1` is a prefix of the tree of `size2` with `root2`.
///
/// Nothing can be said of an empty first tree (every tree extends it), so it is refused.
pub fn verify_consistency(
    size1: u64,
    size2: u64,
    path: &[Sha256Digest],
    root1: &Sha256Digest,
    root2: &Sha256Digest,
) -> Result<(), ProofError> {
    if size1 == 0 || size1 > size2 {
        return Err(ProofError::OutOfRange {
            value: size1,
            size: size2,
        });
    }
    let length = ProofError::Length { found: path.len() };
    if size1 == size2 {
        return match (path.is_empty(), root1 == root2) {
            (false, _) => Err(length),
            (true, false) => Err(ProofError::RootDiffers),
            (true, true) => Ok(()),
        };
    }
    let mut nodes = path.iter();
    // A first tree that is one full subtree is its own first node.
    let first = if size1.is_power_of_two() {
        root1
    } else {
        nodes.next().ok_or(length)?
    };
    let (mut at, mut last) = (size1.saturating_sub(1), size2.saturating_sub(1));
    while at & 1 == 1 {
        (at, last) = (at >> 1, last >> 1);
    }
    let (mut hash1, mut hash2) = (*first, *first);
    for node in nodes {
        if last == 0 {
            return Err(length);
        }
        if at & 1 == 1 || at == last {
            hash1 = node_hash(node, &hash1);
            hash2 = node_hash(node, &hash2);
            while at & 1 == 0 && at != 0 {
                (at, last) = (at >> 1, last >> 1);
            }
        } else {
            hash2 = node_hash(&hash2, node);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    if last != 0 {
        return Err(length);
    }
    if hash1 == *root1 && hash2 == *root2 {
        Ok(())
    } else {
        Err(ProofError::RootDiffers)
    }
}
