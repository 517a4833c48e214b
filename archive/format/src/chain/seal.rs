//! The last line: what the session holds, what it lacks, how it ended.

use serde::{Deserialize, Serialize};

use super::{SealHow, ascending};
use crate::digest::Link;
use crate::ids::{Seq, SessionId, StreamNo, TenantId};
use crate::line::{self, LineError};
use crate::seqset::SeqSet;
use crate::time::UtcMicros;

/// What a stream holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealStream {
    /// Its number.
    pub n: StreamNo,
    /// How many records.
    pub count: u64,
    /// The smallest sequence number, unless there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<Seq>,
    /// The largest sequence number, unless there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<Seq>,
    /// The sequence numbers that are missing.
    ///
    /// Those below `first` and above `last` are named when the agent declared them; those between always.
    pub gaps: SeqSet,
}

/// What the agent says that a stream holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeclaredStream {
    /// Its number.
    pub n: StreamNo,
    /// How many records.
    pub count: u64,
    /// The largest sequence number, unless there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<Seq>,
}

/// The sealing line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealLine {
    /// The tenant.
    pub tenant: TenantId,
    /// The session.
    pub session: SessionId,
    /// The line's number, at least 1: also how many lines stand before it.
    pub n: u64,
    /// The link of the line before.
    pub prev: Link,
    /// The streams, ascending.
    pub streams: Vec<SealStream>,
    /// How it ended.
    pub how: SealHow,
    /// The session's end: what retention counts from.
    pub end: UtcMicros,
    /// The server's instant of the line.
    pub at: UtcMicros,
    /// The streams as the agent declared them, ascending.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declared: Option<Vec<DeclaredStream>>,
}

impl SealLine {
    /// The line, without newline.
    pub fn to_line(&self) -> String {
        line::encode_tagged("seal", self)
    }

    /// Reads a line without newline, in its only spelling, and checks that its fields agree.
    pub fn parse(bytes: &[u8]) -> Result<Self, LineError> {
        let line: Self = line::decode_tagged("seal", bytes)?;
        if line.n == 0 {
            return Err(LineError::Inconsistent("line 0 is not the opening line"));
        }
        ascending(line.streams.iter().map(|stream| stream.n))?;
        ascending(line.declared.iter().flatten().map(|stream| stream.n))?;
        line.streams.iter().try_for_each(SealStream::check)?;
        Ok(line)
    }
}

impl SealStream {
    fn check(&self) -> Result<(), LineError> {
        let (first, last) = match (self.count, self.first, self.last) {
            (0, None, None) => return Ok(()),
            (1.., Some(first), Some(last)) if first <= last => (first.get(), last.get()),
            _ => {
                return Err(LineError::Inconsistent(
                    "count, first and last of a stream differ",
                ));
            }
        };
        let span = last.saturating_sub(first).saturating_add(1);
        let held = self.gaps.gaps(first..=last);
        let missing = span.saturating_sub(held.len());
        if self.gaps.contains(first)
            || self.gaps.contains(last)
            || self.count.checked_add(missing) != Some(span)
        {
            return Err(LineError::Inconsistent("count and gaps of a stream differ"));
        }
        Ok(())
    }
}
