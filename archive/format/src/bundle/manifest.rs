//! What a bundle holds: which session, which chain, which files and how long each is.

use serde::{Deserialize, Serialize};

use super::{UNLISTED, is_path};
use crate::digest::Link;
use crate::ids::{SessionId, StreamNo, TenantId};
use crate::line::{self, LineError};
use crate::seqset::SeqSet;

/// A file of the bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BundleFile {
    /// Below the top folder.
    pub path: String,
    /// How long it is.
    pub bytes: u64,
}

/// Originals that the archive could not give any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DamagedStream {
    /// The stream.
    pub stream: StreamNo,
    /// The sequence numbers; never empty.
    pub frames: SeqSet,
}

/// The manifest. The same for every export of the same state of things.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BundleManifest {
    /// The tenant.
    pub tenant: TenantId,
    /// The session.
    pub session: SessionId,
    /// How many lines the chain has.
    pub lines: u64,
    /// The link of its last line.
    pub link: Link,
    /// The size of the ledger's tree to which the paths lead.
    pub checkpoint: u64,
    /// What is damaged in the archive and so missing here, by stream; only where something is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub damaged: Vec<DamagedStream>,
    /// Every file but those of [`UNLISTED`], by path.
    pub files: Vec<BundleFile>,
}

impl BundleManifest {
    /// The line, without newline.
    pub fn to_line(&self) -> String {
        line::encode_tagged("bundle", self)
    }

    /// Reads a line without newline, in its only spelling, and checks paths and orders.
    pub fn parse(bytes: &[u8]) -> Result<Self, LineError> {
        let manifest: Self = line::decode_tagged("bundle", bytes)?;
        if line::type_of(bytes)? != "bundle" {
            return Err(LineError::UnknownType);
        }
        let inconsistent = |what| Err(LineError::Inconsistent(what));
        let ascend = |files: &[BundleFile]| files.is_sorted_by(|a, b| a.path < b.path);
        if !ascend(&manifest.files) {
            return inconsistent("files are not in ascending order");
        }
        let listed = |file: &BundleFile| {
            is_path(&file.path) && !UNLISTED.iter().any(|(unlisted, _)| *unlisted == file.path)
        };
        if !manifest.files.iter().all(listed) {
            return inconsistent("a file may not stand in the list");
        }
        if !manifest.damaged.is_sorted_by(|a, b| a.stream < b.stream) {
            return inconsistent("streams are not in ascending order");
        }
        if manifest.damaged.iter().any(|stream| stream.frames.is_empty()) {
            return inconsistent("nothing of a damaged stream is damaged");
        }
        Ok(manifest)
    }

    /// Whether a frame is named as damaged.
    pub fn is_damaged(&self, stream: StreamNo, seq: u64) -> bool {
        self.damaged
            .iter()
            .any(|damaged| damaged.stream == stream && damaged.frames.contains(seq))
    }

    /// Whether anything of a stream is named as damaged.
    pub fn is_stream_damaged(&self, stream: StreamNo) -> bool {
        self.damaged.iter().any(|damaged| damaged.stream == stream)
    }
}
