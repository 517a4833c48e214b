//! Torn tails and damage on a real folder: the one is cut, the other reported and kept.

use std::fs;
use std::path::{Path, PathBuf};

use obhut_format::ids::SessionId;

use super::super::{
    Content, DamageKind, ENTRY_HEADER_BYTES, EntryError, FileNo, Framed, IntakeLog, IntakeOptions, Location,
    Recovery, checksum,
};
use super::{ciphertext, header, runtime, small};

fn large_files() -> IntakeOptions {
    IntakeOptions {
        file_bytes: 1 << 20,
        ..small()
    }
}

/// Writes `count` entries of 100 bytes, each in a group of its own.
fn write(folder: &Path, options: IntakeOptions, count: u64) -> Vec<Location> {
    let (log, ..) = IntakeLog::open(folder, options).expect("open");
    let runtime = runtime();
    let append = |seq| {
        runtime
            .block_on(log.append(header(seq), ciphertext(seq, 100)))
            .expect("durable")
    };
    (0..count).map(append).collect()
}

fn path(folder: &Path, file: FileNo) -> PathBuf {
    folder.join(format!("{file}.log"))
}

fn reopen(folder: &Path) -> (IntakeLog, Vec<u64>, Recovery) {
    let (log, found, recovery) = IntakeLog::open(folder, large_files()).expect("open");
    for recovered in &found {
        assert_eq!(
            log.read(&recovered.location).expect("read"),
            ciphertext(recovered.header.seq.get(), 100)
        );
    }
    (
        log,
        found.iter().map(|recovered| recovered.header.seq.get()).collect(),
        recovery,
    )
}

/// The file without its end mark, as a kill leaves it.
fn unclosed(folder: &Path, file: FileNo) -> Vec<u8> {
    let mut bytes = fs::read(path(folder, file)).expect("the file");
    bytes.truncate(bytes.len() - ENTRY_HEADER_BYTES);
    bytes
}

#[test]
fn a_tail_torn_at_any_byte_is_cut_and_everything_before_it_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let locations = write(folder.path(), large_files(), 3);
    let bytes = unclosed(folder.path(), locations[0].file());
    let begin = locations[2].offset() as usize;
    for end in begin..=bytes.len() {
        let torn = tempfile::tempdir().expect("a folder");
        fs::write(path(torn.path(), locations[0].file()), &bytes[..end]).expect("written");
        let (log, found, recovery) = reopen(torn.path());
        assert_eq!(recovery.damage, [], "cut at {end}");
        let whole = end == bytes.len();
        assert_eq!(
            found,
            if whole { vec![0, 1, 2] } else { vec![0, 1] },
            "cut at {end}"
        );
        assert_eq!(
            recovery.cuts.len(),
            usize::from(!whole && end > begin),
            "cut at {end}"
        );
        // The log goes on behind the cut, and what it writes is found again.
        runtime()
            .block_on(log.append(header(9), ciphertext(9, 100)))
            .expect("durable");
        drop(log);
        let (_, found, recovery) = reopen(torn.path());
        assert_eq!(found.last(), Some(&9));
        assert_eq!(
            (recovery.damage.len(), recovery.cuts.len()),
            (0, 0),
            "cut at {end}"
        );
    }
}

#[test]
fn damage_in_the_middle_is_reported_on_every_start_and_later_entries_are_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let locations = write(folder.path(), large_files(), 4);
    let file = locations[0].file();
    let mut bytes = fs::read(path(folder.path(), file)).expect("the file");
    bytes[locations[1].offset() as usize + ENTRY_HEADER_BYTES + 3] ^= 1;
    bytes[locations[2].offset() as usize + 20] ^= 1;
    fs::write(path(folder.path(), file), &bytes).expect("written");
    for _ in 0..2 {
        let (log, found, recovery) = reopen(folder.path());
        assert_eq!(found, [0, 3]);
        // Two neighbours are one stretch.
        assert_eq!(recovery.damage.len(), 1);
        let damage = recovery.damage[0];
        assert_eq!(
            (damage.file, damage.offset),
            (file, u64::from(locations[1].offset()))
        );
        assert_eq!(
            damage.bytes,
            u64::from(locations[3].offset() - locations[1].offset())
        );
        assert_eq!(damage.kind, DamageKind::Entry(EntryError::Ciphertext));
        // Of the second not even the header is left.
        assert_eq!(recovery.lost, [header(1)]);
        // It is kept even when everything sound in it was released.
        log.release(&locations[0]);
        log.release(&locations[3]);
        log.settle();
        assert!(log.holds(file));
    }
    let (log, ..) = reopen(folder.path());
    log.release(&locations[0]);
    log.release(&locations[3]);
    log.forgive_damage(file);
    log.settle();
    assert!(!log.holds(file));
}

#[test]
fn a_file_is_of_the_sessions_in_it_and_of_everybody_where_its_bytes_name_nobody() {
    use std::collections::HashSet;

    let of = |log: &IntakeLog, session: SessionId| {
        let (found, written) = log.files_of(&HashSet::from([session]));
        (found.values().flatten().count(), written)
    };
    let (theirs, nobodys) = (header(0).session, SessionId::from_bytes([0xee; 16]));
    let folder = tempfile::tempdir().expect("a folder");
    let locations = write(folder.path(), large_files(), 2);
    let file = path(folder.path(), locations[0].file());
    let whole = fs::read(&file).expect("the file");
    let (log, ..) = reopen(folder.path());
    assert_eq!((of(&log, theirs), of(&log, nobodys)), ((1, false), (0, false)));
    runtime()
        .block_on(log.append(header(9), ciphertext(9, 100)))
        .expect("durable");
    assert_eq!(of(&log, theirs), (2, true));
    drop(log);
    // A broken ciphertext is still its session's; of a broken header nobody knows.
    for (at, expected) in [(ENTRY_HEADER_BYTES, 0), (20, 1)] {
        let mut bytes = whole.clone();
        bytes[locations[1].offset() as usize + at] ^= 1;
        fs::write(&file, &bytes).expect("written");
        let (log, ..) = reopen(folder.path());
        assert_eq!(of(&log, nobodys), (expected, false), "{at}");
        assert_eq!(of(&log, theirs), (2, false), "{at}");
    }
}

#[test]
fn what_keeps_a_file_is_told_and_a_file_that_is_stuck_can_be_let_go() {
    let folder = tempfile::tempdir().expect("a folder");
    let locations = write(folder.path(), large_files(), 3);
    let (log, ..) = reopen(folder.path());
    let kept = |log: &IntakeLog| {
        let kept = log.kept();
        let told = kept
            .first()
            .map(|kept| (kept.waiting, kept.strays, kept.is_stuck()));
        (kept.len(), told)
    };
    assert_eq!(kept(&log), (1, Some((3, 0, false))));
    log.note_stray(&locations[1], header(1).session);
    assert_eq!(kept(&log), (1, Some((2, 1, false))));
    assert!(log.release(&locations[0]) && log.release(&locations[2]));
    log.settle();
    assert_eq!(kept(&log), (1, Some((0, 1, true))));
    log.forgive_damage(locations[0].file());
    log.settle();
    assert_eq!(kept(&log), (0, None));
}

#[test]
fn damage_in_the_last_entry_of_a_closed_file_is_damage_and_no_torn_tail() {
    let folder = tempfile::tempdir().expect("a folder");
    let locations = write(folder.path(), large_files(), 2);
    let file = path(folder.path(), locations[0].file());
    let mut bytes = fs::read(&file).expect("the file");
    bytes[locations[1].offset() as usize + ENTRY_HEADER_BYTES] ^= 1;
    fs::write(&file, &bytes).expect("written");
    let (_log, found, recovery) = reopen(folder.path());
    assert_eq!(
        (found, recovery.damage.len(), recovery.cuts.len()),
        (vec![0], 1, 0)
    );
}

#[test]
fn a_file_with_a_successor_and_no_end_is_damaged() {
    let folder = tempfile::tempdir().expect("a folder");
    let locations = write(folder.path(), small(), 40);
    let first = locations[0].file();
    assert_ne!(first, locations[39].file());
    let bytes = unclosed(folder.path(), first);
    fs::write(path(folder.path(), first), &bytes).expect("written");
    let (log, found, recovery) = reopen(folder.path());
    assert_eq!(found.len(), 40);
    assert_eq!(recovery.damage.len(), 1);
    assert_eq!(recovery.damage[0].kind, DamageKind::NoEnd);
    drop(log);
}

#[test]
fn an_end_mark_that_counts_otherwise_is_damage() {
    let folder = tempfile::tempdir().expect("a folder");
    let locations = write(folder.path(), large_files(), 3);
    let file = locations[0].file();
    let mut bytes = unclosed(folder.path(), file);
    let offset = u32::try_from(bytes.len()).expect("small");
    let content = Content::End { entries: 4 };
    let end = Framed {
        content,
        file,
        offset,
        durable_to: offset,
        length: 0,
        crc: checksum(&[]),
    };
    bytes.extend_from_slice(&end.encode());
    fs::write(path(folder.path(), file), &bytes).expect("written");
    let (_log, found, recovery) = reopen(folder.path());
    assert_eq!(found, [0, 1, 2]);
    assert_eq!(recovery.damage[0].kind, DamageKind::Count { stated: 4, found: 3 });
}

#[test]
fn a_damaged_file_header_is_reported_and_its_entries_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let locations = write(folder.path(), large_files(), 3);
    let file = path(folder.path(), locations[0].file());
    let mut bytes = fs::read(&file).expect("the file");
    bytes[3] ^= 1;
    fs::write(&file, &bytes).expect("written");
    let (log, found, recovery) = reopen(folder.path());
    assert_eq!(found, [0, 1, 2]);
    assert_eq!(recovery.damage[0].kind, DamageKind::FileHeader(EntryError::Magic));
    let next = runtime()
        .block_on(log.append(header(9), ciphertext(9, 100)))
        .expect("durable");
    assert_ne!(next.file(), locations[0].file());
}

#[test]
fn an_entry_that_rots_under_a_running_log_is_not_handed_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let (log, ..) = IntakeLog::open(folder.path(), large_files()).expect("open");
    let location = runtime()
        .block_on(log.append(header(0), ciphertext(0, 100)))
        .expect("durable");
    let file = fs::File::options()
        .write(true)
        .open(path(folder.path(), location.file()))
        .expect("the file");
    let at = u64::from(location.offset()) + ENTRY_HEADER_BYTES as u64;
    std::os::unix::fs::FileExt::write_all_at(&file, b"rot", at).expect("written");
    let read = log.read(&location);
    assert!(
        matches!(read, Err(super::super::IntakeError::Damaged { .. })),
        "{read:?}"
    );
    assert_eq!(log.stats().counts().damaged_reads, 1);
}

#[test]
fn foreign_files_are_left_alone_and_half_made_ones_removed() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in [
        "notes.txt",
        "1.log",
        "0000000000000001.bak",
        "0000000000000007.new",
    ] {
        fs::write(folder.path().join(name), "x").expect("written");
    }
    let (log, found, recovery) = reopen(folder.path());
    assert_eq!((found.len(), recovery.damage.len()), (0, 0));
    let location = runtime()
        .block_on(log.append(header(0), ciphertext(0, 100)))
        .expect("durable");
    assert_eq!(location.file(), FileNo(8), "a number is not used again");
    drop(log);
    let mut names: Vec<_> = fs::read_dir(folder.path())
        .expect("the folder")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .into_string()
                .expect("a name")
        })
        .collect();
    names.sort();
    assert_eq!(
        names,
        [
            "0000000000000001.bak",
            "0000000000000008.log",
            "1.log",
            "notes.txt"
        ]
    );
}
