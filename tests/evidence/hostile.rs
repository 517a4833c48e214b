//! Zips that want to do harm, and zips that only look strange.

use std::fs;
use std::path::{Path, PathBuf};

use obhut_format::bundle::{self as names, DamagedStream};
use obhut_format::chain::{ChainLine, SeqSet, link};
use obhut_format::ids::Seq;

use crate::bundle::Bundle;
use crate::house::{House, Judged, data, judge};
use crate::zipped::{RawEntry, zip};

struct Fixture {
    house: House,
    bundle: PathBuf,
    parts: Bundle,
}

impl Fixture {
    fn new() -> Self {
        let house = House::new();
        let (_, bundle) = house.bundle_of(&data("timeline-jpg"), "bundle.zip");
        let parts = Bundle::unpack(&bundle);
        Self { house, bundle, parts }
    }

    fn judge_bytes(&self, bytes: &[u8]) -> Judged {
        let file = self.house.place("hostile.zip");
        fs::write(&file, bytes).expect("a writable folder");
        judge(&file, None)
    }

    fn refused(&self, entries: &[RawEntry], kind: &str, what: &str) {
        let judged = self.judge_bytes(&zip(entries));
        assert_eq!(judged.code, Some(1), "{judged:?}");
        let named = judged.findings.iter().any(|finding| {
            finding["kind"] == kind && finding["what"].as_str().is_some_and(|said| said.contains(what))
        });
        assert!(named, "{kind}: {what}: {judged:?}");
    }

    /// The bundle with an entry more.
    fn with(&self, entry: RawEntry) -> Vec<RawEntry> {
        let mut entries = self.parts.entries();
        entries.push(entry);
        entries
    }
}

#[test]
fn names_that_lead_out_are_refused() {
    let fixture = Fixture::new();
    let top = &fixture.parts.top;
    for name in [
        format!("{top}/../outside"),
        "../outside".to_owned(),
        "/etc/passwd".to_owned(),
        format!("{top}//a"),
        format!("{top}/./a"),
        format!("{top}/data/..\\..\\outside"),
        "C:/outside".to_owned(),
        format!("{top}/a\nb"),
    ] {
        fixture.refused(&fixture.with(RawEntry::file(name, "x")), "container", "leads out");
    }
    for name in ["outside", "another/file"] {
        fixture.refused(&fixture.with(RawEntry::file(name, "x")), "container", "outside");
    }
}

#[test]
fn two_entries_of_one_name_are_refused() {
    let fixture = Fixture::new();
    let top = &fixture.parts.top;
    for name in ["bundle.json", "Bundle.JSON", "VERIFY.txt"] {
        let entry = RawEntry::file(format!("{top}/{name}"), "x");
        fixture.refused(&fixture.with(entry), "container", "two entries");
    }
    let inside = RawEntry::file(format!("{top}/bundle.json/a"), "x");
    fixture.refused(&fixture.with(inside), "container", "a file and a folder");
}

#[test]
fn links_devices_and_secrets_are_refused() {
    let fixture = Fixture::new();
    let name = format!("{}/data/0/link", fixture.parts.top);
    let mut entry = RawEntry::file(&name, "/etc/passwd");
    entry.mode = 0o120_777;
    fixture.refused(&fixture.with(entry.clone()), "container", "symbolic link");
    entry.mode = 0o020_666;
    fixture.refused(&fixture.with(entry.clone()), "container", "no plain file");
    entry.mode = 0o100_644;
    entry.flags = 1;
    fixture.refused(&fixture.with(entry), "container", "encrypted");
}

#[test]
fn a_bomb_is_not_unpacked() {
    let fixture = Fixture::new();
    let mut entries = fixture.parts.entries();
    let frame = entries
        .iter()
        .position(|entry| entry.name.contains("/data/0/"))
        .expect("a frame");
    // As long as it should be by what it says, and a thousand times that when it is unpacked.
    let said = u32::try_from(entries[frame].content.len()).expect("a small frame");
    entries[frame].content = vec![0; 256 << 20];
    entries[frame].deflated = true;
    entries[frame].said = Some(said);
    fixture.refused(&entries, "file", "more bytes than it says");
    // It says how long it is: then it is not as long as the manifest says, and is not read at all.
    entries[frame].said = None;
    fixture.refused(&entries, "file", "not as long as the manifest says");
    // So with the files that no manifest could name.
    let mut entries = fixture.parts.entries();
    let note = entries
        .iter()
        .position(|entry| entry.name.ends_with("/export.json"))
        .expect("a note");
    entries[note].content = vec![b' '; 64 << 20];
    entries[note].deflated = true;
    fixture.refused(&entries, "file", "longer than it can be");
}

#[test]
fn nothing_hides_behind_a_packed_file() {
    let fixture = Fixture::new();
    let mut entries = fixture.parts.entries();
    for entry in &mut entries {
        entry.deflated = true;
    }
    let judged = fixture.judge_bytes(&zip(&entries));
    assert_eq!(judged.code, Some(0), "{judged:?}");
    entries[0].behind = b"hidden".to_vec();
    fixture.refused(&entries, "file", "something lies behind");
}

#[test]
fn a_file_that_nothing_accounts_for_is_refused_whoever_signed_it() {
    let fixture = Fixture::new();
    for path in [
        "more.html",
        "chain/00000999.line",
        "records/7/00000000.records",
        "ledger/x",
    ] {
        let mut parts = fixture.parts.clone();
        parts.put(path, "x");
        parts.forge();
        fixture.refused(&parts.entries(), "file", "no file that a bundle has");
    }
    for path in ["play.html", "VERIFY.txt"] {
        let mut parts = fixture.parts.clone();
        parts.files.remove(path);
        parts.forge();
        fixture.refused(&parts.entries(), "file", "it is missing");
    }
}

#[test]
fn a_small_file_does_not_fill_the_memory() {
    let fixture = Fixture::new();
    // Nothing but ends of lines, each of which could be a record.
    let mut parts = fixture.parts.clone();
    let records = parts
        .files
        .keys()
        .find(|path| path.ends_with(".records"))
        .expect("records")
        .clone();
    let leaves = "ledger/access.leaves".to_owned();
    for path in [&records, &leaves] {
        parts.put(path, vec![b'\n'; 200 << 20]);
    }
    parts.forge();
    let mut entries = parts.entries();
    for entry in &mut entries {
        entry.deflated = true;
    }
    // Lists that are longer than there are files.
    let file = fixture.house.place("bomb.zip");
    let judge_with_little = |entries: &[RawEntry]| {
        fs::write(&file, zip(entries)).expect("a writable folder");
        let output = std::process::Command::new("bash")
            .args(["-c", "ulimit -v 1500000; exec \"$@\"", "bash"])
            .arg(fixture.house.program.binary())
            .args(["evidence", "verify", "--json"])
            .arg(&file)
            .output()
            .expect("bash can be started");
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    assert!(judge_with_little(&entries).contains("not as many as the chain commits to"));
    for list in ["SHA256SUMS", "manifest-sha256.txt", "tagmanifest-sha256.txt"] {
        let mut entries = fixture.parts.entries();
        for entry in &mut entries {
            if entry.name.ends_with(&format!("/{list}")) {
                entry.content = vec![b'\n'; 400 << 20];
                entry.deflated = true;
            }
        }
        assert!(
            judge_with_little(&entries).contains(&format!("\"{list}\"")),
            "{list}"
        );
    }
}

#[test]
fn what_is_missing_or_too_much_is_named() {
    let fixture = Fixture::new();
    let without = |path: &str| -> Vec<RawEntry> {
        let mut entries = fixture.parts.entries();
        entries.retain(|entry| !entry.name.ends_with(path));
        entries
    };
    for path in [
        "bundle.json",
        "SHA256SUMS",
        "SHA256SUMS.sig",
        "manifest-sha256.txt",
        "keys/archive.vkey",
        "bagit.txt",
    ] {
        fixture.refused(&without(&format!("/{path}")), "file", "it is missing");
    }
    let top = &fixture.parts.top;
    for name in [
        "__MACOSX/._a",
        "data/0/thumbs.db",
        "more.txt",
        ".hidden",
        "DATA/0/a",
    ] {
        let entry = RawEntry::file(format!("{top}/{name}"), "x");
        let judged = fixture.judge_bytes(&zip(&fixture.with(entry)));
        assert_eq!(judged.code, Some(1), "{name}: {judged:?}");
    }
    fixture.refused(&[], "file", "it is missing");
}

#[test]
fn a_bundle_zipped_again_is_as_good() {
    let fixture = Fixture::new();
    let mut parts = fixture.parts.clone();
    parts.top = "as somebody named it".to_owned();
    let mut entries = parts.entries();
    entries.reverse();
    for entry in &mut entries {
        entry.deflated = true;
    }
    entries.push(RawEntry {
        mode: 0o040_755,
        ..RawEntry::file("as somebody named it/", "")
    });
    let judged = fixture.judge_bytes(&zip(&entries));
    assert_eq!(judged.code, Some(0), "{judged:?}");
    // By a program that many have: streamed, with the lengths behind the files.
    let python = "import sys, zipfile, pathlib\n\
                  source, target = zipfile.ZipFile(sys.argv[1]), open(sys.argv[2], 'wb')\n\
                  class Pipe:\n\
                  \x20   def write(self, data): return target.write(data)\n\
                  \x20   def flush(self): target.flush()\n\
                  with zipfile.ZipFile(Pipe(), 'w', zipfile.ZIP_DEFLATED) as out:\n\
                  \x20   [out.writestr(name, source.read(name)) for name in source.namelist()]\n";
    let again = fixture.house.place("again.zip");
    let [from, to] = [&fixture.bundle, &again].map(|path| path.to_str().expect("UTF-8"));
    let zipped = crate::house::run("python3", &["-c", python, from, to], Path::new("."));
    assert!(zipped.status.success(), "{zipped:?}");
    let judged = judge(&again, None);
    assert_eq!(judged.code, Some(0), "{judged:?}");
}

#[test]
fn what_is_no_whole_zip_is_refused() {
    let fixture = Fixture::new();
    let whole = fs::read(&fixture.bundle).expect("a bundle");
    for len in [0, 1, 21, 22, 1_000, whole.len() / 2, whole.len() - 1] {
        assert_eq!(fixture.judge_bytes(&whole[..len]).code, Some(1), "{len} bytes");
    }
    for (before, behind) in [
        (&b"#!/bin/sh\n"[..], &b""[..]),
        (b"", b"\n"),
        (b"", b"PK\x05\x06"),
    ] {
        let judged = fixture.judge_bytes(&[before, &whole, behind].concat());
        assert_eq!(judged.code, Some(1), "{judged:?}");
        assert_eq!(judged.kinds(), ["container"]);
    }
    assert_eq!(fixture.judge_bytes(b"no zip at all").code, Some(1));
}

#[test]
fn what_can_not_be_read_is_no_verdict() {
    let fixture = Fixture::new();
    for place in [fixture.house.place("missing.zip"), fixture.house.place("")] {
        let judged = judge(&place, None);
        assert_eq!(judged.code, Some(2), "{judged:?}");
        assert_eq!(judged.stderr.lines().count(), 2, "{judged:?}");
    }
}

#[test]
fn numbers_without_end_are_not_counted() {
    let fixture = Fixture::new();
    let mut parts = fixture.parts.clone();
    let line = |parts: &Bundle, n| ChainLine::parse(&parts.files[&names::line_path(n)]).expect("a line");
    let ChainLine::Segment(mut segment) = line(&parts, 1) else {
        panic!("a segment's line");
    };
    segment.ranges = SeqSet::parse("0-9007199254740990").expect("a set");
    segment.count = segment.ranges.len();
    (segment.first, segment.last) = (Seq::ZERO, Seq::new(segment.count - 1).expect("a number"));
    let mut before = ChainLine::Segment(segment.clone()).to_line();
    let mut manifest = parts.manifest();
    parts.put(&names::line_path(1), before.clone());
    for n in 2..manifest.lines {
        let mut following = line(&parts, n);
        let prev = link(before.as_bytes());
        match &mut following {
            ChainLine::Segment(line) => line.prev = prev,
            ChainLine::Seal(line) => line.prev = prev,
            ChainLine::Open(_) => panic!("it opens once"),
        }
        before = following.to_line();
        parts.put(&names::line_path(n), before.clone());
    }
    manifest.link = link(before.as_bytes());
    manifest.damaged = vec![DamagedStream {
        stream: segment.stream,
        frames: segment.ranges,
    }];
    parts.put(names::BUNDLE, manifest.to_line() + "\n");
    parts.files.retain(|path, _| !path.starts_with("records/0/"));
    parts.forge();
    fixture.refused(&parts.entries(), "chain", "more frames than a segment can hold");
}
