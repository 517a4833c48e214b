//! Walks the bytes of one intake file and says what stands where. It changes nothing and knows no folder: recovery,
//! the read-only survey and the fuzz target all use it.

use std::io;

use obhut_format::ids::SessionId;

use super::entry::{
    Content, ENTRY_HEADER_BYTES, ENTRY_MAGIC, EntryError, FILE_HEADER_BYTES, FileNo, Framed,
    check_file_header,
};

/// Where a scan reads from: a file, or a slice of bytes.
pub trait Source {
    /// Bytes in the source.
    fn length(&self) -> io::Result<u64>;
    /// Reads at `offset` into `buffer`; fewer bytes than asked for only at the end.
    fn read_up_to(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize>;
}

impl Source for [u8] {
    fn length(&self) -> io::Result<u64> {
        Ok(self.len() as u64)
    }

    fn read_up_to(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let rest = usize::try_from(offset)
            .ok()
            .and_then(|at| self.get(at..))
            .unwrap_or_default();
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        Ok(count)
    }
}

/// Bytes that are no sound entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// Where they begin.
    pub offset: u64,
    /// Where the next sound entry begins, or the file ends.
    pub end: u64,
    /// What was wrong at the first of them.
    pub cause: EntryError,
}

/// What a scan found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scanned {
    /// What is wrong with the file's own header, if anything.
    pub header: Option<EntryError>,
    /// The unsound stretches, ascending.
    pub gaps: Vec<Gap>,
    /// The data entries in them whose header is sound: whose they are is known.
    pub lost: Vec<Framed>,
    /// How many sound data entries there are.
    pub entries: u64,
    /// Up to where the sound entries prove that the file was once durable.
    pub durable_to: u64,
    /// The entry count that the end mark states, when the file was closed in order.
    pub end_mark: Option<u64>,
    /// Whether a stretch is covered: under a void entry lie bytes of whoever was being written when a crash came.
    pub covered: bool,
    /// Bytes in the file.
    pub length: u64,
}

impl Scanned {
    /// Whether a gap lies in bytes that had been acknowledged: only then is it damage. What lies behind was being
    /// written when the program or the machine stopped.
    pub fn was_durable(&self, gap: &Gap) -> bool {
        self.was_durable_at(gap.offset)
    }

    /// The sessions that unsound entries name.
    pub fn named_sessions(&self) -> impl Iterator<Item = SessionId> {
        self.lost.iter().filter_map(|framed| match framed.content {
            Content::Data(header) => Some(header.session),
            Content::Void | Content::End { .. } => None,
        })
    }

    /// Whether there are bytes before `end` of which no header says whose they are.
    pub fn has_nameless_bytes(&self, end: u64) -> bool {
        let named = |gap: &Gap| {
            let within = |framed: &&Framed| (gap.offset..gap.end).contains(&u64::from(framed.offset));
            let lost = self.lost.iter().filter(within);
            lost.map(|framed| framed.total().min(gap.end - u64::from(framed.offset)))
                .sum::<u64>()
        };
        let mut gaps = self.gaps.iter().filter(|gap| gap.offset < end);
        self.covered || gaps.any(|gap| named(gap) < gap.end - gap.offset)
    }

    /// The same of what begins at an offset.
    pub fn was_durable_at(&self, offset: u64) -> bool {
        self.end_mark.is_some() || offset < self.durable_to
    }
}

const CHUNK: usize = 1 << 20;

/// Walks the whole file and hands every sound data entry to `found`.
pub fn scan<S: Source + ?Sized>(
    source: &S,
    file: FileNo,
    found: &mut dyn FnMut(&Framed),
) -> io::Result<Scanned> {
    let length = source.length()?;
    let mut scanned = Scanned {
        length,
        ..Scanned::default()
    };
    let mut buffer = vec![0; CHUNK];
    let mut header = [0; FILE_HEADER_BYTES];
    let got = source.read_up_to(&mut header, 0)?;
    scanned.header = check_file_header(&header[..got], file).err();

    let mut at = FILE_HEADER_BYTES as u64;
    while at < length {
        let (framed, fault) = entry_at(source, file, at, length, &mut buffer)?;
        let Some(cause) = fault else {
            // `entry_at` without a fault always comes with its entry.
            let Some(framed) = framed else { break };
            scanned.durable_to = scanned.durable_to.max(u64::from(framed.durable_to));
            match framed.content {
                Content::Data(_) => {
                    scanned.entries += 1;
                    found(&framed);
                }
                Content::Void => scanned.covered = true,
                Content::End { entries } => scanned.end_mark = Some(entries),
            }
            at += framed.total();
            continue;
        };
        // A sound header over an unsound ciphertext still tells whose it is, and where the next entry begins.
        scanned
            .lost
            .extend(framed.filter(|framed| matches!(framed.content, Content::Data(_))));
        let skip_to = framed.map_or(at + 1, |framed| at + framed.total()).min(length);
        let end = next_magic(source, file, skip_to, length, &mut buffer)?;
        match scanned.gaps.last_mut() {
            Some(gap) if gap.end == at => gap.end = end,
            _ => scanned.gaps.push(Gap {
                offset: at,
                end,
                cause,
            }),
        }
        at = end;
    }
    Ok(scanned)
}

/// Reads the entry at `at`: its header if that is sound, and what is wrong with it if anything is.
fn entry_at<S: Source + ?Sized>(
    source: &S,
    file: FileNo,
    at: u64,
    length: u64,
    buffer: &mut [u8],
) -> io::Result<(Option<Framed>, Option<EntryError>)> {
    let Ok(offset) = u32::try_from(at) else {
        return Ok((None, Some(EntryError::Value)));
    };
    let mut header = [0; ENTRY_HEADER_BYTES];
    let got = source.read_up_to(&mut header, at)?;
    let framed = match Framed::decode(&header[..got], file, offset) {
        Ok(framed) => framed,
        Err(cause) => return Ok((None, Some(cause))),
    };
    if at + framed.total() > length {
        return Ok((Some(framed), Some(EntryError::Short)));
    }
    let mut crc = crc32fast::Hasher::new();
    let (mut from, end) = (at + ENTRY_HEADER_BYTES as u64, at + framed.total());
    while from < end {
        let want = usize::try_from(end - from)
            .unwrap_or(usize::MAX)
            .min(buffer.len());
        let got = source.read_up_to(&mut buffer[..want], from)?;
        if got == 0 {
            return Ok((Some(framed), Some(EntryError::Short)));
        }
        crc.update(&buffer[..got]);
        from += got as u64;
    }
    let fault = (crc.finalize() != framed.crc).then_some(EntryError::Ciphertext);
    Ok((Some(framed), fault))
}

/// The next offset from `from` on where a sound header stands, or the end of the file.
fn next_magic<S: Source + ?Sized>(
    source: &S,
    file: FileNo,
    mut from: u64,
    length: u64,
    buffer: &mut [u8],
) -> io::Result<u64> {
    // Most often the next entry begins right here or soon, so small reads first.
    let mut reach = 4096;
    while from < length {
        let reading = reach.min(buffer.len());
        let got = source.read_up_to(&mut buffer[..reading], from)?;
        if got < ENTRY_HEADER_BYTES {
            return Ok(length);
        }
        reach *= 4;
        let candidates = got - ENTRY_HEADER_BYTES + 1;
        for start in 0..candidates {
            if buffer[start..].starts_with(&ENTRY_MAGIC)
                && let Ok(offset) = u32::try_from(from + start as u64)
                && Framed::decode(&buffer[start..got], file, offset).is_ok()
            {
                return Ok(from + start as u64);
            }
        }
        from += candidates as u64;
    }
    Ok(length)
}
