//! `manifest.ndjson`: one JSON object a line, with `seq`, `captured_at` and `file`. What else stands in it is kept,
//! because the manifest itself is kept as it is.

use std::collections::HashMap;
use std::path::Path;

use obhut_format::ids::Seq;
use obhut_format::time::UtcMicros;
use serde::Deserialize;

use super::{ImportError, paths};

/// A line that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// The line's number, from 1.
    pub line: usize,
    /// The frame's number.
    pub seq: Seq,
    /// The capture instant.
    pub at: UtcMicros,
    /// The file, relative to the manifest's folder.
    pub file: String,
}

#[derive(Deserialize)]
struct Line {
    seq: Seq,
    captured_at: String,
    file: String,
}

/// Reads a manifest's bytes. `path` is for messages.
pub(super) fn parse(path: &Path, bytes: &[u8]) -> Result<Vec<Entry>, ImportError> {
    let mut entries = Vec::new();
    let mut lines_of: HashMap<Seq, usize> = HashMap::new();
    for (index, text) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let line = index + 1;
        if text.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let wrong = |why: String| ImportError::ManifestLine {
            path: path.to_owned(),
            line,
            why,
        };
        let read: Line = serde_json::from_slice(text).map_err(|error| wrong(said(&error)))?;
        let at = UtcMicros::parse(&read.captured_at)
            .map_err(|error| wrong(format!("captured_at {:?}: {error}", read.captured_at)))?;
        if let Some(other) = lines_of.insert(read.seq, line) {
            return Err(wrong(format!("seq {} stands in line {other} already", read.seq)));
        }
        let Some(parts) = paths::inside(&read.file) else {
            return Err(ImportError::ManifestOutside {
                path: path.to_owned(),
                line,
                file: read.file,
            });
        };
        entries.push(Entry {
            line,
            seq: read.seq,
            at,
            file: parts.join("/"),
        });
    }
    Ok(entries)
}

/// The parser's word without its position, which is always line 1 here.
fn said(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or(&text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<Entry>, String> {
        parse(Path::new("m"), text.as_bytes()).map_err(|error| error.to_string())
    }

    #[test]
    fn keys_it_does_not_know_and_empty_lines_are_no_trouble() {
        let entries = read(
            "{\"seq\":7,\"captured_at\":\"2026-11-02T09:00:00+01:00\",\"file\":\"a.png\",\"mood\":1}\r\n\n",
        )
        .expect("read");
        assert_eq!(entries.len(), 1);
        assert_eq!(entries[0].at.to_string(), "2026-11-02T08:00:00.000000Z");
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        let good = "{\"seq\":1,\"captured_at\":\"2026-11-02T08:00:00Z\",\"file\":\"a\"}";
        assert_eq!(
            read(&format!("{good}\n{good}")),
            Err("m line 2: seq 1 stands in line 1 already".to_owned())
        );
        assert_eq!(
            read("{\"seq\":1}"),
            Err("m line 1: missing field `captured_at`".to_owned())
        );
        assert!(
            read("\n\nnonsense")
                .expect_err("refused")
                .starts_with("m line 3: ")
        );
        let out = "{\"seq\":1,\"captured_at\":\"2026-11-02T08:00:00Z\",\"file\":\"../a\"}";
        assert_eq!(
            read(out),
            Err("m line 1 names \"../a\", which is outside the folder".to_owned())
        );
        let late = "{\"seq\":1,\"captured_at\":\"yesterday\",\"file\":\"a\"}";
        assert!(
            read(late)
                .expect_err("refused")
                .starts_with("m line 1: captured_at \"yesterday\": ")
        );
    }
}
