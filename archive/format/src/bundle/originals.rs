//! Under which names the originals stand. The names they came with stand in their records: they may be anything.

use std::collections::BTreeMap;

use super::DATA;
use crate::chain::StreamKind;
use crate::ids::{Seq, StreamNo};
use crate::record::Record;
use crate::seqset::SeqSet;

/// Longest ending that is taken over from a file's name.
const LONGEST_ENDING: usize = 8;

/// A frame of a timeline.
pub fn frame_path(record: &Record) -> String {
    let ending = match record.media_type.as_str() {
        "image/png" => "png",
        "image/jpeg" => "jpg",
        "image/webp" => "webp",
        _ => "bin",
    };
    format!("{DATA}{}/{:08}.{ending}", record.stream, record.seq.get())
}

/// A recording or attachment of which nothing is missing; `record` is its first.
pub fn whole_path(record: &Record) -> String {
    let ending = record.name.as_deref().and_then(|name| name.rsplit_once('.'));
    let ending = ending.map(|(_, ending)| ending.to_ascii_lowercase());
    let plain = |ending: &String| {
        (1..=LONGEST_ENDING).contains(&ending.len()) && ending.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    let ending = ending
        .filter(plain)
        .unwrap_or_else(|| ending_of(&record.media_type).to_owned());
    format!("{DATA}{}/original.{ending}", record.stream)
}

/// The usual ending of files of a media type.
fn ending_of(media_type: &str) -> &'static str {
    match media_type {
        "application/json" => "json",
        "application/pdf" => "pdf",
        "application/x-asciicast" => "cast",
        "application/x-guacamole" => "guac",
        "application/x-ndjson" => "ndjson",
        "application/zip" => "zip",
        "audio/mpeg" => "mp3",
        "audio/ogg" => "ogg",
        "text/plain" => "txt",
        "video/mp4" => "mp4",
        "video/quicktime" => "mov",
        "video/webm" => "webm",
        "video/x-matroska" => "mkv",
        _ => "bin",
    }
}

/// A block of a recording or attachment of which another is missing.
pub fn block_path(stream: StreamNo, seq: Seq) -> String {
    format!("{DATA}{stream}/{:08}.block", seq.get())
}

/// How the originals of one stream stand in a bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Originals {
    /// A file a frame.
    Frames,
    /// One file, of all blocks in order.
    Whole,
    /// A file a block.
    Blocks,
}

impl Originals {
    /// For a stream with these numbers, of which some may be `damaged`.
    pub fn of(kind: StreamKind, numbers: &SeqSet, damaged: bool) -> Self {
        if kind == StreamKind::Timeline {
            return Self::Frames;
        }
        let count = numbers.last().and_then(|last| last.checked_add(1));
        if !damaged && count == Some(numbers.len()) {
            Self::Whole
        } else {
            Self::Blocks
        }
    }

    /// The file of each of a stream's records that is there, with the records in the order of its bytes.
    pub fn files(self, records: &BTreeMap<Seq, Record>) -> BTreeMap<String, Vec<&Record>> {
        let mut files: BTreeMap<String, Vec<&Record>> = BTreeMap::new();
        let whole = records.values().next().map(whole_path).unwrap_or_default();
        for record in records.values() {
            let path = match self {
                Self::Frames => frame_path(record),
                Self::Whole => whole.clone(),
                Self::Blocks => block_path(record.stream, record.seq),
            };
            files.entry(path).or_default().push(record);
        }
        files
    }
}
