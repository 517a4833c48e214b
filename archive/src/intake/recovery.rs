//! Reads the log's folder: at start, to go on where it was left, and read-only, to see what is in it.
//!
//! 1. The folder is synced: a file whose name only the page cache knew must not carry an entry that is reported.
//! 2. Half-made files (`.new`) are removed; nothing in them was ever acknowledged.
//! 3. The last file is synced and its cached pages are dropped, so that what is read is what the disk holds: after a
//!    kill in the midst of a failing fsync the cache may show bytes that were never stored.
//! 4. Every file is scanned. A gap in bytes that had been acknowledged is damage; it is reported and the file is kept.
//! 5. In the last file, unless it was closed in order, unfinished bytes at the end are cut off, and unfinished bytes
//!    between sound entries of the last group are covered with a void entry. Then it is synced and continued.

use std::io;
use std::path::Path;
use std::sync::Arc;

use super::IntakeError;
use super::disk::{LogFile, LogFolder, RealFolder};
use super::entry::{Content, EntryError, EntryHeader, FILE_HEADER_BYTES, FileNo, Framed};
use super::files::{Files, Location};
use super::mend::{Salvage, mend};
use super::scan::{Gap, Scanned, scan};

/// A sound entry that was found in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recovered {
    /// Whose it is.
    pub header: EntryHeader,
    /// Where it stands.
    pub location: Location,
}

/// What is wrong with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DamageKind {
    /// Its first bytes.
    FileHeader(EntryError),
    /// Bytes that had been acknowledged are no sound entry.
    Entry(EntryError),
    /// It has a successor but does not end with an end mark: its tail is missing.
    NoEnd,
    /// Its end mark counts other entries than it holds.
    Count {
        /// What the end mark says.
        stated: u64,
        /// What is there.
        found: u64,
    },
}

/// Damage to what had been acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Damage {
    /// The file.
    pub file: FileNo,
    /// Where the damaged bytes begin.
    pub offset: u64,
    /// How many there are.
    pub bytes: u64,
    /// What is wrong with them.
    pub kind: DamageKind,
}

/// Bytes that were being written when the program or the machine stopped; none of them was ever acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cut {
    /// The file.
    pub file: FileNo,
    /// Where they began.
    pub offset: u64,
    /// How many there were.
    pub bytes: u64,
}

/// What was found, besides the entries themselves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recovery {
    /// Sound entries.
    pub entries: u64,
    /// Bytes in all files.
    pub bytes: u64,
    /// Damage, by file and offset.
    pub damage: Vec<Damage>,
    /// Whose the damaged entries are, as far as their headers still say it; by file and offset.
    pub lost: Vec<EntryHeader>,
    /// Unfinished writes, removed (by [`survey`]: left alone).
    pub cuts: Vec<Cut>,
}

/// The file that the log goes on writing.
#[derive(Debug)]
pub(super) struct Continued {
    pub(super) file: FileNo,
    pub(super) handle: Arc<dyn LogFile>,
    pub(super) durable: u64,
    pub(super) entries: u64,
    /// It holds damage: nothing more is written into it.
    pub(super) damaged: bool,
}

/// What recovery hands to the log.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) recovery: Recovery,
    pub(super) next: u64,
    pub(super) last: Option<Continued>,
    /// Files in which nothing is left.
    pub(super) finished: Vec<FileNo>,
}

/// The name of a file.
pub(crate) fn file_name(file: FileNo) -> String {
    format!("{file}.log")
}

/// The name that a file has until its header is durable.
pub(super) fn new_name(file: FileNo) -> String {
    format!("{file}.new")
}

fn number_of(name: &str, suffix: &str) -> Option<FileNo> {
    let digits = name.strip_suffix(suffix)?;
    let plain = digits.len() == 16 && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| digits.parse().ok().map(FileNo)).flatten()
}

/// Lists what a log folder holds and changes nothing; for a look beside a program that has it open.
pub fn survey(path: &Path, found: &mut dyn FnMut(Recovered)) -> Result<Recovery, IntakeError> {
    let folder = RealFolder::look(path).map_err(IntakeError::io("opening the intake folder"))?;
    let mut recovery = Recovery::default();
    let numbers = numbers(&folder)?;
    for (index, file) in numbers.iter().enumerate() {
        let handle = match folder.open(&file_name(*file)) {
            Ok(handle) => handle,
            // The log may have deleted it meanwhile, because it was done.
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(IntakeError::io("opening an intake file")(error)),
        };
        let is_last = index + 1 == numbers.len();
        let scanned = examine(&*handle, *file, is_last, &mut recovery, found)?;
        recovery
            .cuts
            .extend(unfinished(&scanned, is_last).map(|gap| cut(*file, gap)));
    }
    Ok(recovery)
}

/// The ciphertext of an entry that [`survey`] found; an error when the log has deleted its file meanwhile.
pub fn read_surveyed(path: &Path, location: &Location) -> io::Result<Vec<u8>> {
    use std::os::unix::fs::FileExt;
    let file = std::fs::File::open(path.join(file_name(location.file())))?;
    let mut ciphertext = vec![0; location.ciphertext_bytes() as usize];
    file.read_exact_at(
        &mut ciphertext,
        u64::from(location.offset()) + super::entry::ENTRY_HEADER_BYTES as u64,
    )?;
    Ok(ciphertext)
}

/// Recovers the folder for writing.
pub(super) fn open(
    folder: &dyn LogFolder,
    files: &Files,
    found: &mut dyn FnMut(Recovered),
) -> Result<Opened, IntakeError> {
    folder
        .sync()
        .map_err(IntakeError::io("syncing the intake folder"))?;
    let names = folder
        .names()
        .map_err(IntakeError::io("listing the intake folder"))?;
    for name in names.iter().filter(|name| number_of(name, ".new").is_some()) {
        folder
            .remove(name)
            .map_err(IntakeError::io("removing a half-made intake file"))?;
    }
    let numbers = numbers(folder)?;
    // Also past the half-made ones: a number is never used twice.
    let highest = names
        .iter()
        .filter_map(|name| number_of(name, ".log").or_else(|| number_of(name, ".new")))
        .max();
    let mut opened = Opened {
        recovery: Recovery::default(),
        next: highest.map_or(1, |file| file.0 + 1),
        last: None,
        finished: Vec::new(),
    };
    for (index, file) in numbers.iter().enumerate() {
        let is_last = index + 1 == numbers.len();
        open_file(folder, files, *file, is_last, &mut opened, found)?;
    }
    Ok(opened)
}

fn open_file(
    folder: &dyn LogFolder,
    files: &Files,
    file: FileNo,
    is_last: bool,
    opened: &mut Opened,
    found: &mut dyn FnMut(Recovered),
) -> Result<(), IntakeError> {
    let handle = folder
        .open(&file_name(file))
        .map_err(IntakeError::io("opening an intake file"))?;
    if is_last {
        handle
            .sync_all()
            .map_err(IntakeError::io("syncing the last intake file"))?;
        handle.forget_cached();
    }
    files.add(file, Arc::clone(&handle), 0);
    let mut entries = Vec::new();
    let damage_before = opened.recovery.damage.len();
    let scanned = examine(&*handle, file, is_last, &mut opened.recovery, &mut |recovered| {
        entries.push((recovered.location.offset(), recovered.header.session));
        found(recovered);
    })?;
    let damaged = opened.recovery.damage.len() > damage_before;
    let gaps: Vec<Gap> = unfinished(&scanned, is_last).copied().collect();
    let length =
        mend(&*handle, file, &scanned, &gaps).map_err(IntakeError::io("mending the last intake file"))?;
    opened.recovery.bytes = opened.recovery.bytes - scanned.length + length;
    opened.recovery.cuts.extend(gaps.iter().map(|gap| cut(file, gap)));

    files.note(file, entries, length);
    files.note_unsound(file, scanned.named_sessions(), scanned.has_nameless_bytes(length));
    if damaged {
        files.mark_damaged(file);
    }
    if is_last && scanned.end_mark.is_none() && scanned.header.is_none() {
        opened.last = Some(Continued {
            file,
            handle,
            durable: length,
            entries: scanned.entries,
            damaged,
        });
    } else if files.close(file, length) {
        opened.finished.push(file);
    }
    Ok(())
}

/// The numbers of all files, ascending.
fn numbers(folder: &dyn LogFolder) -> Result<Vec<FileNo>, IntakeError> {
    let names = folder
        .names()
        .map_err(IntakeError::io("listing the intake folder"))?;
    let mut numbers: Vec<FileNo> = names.iter().filter_map(|name| number_of(name, ".log")).collect();
    numbers.sort_unstable();
    Ok(numbers)
}

/// Scans one file, hands over its entries and notes its damage.
fn examine(
    handle: &dyn LogFile,
    file: FileNo,
    is_last: bool,
    recovery: &mut Recovery,
    found: &mut dyn FnMut(Recovered),
) -> Result<Scanned, IntakeError> {
    let source = Salvage::new(handle);
    let mut scanned = scan(&source, file, &mut |framed| {
        if let Content::Data(header) = framed.content {
            found(Recovered {
                header,
                location: Location::new(file, framed.offset, framed.length),
            });
        }
    })
    .map_err(IntakeError::io("reading an intake file"))?;
    if source.has_failed() || scanned.header.is_some() {
        // What cannot be read today may be readable tomorrow, and may have been acknowledged: nothing is cut here.
        scanned.durable_to = scanned.length;
    }
    recovery.entries += scanned.entries;
    recovery.bytes += scanned.length;

    let acknowledged = |framed: &&Framed| !is_last || scanned.was_durable_at(u64::from(framed.offset));
    let lost = scanned.lost.iter().filter(acknowledged);
    recovery
        .lost
        .extend(lost.filter_map(|framed| match framed.content {
            Content::Data(header) => Some(header),
            Content::Void | Content::End { .. } => None,
        }));
    let damage = &mut recovery.damage;
    if let Some(cause) = scanned.header {
        let bytes = scanned.length.min(FILE_HEADER_BYTES as u64);
        damage.push(Damage {
            file,
            offset: 0,
            bytes,
            kind: DamageKind::FileHeader(cause),
        });
    }
    for gap in scanned
        .gaps
        .iter()
        .filter(|gap| !is_last || scanned.was_durable(gap))
    {
        let bytes = gap.end - gap.offset;
        damage.push(Damage {
            file,
            offset: gap.offset,
            bytes,
            kind: DamageKind::Entry(gap.cause),
        });
    }
    match scanned.end_mark {
        None if !is_last => {
            damage.push(Damage {
                file,
                offset: scanned.length,
                bytes: 0,
                kind: DamageKind::NoEnd,
            });
        }
        Some(stated) if stated != scanned.entries && scanned.gaps.is_empty() => {
            let kind = DamageKind::Count {
                stated,
                found: scanned.entries,
            };
            damage.push(Damage {
                file,
                offset: scanned.length,
                bytes: 0,
                kind,
            });
        }
        _ => {}
    }
    Ok(scanned)
}

/// The gaps that a stop in the midst of writing explains.
fn unfinished(scanned: &Scanned, is_last: bool) -> impl Iterator<Item = &Gap> {
    scanned
        .gaps
        .iter()
        .filter(move |gap| is_last && !scanned.was_durable(gap))
}

fn cut(file: FileNo, gap: &Gap) -> Cut {
    Cut {
        file,
        offset: gap.offset,
        bytes: gap.end - gap.offset,
    }
}
