//! JPEG: markers, each `FF` and a code, most followed by a length; the size stands in the frame header, entropy-coded data
//! follows each `SOS`, `EOI` ends the picture (ITU-T T.81, B.1).

use super::{Found, HeaderFault, array, expect_prefix};

/// `SOI`, and the `FF` that any next marker begins with.
pub(super) const START: &[u8] = b"\xff\xd8\xff";

const EOI: u8 = 0xd9;
const SOS: u8 = 0xda;

pub(super) fn read(bytes: &[u8]) -> Result<Found, HeaderFault> {
    expect_prefix(bytes, START)?;
    let mut markers = Markers { bytes, at: 2 };
    loop {
        let code = markers.next()?;
        if is_frame_header(code) {
            let size = markers.frame_size()?;
            return Ok(Found {
                width: size.0,
                height: size.1,
                cut: !markers.reaches_the_end(),
            });
        }
        match code {
            EOI | SOS => return Err(HeaderFault::Malformed),
            code if stands_alone(code) => {}
            _ => markers.skip_segment()?,
        }
    }
}

/// `SOF0` to `SOF15`; `DHT`, `JPG` and `DAC` lie between them.
fn is_frame_header(code: u8) -> bool {
    matches!(code, 0xc0..=0xcf) && !matches!(code, 0xc4 | 0xc8 | 0xcc)
}

/// `TEM` and `RSTn` have no length.
fn stands_alone(code: u8) -> bool {
    matches!(code, 0x01 | 0xd0..=0xd7)
}

struct Markers<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Markers<'_> {
    fn byte(&mut self) -> Result<u8, HeaderFault> {
        let byte = *self.bytes.get(self.at).ok_or(HeaderFault::Cut)?;
        self.at += 1;
        Ok(byte)
    }

    /// The next marker's code; any number of `FF` may fill the space before it.
    fn next(&mut self) -> Result<u8, HeaderFault> {
        if self.byte()? != 0xff {
            return Err(HeaderFault::Malformed);
        }
        loop {
            match self.byte()? {
                0xff => {}
                0x00 => return Err(HeaderFault::Malformed),
                code => return Ok(code),
            }
        }
    }

    fn skip_segment(&mut self) -> Result<(), HeaderFault> {
        let length = usize::from(u16::from_be_bytes(array(self.bytes, self.at)?));
        // The length counts itself.
        if length < 2 {
            return Err(HeaderFault::Malformed);
        }
        self.at += length;
        if self.at > self.bytes.len() {
            Err(HeaderFault::Cut)
        } else {
            Ok(())
        }
    }

    /// Width and height of the frame header here. A height of 0, to be told by a later `DNL`, is refused with the other
    /// zeros: no screenshot has it.
    fn frame_size(&mut self) -> Result<(u32, u32), HeaderFault> {
        let height = u16::from_be_bytes(array(self.bytes, self.at + 3)?);
        let width = u16::from_be_bytes(array(self.bytes, self.at + 5)?);
        self.skip_segment()?;
        Ok((u32::from(width), u32::from(height)))
    }

    /// Whether an `EOI` comes, after whatever scans there are.
    fn reaches_the_end(&mut self) -> bool {
        loop {
            match self.next() {
                Ok(EOI) => return true,
                Ok(code) if stands_alone(code) => {}
                Ok(code) => {
                    if self.skip_segment().is_err() || (code == SOS && !self.skip_scan()) {
                        return false;
                    }
                }
                Err(_) => return false,
            }
        }
    }

    /// Goes to the first marker behind entropy-coded data, in which `FF 00` is a byte and `RSTn` is part of the scan.
    fn skip_scan(&mut self) -> bool {
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            let Some(found) = rest.iter().position(|byte| *byte == 0xff) else {
                return false;
            };
            match rest.get(found + 1) {
                None => return false,
                Some(0x00 | 0xd0..=0xd7) => self.at += found + 2,
                Some(_) => {
                    self.at += found;
                    return true;
                }
            }
        }
    }
}
