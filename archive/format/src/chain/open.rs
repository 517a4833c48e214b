//! Line 0: who, what, under which rule.

use serde::{Deserialize, Serialize};

use super::{SessionKind, StreamKind, ascending};
use crate::digest::{Commitment, Link};
use crate::ids::{DeviceId, SessionId, StreamNo, TenantId};
use crate::line::{self, LineError};
use crate::time::UtcMicros;

/// The retention class at the time of opening.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassRef {
    /// Its name.
    pub name: String,
    /// The version of its rule.
    pub version: u32,
    /// Days after the session's end; `None`: at once.
    pub days: Option<u32>,
}

/// A stream announced at the opening.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenStream {
    /// Its number.
    pub n: StreamNo,
    /// What it holds.
    pub kind: StreamKind,
}

/// The opening line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Wire", into = "Wire")]
pub struct OpenLine {
    /// The tenant.
    pub tenant: TenantId,
    /// The session.
    pub session: SessionId,
    /// The source.
    pub device: DeviceId,
    /// Why it is recorded.
    pub kind: SessionKind,
    /// How long it is kept.
    pub class: ClassRef,
    /// The streams known at the opening, ascending; others may follow.
    pub streams: Vec<OpenStream>,
    /// When the activity began, as the agent says.
    pub started_at: UtcMicros,
    /// Commits to the consent, if one was given.
    pub consent: Option<Commitment>,
    /// Commits to what describes the session and is sealed elsewhere.
    pub describe: Commitment,
    /// The server's instant of the line.
    pub at: UtcMicros,
}

#[derive(Serialize, Deserialize)]
struct Wire {
    tenant: TenantId,
    session: SessionId,
    n: u64,
    prev: Link,
    device: DeviceId,
    kind: SessionKind,
    class: ClassRef,
    streams: Vec<OpenStream>,
    started_at: UtcMicros,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    consent: Option<Commitment>,
    describe: Commitment,
    at: UtcMicros,
}

impl From<OpenLine> for Wire {
    fn from(line: OpenLine) -> Self {
        let OpenLine {
            tenant,
            session,
            device,
            kind,
            class,
            streams,
            started_at,
            consent,
            describe,
            at,
        } = line;
        let (n, prev) = (0, Link::ZERO);
        Self {
            tenant,
            session,
            n,
            prev,
            device,
            kind,
            class,
            streams,
            started_at,
            consent,
            describe,
            at,
        }
    }
}

impl TryFrom<Wire> for OpenLine {
    type Error = LineError;

    fn try_from(wire: Wire) -> Result<Self, LineError> {
        let Wire {
            tenant,
            session,
            n,
            prev,
            device,
            kind,
            class,
            streams,
            started_at,
            consent,
            describe,
            at,
        } = wire;
        if n != 0 || prev != Link::ZERO {
            return Err(LineError::Inconsistent("an opening line has a line before it"));
        }
        Ok(Self {
            tenant,
            session,
            device,
            kind,
            class,
            streams,
            started_at,
            consent,
            describe,
            at,
        })
    }
}

impl OpenLine {
    /// The line, without newline.
    pub fn to_line(&self) -> String {
        line::encode_tagged("open", self)
    }

    /// Reads a line without newline, in its only spelling.
    pub fn parse(bytes: &[u8]) -> Result<Self, LineError> {
        let line: Self = line::decode_tagged("open", bytes)?;
        ascending(line.streams.iter().map(|stream| stream.n))?;
        Ok(line)
    }
}
