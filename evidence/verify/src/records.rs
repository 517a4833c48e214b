//! Records with their paths and receipts, and the originals that they name.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read, Seek};

use obhut_format::bundle::{self, BundleManifest, OfSegment, Originals, parse_path, segment_path};
use obhut_format::chain::{SealStream, SegmentLine, StreamKind};
use obhut_format::digest::{Blake3Digest, Sha256Digest};
use obhut_format::ids::{Seq, StreamNo};
use obhut_format::record::{Record, records_root, verify_record_path};
use obhut_format::seqset::SeqSet;
use obhut_format::sign::{Receipt, VerifyingKey};
use sha2::{Digest, Sha256};

use crate::files::Files;
use crate::session::Chain;
use crate::{Findings, Kind, Lines};

/// A segment never has more records: a timeline container has no more frames, others have 16 blocks.
const MOST_RECORDS: u64 = obhut_timeline::MAX_FRAMES as u64;

/// A stream, as its segments' lines and records tell of it.
struct Stream {
    kind: StreamKind,
    numbers: SeqSet,
    records: BTreeMap<Seq, Record>,
}

/// Checks every record and original; how many originals there are.
pub(crate) fn check<R: Read + Seek>(
    files: &mut Files<R>,
    manifest: &BundleManifest,
    chain: &Chain,
    archive: Option<&VerifyingKey>,
    findings: &mut Findings,
) -> io::Result<u64> {
    let mut streams: BTreeMap<StreamNo, Stream> = BTreeMap::new();
    for line in &chain.segments {
        // Its numbers are counted one by one: who may say anything may not say that there are 2^53.
        if line.count > MOST_RECORDS {
            let what = "it names more frames than a segment can hold";
            findings.add(Kind::Chain, &bundle::line_path(line.n), what);
            continue;
        }
        let records = segment(files, manifest, line, archive, findings)?;
        let stream = streams.entry(line.stream).or_insert_with(|| Stream {
            kind: line.kind,
            numbers: SeqSet::new(),
            records: BTreeMap::new(),
        });
        if stream.kind != line.kind {
            findings.add(
                Kind::Chain,
                &bundle::line_path(line.n),
                "its stream holds something else",
            );
        }
        for seq in line.ranges.iter() {
            if !stream.numbers.insert(seq) {
                let what = format!("frame {seq} stands in two segments");
                findings.add(Kind::Chain, &bundle::line_path(line.n), what);
            }
        }
        stream
            .records
            .extend(records.into_iter().map(|record| (record.seq, record)));
    }
    sealed(chain, &streams, findings);
    damaged(manifest, &streams, findings);
    let mut expected = BTreeSet::new();
    let mut count = 0;
    for (n, stream) in &mut streams {
        stream
            .records
            .retain(|seq, _| !manifest.is_damaged(*n, seq.get()));
        count += stream.records.len() as u64;
        let how = Originals::of(stream.kind, &stream.numbers, manifest.is_stream_damaged(*n));
        for (path, records) in how.files(&stream.records) {
            original(files, &path, &records, findings)?;
            expected.insert(path);
        }
    }
    let others: Vec<String> = files
        .paths()
        .filter(|path| path.starts_with(bundle::DATA) && !expected.contains(*path))
        .map(str::to_owned)
        .collect();
    for path in others {
        findings.add(Kind::Original, &path, "no record names it");
    }
    Ok(count)
}

/// One segment's records.
fn segment<R: Read + Seek>(
    files: &mut Files<R>,
    manifest: &BundleManifest,
    line: &SegmentLine,
    archive: Option<&VerifyingKey>,
    findings: &mut Findings,
) -> io::Result<Vec<Record>> {
    let path = segment_path(line, OfSegment::Records);
    if files.len_of(&path).is_none()
        && line
            .ranges
            .iter()
            .all(|seq| manifest.is_damaged(line.stream, seq))
    {
        return Ok(Vec::new());
    }
    let Some(text) = files.read(&path, findings)? else {
        return Ok(Vec::new());
    };
    let refuse = |findings: &mut Findings, what: &dyn std::fmt::Display| {
        findings.add(Kind::Record, &path, what);
    };
    let Some(texts) = Lines::of(&text) else {
        refuse(findings, &"its last line does not end");
        return Ok(Vec::new());
    };
    if texts.len() != line.count {
        refuse(findings, &"they are not as many as the chain commits to");
        return Ok(Vec::new());
    }
    let texts: Vec<&[u8]> = texts.collect();
    if records_root(&texts) != line.records {
        refuse(findings, &"they are not those that the chain commits to");
    }
    let mut numbers = SeqSet::new();
    let mut records = Vec::with_capacity(texts.len());
    for text in &texts {
        match Record::parse(text) {
            Err(error) => refuse(findings, &error),
            Ok(record) => {
                if record.stream != line.stream || !numbers.insert(record.seq.get()) {
                    refuse(
                        findings,
                        &format_args!("record {} does not belong here", record.seq),
                    );
                }
                records.push(record);
            }
        }
    }
    if numbers != line.ranges {
        refuse(findings, &"they are not of the frames that the chain names");
    }
    paths(files, line, &texts, findings)?;
    receipts(files, line, &records, archive, findings)?;
    Ok(records)
}

fn paths<R: Read + Seek>(
    files: &mut Files<R>,
    line: &SegmentLine,
    records: &[&[u8]],
    findings: &mut Findings,
) -> io::Result<()> {
    let path = segment_path(line, OfSegment::Paths);
    let Some(text) = files.read(&path, findings)? else {
        return Ok(());
    };
    let given = Lines::of(&text).filter(|given| given.len() == records.len() as u64);
    let Some(given) = given else {
        findings.add(Kind::Record, &path, "there are not as many paths as records");
        return Ok(());
    };
    for ((index, record), given) in (0..).zip(records).zip(given) {
        let verified = parse_path(given)
            .map_err(|error| error.to_string())
            .and_then(|nodes| {
                verify_record_path(record, index, line.count, &nodes, &line.records)
                    .map_err(|error| error.to_string())
            });
        if let Err(error) = verified {
            findings.add(Kind::Record, &path, format_args!("path {index}: {error}"));
        }
    }
    Ok(())
}

fn receipts<R: Read + Seek>(
    files: &mut Files<R>,
    line: &SegmentLine,
    records: &[Record],
    archive: Option<&VerifyingKey>,
    findings: &mut Findings,
) -> io::Result<()> {
    let path = segment_path(line, OfSegment::Receipts);
    let Some(text) = files.read(&path, findings)? else {
        return Ok(());
    };
    let given = Lines::of(&text).filter(|given| given.len() == records.len() as u64);
    let Some(given) = given else {
        findings.add(Kind::Receipt, &path, "there are not as many receipts as records");
        return Ok(());
    };
    for (record, given) in records.iter().zip(given) {
        let mut refuse =
            |what: &str| findings.add(Kind::Receipt, &path, format_args!("frame {}: {what}", record.seq));
        match Receipt::parse(given) {
            Err(error) => refuse(&error.to_string()),
            Ok(receipt) => {
                let said = (receipt.session, receipt.stream, receipt.seq);
                if said != (line.session, record.stream, record.seq)
                    || (receipt.sha256, receipt.at) != (record.sha256, record.received)
                {
                    refuse("it is not for this record");
                }
                if archive.is_some_and(|key| receipt.verify(key).is_err()) {
                    refuse("its signature is wrong");
                }
            }
        }
    }
    Ok(())
}

/// The sealing line counts what the segments hold, and names what they lack: nothing is missing that it does not name.
fn sealed(chain: &Chain, streams: &BTreeMap<StreamNo, Stream>, findings: &mut Findings) {
    let path = bundle::line_path(chain.seal.n);
    let sealed: BTreeMap<StreamNo, &SealStream> = chain
        .seal
        .streams
        .iter()
        .map(|stream| (stream.n, stream))
        .collect();
    let held = |stream: &SealStream| match (stream.first, stream.last) {
        (Some(first), Some(last)) => stream.gaps.gaps(first.get()..=last.get()),
        _ => SeqSet::new(),
    };
    for (n, stream) in streams {
        let said = sealed.get(n);
        if said.is_none_or(|said| said.count != stream.numbers.len() || held(said) != stream.numbers) {
            let what = format!("it counts otherwise than the segments of stream {n}");
            findings.add(Kind::Chain, &path, what);
        }
    }
    for (n, stream) in sealed {
        if stream.count > 0 && !streams.contains_key(&n) {
            findings.add(Kind::Chain, &path, format_args!("stream {n} has no segments"));
        }
    }
}

/// What is named as damaged was once there.
fn damaged(manifest: &BundleManifest, streams: &BTreeMap<StreamNo, Stream>, findings: &mut Findings) {
    for stream in &manifest.damaged {
        let known = streams.get(&stream.stream);
        let foreign = |seq| !known.is_some_and(|known| known.numbers.contains(seq));
        if stream.frames.len() > known.map_or(0, |known| known.numbers.len())
            || stream.frames.iter().any(foreign)
        {
            let what = format!("it names frames of stream {} that never were", stream.stream);
            findings.add(Kind::Manifest, bundle::BUNDLE, what);
        }
    }
}

/// Compares a file with the records of what stands in it, one behind the other.
fn original<R: Read + Seek>(
    files: &mut Files<R>,
    path: &str,
    records: &[&Record],
    findings: &mut Findings,
) -> io::Result<()> {
    let mut compare = Compare::new(records);
    if files.stream(path, findings, |piece| compare.take(piece))? {
        match compare.finish() {
            Ok(()) => {}
            Err(Differs::Length) => {
                findings.add(Kind::Original, path, "it is not as long as its records say");
            }
            Err(Differs::At(seq)) => {
                let what = format!("its bytes are not those that the record of {seq} names");
                findings.add(Kind::Original, path, what);
            }
        }
    }
    Ok(())
}

enum Differs {
    Length,
    At(Seq),
}

/// Compares bytes with records as they come.
struct Compare<'a> {
    records: std::slice::Iter<'a, &'a Record>,
    current: Option<&'a Record>,
    left: u64,
    sha256: Sha256,
    blake3: blake3::Hasher,
    differs: Option<Differs>,
}

impl<'a> Compare<'a> {
    fn new(records: &'a [&'a Record]) -> Self {
        let mut compare = Self {
            records: records.iter(),
            current: None,
            left: 0,
            sha256: Sha256::new(),
            blake3: blake3::Hasher::new(),
            differs: None,
        };
        compare.next();
        compare
    }

    fn next(&mut self) {
        self.current = self.records.next().copied();
        self.left = self.current.map_or(0, |record| record.bytes);
        self.sha256 = Sha256::new();
        self.blake3 = blake3::Hasher::new();
    }

    fn end_of_record(&mut self) {
        let Some(record) = self.current else { return };
        let sha256 = Sha256Digest(self.sha256.clone().finalize().into());
        let blake3 = Blake3Digest(*self.blake3.finalize().as_bytes());
        if (sha256, blake3) != (record.sha256, record.blake3) && self.differs.is_none() {
            self.differs = Some(Differs::At(record.seq));
        }
        self.next();
    }

    fn take(&mut self, mut piece: &[u8]) {
        while !piece.is_empty() {
            if self.current.is_none() {
                self.differs.get_or_insert(Differs::Length);
                return;
            }
            let len = usize::try_from(self.left).unwrap_or(usize::MAX).min(piece.len());
            let (ours, rest) = piece.split_at(len);
            self.sha256.update(ours);
            self.blake3.update(ours);
            self.left -= len as u64;
            piece = rest;
            if self.left == 0 {
                self.end_of_record();
            }
        }
    }

    fn finish(mut self) -> Result<(), Differs> {
        // Records of nothing end without a byte.
        while self.current.is_some() && self.left == 0 {
            self.end_of_record();
        }
        match self.differs {
            Some(differs) => Err(differs),
            None if self.current.is_some() => Err(Differs::Length),
            None => Ok(()),
        }
    }
}
