//! A container in, files and pixels out.

use std::ops::Range;
use std::sync::Arc;

use crate::bytes::Reader;
use crate::error::Damage;
use crate::group::{Format, GroupReader};
use crate::head::{Entry, Head, Method, Place, check_of};
use crate::limits::MAX_WHOLE_BYTES;
use crate::pixels::Pixels;
use crate::zst::Stream;
use crate::{jpeg, png};

/// Gives single frames of a container, in any order.
///
/// It does no I/O: [`Unpacker::needs`] says which bytes of the container a frame needs, and [`Unpacker::supply`] takes them. It keeps
/// what it was supplied last and what it has decoded of it, so frames that follow each other, or lie near each other, cost
/// little more than writing them down.
#[derive(Debug)]
pub struct Unpacker {
    head: Head,
    held: Option<Held>,
}

/// What was supplied last.
#[derive(Debug)]
enum Held {
    Whole { range: Range<u64>, bytes: Vec<u8> },
    Group { number: usize, reader: Box<GroupReader> },
}

impl Unpacker {
    /// An unpacker that has to be supplied with what frames need.
    pub fn new(head: Head) -> Self {
        Self { head, held: None }
    }

    /// An unpacker of a container that is at hand as a whole, with its bytes.
    pub fn whole(container: &[u8]) -> Result<WholeUnpacker<'_>, Damage> {
        let head = Head::parse(container, container.len() as u64)?;
        Ok(WholeUnpacker {
            container,
            unpacker: Self::new(head),
        })
    }

    /// The container's head.
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// The bytes that have to be supplied before frame `index` can be asked for; nothing when they are there.
    pub fn needs(&self, index: usize) -> Result<Option<Range<u64>>, Damage> {
        let entry = self.head.entry(index)?;
        let there = match (&self.held, &entry.place) {
            (Some(Held::Whole { range, .. }), Place::Whole(wanted)) => range == wanted,
            (Some(Held::Group { number, .. }), Place::Grouped { group, .. }) => number == group,
            _ => false,
        };
        if there {
            Ok(None)
        } else {
            self.head.needs(index).map(Some)
        }
    }

    /// Takes the bytes that frame `index` needs. A group's are checked here, a file's when it is asked for.
    pub fn supply(&mut self, index: usize, bytes: Vec<u8>) -> Result<(), Damage> {
        let needed = self.head.needs(index)?;
        if bytes.len() as u64 != needed.end - needed.start {
            return Err(Damage::Truncated);
        }
        self.held = None;
        self.held = Some(match self.head.entry(index)?.place {
            Place::Whole(_) => Held::Whole { range: needed, bytes },
            Place::Grouped { group, .. } => {
                let entry = &self.head.groups[group];
                if check_of(&bytes) != entry.check {
                    return Err(Damage::Group(group));
                }
                let reader = Box::new(GroupReader::new(&entry.layout, Arc::new(bytes))?);
                Held::Group {
                    number: group,
                    reader,
                }
            }
        });
        Ok(())
    }

    /// The file of frame `index`, bit for bit. Whatever does not check against what was packed is an error.
    pub fn file(&mut self, index: usize) -> Result<Vec<u8>, Damage> {
        let entry = self.head.entry(index)?.clone();
        let file = self.unchecked_file(index, &entry)?;
        match entry.check {
            Some(check) if check != check_of(&file) => Err(Damage::Frame(index)),
            _ => Ok(file),
        }
    }

    fn unchecked_file(&mut self, index: usize, entry: &Entry) -> Result<Vec<u8>, Damage> {
        match (&mut self.held, &entry.place) {
            (Some(Held::Whole { range, bytes }), Place::Whole(wanted)) if range == wanted => match entry.held
            {
                Method::Zstd => decompressed(bytes),
                Method::Lepton => jpeg::lepton::unpack(bytes),
                _ => Ok(bytes.clone()),
            },
            (Some(Held::Group { number, reader }), Place::Grouped { group, index }) if number == group => {
                let planes = reader.planes(*index)?;
                let (format, side) = reader.side(*index)?;
                match (format, entry.held) {
                    (Format::Png, Method::Png) => png::put_together(side, &planes),
                    (Format::Jpeg, Method::Jpeg) => jpeg::put_together(side, &planes),
                    _ => Err(Damage::Part("frames")),
                }
            }
            _ => Err(Damage::Missing(index)),
        }
    }

    /// The samples of frame `index`, without the work of making its file again. Only frames that were taken apart have them
    /// ([`Damage::NoPixels`] says so of others).
    pub fn pixels(&mut self, index: usize) -> Result<Pixels, Damage> {
        let entry = self.head.entry(index)?.clone();
        match (&mut self.held, &entry.place) {
            (_, Place::Whole(_)) => Err(Damage::NoPixels(index)),
            (Some(Held::Group { number, reader }), Place::Grouped { group, index: at })
                if number == group =>
            {
                if reader.side(*at)?.0 == Format::Jpeg {
                    return Err(Damage::NoPixels(index));
                }
                let planes = reader.planes(*at)?;
                let (format, side) = reader.side(*at)?;
                match format {
                    Format::Png => Pixels::from_png(side, planes),
                    Format::Jpeg => Err(Damage::NoPixels(index)),
                }
            }
            _ => Err(Damage::Missing(index)),
        }
    }
}

/// An [`Unpacker`] with the container at hand.
#[derive(Debug)]
pub struct WholeUnpacker<'a> {
    container: &'a [u8],
    unpacker: Unpacker,
}

impl WholeUnpacker<'_> {
    /// The container's head.
    pub fn head(&self) -> &Head {
        self.unpacker.head()
    }

    /// The file of frame `index`, bit for bit.
    pub fn file(&mut self, index: usize) -> Result<Vec<u8>, Damage> {
        self.provide(index)?;
        self.unpacker.file(index)
    }

    /// The samples of frame `index`; see [`Unpacker::pixels`].
    pub fn pixels(&mut self, index: usize) -> Result<Pixels, Damage> {
        self.provide(index)?;
        self.unpacker.pixels(index)
    }

    fn provide(&mut self, index: usize) -> Result<(), Damage> {
        if let Some(range) = self.unpacker.needs(index)? {
            let at = |end: u64| usize::try_from(end).map_err(|_| Damage::Truncated);
            let bytes = self
                .container
                .get(at(range.start)?..at(range.end)?)
                .ok_or(Damage::Truncated)?;
            self.unpacker.supply(index, bytes.to_vec())?;
        }
        Ok(())
    }
}

/// A file that was compressed as a whole.
pub(crate) fn decompressed(whole: &[u8]) -> Result<Vec<u8>, Damage> {
    let mut reader = Reader::new(whole, "files");
    let len = reader.size(MAX_WHOLE_BYTES)?;
    let mut file = vec![0; len];
    Stream::new(reader.rest().to_vec().into(), "files")?.read_exact(&mut file)?;
    Ok(file)
}
