//! Records: one line a frame or block, and the tree over a segment's records.
//!
//! ```text
//! {"stream":0,"seq":448,"at":"2026-11-02T08:00:03.000000Z","received":"2026-11-02T08:00:03.412000Z",
//!  "name":"00448.png","type":"image/png","bytes":181022,"sha256":"…","blake3":"…","salt":"…"}
//! ```
//!
//! The salt keeps a record's hash from confirming a guess once the session's key is destroyed.

use serde::{Deserialize, Serialize};

use crate::digest::{Blake3Digest, Sha256Digest, hex32};
use crate::ids::{Seq, StreamNo};
use crate::line::{self, LineError};
use crate::merkle::{self, ProofError};
use crate::time::UtcMicros;

/// What is known of one frame, or of one block of a recording or attachment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The stream.
    pub stream: StreamNo,
    /// The place in the stream.
    pub seq: Seq,
    /// The capture instant, as the agent says.
    pub at: UtcMicros,
    /// The server's instant of intake; the receipt carries it.
    pub received: UtcMicros,
    /// The file name, if it had one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The media type as sent.
    #[serde(rename = "type")]
    pub media_type: String,
    /// Bytes of the original.
    pub bytes: u64,
    /// SHA-256 of the original.
    pub sha256: Sha256Digest,
    /// BLAKE3 of the original.
    pub blake3: Blake3Digest,
    /// From [`crate::key::SessionKey::salt`].
    #[serde(with = "hex32")]
    pub salt: [u8; 32],
    /// The image ends after its header: kept as it came, and flagged.
    #[serde(default, skip_serializing_if = "is_false")]
    pub cut: bool,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature that serde asks for"
)]
fn is_false(value: &bool) -> bool {
    !value
}

impl Record {
    /// The line, without newline.
    pub fn to_line(&self) -> String {
        line::encode(self)
    }

    /// Reads a line without newline, in its only spelling.
    pub fn parse(bytes: &[u8]) -> Result<Self, LineError> {
        line::decode(bytes)
    }
}

/// The RFC 6962 root over record lines (without newlines): what a chain line carries as `records`.
pub fn records_root<L: AsRef<[u8]>>(lines: &[L]) -> Sha256Digest {
    merkle::root(&hashes(lines))
}

/// The path from the record at `index` to the root; `None` if there is no such record.
pub fn record_path<L: AsRef<[u8]>>(lines: &[L], index: usize) -> Option<Vec<Sha256Digest>> {
    merkle::inclusion_proof(&hashes(lines), index)
}

/// Checks a record line against the root, without keys and without the other records.
pub fn verify_record_path(
    line: &[u8],
    index: u64,
    count: u64,
    path: &[Sha256Digest],
    root: &Sha256Digest,
) -> Result<(), ProofError> {
    merkle::verify_inclusion(&merkle::leaf_hash(line), index, count, path, root)
}

fn hashes<L: AsRef<[u8]>>(lines: &[L]) -> Vec<Sha256Digest> {
    lines
        .iter()
        .map(|line| merkle::leaf_hash(line.as_ref()))
        .collect()
}
