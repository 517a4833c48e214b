//! The data of scans, to blocks of coefficients and back.

use super::huffman::{BitReader, BitWriter, Table};
use super::markers::{FrameHeader, ScanComponent, Tables};
use crate::bytes::{Reader, put_varint};
use crate::error::Damage;
use crate::limits::MAX_SAMPLE_BYTES;
use crate::plane::Plane;
use crate::plane::blocks::BLOCK;

const COEFFICIENTS: usize = 64;

/// A component's blocks.
#[derive(Debug)]
struct Blocks {
    /// Sampling factors.
    across: u32,
    down: u32,
    /// Blocks that carry samples, in a scan of this component alone.
    used_across: u32,
    used_down: u32,
    /// Blocks in a row and rows, whole MCUs.
    width: u32,
    height: u32,
    data: Vec<u8>,
}

/// The components of a frame.
#[derive(Debug)]
pub(crate) struct Frame {
    mcus_across: u32,
    mcus_down: u32,
    components: Vec<Blocks>,
}

/// The bits that fill up the bytes before markers.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Fill {
    /// The same everywhere: all ones, or all zeros.
    Even(u8),
    /// A byte for each interval, of which the lowest bits are used.
    Each(Vec<u8>),
}

impl Fill {
    fn of(fills: Vec<(u32, u32)>) -> Self {
        for byte in [0xff, 0] {
            if fills
                .iter()
                .all(|(count, bits)| u32::from(byte) & ((1 << count) - 1) == *bits)
            {
                return Self::Even(byte);
            }
        }
        Self::Each(fills.into_iter().map(|(_, bits)| bits as u8).collect())
    }

    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Even(byte) => out.push(byte & 1),
            Self::Each(bytes) => {
                out.push(2);
                put_varint(out, bytes.len() as u64);
                out.extend_from_slice(bytes);
            }
        }
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, Damage> {
        match reader.byte()? {
            0 => Ok(Self::Even(0)),
            1 => Ok(Self::Even(0xff)),
            2 => {
                let len = reader.size(reader.rest().len())?;
                Ok(Self::Each(reader.take(len)?.to_vec()))
            }
            _ => Err(reader.damage()),
        }
    }

    fn at(&self, interval: usize) -> Option<u8> {
        match self {
            Self::Even(byte) => Some(*byte),
            Self::Each(bytes) => bytes.get(interval).copied(),
        }
    }
}

/// The blocks of one MCU: component of the scan, column and row.
type Place = (usize, u32, u32);

impl Frame {
    /// Room for the blocks of a frame. `None` beyond the bound.
    pub(crate) fn new(header: &FrameHeader) -> Option<Self> {
        let most_across = header.components.iter().map(|c| u32::from(c.across)).max()?;
        let most_down = header.components.iter().map(|c| u32::from(c.down)).max()?;
        let (width, height) = (u32::from(header.width), u32::from(header.height));
        let mcus_across = width.div_ceil(8 * most_across);
        let mcus_down = height.div_ceil(8 * most_down);
        let mut total = 0usize;
        let mut components = Vec::with_capacity(header.components.len());
        for component in &header.components {
            let (across, down) = (u32::from(component.across), u32::from(component.down));
            let (blocks_across, blocks_down) = (mcus_across * across, mcus_down * down);
            total += blocks_across as usize * blocks_down as usize * BLOCK;
            components.push(Blocks {
                across,
                down,
                used_across: (width * across).div_ceil(most_across).div_ceil(8),
                used_down: (height * down).div_ceil(most_down).div_ceil(8),
                width: blocks_across,
                height: blocks_down,
                data: Vec::new(),
            });
        }
        (total <= MAX_SAMPLE_BYTES).then_some(Self {
            mcus_across,
            mcus_down,
            components,
        })
    }

    pub(crate) fn into_planes(self) -> Vec<Plane> {
        let plane = |blocks: Blocks| {
            let mut data = blocks.data;
            // A component that no scan had.
            data.resize(blocks.width as usize * blocks.height as usize * BLOCK, 0);
            Plane {
                width: blocks.width,
                height: blocks.height,
                unit: BLOCK,
                data,
            }
        };
        self.components.into_iter().map(plane).collect()
    }

    pub(crate) fn fits(&self, planes: &[Plane]) -> bool {
        self.components.len() == planes.len()
            && self.components.iter().zip(planes).all(|(blocks, plane)| {
                plane.unit == BLOCK && plane.width == blocks.width && plane.height == blocks.height
            })
    }

    /// How many MCUs a scan has, in rows of how many.
    fn mcus(&self, scan: &[ScanComponent]) -> (u32, u32) {
        match scan {
            [one] => {
                let blocks = &self.components[one.component];
                (blocks.used_across, blocks.used_down)
            }
            _ => (self.mcus_across, self.mcus_down),
        }
    }

    /// The blocks of each MCU of a scan relative to its first: component, columns and rows.
    fn shape(&self, scan: &[ScanComponent]) -> Vec<Place> {
        if scan.len() == 1 {
            return vec![(0, 0, 0)];
        }
        let mut shape = Vec::new();
        for (place, component) in scan.iter().enumerate() {
            let blocks = &self.components[component.component];
            for y in 0..blocks.down {
                shape.extend((0..blocks.across).map(|x| (place, x, y)));
            }
        }
        shape
    }

    /// Where in a component's data a block of an MCU is.
    fn offset(&self, scan: &[ScanComponent], (place, x, y): Place, mcu_x: u32, mcu_y: u32) -> usize {
        let blocks = &self.components[scan[place].component];
        let (across, down) = if scan.len() == 1 {
            (1, 1)
        } else {
            (blocks.across, blocks.down)
        };
        ((mcu_y * down + y) as usize * blocks.width as usize + (mcu_x * across + x) as usize) * BLOCK
    }

    /// Decodes a scan. Returns what fills its bytes, and how many bytes it has.
    pub(crate) fn decode(
        &mut self,
        bytes: &[u8],
        scan: &[ScanComponent],
        tables: &Tables,
    ) -> Option<(Fill, usize)> {
        let mut used = Vec::with_capacity(scan.len());
        for component in scan {
            let blocks = &mut self.components[component.component];
            blocks.data = vec![0; blocks.width as usize * blocks.height as usize * BLOCK];
            used.push((
                tables.dc[component.dc].as_ref()?,
                tables.ac[component.ac].as_ref()?,
            ));
        }
        let shape = self.shape(scan);
        let (across, down) = self.mcus(scan);
        let interval = if tables.restart == 0 {
            u32::MAX
        } else {
            u32::from(tables.restart)
        };
        let mut fills = Vec::new();
        let mut read = 0;
        let mut plain = Vec::new();
        let mut at = 0u32;
        let total = across * down;
        while at < total {
            if at > 0 {
                // RST0 to RST7 in turn.
                let wanted = [0xff, 0xd0 + ((fills.len() - 1) % 8) as u8];
                if bytes.get(read..read + 2)? != wanted {
                    return None;
                }
                read += 2;
            }
            read += unstuff(bytes.get(read..)?, &mut plain);
            let mut bits = BitReader::new(&plain);
            let mut dc = [0i32; 4];
            for mcu in at..total.min(at.saturating_add(interval)) {
                let (x, y) = (mcu % across, mcu / across);
                for place in &shape {
                    let offset = self.offset(scan, *place, x, y);
                    let (dc_table, ac_table) = used[place.0];
                    let data = &mut self.components[scan[place.0].component].data;
                    let block = data.get_mut(offset..offset + BLOCK)?;
                    decode_block(&mut bits, dc_table, ac_table, dc.get_mut(place.0)?, block)?;
                }
                if bits.is_beyond() {
                    return None;
                }
            }
            fills.push(bits.fill()?);
            at = at.saturating_add(interval);
        }
        Some((Fill::of(fills), read))
    }

    /// Encodes a scan.
    pub(crate) fn encode(
        &self,
        planes: &[Plane],
        scan: &[ScanComponent],
        tables: &Tables,
        fill: &Fill,
        out: &mut Vec<u8>,
    ) -> Option<()> {
        let mut used = Vec::with_capacity(scan.len());
        for component in scan {
            used.push((
                tables.dc[component.dc].as_ref()?,
                tables.ac[component.ac].as_ref()?,
            ));
        }
        let shape = self.shape(scan);
        let (across, down) = self.mcus(scan);
        let interval = if tables.restart == 0 {
            u32::MAX
        } else {
            u32::from(tables.restart)
        };
        let total = across * down;
        let (mut at, mut number) = (0u32, 0usize);
        while at < total {
            if at > 0 {
                out.extend_from_slice(&[0xff, 0xd0 + ((number - 1) % 8) as u8]);
            }
            let mut bits = BitWriter::new(out);
            let mut dc = [0i32; 4];
            for mcu in at..total.min(at.saturating_add(interval)) {
                let (x, y) = (mcu % across, mcu / across);
                for place in &shape {
                    let offset = self.offset(scan, *place, x, y);
                    let (dc_table, ac_table) = used[place.0];
                    let data = &planes.get(scan[place.0].component)?.data;
                    let block = data.get(offset..offset + BLOCK)?;
                    encode_block(&mut bits, dc_table, ac_table, dc.get_mut(place.0)?, block)?;
                }
            }
            bits.finish(fill.at(number)?);
            number += 1;
            at = at.saturating_add(interval);
        }
        Some(())
    }
}

/// Takes the zeros behind bytes of all ones away, up to a marker. Returns how many bytes were read.
fn unstuff(bytes: &[u8], plain: &mut Vec<u8>) -> usize {
    plain.clear();
    let mut at = 0;
    while let Some(rest) = bytes.get(at..) {
        let run = rest.iter().position(|byte| *byte == 0xff).unwrap_or(rest.len());
        plain.extend_from_slice(&rest[..run]);
        at += run;
        if rest.get(run..run + 2) != Some(&[0xff, 0]) {
            break;
        }
        plain.push(0xff);
        at += 2;
    }
    at
}

/// A difference or a coefficient from its width and bits (section F.2.2.1).
#[inline]
fn extend(width: u32, bits: u32) -> i32 {
    let value = bits.cast_signed();
    if bits >> (width - 1) == 0 {
        value - (1 << width) + 1
    } else {
        value
    }
}

#[inline]
fn decode_block(
    bits: &mut BitReader<'_>,
    dc: &Table,
    ac: &Table,
    before: &mut i32,
    block: &mut [u8],
) -> Option<()> {
    let (block, _) = block.as_chunks_mut::<2>();
    bits.refill();
    let width = u32::from(dc.decode(bits)?);
    if width > 15 {
        return None;
    }
    if width > 0 {
        bits.refill();
        *before += extend(width, bits.take(width));
    }
    block[0] = i16::try_from(*before).ok()?.to_le_bytes();
    let mut at = 1;
    while at < COEFFICIENTS {
        bits.refill();
        let symbol = ac.decode(bits)?;
        let (run, width) = (usize::from(symbol >> 4), u32::from(symbol & 15));
        if width == 0 {
            if run != 15 {
                return (run == 0).then_some(());
            }
            at += 16;
            continue;
        }
        at += run;
        // A code has at most 16 bits and a value 15: what was refilled suffices.
        let value = extend(width, bits.take(width));
        *block.get_mut(at)? = i16::try_from(value).ok()?.to_le_bytes();
        at += 1;
    }
    Some(())
}

#[inline]
fn put_value(bits: &mut BitWriter<'_>, (length, code): (u32, u32), width: u32, value: i32) {
    let low = (if value < 0 { value - 1 } else { value }).cast_unsigned() & ((1 << width) - 1);
    bits.put(length + width, code << width | low);
}

#[inline]
fn encode_block(
    bits: &mut BitWriter<'_>,
    dc: &Table,
    ac: &Table,
    before: &mut i32,
    block: &[u8],
) -> Option<()> {
    let (block, _) = block.as_chunks::<2>();
    let first = i32::from(i16::from_le_bytes(block[0]));
    let difference = first - *before;
    *before = first;
    let width = 32 - difference.unsigned_abs().leading_zeros();
    if width > 15 {
        return None;
    }
    put_value(bits, dc.code(width as u8)?, width, difference);
    let mut run = 0u32;
    for bytes in &block[1..] {
        let value = i32::from(i16::from_le_bytes(*bytes));
        if value == 0 {
            run += 1;
            continue;
        }
        while run >= 16 {
            let (length, code) = ac.code(0xf0)?;
            bits.put(length, code);
            run -= 16;
        }
        let width = 32 - value.unsigned_abs().leading_zeros();
        if width > 15 {
            return None;
        }
        put_value(bits, ac.code((run << 4 | width) as u8)?, width, value);
        run = 0;
    }
    if run > 0 {
        let (length, code) = ac.code(0)?;
        bits.put(length, code);
    }
    Some(())
}
