//! PNG: the signature, then chunks of length, type, data and CRC; `IHDR` first, `IEND` last (ISO/IEC 15948, 5.3, 11.2).

use super::{Found, HeaderFault, array, expect_prefix};

pub(super) const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

const HEADER_DATA: u32 = 13;
/// Length and type before a chunk's data, CRC behind it.
const CHUNK_FRAME: usize = 12;
/// Four-byte integers of PNG stay below 2^31.
const LARGEST: u32 = i32::MAX as u32;

pub(super) fn read(bytes: &[u8]) -> Result<Found, HeaderFault> {
    expect_prefix(bytes, SIGNATURE)?;
    let at = SIGNATURE.len();
    let length = u32::from_be_bytes(array(bytes, at)?);
    let name: [u8; 4] = array(bytes, at + 4)?;
    if length != HEADER_DATA || &name != b"IHDR" {
        return Err(HeaderFault::Malformed);
    }
    let header: [u8; 17] = array(bytes, at + 8)?;
    let width = u32::from_be_bytes(array(&header, 0)?);
    let height = u32::from_be_bytes(array(&header, 4)?);
    if width > LARGEST || height > LARGEST {
        return Err(HeaderFault::Size);
    }
    Ok(Found {
        width,
        height,
        cut: !ends(bytes),
    })
}

/// Walks the chunks to a whole `IEND`. What stands behind it belongs to nobody and is no cut.
fn ends(bytes: &[u8]) -> bool {
    let mut rest = bytes.get(SIGNATURE.len()..).unwrap_or_default();
    while let Some((length, after)) = rest.split_first_chunk::<4>() {
        let Ok(length) = usize::try_from(u32::from_be_bytes(*length)) else {
            return false;
        };
        let Some(next) = length
            .checked_add(CHUNK_FRAME)
            .and_then(|whole| rest.get(whole..))
        else {
            return false;
        };
        if after.starts_with(b"IEND") {
            return true;
        }
        rest = next;
    }
    false
}
