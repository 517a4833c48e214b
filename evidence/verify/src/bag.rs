//! Which files there are, their digests, and BagIt's own files (RFC 8493).

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read, Seek};

use obhut_format::bundle::{
    self, BundleManifest, LeafGroup, OfSegment, Sum, UNLISTED, is_path, parse_sums, segment_path, sums_line,
};
use obhut_format::digest::Sha256Digest;

use crate::files::Files;
use crate::session::Chain;
use crate::{Findings, Kind};

/// Bytes of a line of digests beside its path.
const SUMS_LINE: u64 = 64 + 2 + 1;

/// Whether the files are those of the manifest, each as long as it says; no other one is, under whatever name.
pub(crate) fn same_files<R: Read + Seek>(
    files: &Files<R>,
    manifest: &BundleManifest,
    findings: &mut Findings,
) -> bool {
    let before = findings.count();
    let listed: BTreeMap<&str, u64> = manifest
        .files
        .iter()
        .map(|file| (file.path.as_str(), file.bytes))
        .collect();
    let unlisted: BTreeMap<&str, u64> = UNLISTED.into_iter().collect();
    for path in files.paths() {
        let len = files.len_of(path).unwrap_or_default();
        match (listed.get(path), unlisted.get(path)) {
            (Some(expected), _) if *expected != len => {
                findings.add(Kind::File, path, "it is not as long as the manifest says");
            }
            (None, Some(longest)) if len > *longest => {
                findings.add(Kind::File, path, "it is longer than it can be");
            }
            (None, None) => findings.add(Kind::File, path, "the manifest does not name it"),
            _ => {}
        }
    }
    for path in listed.keys().chain(unlisted.keys()) {
        if files.len_of(path).is_none() {
            findings.add(Kind::File, path, "it is missing");
        }
    }
    // A list has a line for each of its files and no byte more, so that none is read that is longer than the zip's own
    // directory allows.
    let over_all = [bundle::SUMS, bundle::SIGNATURE];
    let over_tags = [bundle::SUMS, bundle::SIGNATURE, bundle::TAG_MANIFEST];
    let is_original = |path: &str| path.starts_with(bundle::DATA);
    let lists = [
        (bundle::SUMS, list_len(files, |path| !over_all.contains(&path))),
        (bundle::MANIFEST, list_len(files, is_original)),
        (
            bundle::TAG_MANIFEST,
            list_len(files, |path| !is_original(path) && !over_tags.contains(&path)),
        ),
    ];
    for (list, expected) in lists {
        if files.len_of(list).is_some_and(|len| len != expected) {
            findings.add(Kind::File, list, "it is not as long as a list of these files is");
        }
    }
    findings.count() == before
}

/// How long a list of these files is.
fn list_len<R: Read + Seek>(files: &Files<R>, of: impl Fn(&str) -> bool) -> u64 {
    let lines = files.paths().filter(|path| of(path));
    lines.map(|path| path.len() as u64 + SUMS_LINE).sum()
}

/// Whether every file is one that a bundle has: what no check accounts for has no place in it, whoever signed it.
pub(crate) fn only_known<R: Read + Seek>(
    files: &Files<R>,
    manifest: &BundleManifest,
    chain: &Chain,
    findings: &mut Findings,
) {
    let mut known: BTreeSet<String> = bundle::FIXED.into_iter().map(str::to_owned).collect();
    for path in &known {
        if files.len_of(path).is_none() {
            findings.add(Kind::File, path, "it is missing");
        }
    }
    for group in LeafGroup::ALL {
        known.extend([group.leaves_path(), group.paths_path(), group.details_path()]);
    }
    known.extend((0..chain.lines).map(bundle::line_path));
    for line in &chain.segments {
        // Without its records nothing is said of a segment.
        let records = segment_path(line, OfSegment::Records);
        if files.len_of(&records).is_some() {
            let others = [OfSegment::Paths, OfSegment::Receipts].map(|part| segment_path(line, part));
            known.extend(others);
            known.insert(records);
        }
    }
    for file in &manifest.files {
        if !known.contains(&file.path) && !file.path.starts_with(bundle::DATA) {
            findings.add(Kind::File, &file.path, "it is no file that a bundle has");
        }
    }
}

/// Every digest, the two manifests of the bag, and what it says about itself.
pub(crate) fn check<R: Read + Seek>(
    files: &mut Files<R>,
    manifest: &BundleManifest,
    findings: &mut Findings,
) -> io::Result<()> {
    let own = [bundle::SUMS, bundle::SIGNATURE];
    let over = [bundle::SUMS, bundle::SIGNATURE, bundle::TAG_MANIFEST];
    let sums = files.read(bundle::SUMS, findings)?;
    let payload = files.read(bundle::MANIFEST, findings)?;
    let tags = files.read(bundle::TAG_MANIFEST, findings)?;
    let declared = files.read(bundle::BAGIT, findings)?;
    let info = files.read(bundle::BAG_INFO, findings)?;
    files.read_the_rest(findings)?;
    let all: BTreeSet<String> = files
        .paths()
        .filter(|path| is_path(path))
        .map(str::to_owned)
        .collect();
    let is_original = |path: &str| path.starts_with(bundle::DATA);
    if let Some(sums) = &sums {
        let expected = all.iter().filter(|path| !own.contains(&path.as_str()));
        compare(files, bundle::SUMS, (sums, Kind::Digest), expected, findings);
    }
    if let Some(payload) = &payload {
        let expected = all.iter().filter(|path| is_original(path));
        compare(files, bundle::MANIFEST, (payload, Kind::Bag), expected, findings);
    }
    if let Some(tags) = &tags {
        let expected = all
            .iter()
            .filter(|path| !is_original(path) && !over.contains(&path.as_str()));
        compare(files, bundle::TAG_MANIFEST, (tags, Kind::Bag), expected, findings);
    }
    if declared.is_some_and(|declared| declared != bundle::BAGIT_TEXT.as_bytes()) {
        findings.add(
            Kind::Bag,
            bundle::BAGIT,
            "it does not declare a bag of version 1.0",
        );
    }
    let originals = manifest.files.iter().filter(|file| is_original(&file.path));
    let (count, bytes) = originals.fold((0_u64, 0_u64), |(count, bytes), file| {
        (count + 1, bytes.saturating_add(file.bytes))
    });
    if let Some(info) = info {
        let lines = [
            format!("Payload-Oxum: {bytes}.{count}"),
            format!("External-Identifier: {}", manifest.session),
        ];
        let text = String::from_utf8_lossy(&info);
        for line in lines {
            if !text.lines().any(|found| found == line) {
                findings.add(
                    Kind::Bag,
                    bundle::BAG_INFO,
                    format_args!("it does not say {line:?}"),
                );
            }
        }
    }
    Ok(())
}

/// Compares a list with the files that it has to be of, in its only spelling.
fn compare<'a, R: Read + Seek>(
    files: &Files<R>,
    list: &str,
    (text, kind): (&[u8], Kind),
    expected: impl Iterator<Item = &'a String>,
    findings: &mut Findings,
) {
    let sums = match parse_sums(text) {
        Ok(sums) => sums,
        Err(error) => return findings.add(kind, list, error),
    };
    let mut said: BTreeMap<&str, Sha256Digest> =
        sums.iter().map(|Sum { sha256, path }| (*path, *sha256)).collect();
    for path in expected {
        match (said.remove(path.as_str()), files.digest(path)) {
            (None, _) => findings.add(kind, list, format_args!("it does not name {path}")),
            (Some(said), Some(found)) if said != *found => {
                let what = format!("its bytes are not those that {list} names");
                findings.add(kind, path, what);
            }
            // One that is not whole was noted when it was read.
            _ => {}
        }
    }
    for path in said.keys() {
        findings.add(
            kind,
            list,
            format_args!("it names {path}, which is not its to name"),
        );
    }
    let written: String = sums.iter().map(|sum| sums_line(sum.path, &sum.sha256)).collect();
    if written.as_bytes() != text {
        findings.add(kind, list, "it is not in its only spelling");
    }
}
