//! RFC 6962 trees against foreign proofs, and against each other.

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use obhut_format::digest::Sha256Digest;
use obhut_format::merkle::{
    Frontier, consistency_proof, inclusion_proof, leaf_hash, root, verify_consistency, verify_inclusion,
};
use proptest::prelude::*;
use serde_json::Value;

use crate::fixture::foreign_vectors;

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

fn cases(folder: &str) -> Vec<(PathBuf, Value)> {
    let Some(folder) = foreign_vectors("rfc6962").map(|root| root.join(folder)) else {
        return Vec::new();
    };
    let cases: Vec<_> = files(&folder)
        .into_iter()
        .map(|path| {
            let case = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
            (path, case)
        })
        .collect();
    assert!(!cases.is_empty(), "no vectors in {}", folder.display());
    cases
}

/// `None` for what is no hash: our types cannot hold it, which is a refusal too.
fn hash(value: &Value) -> Option<Sha256Digest> {
    let bytes = STANDARD.decode(value.as_str().unwrap_or_default()).unwrap();
    bytes.try_into().ok().map(Sha256Digest)
}

/// Some consistency cases compare roots that are no hashes: any two that differ will do.
fn any_root(value: &Value) -> Sha256Digest {
    hash(value).unwrap_or_else(|| Sha256Digest::of(value.as_str().unwrap_or_default().as_bytes()))
}

fn hashes(value: &Value) -> Option<Vec<Sha256Digest>> {
    value
        .as_array()
        .map_or(Some(Vec::new()), |nodes| nodes.iter().map(hash).collect())
}

#[test]
fn every_foreign_inclusion_proof_is_judged_as_expected() {
    for (path, case) in cases("inclusion") {
        let verdict = || {
            let (leaf, root, proof) = (
                hash(&case["leafHash"])?,
                hash(&case["root"])?,
                hashes(&case["proof"])?,
            );
            verify_inclusion(
                &leaf,
                case["leafIdx"].as_u64()?,
                case["treeSize"].as_u64()?,
                &proof,
                &root,
            )
            .ok()
        };
        assert_eq!(
            verdict().is_none(),
            case["wantErr"].as_bool().unwrap(),
            "{}",
            path.display()
        );
    }
}

#[test]
fn every_foreign_consistency_proof_is_judged_as_expected() {
    for (path, case) in cases("consistency") {
        let verdict = || {
            let (root1, root2, proof) = (
                any_root(&case["root1"]),
                any_root(&case["root2"]),
                hashes(&case["proof"])?,
            );
            verify_consistency(
                case["size1"].as_u64()?,
                case["size2"].as_u64()?,
                &proof,
                &root1,
                &root2,
            )
            .ok()
        };
        assert_eq!(
            verdict().is_none(),
            case["wantErr"].as_bool().unwrap(),
            "{}",
            path.display()
        );
    }
}

/// The tree as RFC 6962 section 2.1 writes it down.
fn plain_root(leaves: &[Vec<u8>]) -> Sha256Digest {
    match leaves {
        [] => Sha256Digest::of(b""),
        [leaf] => Sha256Digest::of(&[&[0], leaf.as_slice()].concat()),
        _ => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            Sha256Digest::of(&[&[1], plain_root(left).0.as_slice(), &plain_root(right).0].concat())
        }
    }
}

fn leaves(count: usize) -> Vec<Vec<u8>> {
    (0..count).map(|n| format!("leaf {n}").into_bytes()).collect()
}

fn leaf_hashes(count: usize) -> Vec<Sha256Digest> {
    leaves(count).iter().map(|leaf| leaf_hash(leaf)).collect()
}

#[test]
fn roots_frontiers_and_all_proofs_agree_up_to_forty_leaves() {
    let all = leaf_hashes(40);
    let mut frontier = Frontier::new();
    for size in 0..=all.len() {
        let tree = &all[..size];
        let expected = plain_root(&leaves(size));
        assert_eq!(root(tree), expected);
        assert_eq!((frontier.size(), frontier.root()), (size as u64, expected));
        assert_eq!(Frontier::decode(&frontier.encode()), Ok(frontier.clone()));
        for index in 0..size {
            let proof = inclusion_proof(tree, index).unwrap();
            verify_inclusion(&tree[index], index as u64, size as u64, &proof, &expected).unwrap();
        }
        for before in 1..=size {
            let proof = consistency_proof(tree, before).unwrap();
            let root1 = plain_root(&leaves(before));
            verify_consistency(before as u64, size as u64, &proof, &root1, &expected).unwrap();
        }
        assert_eq!(inclusion_proof(tree, size), None);
        assert_eq!(consistency_proof(tree, 0), None);
        assert_eq!(consistency_proof(tree, size + 1), None);
        if let Some(next) = all.get(size) {
            frontier.append(*next);
        }
    }
}

proptest! {
    #[test]
    fn a_changed_inclusion_proof_is_refused(size in 2..200_usize, index in any::<prop::sample::Index>(), node in any::<prop::sample::Index>(), bit in 0..256_usize, how in 0..4) {
        let tree = leaf_hashes(size);
        let index = index.index(size);
        let mut proof = inclusion_proof(&tree, index).unwrap();
        let node = node.index(proof.len());
        match how {
            0 => proof[node].0[bit / 8] ^= 1 << (bit % 8),
            1 => { proof.remove(node); }
            2 => { let copy = proof[node]; proof.insert(node, copy); }
            _ => { prop_assume!(proof.len() > 1); let other = (node + 1) % proof.len(); proof.swap(node, other); }
        }
        prop_assert!(verify_inclusion(&tree[index], index as u64, size as u64, &proof, &root(&tree)).is_err());
    }

    #[test]
    fn a_changed_consistency_proof_is_refused(size in 2..200_usize, before in any::<prop::sample::Index>(), node in any::<prop::sample::Index>(), bit in 0..256_usize, remove in any::<bool>()) {
        let tree = leaf_hashes(size);
        let before = before.index(size - 1) + 1;
        let mut proof = consistency_proof(&tree, before).unwrap();
        let node = node.index(proof.len());
        if remove { proof.remove(node); } else { proof[node].0[bit / 8] ^= 1 << (bit % 8); }
        prop_assert!(verify_consistency(before as u64, size as u64, &proof, &root(&tree[..before]), &root(&tree)).is_err());
    }

    #[test]
    fn only_whole_frontiers_are_read(bytes in prop::collection::vec(any::<u8>(), 0..120)) {
        if let Ok(frontier) = Frontier::decode(&bytes) {
            prop_assert_eq!(frontier.encode(), bytes);
        }
    }
}
