//! The read path: what is stored comes back, checked, to whoever holds a grant.
//!
//! Owns the opening of segments and the only type that allows it: a [`Grant`] exists only where an access record
//! and its ledger leaf were committed first. Refuses to hand out a byte whose object, record or link does not check.

mod access;
mod blocks;
mod candidate;
mod cost;
mod describe;
mod evidence;
mod export;
mod frames;
mod head;
mod in_use;
mod index;
mod live_grants;
mod looks;
mod random;
mod range;
mod reason;
mod review;
mod salvage;
mod segment;
mod waiting;

use obhut_format::ids::{AccessId, LoginId, Seq, SessionId, StreamNo};
use obhut_format::time::UtcMicros;

use crate::catalog::CatalogError;
use crate::intake::IntakeError;
use crate::keys::KeyError;
use crate::ledger::LedgerError;
use crate::objects::ObjectError;

pub use access::{AccessRequest, Grant};
pub(crate) use describe::row_and_key;
pub use describe::{Description, StreamName};
pub use evidence::{EvidenceLeaf, SessionEvidence};
pub use export::{Export, Finished, NewBundle, Under};
pub use frames::{FrameInfo, ReadFrame, SessionReader, StreamInfo};
pub(crate) use head::HeadCache;
pub(crate) use in_use::InUse;
pub use index::{DamagedRange, IndexedFrame, StreamIndex};
pub(crate) use live_grants::LiveGrants;
pub use live_grants::{LONGEST_GRANT, MOST_GRANTS};
pub use looks::{AccessDetail, AccessEntry, AccessFilter, AccessPage};
pub(crate) use looks::{open_look, same_look};
pub use random::FrameRun;
pub use range::AccessRange;
pub use reason::{Reason, ReasonError};
pub use review::{OpenGrant, ReviewGrant};
pub(crate) use review::{login_in_force, require_login};
pub use salvage::Salvaged;
pub(crate) use segment::{NamedSegment, VerifiedSegment, records_of};

/// Why something could not be read. Damage is never told as "not found".
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Unknown, or another tenant's.
    #[error("no session {0}")]
    NoSuchSession(SessionId),
    /// It is not sealed, and so not whole yet.
    #[error("session {0} is not sealed yet")]
    NotSealed(SessionId),
    /// The session has no such frame.
    #[error("session {session} stream {stream} has no frame {seq}")]
    NoSuchFrame {
        /// The session.
        session: SessionId,
        /// The stream.
        stream: StreamNo,
        /// The frame.
        seq: Seq,
    },
    /// Outside the range for which access was recorded.
    #[error("frame {seq} of stream {stream} is outside the range for which access was recorded")]
    OutsideGrant {
        /// The stream.
        stream: StreamNo,
        /// The frame.
        seq: Seq,
    },
    /// A range that the opening did not ask for.
    #[error("the range is outside what grant {0} allows")]
    RangeOutsideGrant(AccessId),
    /// The time for which a session was opened is over.
    #[error("grant {0} has ended")]
    GrantExpired(AccessId),
    /// The login has opened so many sessions that it gets no more until one of them ends.
    #[error("login {login} has {MOST_GRANTS} sessions open")]
    TooManyGrants {
        /// The login.
        login: LoginId,
        /// When the first of them ends.
        until: UtcMicros,
    },
    /// The login that asks has ended.
    #[error("login {0} has ended")]
    LoginEnded(LoginId),
    /// What is stored does not check.
    #[error("{object} is damaged: {why}")]
    Damaged {
        /// The object, or the catalog row, by name.
        object: String,
        /// What does not check.
        why: String,
    },
    /// The object store.
    #[error(transparent)]
    Object(#[from] ObjectError),
    /// The intake log.
    #[error(transparent)]
    Intake(#[from] IntakeError),
    /// The catalog.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// A key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A task of ours ended early.
    #[error("{0}")]
    Task(String),
}

impl ReadError {
    /// Whether it says that what is stored does not check.
    pub fn is_damage(&self) -> bool {
        matches!(
            self,
            Self::Damaged { .. }
                | Self::Object(ObjectError::NotFound { .. } | ObjectError::Damaged { .. })
                | Self::Key(KeyError::Damaged { .. } | KeyError::Missing { .. })
                | Self::Ledger(LedgerError::HeadDamaged(_) | LedgerError::DetailDamaged { .. })
                | Self::Intake(IntakeError::Damaged { .. })
                | Self::Catalog(CatalogError::Damaged(_))
        )
    }

    /// What does not check, without where it is stored: for whoever looks.
    pub fn what_is_damaged(&self) -> &str {
        match self {
            Self::Damaged { why, .. } => why,
            Self::Object(ObjectError::NotFound { .. }) => "its object is missing",
            Self::Object(ObjectError::Damaged { .. }) => "its object is cut short",
            _ => "what is stored of it does not check",
        }
    }

    pub(crate) fn damaged(object: impl Into<String>, why: impl std::fmt::Display) -> Self {
        Self::Damaged {
            object: object.into(),
            why: why.to_string(),
        }
    }
}
