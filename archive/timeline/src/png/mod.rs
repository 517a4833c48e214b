//! PNG: chunks, zlib and filters undone, so that what is left are samples; and put on again, bit for bit.
//!
//! What makes the file more than its samples goes into a *side record*: everything before the first `IDAT` (ancillary chunks
//! too), how the data was cut into chunks, the zlib header, what `preflate` needs to write the same deflate stream again, the filter
//! of each row, and everything after the last `IDAT` (the further frames of an APNG). Chunk checksums and Adler-32 are computed.

mod chunks;
mod deflate;
mod filter;
mod header;

use chunks::Chunks;
pub(crate) use header::{Header, PASSES};

use crate::bytes::{Reader, put_varint};
use crate::error::Damage;
use crate::limits::{MAX_SAMPLE_BYTES, MAX_SIDE_BYTES};
use crate::plane::Plane;

pub(crate) const SIGNATURE: &[u8; 8] = b"\x89PNG\r\n\x1a\n";
/// Longest run of bytes behind the image in its own zlib stream that is kept.
const MAX_SURPLUS: usize = 1 << 16;

/// A file taken apart.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) side: Vec<u8>,
    pub(crate) planes: Vec<Plane>,
}

/// Takes a file apart. `None` for what can't be, or not within bounds: it is kept as it came.
pub(crate) fn take_apart(file: &[u8]) -> Option<Parts> {
    let chunks = Chunks::parse(file)?;
    let header = Header::parse(chunks.before)?;
    let passes = header.passes();
    let text_bytes: usize = passes.iter().map(header::Pass::text_bytes).sum();
    if text_bytes > MAX_SAMPLE_BYTES || chunks.zlib.len() > MAX_SAMPLE_BYTES {
        return None;
    }
    let (zlib_header, body) = chunks.zlib.split_at_checked(2)?;
    let inflated = deflate::inflate(body, text_bytes + MAX_SURPLUS)?;
    let tail = body.get(inflated.read..)?;
    let adler = simd_adler32::adler32(&inflated.text.as_slice()).to_be_bytes();

    let mut side = Vec::new();
    put_blob(&mut side, chunks.before);
    chunks.write_lengths(&mut side);
    side.extend_from_slice(zlib_header);
    put_varint(&mut side, inflated.pieces.len() as u64);
    for piece in &inflated.pieces {
        put_varint(&mut side, piece.text_bytes as u64);
        put_blob(&mut side, &piece.corrections);
    }
    let after_adler = tail.strip_prefix(&adler);
    side.push(after_adler.is_some().into());
    put_blob(&mut side, after_adler.unwrap_or(tail));

    let mut text = inflated.text.get(..text_bytes)?;
    let surplus = inflated.text.get(text_bytes..)?;
    let mut planes = Vec::with_capacity(passes.len());
    for pass in &passes {
        let (rows, rest) = text.split_at_checked(pass.text_bytes())?;
        text = rest;
        planes.push(filter::undo(rows, pass, &mut side)?);
    }
    put_blob(&mut side, surplus);
    put_blob(&mut side, chunks.after);
    (side.len() <= MAX_SIDE_BYTES).then_some(Parts { side, planes })
}

/// The size and kind of picture that a side record tells of.
pub(crate) fn header(side: &[u8]) -> Result<(Header, &[u8]), Damage> {
    let mut reader = Reader::new(side, "side records");
    let len = reader.size(side.len())?;
    let before = reader.take(len)?;
    Ok((Header::parse(before).ok_or(reader.damage())?, before))
}

/// Puts a file together again.
pub(crate) fn put_together(side: &[u8], planes: &[Plane]) -> Result<Vec<u8>, Damage> {
    let mut reader = Reader::new(side, "side records");
    let damage = reader.damage();
    let before = blob(&mut reader)?;
    let passes = Header::parse(before).ok_or(damage)?.passes();
    let lengths = chunks::read_lengths(&mut reader)?;
    let mut zlib = reader.take(2)?.to_vec();
    let mut pieces = Vec::new();
    for _ in 0..reader.size(side.len())? {
        let text_bytes = reader.size(MAX_SAMPLE_BYTES + MAX_SURPLUS)?;
        pieces.push((text_bytes, blob(&mut reader)?));
    }
    let computed = reader.byte()? == 1;
    let tail = blob(&mut reader)?;

    if passes.len() != planes.len() {
        return Err(damage);
    }
    let mut text = Vec::with_capacity(passes.iter().map(header::Pass::text_bytes).sum());
    for (pass, plane) in passes.iter().zip(planes) {
        if !pass.fits(plane) {
            return Err(damage);
        }
        filter::apply(plane, pass, reader.take(pass.height as usize)?, &mut text)?;
    }
    text.extend_from_slice(blob(&mut reader)?);
    let after = blob(&mut reader)?;
    reader.finish()?;

    deflate::deflate(&text, &pieces, &mut zlib)?;
    if computed {
        zlib.extend_from_slice(&simd_adler32::adler32(&text.as_slice()).to_be_bytes());
    }
    zlib.extend_from_slice(tail);
    let mut file = Vec::with_capacity(before.len() + zlib.len() + 12 * lengths.len() + after.len());
    file.extend_from_slice(before);
    chunks::write(&zlib, &lengths, &mut file).ok_or(damage)?;
    file.extend_from_slice(after);
    Ok(file)
}

fn put_blob(out: &mut Vec<u8>, bytes: &[u8]) {
    put_varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

fn blob<'a>(reader: &mut Reader<'a>) -> Result<&'a [u8], Damage> {
    let len = reader.size(reader.rest().len())?;
    reader.take(len)
}
