//! Why a command did not do what it was asked: what happened, what to do, and the exit code.

use std::fmt;

use obhut_archive::{LockError, OpenError, RootKeyError};
use obhut_player::login::PasswordError;
use serde::{Deserialize, Serialize};

/// Exit code of a command that could not do what it was asked, or was asked for something impossible.
pub(crate) const COULD_NOT: u8 = 2;

/// Exit code of a command that found damage.
pub(crate) const DAMAGE: u8 = 1;

/// What a command that failed says: two lines, and an exit code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Failure {
    /// The exit code.
    pub code: u8,
    /// What happened; may be several lines when several things are wrong.
    pub what: String,
    /// What to do about it.
    pub advice: String,
}

impl Failure {
    /// Could not do it.
    pub(crate) fn new(what: impl fmt::Display, advice: impl Into<String>) -> Self {
        Self {
            code: COULD_NOT,
            what: what.to_string(),
            advice: advice.into(),
        }
    }

    /// Something stored is damaged.
    pub(crate) fn damage(what: impl fmt::Display, advice: impl Into<String>) -> Self {
        Self {
            code: DAMAGE,
            what: what.to_string(),
            advice: advice.into(),
        }
    }

    /// A fault of the machine's, or of ours.
    pub(crate) fn internal(what: impl fmt::Display) -> Self {
        Self::new(what, "try again; if it stays, look at the log of the server")
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "obhut: {}\n{}", self.what, self.advice)
    }
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        let advice = match &error {
            OpenError::Folder { .. } => "check that the folder exists and that you may write in it",
            OpenError::NoArchive(_) => {
                "name the data folder with --data or OBHUT_DATA; `obhut serve` or `obhut import` makes a new one"
            }
            OpenError::CatalogLost { .. } => {
                "put the catalog back from its backup, or name a new data folder; nothing was changed"
            }
            OpenError::Recovering(_) => {
                "run the same `obhut recover` again, it starts over; nothing is served before it has ended"
            }
            OpenError::Lock(LockError::InUse { .. }) => "stop that process first, or wait until it has ended",
            OpenError::Lock(LockError::Io { .. }) => "check the owner and the mode of the data folder",
            OpenError::Key(error) => key_advice(error),
            OpenError::Catalog(error) => catalog_advice(error),
            OpenError::Object(_) => "check the object store in the configuration, then try again",
            OpenError::Intake(_) | OpenError::Recover(_) | OpenError::Ledger(_) | OpenError::Internal(_) => {
                "nothing was changed; run `obhut verify` to see what is wrong"
            }
            OpenError::Admin(_) => "`obhut tenant list` shows the tenants",
        };
        Self::new(&error, advice)
    }
}

impl From<PasswordError> for Failure {
    fn from(error: PasswordError) -> Self {
        Self::new(
            &error,
            "choose another password; `obhut user --help` says what is asked of one",
        )
    }
}

fn key_advice(error: &obhut_archive::KeyError) -> &'static str {
    match error {
        obhut_archive::KeyError::Root(RootKeyError::WrongMode { .. }) => {
            "make it readable by its owner only: chmod 600"
        }
        obhut_archive::KeyError::Root(RootKeyError::Wrong { .. }) => {
            "set root_key in the configuration to this archive's own root key; nothing was changed"
        }
        obhut_archive::KeyError::Root(_) => {
            "put the root key file back, or check who may read it; nothing was changed"
        }
        _ => "nothing was changed; run `obhut verify` to see what is wrong",
    }
}

fn catalog_advice(error: &obhut_archive::catalog::CatalogError) -> &'static str {
    match error {
        obhut_archive::catalog::CatalogError::Newer { .. } => {
            "use the program that wrote it, or a newer one; nothing was changed"
        }
        obhut_archive::catalog::CatalogError::Full => "make room on the data folder's disk, then try again",
        _ => "check the disk and the data folder, then run `obhut verify`",
    }
}
