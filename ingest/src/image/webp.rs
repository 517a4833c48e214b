//! WebP: a RIFF file whose first chunk is `VP8 `, `VP8L` or `VP8X` (RFC 9649, 2; RFC 6386, 9.1).

use super::{Found, HeaderFault, array, expect_prefix};

/// `RIFF`, the size of what follows, `WEBP`.
const RIFF_HEADER: usize = 12;

pub(super) fn is_riff_webp(bytes: &[u8]) -> bool {
    bytes.starts_with(b"RIFF") && bytes.get(8..RIFF_HEADER) == Some(b"WEBP".as_slice())
}

pub(super) fn read(bytes: &[u8]) -> Result<Found, HeaderFault> {
    expect_prefix(bytes, b"RIFF")?;
    let riff_bytes = u32::from_le_bytes(array(bytes, 4)?);
    expect_prefix(bytes.get(8..).unwrap_or_default(), b"WEBP")?;
    let kind: [u8; 4] = array(bytes, RIFF_HEADER)?;
    let data = bytes.get(RIFF_HEADER + 8..).ok_or(HeaderFault::Cut)?;
    let (width, height) = match &kind {
        b"VP8 " => lossy(data)?,
        b"VP8L" => lossless(data)?,
        b"VP8X" => extended(data)?,
        _ => return Err(HeaderFault::Malformed),
    };
    let whole = u64::from(riff_bytes) + 8;
    Ok(Found {
        width,
        height,
        cut: (bytes.len() as u64) < whole,
    })
}

fn lossy(data: &[u8]) -> Result<(u32, u32), HeaderFault> {
    let [tag, _, _, s1, s2, s3] = array(data, 0)?;
    let is_key_frame = tag & 1 == 0;
    if !is_key_frame || [s1, s2, s3] != [0x9d, 0x01, 0x2a] {
        return Err(HeaderFault::Malformed);
    }
    // 14 bits of size, 2 bits of scaling.
    let width = u16::from_le_bytes(array(data, 6)?) & 0x3fff;
    let height = u16::from_le_bytes(array(data, 8)?) & 0x3fff;
    Ok((u32::from(width), u32::from(height)))
}

fn lossless(data: &[u8]) -> Result<(u32, u32), HeaderFault> {
    let [signature] = array(data, 0)?;
    if signature != 0x2f {
        return Err(HeaderFault::Malformed);
    }
    let bits = u32::from_le_bytes(array(data, 1)?);
    Ok(((bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1))
}

fn extended(data: &[u8]) -> Result<(u32, u32), HeaderFault> {
    let [w0, w1, w2, h0, h1, h2] = array(data, 4)?;
    let width = u32::from_le_bytes([w0, w1, w2, 0]) + 1;
    let height = u32::from_le_bytes([h0, h1, h2, 0]) + 1;
    if u64::from(width) * u64::from(height) > u64::from(u32::MAX) {
        return Err(HeaderFault::Size);
    }
    Ok((width, height))
}
