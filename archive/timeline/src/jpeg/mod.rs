//! JPEG: Huffman coding undone, so that what is left are quantised coefficients; and put on again, bit for bit.
//!
//! Sequential Huffman JPEG of eight bits (`SOF0`, `SOF1`), with any sampling, any number of scans, restart markers, one to four
//! components. The *side record* has the marker segments before each scan as they are, the bits that fill the last bytes, and
//! everything behind the last scan. What these don't suffice for (a stream that was coded otherwise than the standard's
//! encoder does, a file cut short) is seen when the file is put together again, and kept another way.

mod huffman;
pub(crate) mod lepton;
mod markers;
mod scan;

use markers::{Markers, Tables};
use scan::{Fill, Frame};

use crate::bytes::{Reader, put_varint};
use crate::error::Damage;
use crate::limits::MAX_SIDE_BYTES;
use crate::plane::Plane;

/// Most scans of a file: one for each component.
const MAX_SCANS: usize = 4;

/// A file taken apart.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) side: Vec<u8>,
    pub(crate) planes: Vec<Plane>,
}

/// Takes a file apart. `None` for what can't be, or not within bounds.
pub(crate) fn take_apart(file: &[u8]) -> Option<Parts> {
    if !file.starts_with(&[0xff, 0xd8, 0xff]) {
        return None;
    }
    let mut tables = Tables::default();
    let mut frame: Option<Frame> = None;
    let mut scans = Vec::new();
    let mut rest = file;
    while let Markers::Scan { before, scan } = Markers::read(rest, &mut tables, scans.is_empty())? {
        if scans.len() == MAX_SCANS {
            return None;
        }
        rest = rest.get(before..)?;
        let frame = match &mut frame {
            Some(frame) => frame,
            none => none.insert(Frame::new(tables.frame.as_ref()?)?),
        };
        let (fill, read) = frame.decode(rest, &scan, &tables)?;
        rest = rest.get(read..)?;
        scans.push((before, read, fill));
    }
    let frame = frame?;
    let mut side = Vec::new();
    put_varint(&mut side, scans.len() as u64);
    let mut at = 0;
    for (before, read, fill) in &scans {
        put_varint(&mut side, *before as u64);
        side.extend_from_slice(file.get(at..at + before)?);
        fill.write(&mut side);
        at += before + read;
    }
    side.extend_from_slice(rest);
    (side.len() <= MAX_SIDE_BYTES).then(|| Parts {
        side,
        planes: frame.into_planes(),
    })
}

/// Puts a file together again.
pub(crate) fn put_together(side: &[u8], planes: &[Plane]) -> Result<Vec<u8>, Damage> {
    let mut reader = Reader::new(side, "side records");
    let damage = reader.damage();
    let mut tables = Tables::default();
    let mut frame: Option<Frame> = None;
    let mut file = Vec::new();
    let count = reader.size(MAX_SCANS)?;
    for number in 0..count {
        let len = reader.size(reader.rest().len())?;
        let before = reader.take(len)?;
        let Some(Markers::Scan { before: read, scan }) = Markers::read(before, &mut tables, number == 0)
        else {
            return Err(damage);
        };
        if read != len {
            return Err(damage);
        }
        file.extend_from_slice(before);
        let frame = match &mut frame {
            Some(frame) => frame,
            none => {
                let frame = tables.frame.as_ref().and_then(Frame::new).ok_or(damage)?;
                if !frame.fits(planes) {
                    return Err(damage);
                }
                none.insert(frame)
            }
        };
        let fill = Fill::read(&mut reader)?;
        frame
            .encode(planes, &scan, &tables, &fill, &mut file)
            .ok_or(damage)?;
    }
    file.extend_from_slice(reader.rest());
    Ok(file)
}
