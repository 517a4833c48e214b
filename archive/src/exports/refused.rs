//! Why an export is not asked for, decided or made.

use obhut_format::ids::{ExportId, SessionId};
use obhut_format::time::UtcMicros;

use crate::FullDisk;
use crate::catalog::CatalogError;
use crate::keys::KeyError;
use crate::ledger::LedgerError;
use crate::read::ReadError;

/// Why an export is not asked for, decided or made. Nothing was committed.
#[derive(Debug, thiserror::Error)]
pub enum ExportRefused {
    /// Unknown, or another tenant's.
    #[error("no export {0}")]
    NoSuchExport(ExportId),
    /// It takes data, or is being packed.
    #[error("session {0} is not sealed yet")]
    NotSealed(SessionId),
    /// It is being deleted.
    #[error("session {session} is being deleted since {since}")]
    Purging {
        /// The session.
        session: SessionId,
        /// Since when.
        since: UtcMicros,
    },
    /// It was deleted.
    #[error("session {session} was deleted at {since}")]
    Deleted {
        /// The session that was.
        session: SessionId,
        /// Since when.
        since: UtcMicros,
        /// Whether its certificate is signed.
        certified: bool,
    },
    /// Who asked can't decide.
    #[error("export {0} is decided by somebody else than the one who asked for it")]
    OwnRequest(ExportId),
    /// Who did not ask gets no bundle.
    #[error("export {0} was asked for by somebody else")]
    NotOwnRequest(ExportId),
    /// Somebody decided before.
    #[error("export {0} is decided already")]
    Decided(ExportId),
    /// Nobody approved it, or somebody refused it.
    #[error("export {0} is not approved")]
    NotApproved(ExportId),
    /// Its time is over.
    #[error("the time of export {0} is over")]
    Expired(ExportId),
    /// It is about something else.
    #[error("export {export} is not of session {session}")]
    OtherSession {
        /// The request.
        export: ExportId,
        /// The session that was named.
        session: SessionId,
    },
    /// The tenant's policy wants a request and its approval first.
    #[error("exports of session {0} need an approval, by its tenant's policy")]
    ApprovalNeeded(SessionId),
    /// Its row is not what the ledger says, or what the ledger says of it does not check: nothing is done by it.
    #[error("export {export}: {error}")]
    Doubtful {
        /// The request.
        export: ExportId,
        /// What does not check.
        error: ReadError,
    },
    /// The session's objects are not what its chain names.
    #[error("session {session} is damaged: {error}")]
    SessionDamaged {
        /// The session.
        session: SessionId,
        /// What does not check.
        error: ReadError,
    },
    /// What is stored can't be read, does not check, or is not there.
    #[error(transparent)]
    Read(#[from] ReadError),
}

impl From<CatalogError> for ExportRefused {
    fn from(error: CatalogError) -> Self {
        Self::Read(error.into())
    }
}

impl From<LedgerError> for ExportRefused {
    fn from(error: LedgerError) -> Self {
        Self::Read(error.into())
    }
}

impl From<KeyError> for ExportRefused {
    fn from(error: KeyError) -> Self {
        Self::Read(error.into())
    }
}

impl FullDisk for ExportRefused {
    fn is_full(&self) -> bool {
        matches!(self, Self::Read(error) if error.is_full())
    }
}
