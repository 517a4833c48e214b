//! Inclusion paths of some leaves of a long tree, made in one pass over its leaf hashes.

use std::collections::BTreeMap;

use super::node_hash;
use crate::digest::Sha256Digest;

/// A full subtree, or at the end what is joined of several.
#[derive(Debug, Clone, Copy)]
struct Subtree {
    hash: Sha256Digest,
    first: u64,
    leaves: u64,
}

/// Takes leaf hashes in their order and keeps what the paths of the wanted leaves consist of: `log n` nodes for each of
/// them, and `log n` for itself.
#[derive(Debug, Clone, Default)]
pub struct PathCollector {
    stack: Vec<Subtree>,
    size: u64,
    paths: BTreeMap<u64, Vec<Sha256Digest>>,
}

impl PathCollector {
    /// Before the first leaf.
    pub fn new(wanted: impl IntoIterator<Item = u64>) -> Self {
        Self {
            stack: Vec::new(),
            size: 0,
            paths: wanted.into_iter().map(|index| (index, Vec::new())).collect(),
        }
    }

    /// Takes the next leaf's hash.
    pub fn append(&mut self, hash: Sha256Digest) {
        let first = self.size;
        self.size = first.saturating_add(1);
        self.stack.push(Subtree {
            hash,
            first,
            leaves: 1,
        });
        while let [.., left, right] = self.stack.as_slice()
            && left.leaves == right.leaves
        {
            self.join();
        }
    }

    /// How many leaves there were.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The root, and the paths of the wanted leaves, lowest node first; leaves that the tree does not have are left out.
    pub fn finish(mut self) -> (Sha256Digest, BTreeMap<u64, Vec<Sha256Digest>>) {
        while self.stack.len() > 1 {
            self.join();
        }
        let root = self
            .stack
            .pop()
            .map_or_else(|| super::root(&[]), |subtree| subtree.hash);
        let size = self.size;
        self.paths.retain(|index, _| *index < size);
        (root, self.paths)
    }

    /// Joins the two subtrees on top: each is a node on the paths into the other.
    fn join(&mut self) {
        let (Some(right), Some(left)) = (self.stack.pop(), self.stack.pop()) else {
            return;
        };
        let end = right.first.saturating_add(right.leaves);
        for (_, path) in self.paths.range_mut(left.first..right.first) {
            path.push(right.hash);
        }
        for (_, path) in self.paths.range_mut(right.first..end) {
            path.push(left.hash);
        }
        self.stack.push(Subtree {
            hash: node_hash(&left.hash, &right.hash),
            first: left.first,
            leaves: left.leaves.saturating_add(right.leaves),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::{inclusion_proof, leaf_hash, root};
    use super::*;

    #[test]
    fn the_paths_are_those_that_are_made_from_the_whole_tree() {
        for size in 0..70_u64 {
            let hashes: Vec<Sha256Digest> = (0..size).map(|n| leaf_hash(&n.to_be_bytes())).collect();
            let mut collector = PathCollector::new(0..=size);
            for hash in &hashes {
                collector.append(*hash);
            }
            assert_eq!(collector.size(), size);
            let (found, paths) = collector.finish();
            assert_eq!(found, root(&hashes));
            assert_eq!(paths.len() as u64, size);
            for (index, path) in paths {
                let index = usize::try_from(index).expect("a small index");
                assert_eq!(Some(path), inclusion_proof(&hashes, index), "{index} of {size}");
            }
        }
    }
}
