//! JPEG files that are not taken apart (progressive ones, files cut short): each for itself, by Lepton.
//!
//! A file is held as a check of the rest (8 bytes), the width and height that bound its memory (u16 each), and Lepton's bytes.

use std::io::Cursor;

use lepton_jpeg::{EnabledFeatures, SingleThreadPool, catch_unwind_result, decode_lepton, encode_lepton};

use super::markers;
use super::scan::Frame;
use crate::bytes::Reader;
use crate::error::Damage;
use crate::head::{CHECK, check_of};
use crate::limits::MAX_WHOLE_BYTES;

/// The settings for a picture of at most this size, without threads.
fn features(width: u16, height: u16) -> EnabledFeatures {
    EnabledFeatures {
        max_jpeg_width: width.into(),
        max_jpeg_height: height.into(),
        max_partitions: 1,
        max_processor_threads: 1,
        max_jpeg_file_size: MAX_WHOLE_BYTES as u32,
        ..EnabledFeatures::compat_lepton_vector_write()
    }
}

/// The file packed, where that is worth it and comes back.
pub(crate) fn pack(file: &[u8]) -> Option<Vec<u8>> {
    if file.len() > MAX_WHOLE_BYTES {
        return None;
    }
    let header = markers::any_frame_header(file)?;
    Frame::new(&header)?;
    let mut packed = Cursor::new(Vec::new());
    catch_unwind_result(|| {
        let features = features(header.width, header.height);
        encode_lepton(
            &mut Cursor::new(file),
            &mut packed,
            &features,
            &SingleThreadPool::default(),
        )
    })
    .ok()?;
    let mut body = Vec::with_capacity(packed.get_ref().len() + 4);
    body.extend_from_slice(&header.width.to_be_bytes());
    body.extend_from_slice(&header.height.to_be_bytes());
    body.extend_from_slice(packed.get_ref());
    let mut whole = check_of(&body).to_vec();
    whole.extend_from_slice(&body);
    let worth = whole.len() < file.len() - file.len() / 32;
    (worth && unpack(&whole).is_ok_and(|again| again == file)).then_some(whole)
}

/// The file again.
pub(crate) fn unpack(whole: &[u8]) -> Result<Vec<u8>, Damage> {
    let mut reader = Reader::new(whole, "files");
    let check = reader.take(CHECK)?;
    if check_of(reader.rest()) != *check {
        return Err(reader.damage());
    }
    let size = reader.u32_be()?;
    let mut file = Vec::new();
    catch_unwind_result(|| {
        let features = features((size >> 16) as u16, (size & 0xffff) as u16);
        decode_lepton(
            &mut reader.rest(),
            &mut file,
            &features,
            &SingleThreadPool::default(),
        )
    })
    .map_err(|_| reader.damage())?;
    Ok(file)
}
