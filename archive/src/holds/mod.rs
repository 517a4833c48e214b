//! Legal holds: a held session is not deleted, whatever its deadline says.
//!
//! Owns placing and releasing them ([`change`]), each with its ledger leaf in one transaction, and reading back who did it and
//! why ([`list`]). That stands only in the leaves' sealed details ([`detail`]), so that it expires with its month's key.

mod change;
mod detail;
mod list;

use obhut_format::ids::{HoldId, LoginId, SessionId};
use obhut_format::time::UtcMicros;

use crate::FullDisk;
use crate::catalog::CatalogError;
use crate::keys::KeyError;
use crate::ledger::LedgerError;

pub use change::{NewHold, NewRelease};
pub(crate) use detail::same_hold;
pub use detail::{HoldDetail, ReleaseDetail};
pub use list::{HoldFilter, HoldPage, ListedHold};

/// Why a hold was not placed or released.
#[derive(Debug, thiserror::Error)]
pub enum HoldError {
    /// Unknown, or another tenant's.
    #[error("no session {0}")]
    NoSuchSession(SessionId),
    /// Its deletion has begun, and is not taken back.
    #[error("session {session} is being deleted since {since}")]
    Purging {
        /// The session.
        session: SessionId,
        /// Since when.
        since: UtcMicros,
    },
    /// It is gone.
    #[error("session {session} was deleted at {since}")]
    Deleted {
        /// The session that was.
        session: SessionId,
        /// Since when.
        since: UtcMicros,
        /// Whether its certificate is signed.
        certified: bool,
    },
    /// Unknown, or another tenant's or session's.
    #[error("no hold {0}")]
    NoSuchHold(HoldId),
    /// It holds no more.
    #[error("hold {0} was released already")]
    Released(HoldId),
    /// Nothing holds it.
    #[error("session {0} is not held")]
    NotHeld(SessionId),
    /// Who asks is not logged in any more.
    #[error("login {0} has ended")]
    LoginEnded(LoginId),
    /// What goes on record must say something.
    #[error(
        "a reason must have 3 to 500 characters, 3 of them visible, and no control or format characters but line feeds"
    )]
    BadReason,
    /// The same of a name.
    #[error("an owner must have at most 200 characters, a visible one, and no control or format characters")]
    BadOwner,
    /// A day that is none.
    #[error("{day:?} is not a date: write it as YYYY-MM-DD")]
    BadDay {
        /// What was given.
        day: String,
    },
    /// A day that is over wherever on earth somebody is.
    #[error("{day} is over: name a day to come, or none")]
    DayOver {
        /// What was given.
        day: String,
    },
    /// The catalog.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// A key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

impl FullDisk for HoldError {
    fn is_full(&self) -> bool {
        matches!(
            self,
            Self::Catalog(CatalogError::Full)
                | Self::Ledger(LedgerError::Catalog(CatalogError::Full))
                | Self::Key(KeyError::Catalog(CatalogError::Full))
        )
    }
}
