//! Zips that two programs would read in two ways. Each is refused: what was checked has to be what everybody unpacks.

use std::io::Cursor;

use crate::raw::{Entry, field, zip};
use obhut_evidence_verify::{Trust, entries, verify};

fn sound() -> Vec<Entry> {
    vec![
        Entry::file("top/bundle.json", b"{}\n"),
        Entry::file("top/data/0/00000001.png", b"one"),
        Entry::file("top/data/0/00000002.png", b"two"),
    ]
}

/// The sound one, with its last entry changed.
fn with(change: impl FnOnce(&mut Entry)) -> Vec<u8> {
    let mut all = sound();
    change(all.last_mut().expect("an entry"));
    zip(&all)
}

fn refused(bytes: Vec<u8>, why: &str) {
    match entries(&mut Cursor::new(bytes)) {
        Ok(found) => panic!("{why}: taken as {found:?}"),
        Err(error) => assert!(error.to_string().contains(why), "{why}: {error}"),
    }
}

fn accepted(bytes: Vec<u8>) {
    let found = entries(&mut Cursor::new(bytes)).expect("a zip");
    assert_eq!(found.len(), 3);
}

/// Info-ZIP's second name.
fn unicode_path(header: &str, name: &str) -> Vec<u8> {
    let mut content = vec![1];
    content.extend_from_slice(&crc32fast::hash(header.as_bytes()).to_le_bytes());
    content.extend_from_slice(name.as_bytes());
    field(0x7075, &content)
}

/// A 64-bit end record and its locator, as if they stood at `at`.
fn end_64(at: u64, (count, size, directory): (u64, u64, u64)) -> Vec<u8> {
    let mut out = b"PK\x06\x06".to_vec();
    out.extend_from_slice(&44_u64.to_le_bytes());
    out.extend_from_slice(&[45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    for number in [count, count, size, directory] {
        out.extend_from_slice(&number.to_le_bytes());
    }
    out.extend_from_slice(b"PK\x06\x07\0\0\0\0");
    out.extend_from_slice(&at.to_le_bytes());
    out.extend_from_slice(&1_u32.to_le_bytes());
    out
}

#[test]
fn a_second_name_is_refused() {
    accepted(zip(&sound()));
    // Swapped for every program that takes the second name.
    let (one, two) = ("top/data/0/00000001.png", "top/data/0/00000002.png");
    refused(with(|entry| entry.extra = unicode_path(two, one)), "two names");
    refused(
        with(|entry| entry.local_extra = unicode_path(two, one)),
        "two names",
    );
    refused(with(|entry| entry.extra = unicode_path(one, one)), "two names");
    // The same name once more is what some programs write.
    accepted(with(|entry| entry.extra = unicode_path(two, two)));
    refused(
        with(|entry| entry.local_name = Some(one.to_owned())),
        "says something else than the directory",
    );
}

#[test]
fn fields_that_make_something_else_of_a_file_are_refused() {
    for id in [0x756e, 0x000d, 0x6c78, 0x9901, 0x0017, 0x4242] {
        let hostile = field(id, b"\0\0\0\0\xff\xa1/etc/passwd");
        refused(with(|entry| entry.extra.clone_from(&hostile)), "another file");
        refused(with(|entry| entry.local_extra = hostile), "another file");
    }
    // Times and owners are in most zips.
    for id in [0x000a, 0x5455, 0x7875] {
        accepted(with(|entry| entry.extra = field(id, &[0; 8])));
    }
    refused(with(|entry| entry.extra = vec![1, 0, 0]), "cut short");
}

#[test]
fn a_link_is_one_whoever_made_it() {
    for made_by in [0, 3, 11, 19] {
        let link = with(|entry| (entry.made_by, entry.mode) = (made_by, 0o120_777));
        refused(link, "symbolic link");
        accepted(with(|entry| (entry.made_by, entry.mode) = (made_by, 0)));
    }
}

#[test]
fn a_second_end_is_refused() {
    let all = zip(&sound());
    // In a comment of the last entry, where it stands right before the end record.
    refused(
        with(|entry| entry.comment = end_64(0, (1, 0, 0))),
        "64-bit end record is not where it should be",
    );
    refused(with(|entry| entry.comment = b"PK".to_vec()), "comment");
    // In a field of times, which is as long as somebody says.
    let hidden = with(|entry| {
        let content = end_64(all.len() as u64, (1, 60, 0));
        entry.extra = field(0x000a, &content);
    });
    refused(hidden, "64-bit end record is not where it should be");
    // A real one has to say what the other says.
    let end = all.len() - 22;
    let (directory, size) = (u32_at(&all, end + 16), u32_at(&all, end + 12));
    let with_64 = |count| {
        let mut bytes = all[..end].to_vec();
        bytes.extend(end_64(end as u64, (count, size, directory)));
        bytes.extend_from_slice(&all[end..]);
        bytes
    };
    accepted(with_64(3));
    refused(with_64(2), "two end records differ");
}

fn u32_at(bytes: &[u8], at: usize) -> u64 {
    let bytes = bytes[at..at + 4].try_into().expect("four bytes");
    u64::from(u32::from_le_bytes(bytes))
}

#[test]
fn sizes_that_differ_between_the_headers_are_refused() {
    let sizes = |bytes: u64, stored: u64| field(1, &[bytes.to_le_bytes(), stored.to_le_bytes()].concat());
    let wide = |extra: Vec<u8>| {
        with(|entry| {
            entry.local_sizes = Some((entry.crc32, u32::MAX, u32::MAX));
            entry.local_extra = extra;
        })
    };
    accepted(wide(sizes(3, 3)));
    refused(wide(sizes(2, 3)), "something else than the directory");
    refused(wide(sizes(3, 2)), "something else than the directory");
    refused(wide(Vec::new()), "something else than the directory");
    refused(wide([sizes(3, 3), sizes(3, 3)].concat()), "two sets of sizes");
    refused(
        with(|entry| entry.local_extra = sizes(0, 0)),
        "something else than the directory",
    );
    refused(
        with(|entry| entry.extra = sizes(3, 3)),
        "more 64-bit sizes than it needs",
    );
    refused(
        with(|entry| (entry.bytes, entry.stored) = (u32::MAX, u32::MAX)),
        "64-bit sizes are missing",
    );
    let behind = |sizes, behind: &[u8]| {
        with(|entry| {
            entry.flags = 8;
            entry.local_sizes = Some(sizes);
            entry.behind = behind.to_vec();
        })
    };
    let crc32 = crc32fast::hash(b"two").to_le_bytes();
    let three = 3_u32.to_le_bytes();
    let said = [&b"PK\x07\x08"[..], &crc32, &three, &three].concat();
    accepted(behind((0, 0, 0), &said));
    accepted(behind((0, 0, 0), &said[4..]));
    refused(behind((1, 0, 0), &said), "something else than the directory");
    refused(behind((0, 7, 7), &said), "something else than the directory");
    refused(behind((0, 0, 0), &said[..12]), "do not stand behind it");
    refused(
        behind((0, 0, 0), &[said, vec![0]].concat()),
        "do not stand behind it",
    );
}

#[test]
fn nothing_lies_between_before_or_within() {
    refused(
        with(|entry| entry.behind = b"x".to_vec()),
        "something lies behind it",
    );
    let mut all = sound();
    all[0].behind = b"hidden".to_vec();
    refused(zip(&all), "something lies behind it");
    for flags in [1, 1 << 4, 1 << 5, 1 << 6, 1 << 13, 1 << 15] {
        assert!(entries(&mut Cursor::new(with(|entry| entry.flags = flags))).is_err());
    }
    // An empty deflated stream, and something behind it that nobody unpacks.
    let hidden = with(|entry| {
        *entry = Entry::file("top/SHA256SUMS.sig", b"");
        (entry.method, entry.packed) = (8, b"\x03\0hidden".to_vec());
        entry.stored = 8;
    });
    assert!(entries(&mut Cursor::new(hidden.clone())).is_ok());
    let verdict = verify(Cursor::new(hidden), &Trust::Own).expect("memory can be read");
    assert!(!verdict.findings.is_empty());
}

#[test]
fn names_that_are_one_name_somewhere_are_refused() {
    let named = |name: &str| {
        let mut all = sound();
        let mut entry = Entry::file(name, b"");
        if name.ends_with('/') {
            entry.mode = 0o040_755;
        }
        all.push(entry);
        zip(&all)
    };
    for (name, why) in [
        ("top/DATA/0/a", "two entries have this name"),
        ("top/data/0/00000001.PNG", "two entries have this name"),
        ("top/bundle.json/", "two entries have this name"),
        ("top/bundle.json/inside/", "a folder without a file"),
        ("top/bundle.json/inside", "a file and a folder"),
        ("top/empty/", "a folder without a file"),
        ("top/Data/", "a folder without a file"),
        ("top/data/0/a.", "leads out"),
        ("top/data/0 /a", "leads out"),
    ] {
        refused(named(name), why);
    }
    for name in ["top/", "top/data/", "top/data/0/"] {
        accepted(named(name));
    }
    let mut folder = Entry::file("top/data/", b"");
    (folder.mode, folder.packed, folder.stored, folder.method) = (0o040_755, b"\x03\0hidden".to_vec(), 8, 8);
    let mut all = sound();
    all.push(folder);
    refused(zip(&all), "a folder with content");
}
