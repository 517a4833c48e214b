//! The write path: sessions open, frames become durable and are acknowledged, segments are packed, sealed,
//! chained and committed, sessions are sealed.
//!
//! Owns the order of steps in "the life of a frame" (ARCHITECTURE.md). Refuses to acknowledge before the intake
//! log says durable, and to commit a chain line before its object is.

mod claim;
mod committed;
mod event;
mod giving_way;
mod intake_entry;
mod live;
mod open;
mod pack;
mod put;
mod recover;
mod seal;

use bytes::Bytes;
use obhut_format::chain::{DeclaredStream, SessionKind, StreamKind};
use obhut_format::digest::{Link, Sha256Digest};
use obhut_format::ids::{DeviceId, Seq, SessionId, StreamNo, TenantId};
use obhut_format::sign::{Receipt, SealReceipt};
use obhut_format::time::UtcMicros;

use crate::catalog::CatalogError;
use crate::intake::IntakeError;
use crate::keys::KeyError;
use crate::ledger::LedgerError;
use crate::objects::ObjectError;
use crate::read::ReadError;

pub use claim::{Claim, ClaimLimits};
pub(crate) use committed::committed;
pub use event::{EventKind, NewEvent};
pub(crate) use live::{Known, LiveSession, LiveSessions, Pending, Slot};
pub(crate) use open::DESCRIBE;
pub use pack::Packed;
pub use recover::Recovery;
pub(crate) use seal::{SEAL_REQUEST, kept_seal};

/// Which session, and whose: every write is bound to a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionRef {
    /// The tenant.
    pub tenant: TenantId,
    /// The session.
    pub session: SessionId,
}

/// A stream that a new session declares.
#[derive(Debug, Clone)]
pub struct NewStream {
    /// Its number.
    pub n: StreamNo,
    /// What it holds.
    pub kind: StreamKind,
    /// Its name (a screen's or a file's); sealed with the session's description.
    pub name: Option<String>,
}

/// A session to open.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// Whose.
    pub tenant: TenantId,
    /// The device it was recorded on.
    pub device: DeviceId,
    /// What kind of session.
    pub kind: SessionKind,
    /// When the activity started, by the agent's clock.
    pub started_at: UtcMicros,
    /// The retention class, or the tenant's default.
    pub class: Option<String>,
    /// Its streams; at least one.
    pub streams: Vec<NewStream>,
    /// The consent given, as the agent reported it; the chain's first line commits to it.
    pub consent: Option<serde_json::Value>,
    /// All else that describes the session (purpose, title, user, source): sealed under its key.
    pub description: serde_json::Map<String, serde_json::Value>,
    /// The Idempotency-Key of the request, where it had one.
    pub request_key: Option<String>,
}

/// A session that was opened, now or by an earlier request with the same key.
#[derive(Debug, Clone, Copy)]
pub struct Opened {
    /// The session.
    pub session: SessionId,
    /// Whether this request opened it.
    pub fresh: bool,
}

/// A frame, or a block of a recording or attachment.
#[derive(Debug, Clone)]
pub struct NewFrame {
    /// The capture instant.
    pub at: UtcMicros,
    /// Its file name, where it was imported.
    pub name: Option<String>,
    /// Its media type.
    pub media_type: String,
    /// Whether the file ends before its format says so.
    pub cut: bool,
    /// The original bytes.
    pub body: Bytes,
    /// Their digest, already compared with what the sender declared.
    pub sha256: Sha256Digest,
}

/// A frame that is durable.
#[derive(Debug, Clone)]
pub struct Acknowledged {
    /// The signed receipt.
    pub receipt: Receipt,
    /// Whether this request stored it; false when it was there before.
    pub fresh: bool,
}

/// How a session is closed.
#[derive(Debug, Clone)]
pub struct SealRequest {
    /// Why there will be no more.
    pub how: obhut_format::chain::SealHow,
    /// The session end that retention counts from; `None`: the server's clock at the seal.
    pub trusted_end: Option<UtcMicros>,
    /// What the agent says: its instant of the end, who ended it and how. Sealed.
    pub said: serde_json::Map<String, serde_json::Value>,
    /// What the agent says it sent.
    pub declared: Vec<DeclaredStream>,
}

/// Where a seal has got to.
#[derive(Debug, Clone)]
pub enum SealOutcome {
    /// Sealed, with the signed counts and final link.
    Sealed(Box<SealReceipt>),
    /// Accepted; frames are still being packed.
    Packing,
}

/// Why a write was not done. Nothing is stored when one is returned.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// Unknown, or another tenant's: the two are not told apart.
    #[error("no session {0}")]
    NoSuchSession(SessionId),
    /// The session has no such stream.
    #[error("session {session} has no stream {stream}")]
    NoSuchStream {
        /// The session.
        session: SessionId,
        /// The stream.
        stream: StreamNo,
    },
    /// Sealed, being sealed, lost, or a day old: it takes nothing more.
    #[error("session {session} has ended ({why})")]
    Ended {
        /// The session.
        session: SessionId,
        /// In which way.
        why: Ended,
    },
    /// The number holds other bytes.
    #[error("session {session} stream {stream} frame {seq} is taken by other bytes")]
    SequenceTaken {
        /// The session.
        session: SessionId,
        /// The stream.
        stream: StreamNo,
        /// The frame.
        seq: Seq,
    },
    /// The same Idempotency-Key or event id came with other content.
    #[error("{0} was used before for a different request")]
    RequestTaken(String),
    /// The tenant has no such retention class.
    #[error("no retention class {0:?}")]
    NoSuchClass(String),
    /// Unknown to this tenant, or revoked.
    #[error("no device {0}")]
    NoSuchDevice(DeviceId),
    /// The streams don't make a session.
    #[error("a session needs one to {max} streams with different numbers", max = MAX_STREAMS)]
    BadStreams,
    /// A step of packing, or of a task of ours, failed; what was durable stays in the intake log.
    #[error("{0}")]
    Packing(String),
    /// What the catalog says of it does not hold together; it takes nothing, and nothing of it is lost.
    #[error("session {session} is damaged: {what}")]
    Damaged {
        /// The session.
        session: SessionId,
        /// What is wrong.
        what: String,
    },
    /// The object store gave no answer in time.
    #[error("object storage does not answer")]
    StoreSilent,
    /// The intake log.
    #[error(transparent)]
    Intake(#[from] IntakeError),
    /// The object store.
    #[error(transparent)]
    Object(#[from] ObjectError),
    /// The catalog.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// A key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// What is stored could not be read back.
    #[error(transparent)]
    Read(ReadError),
}

impl WriteError {
    /// Whether a session's own rows or its key are damaged: whatever asks again hears the same.
    pub(crate) fn is_damage(&self) -> bool {
        matches!(
            self,
            Self::Damaged { .. }
                | Self::Catalog(CatalogError::Damaged(_))
                | Self::Key(
                    KeyError::Damaged { .. }
                        | KeyError::Missing { .. }
                        | KeyError::Catalog(CatalogError::Damaged(_)),
                )
        )
    }
}

impl From<ReadError> for WriteError {
    fn from(error: ReadError) -> Self {
        match error {
            // Deleted since the write found it.
            ReadError::NoSuchSession(session) => Self::NoSuchSession(session),
            other => Self::Read(other),
        }
    }
}

/// In which way a session has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// It is sealed, or being sealed, by its agent or an import.
    Sealed,
    /// The server sealed it after silence.
    Lost,
    /// It is a day old.
    DayOld,
}

impl std::fmt::Display for Ended {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Sealed => "sealed",
            Self::Lost => "sealed as lost after silence",
            Self::DayOld => "24 hours old",
        })
    }
}

/// Most streams a session may have.
pub const MAX_STREAMS: usize = 10_000;

/// Longest a session stays open (DESIGN 2: then a new one follows).
pub const MAX_SESSION: std::time::Duration = std::time::Duration::from_hours(24);

/// Original bytes in one block of a recording or attachment.
pub const RECORDING_BLOCK: usize = 1_048_576;

/// Where a session's chain ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ChainTail {
    /// Lines committed; also the next line's number.
    pub lines: u64,
    /// The last line's link.
    pub link: Link,
}

/// Runs a write to its end even when its caller goes away: a client that hangs up must not leave a step half done.
pub(crate) async fn detached<T: Send + 'static>(
    work: impl Future<Output = Result<T, WriteError>> + Send + 'static,
) -> Result<T, WriteError> {
    match tokio::spawn(work).await {
        Ok(outcome) => outcome,
        Err(error) => Err(WriteError::Packing(format!(
            "an internal task ended early: {error}"
        ))),
    }
}
