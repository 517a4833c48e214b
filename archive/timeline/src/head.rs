//! The start of a container of version 2: what each frame is, and where.

use std::ops::Range;

use crate::bytes::Reader;
use crate::error::Damage;
use crate::group::{Layout, STREAMS};
use crate::v1::{self, MAGIC, MAX_FRAMES};

/// The version that [`crate::Packer`] writes.
pub const VERSION: u8 = 2;
/// Bytes from which the length of the whole head follows.
pub const HEAD_START: usize = 12;
const ENTRY: usize = 17;
const GROUP: usize = STREAMS * 8 + 4 + CHECK;
/// Bytes of a check.
pub(crate) const CHECK: usize = 8;

/// How a frame is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Method {
    /// The file's bytes as they came.
    Stored,
    /// The same bytes as an earlier frame of the container.
    Duplicate,
    /// A PNG taken apart.
    Png,
    /// A JPEG taken apart.
    Jpeg,
    /// The file as a whole, compressed.
    Zstd,
    /// A JPEG that was not taken apart, by Lepton.
    Lepton,
}

impl Method {
    const fn code(self) -> u8 {
        match self {
            Self::Stored => 0,
            Self::Duplicate => 1,
            Self::Png => 2,
            Self::Jpeg => 3,
            Self::Zstd => 4,
            Self::Lepton => 5,
        }
    }

    fn from_code(code: u8) -> Option<Self> {
        [
            Self::Stored,
            Self::Duplicate,
            Self::Png,
            Self::Jpeg,
            Self::Zstd,
            Self::Lepton,
        ]
        .into_iter()
        .find(|method| method.code() == code)
    }

    /// The method's name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Stored => "stored",
            Self::Duplicate => "duplicate",
            Self::Png => "png",
            Self::Jpeg => "jpeg",
            Self::Zstd => "zstd",
            Self::Lepton => "lepton",
        }
    }
}

/// Where a frame's bytes come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// A file of its own in the container.
    Whole(Range<u64>),
    /// Frame `index` of group `group`.
    Grouped { group: usize, index: usize },
}

/// A frame as the head has it.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) method: Method,
    /// How the bytes are held: the method of the frame that a duplicate is of, else the method.
    pub(crate) held: Method,
    pub(crate) place: Place,
    /// Of the file's bytes; a container of version 1 has none.
    pub(crate) check: Option<[u8; CHECK]>,
}

#[derive(Debug, Clone)]
pub(crate) struct GroupEntry {
    pub(crate) layout: Layout,
    pub(crate) range: Range<u64>,
    pub(crate) check: [u8; CHECK],
}

/// A container's head: how many frames it holds, how, and which bytes each needs.
#[derive(Debug, Clone)]
pub struct Head {
    pub(crate) entries: Vec<Entry>,
    pub(crate) groups: Vec<GroupEntry>,
    version: u8,
}

/// The first bytes of the BLAKE3 of `bytes`: against damage and mistakes, not against forgers.
pub(crate) fn check_of(bytes: &[u8]) -> [u8; CHECK] {
    let mut check = [0; CHECK];
    check.copy_from_slice(&blake3::hash(bytes).as_bytes()[..CHECK]);
    check
}

impl Head {
    /// How long the head is, from the container's first [`HEAD_START`] bytes (all there are, where it is shorter).
    pub fn len_from(start: &[u8]) -> Result<usize, Damage> {
        let mut reader = Reader::new(start, "head");
        if start.get(..3).is_some_and(|magic| magic != MAGIC) {
            return Err(Damage::NotAContainer);
        }
        let cut = |_| Damage::Truncated;
        let version = reader.take(4).map_err(cut)?[3];
        let count = reader.u32_be().map_err(cut)?;
        if count > MAX_FRAMES {
            return Err(Damage::TooLarge("frames"));
        }
        match version {
            v1::VERSION => Ok(v1::head_len(count)),
            VERSION => {
                let groups = reader.u32_be().map_err(cut)?;
                if groups > count {
                    return Err(Damage::TooLarge("groups"));
                }
                Ok(HEAD_START + count as usize * ENTRY + groups as usize * GROUP + CHECK)
            }
            version => Err(Damage::UnknownVersion(version)),
        }
    }

    /// Reads the head of a container that is `total` bytes long. `start` holds at least [`Head::len_from`] of them.
    pub fn parse(start: &[u8], total: u64) -> Result<Self, Damage> {
        let len = Self::len_from(start)?;
        let head = start.get(..len).ok_or(Damage::Truncated)?;
        if head[3] == v1::VERSION {
            Self::parse_v1(head, total)
        } else {
            Self::parse_v2(head, total)
        }
    }

    fn parse_v1(head: &[u8], total: u64) -> Result<Self, Damage> {
        let container = v1::Container::parse(head, total)?;
        let mut entries = Vec::with_capacity(container.len());
        for index in 0..container.len() {
            let method = match container.method(index)? {
                v1::Method::Stored => Method::Stored,
                v1::Method::Duplicate => Method::Duplicate,
            };
            let place = Place::Whole(container.range(index)?);
            entries.push(Entry {
                method,
                held: Method::Stored,
                place,
                check: None,
            });
        }
        Ok(Self {
            entries,
            groups: Vec::new(),
            version: v1::VERSION,
        })
    }

    fn parse_v2(head: &[u8], total: u64) -> Result<Self, Damage> {
        let (body, check) = head.split_at(head.len() - CHECK);
        if check_of(body) != *check {
            return Err(Damage::Head);
        }
        let mut reader = Reader::new(&body[4..], "head");
        let count = reader.u32_be()? as usize;
        let group_count = reader.u32_be()? as usize;
        let mut table = Reader::new(reader.take(count * ENTRY)?, "head");
        let mut at = head.len() as u64;
        let mut groups = Vec::with_capacity(group_count);
        for _ in 0..group_count {
            let mut layout = Layout::default();
            for lengths in &mut layout.streams {
                *lengths = (reader.u32_be()?, reader.u32_be()?);
            }
            layout.coded = reader.u32_be()?;
            let range = next(&mut at, layout.total(), total)?;
            groups.push(GroupEntry {
                layout,
                range,
                check: read_check(&mut reader)?,
            });
        }
        reader.finish()?;
        let mut entries: Vec<Entry> = Vec::with_capacity(count);
        for frame in 0..count {
            let code = table.byte()?;
            let argument = table.u64_be()?;
            let check = Some(read_check(&mut table)?);
            let method = Method::from_code(code).ok_or(Damage::UnknownMethod { frame, method: code })?;
            let bad = Damage::BadReference {
                frame,
                target: argument,
            };
            let (held, place) = match method {
                Method::Stored | Method::Zstd | Method::Lepton => {
                    (method, Place::Whole(next(&mut at, argument, total)?))
                }
                Method::Duplicate => {
                    let earlier = usize::try_from(argument)
                        .ok()
                        .and_then(|target| entries.get(target));
                    let earlier = earlier
                        .filter(|earlier| earlier.method != Method::Duplicate)
                        .ok_or(bad)?;
                    (earlier.method, earlier.place.clone())
                }
                Method::Png | Method::Jpeg => {
                    let (group, index) = ((argument >> 32) as usize, (argument & 0xffff_ffff) as usize);
                    if group >= groups.len() {
                        return Err(bad);
                    }
                    (method, Place::Grouped { group, index })
                }
            };
            entries.push(Entry {
                method,
                held,
                place,
                check,
            });
        }
        if at != total {
            return Err(Damage::Trailing);
        }
        Ok(Self {
            entries,
            groups,
            version: VERSION,
        })
    }

    /// Number of frames.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether the container holds no frame.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The container's version.
    pub fn version(&self) -> u8 {
        self.version
    }

    /// How frame `index` is held.
    pub fn method(&self, index: usize) -> Result<Method, Damage> {
        Ok(self.entry(index)?.method)
    }

    /// The bytes of the container that frame `index` needs: its file, or its group.
    pub fn needs(&self, index: usize) -> Result<Range<u64>, Damage> {
        match &self.entry(index)?.place {
            Place::Whole(range) => Ok(range.clone()),
            Place::Grouped { group, .. } => Ok(self.groups[*group].range.clone()),
        }
    }

    /// What the container's bytes are spent on, by name: the streams of its groups, and the files that are held as a whole.
    pub fn spent(&self) -> Vec<(&'static str, u64)> {
        const NAMES: [&str; STREAMS] = [
            "frames",
            "maps: repeats",
            "maps: kinds",
            "maps: lengths",
            "maps: vectors",
            "cells",
            "side records",
            "content",
        ];
        let mut spent: Vec<_> = NAMES.into_iter().map(|name| (name, 0)).collect();
        let mut coded = 0;
        for group in &self.groups {
            for (spent, (packed, _)) in spent.iter_mut().zip(&group.layout.streams) {
                spent.1 += u64::from(*packed);
            }
            coded += u64::from(group.layout.coded);
        }
        let whole = self.entries.iter().map(|entry| match &entry.place {
            Place::Whole(range) if entry.method != Method::Duplicate => range.end - range.start,
            _ => 0,
        });
        spent.push(("coded content", coded));
        spent.push(("whole files", whole.sum()));
        spent
    }

    pub(crate) fn entry(&self, index: usize) -> Result<&Entry, Damage> {
        self.entries.get(index).ok_or(Damage::NoSuchFrame(index))
    }
}

/// A frame that is about to be written into a head.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NewEntry {
    pub(crate) method: Method,
    pub(crate) argument: u64,
    pub(crate) check: [u8; CHECK],
}

/// Writes a head.
pub(crate) fn write(entries: &[NewEntry], groups: &[(Layout, [u8; CHECK])]) -> Vec<u8> {
    let mut head = Vec::with_capacity(HEAD_START + entries.len() * ENTRY + groups.len() * GROUP + CHECK);
    head.extend_from_slice(MAGIC);
    head.push(VERSION);
    head.extend_from_slice(&(entries.len() as u32).to_be_bytes());
    head.extend_from_slice(&(groups.len() as u32).to_be_bytes());
    for entry in entries {
        head.push(entry.method.code());
        head.extend_from_slice(&entry.argument.to_be_bytes());
        head.extend_from_slice(&entry.check);
    }
    for (layout, check) in groups {
        for (packed, raw) in &layout.streams {
            head.extend_from_slice(&packed.to_be_bytes());
            head.extend_from_slice(&raw.to_be_bytes());
        }
        head.extend_from_slice(&layout.coded.to_be_bytes());
        head.extend_from_slice(check);
    }
    let check = check_of(&head);
    head.extend_from_slice(&check);
    head
}

/// The next `len` bytes of a container of `total`.
fn next(at: &mut u64, len: u64, total: u64) -> Result<Range<u64>, Damage> {
    let end = at
        .checked_add(len)
        .filter(|end| *end <= total)
        .ok_or(Damage::Truncated)?;
    let range = *at..end;
    *at = end;
    Ok(range)
}

fn read_check(reader: &mut Reader<'_>) -> Result<[u8; CHECK], Damage> {
    let mut check = [0; CHECK];
    check.copy_from_slice(reader.take(CHECK)?);
    Ok(check)
}
