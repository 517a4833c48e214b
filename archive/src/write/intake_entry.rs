//! What an intake entry's plaintext holds: one JSON line that describes the frame, a newline, the frame's bytes.

use std::ops::Range;

use obhut_format::digest::Sha256Digest;
use obhut_format::time::UtcMicros;

use super::NewFrame;

/// The description line.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub(crate) struct EntryHead {
    /// The capture instant.
    pub at: UtcMicros,
    /// The server's instant of intake, which the receipt states.
    pub received: UtcMicros,
    /// The file name, where it was imported.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The media type.
    #[serde(rename = "type")]
    pub media_type: String,
    /// The digest of the bytes.
    pub sha256: Sha256Digest,
    /// Whether the file ends before its format says so.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cut: bool,
}

impl EntryHead {
    /// Describes a frame received at `received`.
    pub(crate) fn of(frame: &NewFrame, received: UtcMicros) -> Self {
        Self {
            at: frame.at,
            received,
            name: frame.name.clone(),
            media_type: frame.media_type.clone(),
            sha256: frame.sha256,
            cut: frame.cut,
        }
    }

    /// The line with its newline.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut line = serde_json::to_vec(self).expect("strings, numbers and digests always serialise");
        line.push(b'\n');
        line
    }
}

/// An opened entry: its description, and where in `plaintext` the frame's bytes are.
#[derive(Debug)]
pub(crate) struct OpenedEntry {
    pub head: EntryHead,
    plaintext: Vec<u8>,
    body: Range<usize>,
}

impl OpenedEntry {
    /// Splits an entry's plaintext; `None` when it is not one.
    pub(crate) fn parse(plaintext: Vec<u8>) -> Option<Self> {
        let end = plaintext.iter().position(|byte| *byte == b'\n')?;
        let head = serde_json::from_slice(plaintext.get(..end)?).ok()?;
        let body = end + 1..plaintext.len();
        Some(Self {
            head,
            plaintext,
            body,
        })
    }

    /// The frame's bytes.
    pub(crate) fn body(&self) -> &[u8] {
        &self.plaintext[self.body.clone()]
    }

    /// The frame's bytes, without a copy.
    pub(crate) fn into_body(self) -> bytes::Bytes {
        bytes::Bytes::from(self.plaintext).slice(self.body)
    }
}
