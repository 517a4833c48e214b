//! What recovery does to a file's bytes: reads around what cannot be read, and cuts off or covers unfinished writes.

use std::cell::Cell;
use std::io::{self, IoSlice};

use super::disk::{LogFile, write_all_at};
use super::entry::{Content, ENTRY_HEADER_BYTES, FILE_HEADER_BYTES, FileNo, Framed};
use super::scan::{Gap, Scanned, Source};

/// Covers or cuts off the unfinished `gaps` and returns the file's length.
pub(super) fn mend(handle: &dyn LogFile, file: FileNo, scanned: &Scanned, gaps: &[Gap]) -> io::Result<u64> {
    let mut length = scanned.length;
    for gap in gaps {
        if gap.end == scanned.length {
            length = gap.offset.max(FILE_HEADER_BYTES as u64);
            handle.set_len(length)?;
        } else {
            cover(handle, file, scanned, gap)?;
        }
    }
    if !gaps.is_empty() {
        handle.sync_all()?;
    }
    Ok(length)
}

/// Writes the header of a void entry over the first bytes of a gap; what lies behind stays as it is.
fn cover(handle: &dyn LogFile, file: FileNo, scanned: &Scanned, gap: &Gap) -> io::Result<()> {
    let out_of_range = |_| io::Error::other("a gap is out of range");
    let begin = gap.offset + ENTRY_HEADER_BYTES as u64;
    let offset = u32::try_from(gap.offset).map_err(out_of_range)?;
    // Between two entry boundaries there is room for a header at least.
    let length = gap
        .end
        .checked_sub(begin)
        .ok_or_else(|| io::Error::other("a gap is shorter than an entry"))?;
    let length = u32::try_from(length).map_err(out_of_range)?;
    let mut crc = crc32fast::Hasher::new();
    let mut buffer = vec![0; 1 << 20];
    let mut at = begin;
    while at < gap.end {
        let want = usize::try_from(gap.end - at)
            .unwrap_or(usize::MAX)
            .min(buffer.len());
        let got = handle.read_up_to(&mut buffer[..want], at)?;
        if got == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        crc.update(&buffer[..got]);
        at += got as u64;
    }
    let durable_to = u32::try_from(scanned.durable_to)
        .map_err(out_of_range)?
        .min(offset);
    let void = Framed {
        content: Content::Void,
        file,
        offset,
        durable_to,
        length,
        crc: crc.finalize(),
    };
    write_all_at(handle, &mut [IoSlice::new(&void.encode())], gap.offset)
}

/// Reads around unreadable sectors: they come as zeros, fail their checksum and are reported as damage, so that one
/// bad sector does not keep the whole log from opening.
#[derive(Debug)]
pub(super) struct Salvage<'a> {
    handle: &'a dyn LogFile,
    failed: Cell<bool>,
}

impl<'a> Salvage<'a> {
    pub(super) fn new(handle: &'a dyn LogFile) -> Self {
        Self {
            handle,
            failed: Cell::new(false),
        }
    }

    /// Whether anything could not be read.
    pub(super) fn has_failed(&self) -> bool {
        self.failed.get()
    }
}

impl Source for Salvage<'_> {
    fn length(&self) -> io::Result<u64> {
        self.handle.len()
    }

    fn read_up_to(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        const SECTOR: usize = 4096;
        if let Ok(got) = self.handle.read_up_to(buffer, offset) {
            return Ok(got);
        }
        self.failed.set(true);
        let rest = self.length()?.saturating_sub(offset);
        let want = usize::try_from(rest).unwrap_or(usize::MAX).min(buffer.len());
        for (index, sector) in buffer[..want].chunks_mut(SECTOR).enumerate() {
            if self
                .handle
                .read_up_to(sector, offset + (index * SECTOR) as u64)
                .is_err()
            {
                sector.fill(0);
            }
        }
        Ok(want)
    }
}
