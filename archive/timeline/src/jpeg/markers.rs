//! Marker segments (ITU-T T.81, annex B): what a scan needs to know.

use super::huffman::Table;

/// A component of the frame header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Component {
    id: u8,
    /// Sampling factors, 1 to 4.
    pub(crate) across: u8,
    pub(crate) down: u8,
}

/// The frame header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FrameHeader {
    pub(crate) width: u16,
    pub(crate) height: u16,
    pub(crate) components: Vec<Component>,
}

/// A component of a scan: its place in the frame, and its tables.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ScanComponent {
    pub(crate) component: usize,
    pub(crate) dc: usize,
    pub(crate) ac: usize,
}

/// What marker segments have set so far.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    pub(crate) frame: Option<FrameHeader>,
    pub(crate) dc: [Option<Table>; 4],
    pub(crate) ac: [Option<Table>; 4],
    /// MCUs between restart markers; 0 for none.
    pub(crate) restart: u16,
    /// Components that a scan has had.
    seen: [bool; 4],
}

/// What follows a run of marker segments.
#[derive(Debug)]
pub(crate) enum Markers {
    /// A scan's data, after this many bytes.
    Scan { before: usize, scan: Vec<ScanComponent> },
    /// The end of the image, or anything that is no marker.
    End,
}

impl Markers {
    /// Reads marker segments up to a scan's data or the end. `None` where they are of a kind that is not taken apart.
    pub(crate) fn read(bytes: &[u8], tables: &mut Tables, first: bool) -> Option<Self> {
        let mut at = if first { 2 } else { 0 };
        loop {
            let Some([0xff, marker]) = bytes.get(at..at + 2) else {
                return if first { None } else { Some(Self::End) };
            };
            match marker {
                0xd9 => return if first { None } else { Some(Self::End) },
                // Coded otherwise than sequentially by Huffman, or without a length.
                0xc2 | 0xc3 | 0xc5..=0xc7 | 0xc9..=0xcf | 0x01 | 0xd0..=0xd8 | 0xdc | 0xff | 0x00 => {
                    return None;
                }
                _ => {}
            }
            let len = usize::from(u16::from_be_bytes(*bytes.get(at + 2..)?.first_chunk::<2>()?));
            let data = bytes.get(at + 4..at + 2 + len)?;
            at += 2 + len;
            match marker {
                0xc0 | 0xc1 if tables.frame.is_none() => tables.frame = Some(frame_header(data)?),
                0xc0 | 0xc1 => return None,
                0xc4 => huffman_tables(data, tables)?,
                0xdd => tables.restart = u16::from_be_bytes(*data.first_chunk::<2>()?),
                0xda => {
                    return Some(Self::Scan {
                        before: at,
                        scan: scan_header(data, tables)?,
                    });
                }
                _ => {}
            }
        }
    }
}

fn frame_header(data: &[u8]) -> Option<FrameHeader> {
    let ([8, h0, h1, w0, w1, count], rest) = data.split_first_chunk::<6>()? else {
        return None;
    };
    let (components, rest) = rest.as_chunks::<3>();
    if !rest.is_empty() || components.len() != usize::from(*count) || !(1..=4).contains(count) {
        return None;
    }
    let components = components
        .iter()
        .map(|[id, sampling, _]| {
            let (across, down) = (sampling >> 4, sampling & 15);
            ((1..=4).contains(&across) && (1..=4).contains(&down)).then_some(Component {
                id: *id,
                across,
                down,
            })
        })
        .collect::<Option<Vec<_>>>()?;
    let (width, height) = (u16::from_be_bytes([*w0, *w1]), u16::from_be_bytes([*h0, *h1]));
    (width > 0 && height > 0).then_some(FrameHeader {
        width,
        height,
        components,
    })
}

fn huffman_tables(mut data: &[u8], tables: &mut Tables) -> Option<()> {
    while !data.is_empty() {
        let (kind, rest) = data.split_first()?;
        let (counts, rest) = rest.split_first_chunk::<16>()?;
        let total = counts.iter().map(|count| usize::from(*count)).sum();
        let (values, rest) = rest.split_at_checked(total)?;
        let slot = usize::from(kind & 15);
        let table = Some(Table::new(counts, values)?);
        match kind >> 4 {
            0 => *tables.dc.get_mut(slot)? = table,
            1 => *tables.ac.get_mut(slot)? = table,
            _ => return None,
        }
        data = rest;
    }
    Some(())
}

fn scan_header(data: &[u8], tables: &mut Tables) -> Option<Vec<ScanComponent>> {
    let frame = tables.frame.as_ref()?;
    let (count, rest) = data.split_first()?;
    let (selectors, [0, 63, 0]) = rest.split_at_checked(2 * usize::from(*count))? else {
        return None;
    };
    let mut scan = Vec::new();
    for [id, slots] in selectors.as_chunks::<2>().0 {
        let component = frame
            .components
            .iter()
            .position(|component| component.id == *id)?;
        if std::mem::replace(tables.seen.get_mut(component)?, true) {
            return None;
        }
        let (dc, ac) = (usize::from(slots >> 4), usize::from(slots & 15));
        if tables.dc.get(dc)?.is_none() || tables.ac.get(ac)?.is_none() {
            return None;
        }
        scan.push(ScanComponent { component, dc, ac });
    }
    (!scan.is_empty()).then_some(scan)
}

/// The frame header of a file of whatever coding: its size is what any decoder needs memory for.
pub(crate) fn any_frame_header(file: &[u8]) -> Option<FrameHeader> {
    let mut rest = file.strip_prefix(&[0xff, 0xd8])?;
    loop {
        let ([0xff, marker, l0, l1], _) = rest.split_first_chunk::<4>()? else {
            return None;
        };
        let len = usize::from(u16::from_be_bytes([*l0, *l1]));
        let data = rest.get(4..2 + len)?;
        match marker {
            0xc4 | 0xc8 | 0xcc => {}
            0xc0..=0xcf => return frame_header(data),
            0xd0..=0xda => return None,
            _ => {}
        }
        rest = rest.get(2 + len..)?;
    }
}
