//! A line for a segment: which object holds which records.

use serde::{Deserialize, Serialize};

use super::StreamKind;
use crate::digest::{Blake3Digest, Link, Sha256Digest};
use crate::ids::{SegmentNo, Seq, SessionId, StreamNo, TenantId};
use crate::line::{self, LineError};
use crate::object_key::ObjectKey;
use crate::seqset::SeqSet;
use crate::time::UtcMicros;

/// The line that stands before a segment's ciphertext, and in the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SegmentLine {
    /// The tenant.
    pub tenant: TenantId,
    /// The session.
    pub session: SessionId,
    /// The line's number, at least 1.
    pub n: u64,
    /// The link of the line before.
    pub prev: Link,
    /// The stream.
    pub stream: StreamNo,
    /// The segment's number in the stream.
    pub segment: SegmentNo,
    /// The object's key.
    pub object: String,
    /// What it holds.
    pub kind: StreamKind,
    /// The smallest sequence number.
    pub first: Seq,
    /// The largest sequence number.
    pub last: Seq,
    /// How many records.
    pub count: u64,
    /// Which sequence numbers.
    pub ranges: SeqSet,
    /// The RFC 6962 root over the record lines, in the payload's order.
    pub records: Sha256Digest,
    /// Bytes of the object after its first newline.
    pub bytes: u64,
    /// BLAKE3 of these bytes.
    pub blake3: Blake3Digest,
    /// SHA-256 of these bytes.
    pub sha256: Sha256Digest,
    /// The server's instant of the line.
    pub at: UtcMicros,
}

impl SegmentLine {
    /// The line, without newline.
    pub fn to_line(&self) -> String {
        line::encode_tagged("segment", self)
    }

    /// Reads a line without newline, in its only spelling, and checks that its fields agree.
    pub fn parse(bytes: &[u8]) -> Result<Self, LineError> {
        let line: Self = line::decode_tagged("segment", bytes)?;
        line.check()?;
        Ok(line)
    }

    fn check(&self) -> Result<(), LineError> {
        if self.n == 0 {
            return Err(LineError::Inconsistent("line 0 is not the opening line"));
        }
        let ends = (self.ranges.first(), self.ranges.last());
        if ends != (Some(self.first.get()), Some(self.last.get())) {
            return Err(LineError::Inconsistent("first, last and ranges differ"));
        }
        if self.ranges.len() != self.count {
            return Err(LineError::Inconsistent("count and ranges differ"));
        }
        match ObjectKey::parse(&self.object) {
            Ok(ObjectKey::Segment {
                tenant,
                session,
                stream,
                segment,
                ..
            }) if (tenant, session, stream, segment)
                == (self.tenant, self.session, self.stream, self.segment) =>
            {
                Ok(())
            }
            _ => Err(LineError::Inconsistent("object key names another segment")),
        }
    }
}
