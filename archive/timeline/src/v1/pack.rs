//! Packing: which method each frame gets.

use std::collections::HashMap;

use super::container::{HEAD_FIXED, MAGIC, MAX_FRAMES, Method, VERSION, head_len};

/// One file to pack. `identity` is a keyed digest of the bytes by which equal files are recognised; it never
/// enters the container.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    /// The file's bytes.
    pub bytes: &'a [u8],
    /// Equal for equal bytes, and only for them.
    pub identity: [u8; 32],
}

/// A container as head and bodies, so that the caller can seal it without first copying it together.
#[derive(Debug)]
pub struct Packed<'a> {
    /// Magic, version, count and the entry table.
    pub head: Vec<u8>,
    /// The stored frames' bytes, which follow the head in this order.
    pub bodies: Vec<&'a [u8]>,
    /// The method chosen for each frame.
    pub methods: Vec<Method>,
}

impl Packed<'_> {
    /// The container's length in bytes.
    pub fn total_bytes(&self) -> u64 {
        self.head.len() as u64 + self.bodies.iter().map(|body| body.len() as u64).sum::<u64>()
    }
}

/// Why frames can't be packed.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum PackError {
    /// More frames than a container holds.
    #[error("{0} frames in one container, at most {MAX_FRAMES} are possible")]
    TooManyFrames(usize),
}

/// Packs `frames` in their order. A frame whose identity *and bytes* equal an earlier one's becomes a reference.
pub fn pack<'a>(frames: &[Frame<'a>]) -> Result<Packed<'a>, PackError> {
    let count = u32::try_from(frames.len())
        .ok()
        .filter(|count| *count <= MAX_FRAMES)
        .ok_or(PackError::TooManyFrames(frames.len()))?;
    let mut head = Vec::with_capacity(head_len(count));
    head.extend_from_slice(MAGIC);
    head.push(VERSION);
    head.extend_from_slice(&count.to_be_bytes());
    debug_assert_eq!(head.len(), HEAD_FIXED);
    let mut first_with: HashMap<[u8; 32], usize> = HashMap::new();
    let mut bodies = Vec::new();
    let mut methods = Vec::with_capacity(frames.len());
    for (index, frame) in frames.iter().enumerate() {
        let earlier = *first_with.entry(frame.identity).or_insert(index);
        // The bytes decide: a digest that lies must never make one frame stand for another.
        if earlier != index && frames[earlier].bytes == frame.bytes {
            head.push(1);
            head.extend_from_slice(&(earlier as u64).to_be_bytes());
            methods.push(Method::Duplicate);
        } else {
            head.push(0);
            head.extend_from_slice(&(frame.bytes.len() as u64).to_be_bytes());
            bodies.push(frame.bytes);
            methods.push(Method::Stored);
        }
    }
    Ok(Packed {
        head,
        bodies,
        methods,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::v1::{Container, ContainerError};

    fn whole(packed: &Packed<'_>) -> Vec<u8> {
        let mut out = packed.head.clone();
        packed.bodies.iter().for_each(|body| out.extend_from_slice(body));
        out
    }

    fn packed(files: &[Vec<u8>]) -> Vec<u8> {
        let frames: Vec<Frame<'_>> = files
            .iter()
            .map(|f| Frame {
                bytes: f,
                identity: *blake3::hash(f).as_bytes(),
            })
            .collect();
        whole(&pack(&frames).expect("few frames"))
    }

    #[test]
    fn a_repeated_file_costs_nine_bytes() {
        let one = packed(&[vec![7; 5000]]);
        let two = packed(&[vec![7; 5000], vec![7; 5000]]);
        assert_eq!(two.len(), one.len() + 9);
    }

    #[test]
    fn a_lying_identity_never_replaces_bytes() {
        let frames = [
            Frame {
                bytes: b"a",
                identity: [0; 32],
            },
            Frame {
                bytes: b"b",
                identity: [0; 32],
            },
        ];
        let container = whole(&pack(&frames).expect("two frames"));
        let head = Container::parse(&container, container.len() as u64).expect("own container");
        assert_eq!(head.frame(&container, 1), Ok(&b"b"[..]));
    }

    proptest! {
        #[test]
        fn every_file_comes_back(files in prop::collection::vec(prop::collection::vec(0u8..3, 0..4), 0..40)) {
            let container = packed(&files);
            let head = Container::parse(&container, container.len() as u64).expect("own container");
            prop_assert_eq!(head.len(), files.len());
            for (index, file) in files.iter().enumerate() {
                prop_assert_eq!(head.frame(&container, index).expect("in range"), &file[..]);
            }
        }

        #[test]
        fn any_truncation_is_noticed(files in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..9), 1..9), cut in any::<prop::sample::Index>()) {
            let container = packed(&files);
            let cut = &container[..cut.index(container.len())];
            let parsed = Container::parse(cut, cut.len() as u64);
            prop_assert!(matches!(parsed, Err(ContainerError::Truncated | ContainerError::NotAContainer)), "{parsed:?}");
        }

        #[test]
        fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Container::parse(&bytes, bytes.len() as u64);
        }
    }
}
