//! The plaintext of a segment: a head line, the record lines, the container.
//!
//! ```text
//! {"v":1,"kind":"timeline","count":96,"records":38112,"container":"timeline/1"}␊
//! record␊ … record␊                     `count` lines, `records` bytes with their newlines
//! container                             everything else
//! ```

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::chain::StreamKind;
use crate::line::{self, LineError};

/// A head line with its newline is never longer.
pub const MAX_HEAD: usize = 160;
/// Bytes of a full block of a recording or attachment in its original.
pub const OPAQUE_BLOCK: u64 = 1_048_576;
/// Blocks of a full segment of a recording or attachment.
pub const OPAQUE_BLOCKS: u64 = 16;

/// Why bytes are no payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PayloadError {
    /// The head line goes on behind the bytes given.
    #[error("head line is not complete in {len} bytes")]
    Incomplete {
        /// How many bytes there were.
        len: usize,
    },
    /// No newline where a head line has to have ended.
    #[error("no head line in the first 160 bytes")]
    NoHead,
    /// The head line is not one.
    #[error("head line: {0}")]
    Head(#[from] LineError),
    /// The records part is longer than the payload.
    #[error("records part of {records} bytes goes beyond the payload")]
    RecordsCut {
        /// What the head says.
        records: u64,
    },
    /// The records part does not consist of so many lines.
    #[error("records part does not hold {count} lines")]
    RecordCount {
        /// What the head says.
        count: u64,
    },
}

/// The layout of what follows the records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Container {
    /// A packed run of frames.
    #[serde(rename = "timeline/1")]
    Timeline1,
    /// The blocks' bytes, one after another.
    #[serde(rename = "opaque/1")]
    Opaque1,
}

impl Container {
    /// The one container that segments of this kind have.
    pub const fn of(kind: StreamKind) -> Self {
        match kind {
            StreamKind::Timeline => Self::Timeline1,
            StreamKind::Recording | StreamKind::Attachment => Self::Opaque1,
        }
    }

    /// Its spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Timeline1 => "timeline/1",
            Self::Opaque1 => "opaque/1",
        }
    }
}

impl fmt::Display for Container {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The head line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PayloadHead {
    /// What the segment holds; it also names the container.
    pub kind: StreamKind,
    /// How many records.
    pub count: u64,
    /// Bytes of the records part, newlines included.
    pub records: u64,
}

#[derive(Serialize, Deserialize)]
struct Wire {
    v: u32,
    kind: StreamKind,
    count: u64,
    records: u64,
    container: Container,
}

impl PayloadHead {
    /// The head over these record lines.
    pub fn of<L: AsRef<[u8]>>(kind: StreamKind, lines: &[L]) -> Self {
        let bytes = lines.iter().fold(0, |sum: u64, line| {
            sum.saturating_add(line.as_ref().len() as u64).saturating_add(1)
        });
        Self {
            kind,
            count: lines.len() as u64,
            records: bytes,
        }
    }

    /// The container's layout.
    pub const fn container(&self) -> Container {
        Container::of(self.kind)
    }

    /// The line with its newline.
    pub fn encode(&self) -> String {
        let Self { kind, count, records } = *self;
        let mut line = line::encode(&Wire {
            v: line::VERSION,
            kind,
            count,
            records,
            container: self.container(),
        });
        line.push('\n');
        line
    }

    /// Reads the head from the start of a payload; also says how many bytes it takes, newline included.
    ///
    /// [`MAX_HEAD`] bytes are always enough.
    pub fn parse(prefix: &[u8]) -> Result<(Self, usize), PayloadError> {
        let window = prefix.get(..MAX_HEAD).unwrap_or(prefix);
        let Some(end) = window.iter().position(|&b| b == b'\n') else {
            let whole = prefix.len() >= MAX_HEAD;
            return Err(if whole {
                PayloadError::NoHead
            } else {
                PayloadError::Incomplete { len: prefix.len() }
            });
        };
        let wire: Wire = line::decode(window.get(..end).unwrap_or_default())?;
        if wire.v != line::VERSION {
            return Err(LineError::UnknownType.into());
        }
        if wire.container != Container::of(wire.kind) {
            return Err(LineError::Inconsistent("container of another kind").into());
        }
        Ok((
            Self {
                kind: wire.kind,
                count: wire.count,
                records: wire.records,
            },
            end.saturating_add(1),
        ))
    }
}

/// A payload taken apart; nothing is copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payload<'a> {
    /// The head line.
    pub head: PayloadHead,
    /// The record lines, without newlines, not yet parsed.
    pub records: Vec<&'a [u8]>,
    /// The container.
    pub container: &'a [u8],
}

impl<'a> Payload<'a> {
    /// Takes a whole payload apart.
    pub fn parse(plaintext: &'a [u8]) -> Result<Self, PayloadError> {
        let (head, consumed) = PayloadHead::parse(plaintext)?;
        let rest = plaintext.get(consumed..).unwrap_or_default();
        let (records, container) = usize::try_from(head.records)
            .ok()
            .and_then(|records| rest.split_at_checked(records))
            .ok_or(PayloadError::RecordsCut {
                records: head.records,
            })?;
        Ok(Self {
            head,
            records: split_records(&head, records)?,
            container,
        })
    }
}

/// The lines of a records part, given its head.
pub fn split_records<'a>(head: &PayloadHead, records: &'a [u8]) -> Result<Vec<&'a [u8]>, PayloadError> {
    let refused = PayloadError::RecordCount { count: head.count };
    let lines: Vec<&[u8]> = match records.split_last() {
        None => Vec::new(),
        Some((b'\n', body)) => body.split(|&b| b == b'\n').collect(),
        Some(_) => return Err(refused),
    };
    if lines.len() as u64 == head.count {
        Ok(lines)
    } else {
        Err(refused)
    }
}

/// The records part of these lines.
pub fn join_records<L: AsRef<[u8]>>(lines: &[L]) -> Vec<u8> {
    let mut part = Vec::new();
    for line in lines {
        part.extend_from_slice(line.as_ref());
        part.push(b'\n');
    }
    part
}
