//! Damage to files: objects, ledger copies, the intake log, the catalog's file.

use std::fs;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use obhut_testkit::{Snapshot, count_from};

use crate::case::{CATALOG, Case, Expected};

/// Bytes of the mark at the end of an intake file that was closed in order.
const END_MARK: usize = 80;

/// Offsets in a file: its ends, and some between.
fn offsets(length: usize, between: usize) -> Vec<usize> {
    let steps = between + 1;
    let mut found: Vec<usize> = (0..=steps).map(|step| (length - 1) * step / steps).collect();
    found.dedup();
    found
}

fn flip(path: &Path, offset: usize) {
    let file = fs::File::options()
        .read(true)
        .write(true)
        .open(path)
        .expect("a file");
    let mut byte = [0];
    let at = offset as u64;
    file.read_exact_at(&mut byte, at).expect("the byte is there");
    byte[0] ^= 0x40;
    file.write_all_at(&byte, at).expect("a writable file");
}

fn names(whole: &Snapshot, below: &str) -> Vec<PathBuf> {
    whole
        .files()
        .filter(|(name, _)| name.starts_with(below))
        .map(|(name, _)| name.to_owned())
        .collect()
}

/// What a finding has to name: an object by its key, an intake file by its name.
fn words(name: &Path) -> Vec<String> {
    let text = name.to_str().expect("a plain name");
    vec![text.strip_prefix("objects/").unwrap_or(text).to_owned()]
}

/// Every file but the catalog's: a byte flipped, the last byte cut off, a byte added.
pub(crate) fn bytes(whole: &Snapshot) -> Vec<Case> {
    let between = count_from("OBHUT_OFFSETS", 3, 40);
    let mut cases = Vec::new();
    let mut files = names(whole, "objects/tenants");
    files.extend(
        names(whole, "intake")
            .into_iter()
            .filter(|name| name.extension().is_some()),
    );
    let last_intake = files
        .iter()
        .filter(|name| name.starts_with("intake"))
        .max()
        .cloned();
    for name in files {
        let length = whole.file(&name).len();
        // What a flip from here on hits holds no frame.
        let harmless_from = if Some(&name) == last_intake.as_ref() {
            length - END_MARK
        } else {
            length
        };
        let is_object = name.starts_with("objects");
        let shown = name.display();
        // An intake file has many entries, each with its own checksums.
        let between = if is_object { between } else { between * 6 };
        for offset in offsets(length, between) {
            let file = name.clone();
            let case = Case::found(
                format!("{shown}, byte {offset} flipped"),
                words(&name),
                move |folder| flip(&folder.join(&file), offset),
            );
            cases.push(case.harmless_if(offset >= harmless_from));
        }
        let file = name.clone();
        let case = Case::found(
            format!("{shown}, last byte cut off"),
            words(&name),
            move |folder| {
                let file = fs::File::options().write(true).open(folder.join(&file));
                file.and_then(|file| file.set_len(length as u64 - 1))
                    .expect("cut");
            },
        );
        cases.push(case.harmless_if(harmless_from < length));
        if is_object {
            let file = name.clone();
            cases.push(Case::found(
                format!("{shown}, a byte added"),
                words(&name),
                move |folder| {
                    let path = folder.join(&file);
                    let mut bytes = fs::read(&path).expect("readable");
                    bytes.push(b'\n');
                    fs::write(path, bytes).expect("writable");
                },
            ));
        }
    }
    cases
}

/// Objects removed, exchanged for others, put under names of their own.
pub(crate) fn objects(whole: &Snapshot) -> Vec<Case> {
    let all = names(whole, "objects/tenants");
    let mut cases = Vec::new();
    for (index, name) in all.iter().enumerate() {
        let shown = name.display();
        let file = name.clone();
        cases.push(Case::found(
            format!("{shown} removed"),
            words(name),
            move |folder| {
                fs::remove_file(folder.join(&file)).expect("removed");
            },
        ));
        let file = name.clone();
        cases.push(Case::found(
            format!("{shown} emptied"),
            words(name),
            move |folder| {
                fs::write(folder.join(&file), b"").expect("emptied");
            },
        ));
        // With its neighbour, and with one far away.
        for step in [1, all.len() / 2] {
            let other = &all[(index + step) % all.len()];
            let (one, two) = (name.clone(), other.clone());
            let mut named = words(name);
            named.extend(words(other));
            cases.push(Case::found(
                format!("{shown} swapped with {}", other.display()),
                named,
                move |folder| {
                    let (one, two) = (folder.join(&one), folder.join(&two));
                    let beside = folder.join("beside");
                    fs::rename(&one, &beside).expect("moved");
                    fs::rename(&two, &one).expect("moved");
                    fs::rename(&beside, &two).expect("moved");
                },
            ));
        }
        if name.extension().is_some_and(|extension| extension == "seg") {
            let (one, two) = (name.clone(), beside(name));
            cases.push(Case::found(
                format!("{shown} also under a name of its own"),
                words(&two),
                move |folder| {
                    fs::copy(folder.join(&one), folder.join(&two)).expect("copied");
                },
            ));
        }
    }
    cases
}

/// A name that the program could have given to another object of the same segment.
fn beside(name: &Path) -> PathBuf {
    let text = name.to_str().expect("a plain name");
    let at = text.len() - ".seg".len() - 1;
    let other = if text[at..].starts_with('0') { "1" } else { "0" };
    PathBuf::from(format!("{}{other}.seg", &text[..at]))
}

/// The catalog's file, byte by byte.
pub(crate) fn catalog(whole: &Snapshot) -> Vec<Case> {
    let length = whole.file(Path::new(CATALOG)).len();
    let between = count_from("OBHUT_OFFSETS", 3, 40) * 60;
    let mut places = offsets(length, between);
    // The header is where SQLite learns how to read all the rest.
    places.extend(0..100);
    let flipped = |offset| Case {
        name: format!("{CATALOG}, byte {offset} flipped"),
        expected: Expected::Catalog,
        damage: Box::new(move |folder: &Path| flip(&folder.join(CATALOG), offset)),
    };
    let mut cases: Vec<Case> = places.into_iter().map(flipped).collect();
    for share in [0, 1, 2, 3] {
        cases.push(Case {
            name: format!("{CATALOG} cut to {share} quarters"),
            expected: Expected::Catalog,
            damage: Box::new(move |folder: &Path| {
                let file = fs::File::options().write(true).open(folder.join(CATALOG));
                let keep = (length * share / 4) as u64;
                file.and_then(|file| file.set_len(keep)).expect("cut");
            }),
        });
    }
    cases
}
