//! The container's byte layout and its reader.
//!
//! ```text
//! "OTL"  version u8 = 1  count u32 BE
//! count × { method u8, argument u64 BE }
//! the stored frames' bytes, one after another, in frame order
//! ```
//! For method 0 (stored) the argument is the frame's length in bytes; for method 1 (duplicate) it is the index
//! of an earlier *stored* frame, so that a lookup never follows more than one reference.

use std::ops::Range;

/// The first three bytes of every container.
pub const MAGIC: &[u8; 3] = b"OTL";
/// The layout's version, the fourth byte.
pub const VERSION: u8 = 1;
/// Bytes before the first entry: magic, version and count.
pub const HEAD_FIXED: usize = 8;
/// Most frames a container may hold; a reader refuses more before it allocates.
pub const MAX_FRAMES: u32 = 65_536;

const ENTRY: usize = 9;

/// How a frame is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// The file's bytes as they came.
    Stored,
    /// The same bytes as an earlier stored frame of this container.
    Duplicate,
}

/// Why bytes are no container this version can read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ContainerError {
    /// The magic is missing.
    #[error("not a timeline container")]
    NotAContainer,
    /// A version this program does not know.
    #[error("timeline container version {0} is not known to this program")]
    UnknownVersion(u8),
    /// More frames than any writer makes.
    #[error("timeline container claims {0} frames, more than {MAX_FRAMES}")]
    TooManyFrames(u32),
    /// A method this version does not define.
    #[error("frame {frame} uses packing method {method}, which this program does not know")]
    UnknownMethod {
        /// The frame's index in the container.
        frame: u32,
        /// The method byte.
        method: u8,
    },
    /// A duplicate that does not point at an earlier stored frame.
    #[error("frame {frame} refers to frame {target}, which is not an earlier stored frame")]
    BadReference {
        /// The frame's index in the container.
        frame: u32,
        /// What it points at.
        target: u64,
    },
    /// The bytes end before the head or the frames do.
    #[error("timeline container is cut short")]
    Truncated,
    /// Bytes follow the last frame.
    #[error("timeline container has bytes after its last frame")]
    Trailing,
    /// An index at or past the count.
    #[error("timeline container has no frame {0}")]
    NoSuchFrame(usize),
}

/// The head's length for `count` frames, which a random-access reader fetches first.
pub const fn head_len(count: u32) -> usize {
    HEAD_FIXED + count as usize * ENTRY
}

/// A parsed container head: where each frame's bytes lie.
#[derive(Debug)]
pub struct Container {
    frames: Vec<(Method, Range<u64>)>,
    total: u64,
}

impl Container {
    /// Reads the head of a container that is `total` bytes long; `head` holds at least [`head_len`] of them.
    /// Checks every entry and that the frames fill the container exactly.
    pub fn parse(head: &[u8], total: u64) -> Result<Self, ContainerError> {
        let fixed = head
            .get(..HEAD_FIXED)
            .ok_or(if head.starts_with(MAGIC) || head.len() < 3 {
                ContainerError::Truncated
            } else {
                ContainerError::NotAContainer
            })?;
        if fixed[..3] != *MAGIC {
            return Err(ContainerError::NotAContainer);
        }
        if fixed[3] != VERSION {
            return Err(ContainerError::UnknownVersion(fixed[3]));
        }
        let count = u32::from_be_bytes([fixed[4], fixed[5], fixed[6], fixed[7]]);
        if count > MAX_FRAMES {
            return Err(ContainerError::TooManyFrames(count));
        }
        let entries = head
            .get(HEAD_FIXED..head_len(count))
            .ok_or(ContainerError::Truncated)?;
        let mut frames: Vec<(Method, Range<u64>)> = Vec::with_capacity(count as usize);
        let mut at = head_len(count) as u64;
        for (frame, entry) in (0u32..).zip(entries.chunks_exact(ENTRY)) {
            let mut argument = [0u8; 8];
            argument.copy_from_slice(&entry[1..]);
            let argument = u64::from_be_bytes(argument);
            let held = match entry[0] {
                0 => {
                    let end = at.checked_add(argument).filter(|end| *end <= total);
                    let end = end.ok_or(ContainerError::Truncated)?;
                    let range = at..end;
                    at = end;
                    (Method::Stored, range)
                }
                1 => {
                    let earlier = usize::try_from(argument)
                        .ok()
                        .and_then(|target| frames.get(target));
                    match earlier {
                        Some((Method::Stored, range)) => (Method::Duplicate, range.clone()),
                        _ => {
                            return Err(ContainerError::BadReference {
                                frame,
                                target: argument,
                            });
                        }
                    }
                }
                method => return Err(ContainerError::UnknownMethod { frame, method }),
            };
            frames.push(held);
        }
        if at != total {
            return Err(ContainerError::Trailing);
        }
        Ok(Self { frames, total })
    }

    /// Number of frames.
    pub fn len(&self) -> usize {
        self.frames.len()
    }

    /// Whether the container holds no frame.
    pub fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }

    /// The container's length in bytes.
    pub fn total_bytes(&self) -> u64 {
        self.total
    }

    /// How frame `index` is held.
    pub fn method(&self, index: usize) -> Result<Method, ContainerError> {
        self.frames
            .get(index)
            .map(|(method, _)| *method)
            .ok_or(ContainerError::NoSuchFrame(index))
    }

    /// Where in the container the bytes of frame `index` lie.
    pub fn range(&self, index: usize) -> Result<Range<u64>, ContainerError> {
        self.frames
            .get(index)
            .map(|(_, range)| range.clone())
            .ok_or(ContainerError::NoSuchFrame(index))
    }

    /// The bytes of frame `index`, given the whole container.
    pub fn frame<'a>(&self, container: &'a [u8], index: usize) -> Result<&'a [u8], ContainerError> {
        let range = self.range(index)?;
        let start = usize::try_from(range.start).map_err(|_| ContainerError::Truncated)?;
        let end = usize::try_from(range.end).map_err(|_| ContainerError::Truncated)?;
        container.get(start..end).ok_or(ContainerError::Truncated)
    }
}
