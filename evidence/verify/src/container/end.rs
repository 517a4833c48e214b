//! The end of the zip: where its directory is.

use std::io::{Read, Seek, SeekFrom};

use super::{ContainerError, Fields, read_at};

const END: u32 = 0x0605_4b50;
const END_64: u32 = 0x0606_4b50;
const LOCATOR_64: u32 = 0x0706_4b50;
const END_LEN: u64 = 22;
const LOCATOR_LEN: u64 = 20;
const END_64_LEN: u64 = 56;
/// What the 64-bit end record says of its own length: that of what follows behind it.
const END_64_REST: u64 = 44;
/// A directory is read into memory whole; this is one of a million files.
const LONGEST_DIRECTORY: u64 = 1 << 27;

/// What an end record says.
struct End {
    count: u64,
    size: u64,
    at: u64,
}

/// Where the directory lies, how long it is, and how many entries it has.
pub(super) fn directory<R: Read + Seek>(file: &mut R) -> Result<(u64, u64, u64), ContainerError> {
    let malformed = ContainerError::Malformed;
    let len = file.seek(SeekFrom::End(0))?;
    let end_at = len.checked_sub(END_LEN).ok_or(malformed("it is too short"))?;
    let bytes = read_at(file, end_at, END_LEN)?;
    let mut fields = Fields(&bytes);
    if fields.u32()? != END {
        return Err(malformed("it does not end with an end record"));
    }
    let (disk, directory_disk, here) = (fields.u16()?, fields.u16()?, fields.u16()?);
    let (count, size, at, comment) = (fields.u16()?, fields.u32()?, fields.u32()?, fields.u16()?);
    if disk != directory_disk || here != count || comment != 0 {
        return Err(malformed("it has several parts, or a comment"));
    }
    // Some programs look for the 64-bit record always, others only where a number does not fit. So where one is, it
    // counts, and may not say anything else.
    let (end, ends) = match end_64(file, end_at)? {
        Some((end, end_64_at)) => {
            let agree = (count == u16::MAX || u64::from(count) == end.count)
                && (size == u32::MAX || u64::from(size) == end.size)
                && (at == u32::MAX || u64::from(at) == end.at)
                && (disk == 0 || disk == u16::MAX);
            if !agree {
                return Err(malformed("its two end records differ"));
            }
            (end, end_64_at)
        }
        None if disk != 0 => return Err(malformed("it has several parts")),
        None => {
            let (count, size, at) = (u64::from(count), u64::from(size), u64::from(at));
            (End { count, size, at }, end_at)
        }
    };
    if end.at.checked_add(end.size) != Some(ends) || end.size > LONGEST_DIRECTORY {
        return Err(malformed("its directory is not where it should be"));
    }
    Ok((end.at, end.size, end.count))
}

/// The 64-bit end record and its place, where there is one before the end record.
fn end_64<R: Read + Seek>(file: &mut R, end_at: u64) -> Result<Option<(End, u64)>, ContainerError> {
    let malformed = ContainerError::Malformed;
    let Some(locator_at) = end_at.checked_sub(LOCATOR_LEN) else {
        return Ok(None);
    };
    let bytes = read_at(file, locator_at, LOCATOR_LEN)?;
    let mut locator = Fields(&bytes);
    if locator.u32()? != LOCATOR_64 {
        return Ok(None);
    }
    let (disk, end_64_at, disks) = (locator.u32()?, locator.u64()?, locator.u32()?);
    if disk != 0 || disks > 1 || end_64_at.checked_add(END_64_LEN) != Some(locator_at) {
        return Err(malformed("its 64-bit end record is not where it should be"));
    }
    let bytes = read_at(file, end_64_at, END_64_LEN)?;
    let mut fields = Fields(&bytes);
    let (magic, rest) = (fields.u32()?, fields.u64()?);
    let (_versions, disk, directory_disk) = (fields.u32()?, fields.u32()?, fields.u32()?);
    let (here, count, size, at) = (fields.u64()?, fields.u64()?, fields.u64()?, fields.u64()?);
    if magic != END_64 || rest != END_64_REST || here != count || disk != 0 || directory_disk != 0 {
        return Err(malformed("its 64-bit end record is none"));
    }
    Ok(Some((End { count, size, at }, end_64_at)))
}
