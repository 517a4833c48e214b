//! A session's chain: an opening line, a line a segment, a sealing line, each bound to the one before.
//!
//! A line is JSON in its only spelling and is stored verbatim. Its link is the BLAKE3 of its bytes without newline,
//! and stands as `prev` in the next line: `head -c -1 line | b3sum` checks it.

mod kinds;
mod open;
mod seal;
mod segment;
mod verify;

pub(crate) use kinds::words;
pub use kinds::{SealHow, SessionKind, StreamKind, UnknownWord};
pub use open::{ClassRef, OpenLine, OpenStream};
pub use seal::{DeclaredStream, SealLine, SealStream};
pub use segment::SegmentLine;
pub use verify::{ChainError, ChainState};

pub use crate::seqset::{self, SeqSet};

use crate::digest::Link;
use crate::ids::{SessionId, StreamNo, TenantId};
use crate::line::{self, LineError};

/// The link of a line: BLAKE3 over its bytes, without newline.
pub fn link(line: &[u8]) -> Link {
    Link(*blake3::hash(line).as_bytes())
}

/// Any line of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChainLine {
    /// Line 0.
    Open(OpenLine),
    /// A line for a segment.
    Segment(SegmentLine),
    /// The last line.
    Seal(SealLine),
}

impl ChainLine {
    /// The line, without newline.
    pub fn to_line(&self) -> String {
        match self {
            Self::Open(open) => open.to_line(),
            Self::Segment(segment) => segment.to_line(),
            Self::Seal(seal) => seal.to_line(),
        }
    }

    /// Reads a line without newline, in its only spelling.
    pub fn parse(bytes: &[u8]) -> Result<Self, LineError> {
        match line::type_of(bytes)?.as_str() {
            "open" => OpenLine::parse(bytes).map(Self::Open),
            "segment" => SegmentLine::parse(bytes).map(Self::Segment),
            "seal" => SealLine::parse(bytes).map(Self::Seal),
            _ => Err(LineError::UnknownType),
        }
    }

    /// The tenant.
    pub const fn tenant(&self) -> TenantId {
        match self {
            Self::Open(line) => line.tenant,
            Self::Segment(line) => line.tenant,
            Self::Seal(line) => line.tenant,
        }
    }

    /// The session.
    pub const fn session(&self) -> SessionId {
        match self {
            Self::Open(line) => line.session,
            Self::Segment(line) => line.session,
            Self::Seal(line) => line.session,
        }
    }

    /// The line's number; 0 opens.
    pub const fn n(&self) -> u64 {
        match self {
            Self::Open(_) => 0,
            Self::Segment(line) => line.n,
            Self::Seal(line) => line.n,
        }
    }

    /// The link of the line before; [`Link::ZERO`] for line 0.
    pub const fn prev(&self) -> Link {
        match self {
            Self::Open(_) => Link::ZERO,
            Self::Segment(line) => line.prev,
            Self::Seal(line) => line.prev,
        }
    }
}

/// Whether stream numbers ascend, so that each occurs once and a list has one order.
fn ascending(streams: impl Iterator<Item = StreamNo>) -> Result<(), LineError> {
    let mut before = None;
    for stream in streams {
        if before.is_some_and(|before| before >= stream) {
            return Err(LineError::Inconsistent("streams are not in ascending order"));
        }
        before = Some(stream);
    }
    Ok(())
}
