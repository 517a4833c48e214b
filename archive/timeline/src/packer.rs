//! Files in, a container out.

use std::collections::HashMap;

use crate::bytes::put_varint;
use crate::group::{Added, Format, Group, GroupWriter};
use crate::head::{self, Method, NewEntry, check_of};
use crate::limits::{MAX_SAMPLE_BYTES, MAX_WHOLE_BYTES};
use crate::plane::Plane;
use crate::v1::MAX_FRAMES;
use crate::{jpeg, png, zst};

/// Why a frame can't be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a timeline container holds at most {MAX_FRAMES} frames")]
pub struct TooManyFrames;

/// Level for files that are compressed as a whole.
const WHOLE_LEVEL: i32 = 9;

/// Packs a run of files into one container.
///
/// Files are recognised by their first bytes, never by a name or a media type that somebody gave them. Whatever can't be
/// taken apart and put together again exactly is kept as it came; that is no error.
///
/// ```
/// use obhut_timeline::{Method, Packer, Unpacker};
///
/// let mut packer = Packer::new();
/// packer.push(b"not an image")?;
/// packer.push(b"not an image")?;
/// let packed = packer.finish();
/// assert_eq!(packed.methods, [Method::Stored, Method::Duplicate]);
///
/// let mut unpacker = Unpacker::whole(&packed.container)?;
/// assert_eq!(unpacker.file(1)?, b"not an image");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Default)]
pub struct Packer<'a> {
    frames: Vec<Pending<'a>>,
    first_with: HashMap<[u8; 32], usize>,
    open: GroupWriter,
    groups: Vec<Group>,
}

/// A frame whose entry is not written yet.
#[derive(Debug)]
struct Pending<'a> {
    file: &'a [u8],
    method: Method,
    /// For a duplicate the frame it is of; for a grouped one its group and its place there.
    argument: u64,
    /// A file compressed as a whole.
    whole: Vec<u8>,
    check: [u8; 8],
}

/// A container, and how each frame is held in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Container {
    /// The container's bytes.
    pub container: Vec<u8>,
    /// The method of each frame.
    pub methods: Vec<Method>,
}

impl<'a> Packer<'a> {
    /// A packer without frames.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file. What is packed is put together again and compared before this returns.
    pub fn push(&mut self, file: &'a [u8]) -> Result<Method, TooManyFrames> {
        let number = self.frames.len();
        if number >= MAX_FRAMES as usize {
            return Err(TooManyFrames);
        }
        let digest = blake3::hash(file);
        let mut pending = Pending {
            file,
            method: Method::Stored,
            argument: 0,
            whole: Vec::new(),
            check: [0; 8],
        };
        pending.check.copy_from_slice(&digest.as_bytes()[..8]);
        let earlier = *self.first_with.entry(*digest.as_bytes()).or_insert(number);
        if earlier != number {
            pending.method = Method::Duplicate;
            pending.argument = earlier as u64;
        } else if let Some((method, argument)) = self.group(file) {
            pending.method = method;
            pending.argument = argument;
        } else if let Some(whole) = jpeg::lepton::pack(file) {
            pending.method = Method::Lepton;
            pending.whole = whole;
        } else if let Some(whole) = compressed(file) {
            pending.method = Method::Zstd;
            pending.whole = whole;
        }
        let method = pending.method;
        self.frames.push(pending);
        Ok(method)
    }

    /// Takes a file apart and puts it into a group. Returns the method, and the group's number with the frame's in it.
    fn group(&mut self, file: &[u8]) -> Option<(Method, u64)> {
        if let Some(parts) = png::take_apart(file) {
            let again = png::put_together(&parts.side, &parts.planes);
            return if again.is_ok_and(|again| again == file) {
                Some((Method::Png, self.add(Format::Png, &parts.side, &parts.planes)?))
            } else {
                None
            };
        }
        let parts = jpeg::take_apart(file)?;
        let again = jpeg::put_together(&parts.side, &parts.planes);
        if again.is_ok_and(|again| again == file) {
            Some((Method::Jpeg, self.add(Format::Jpeg, &parts.side, &parts.planes)?))
        } else {
            None
        }
    }

    fn add(&mut self, format: Format, side: &[u8], planes: &[Plane]) -> Option<u64> {
        let samples: usize = planes.iter().map(|plane| plane.data.len()).sum();
        if samples > MAX_SAMPLE_BYTES {
            return None;
        }
        if self.open.add(format, side, planes) == Added::Full {
            self.close();
            if self.open.add(format, side, planes) == Added::Full {
                self.open = GroupWriter::default();
                return None;
            }
        }
        Some((self.groups.len() as u64) << 32 | (self.open.len() - 1) as u64)
    }

    /// Ends the open group. Should a reader not get from it what was added, its frames are kept as they came.
    fn close(&mut self) {
        let open = std::mem::take(&mut self.open);
        if open.len() == 0 {
            return;
        }
        let number = self.groups.len() as u64;
        if let Some(group) = open.finish() {
            self.groups.push(group);
            return;
        }
        for frame in &mut self.frames {
            if matches!(frame.method, Method::Png | Method::Jpeg) && frame.argument >> 32 == number {
                frame.method = Method::Stored;
                frame.argument = 0;
            }
        }
    }

    /// The container.
    pub fn finish(mut self) -> Container {
        self.close();
        let mut entries = Vec::with_capacity(self.frames.len());
        for frame in &self.frames {
            let argument = match frame.method {
                Method::Stored => frame.file.len() as u64,
                Method::Zstd | Method::Lepton => frame.whole.len() as u64,
                Method::Duplicate | Method::Png | Method::Jpeg => frame.argument,
            };
            entries.push(NewEntry {
                method: frame.method,
                argument,
                check: frame.check,
            });
        }
        let groups: Vec<_> = self
            .groups
            .iter()
            .map(|group| (group.layout, check_of(&group.bytes)))
            .collect();
        let mut container = head::write(&entries, &groups);
        for group in self.groups {
            container.extend_from_slice(&group.bytes);
        }
        for frame in &self.frames {
            match frame.method {
                Method::Stored => container.extend_from_slice(frame.file),
                Method::Zstd | Method::Lepton => container.extend_from_slice(&frame.whole),
                Method::Duplicate | Method::Png | Method::Jpeg => {}
            }
        }
        let methods = self.frames.iter().map(|frame| frame.method).collect();
        Container { container, methods }
    }
}

/// The file compressed, with its length before it, where that is worth it and comes back.
fn compressed(file: &[u8]) -> Option<Vec<u8>> {
    if file.len() < 64 || file.len() > MAX_WHOLE_BYTES {
        return None;
    }
    let mut whole = Vec::new();
    put_varint(&mut whole, file.len() as u64);
    whole.extend_from_slice(&zst::compress(file, WHOLE_LEVEL));
    let worth = whole.len() < file.len() - file.len() / 32;
    (worth && crate::unpacker::decompressed(&whole).is_ok_and(|again| again == file)).then_some(whole)
}
