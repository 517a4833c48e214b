//! The files that are imported and backed up: folders of screenshots, repeated until there are enough of them.
//!
//! Each repetition is marked inside every file, in a place that viewers ignore, so that neither side can keep the second
//! copy as a reference to the first. Repeated frames within one repetition stay repeated, as on a real desktop.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::frames;

/// Folders of the corpus that hold timelines.
const TIMELINES: [&str; 4] = ["desk-png", "desk-jpg", "pictures", "screens-multi"];

/// Files for the comparison.
#[derive(Debug)]
pub(crate) struct Copies {
    /// One folder a session.
    pub(crate) sessions: Vec<PathBuf>,
    /// How many files there are, manifests not counted.
    pub(crate) files: u64,
    /// Their bytes.
    pub(crate) bytes: u64,
    /// What they are.
    pub(crate) of: String,
}

/// A frame in its folder.
struct Original {
    name: String,
    bytes: Vec<u8>,
}

/// Writes at least `bytes` of frames below `folder`.
pub(crate) fn make(corpus: Option<&Path>, folder: &Path, bytes: u64) -> Result<Copies> {
    let found: Vec<(String, Vec<Original>)> = match corpus {
        Some(corpus) => from_corpus(corpus)?,
        None => Vec::new(),
    };
    let of = if found.is_empty() {
        "generated noise, no corpus being at hand".to_owned()
    } else {
        let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
        format!("corpus frames ({})", names.join(", "))
    };
    let sessions = if found.is_empty() { generated() } else { found };
    let round: u64 = sessions
        .iter()
        .flat_map(|(_, frames)| frames)
        .map(|frame| frame.bytes.len() as u64)
        .sum();
    let copies = bytes.div_ceil(round.max(1));
    let mut made = Copies {
        sessions: Vec::new(),
        files: 0,
        bytes: 0,
        of,
    };
    for (name, frames) in &sessions {
        let session = folder.join(name);
        write_session(&session, frames, copies, &mut made)
            .with_context(|| format!("the folder {} can't be filled", session.display()))?;
        made.sessions.push(session);
    }
    Ok(made)
}

/// Writes one long session of `frames` frames: a timeline of the corpus over and over.
pub(crate) fn day(corpus: Option<&Path>, folder: &Path, frames: u64) -> Result<Copies> {
    let found = match corpus {
        Some(corpus) => from_corpus(corpus)?,
        None => Vec::new(),
    };
    let of = if found.is_empty() {
        "generated noise"
    } else {
        "a timeline of the corpus over and over"
    };
    let found = if found.is_empty() { generated() } else { found };
    let (_, timeline) = found.first().context("a timeline")?;
    let mut made = Copies {
        sessions: vec![folder.to_owned()],
        files: 0,
        bytes: 0,
        of: of.to_owned(),
    };
    let copies = frames.div_ceil(timeline.len() as u64);
    write_session(folder, timeline, copies, &mut made)
        .with_context(|| format!("the folder {} can't be filled", folder.display()))?;
    Ok(made)
}

fn write_session(session: &Path, frames: &[Original], copies: u64, made: &mut Copies) -> Result<()> {
    fs::create_dir_all(session)?;
    let mut manifest = String::new();
    let mut seq = 0_u64;
    for copy in 0..copies {
        for frame in frames {
            seq += 1;
            let name = format!("{seq:06}-{}", frame.name);
            let bytes = marked(&frame.bytes, &format!("copy {copy}"));
            made.files += 1;
            made.bytes += bytes.len() as u64;
            fs::write(session.join(&name), bytes)?;
            // One every three seconds from midnight.
            let (hour, minute, second) = (seq * 3 / 3_600 % 24, seq * 3 / 60 % 60, seq * 3 % 60);
            let at = format!("2026-01-01T{hour:02}:{minute:02}:{second:02}Z");
            let line = json!({"seq": seq, "captured_at": at, "file": name}).to_string();
            manifest.push_str(&line);
            manifest.push('\n');
        }
    }
    fs::write(session.join("manifest.ndjson"), manifest)?;
    Ok(())
}

fn from_corpus(corpus: &Path) -> Result<Vec<(String, Vec<Original>)>> {
    let mut sessions = Vec::new();
    for name in TIMELINES {
        let folder = corpus.join(name);
        if !folder.is_dir() {
            continue;
        }
        let manifest = fs::read_to_string(folder.join("manifest.ndjson"))
            .with_context(|| format!("{} has no manifest", folder.display()))?;
        let frames = manifest.lines().map(|line| {
            let line: Value = serde_json::from_str(line)?;
            let name = line["file"].as_str().context("a line names no file")?.to_owned();
            let bytes = fs::read(folder.join(&name))?;
            Ok(Original { name, bytes })
        });
        sessions.push((name.to_owned(), frames.collect::<Result<Vec<_>>>()?));
    }
    Ok(sessions)
}

fn generated() -> Vec<(String, Vec<Original>)> {
    let frames = frames::noise(256).into_iter().enumerate();
    let frames = frames.map(|(n, frame)| Original {
        name: format!("{n:03}.png"),
        bytes: frame.bytes,
    });
    vec![("noise".to_owned(), frames.collect())]
}

/// The file with a mark in it: a text chunk behind a PNG's header, a comment behind a JPEG's first segment.
fn marked(file: &[u8], mark: &str) -> Vec<u8> {
    const PNG_HEAD: usize = 33;
    let mut out = Vec::with_capacity(file.len() + mark.len() + 32);
    if file.starts_with(b"\x89PNG") && file.len() > PNG_HEAD {
        let (head, rest) = file.split_at(PNG_HEAD);
        out.extend_from_slice(head);
        frames::chunk(&mut out, *b"tEXt", format!("Comment\0{mark}").as_bytes());
        out.extend_from_slice(rest);
    } else if let [0xff, 0xd8, 0xff, _, high, low, ..] = file {
        let first = (4 + usize::from(u16::from_be_bytes([*high, *low]))).min(file.len());
        let (head, rest) = file.split_at(first);
        out.extend_from_slice(head);
        out.extend_from_slice(&[0xff, 0xfe]);
        let length = u16::try_from(mark.len() + 2).unwrap_or(u16::MAX);
        out.extend_from_slice(&length.to_be_bytes());
        out.extend_from_slice(mark.as_bytes());
        out.extend_from_slice(rest);
    } else {
        out.extend_from_slice(file);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_lies_where_viewers_do_not_look() {
        let png = &frames::noise(1)[0].bytes;
        let other = marked(png, "copy 7");
        assert_eq!(other.len(), png.len() + 12 + b"Comment\0copy 7".len());
        assert_eq!(other[..33], png[..33]);
        assert!(other.ends_with(&png[33..]));
        let jpeg = b"\xff\xd8\xff\xe0\x00\x04abrest";
        assert_eq!(
            marked(jpeg, "x"),
            b"\xff\xd8\xff\xe0\x00\x04ab\xff\xfe\x00\x03xrest"
        );
        assert_eq!(marked(b"else", "x"), b"else");
    }
}
