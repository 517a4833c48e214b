//! Backups of the catalog, its keys and what waits in the intake log: made, and opened again.
//!
//! Owns the container and who it is encrypted to. Refuses to write to a disk: what leaves here is ciphertext, which goes
//! to whoever asked. Wrapped keys exist in the catalog and in backups, and nowhere else.

mod make;
mod opened;
mod sealing;
mod tar;

use std::io;

use obhut_format::ids::BackupId;
use obhut_format::time::UtcMicros;

use crate::catalog::CatalogError;
use crate::keys::KeyError;
use crate::ledger::LedgerError;

pub use make::BackupRequest;
pub use opened::OpenedBackup;
pub(crate) use opened::Piece;
pub use sealing::{Opener, Recipients};

/// Why a backup can't be made or opened.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// No age public key.
    #[error("{key:?} is no age recipient: {why}")]
    Recipient {
        /// What was given.
        key: String,
        /// What is wrong with it.
        why: String,
    },
    /// Something else, which may be a secret: it is not repeated.
    #[error("a recipient is an age public key, which begins with age1; something else was given")]
    NotPublic,
    /// Each has its part in the ledger's leaf and before the backup's first byte.
    #[error("a backup is encrypted to at most {most} recipients, not {given}", most = sealing::MOST_RECIPIENTS)]
    Recipients {
        /// How many were given.
        given: usize,
    },
    /// Nobody could open it.
    #[error("a backup needs a recipient or a passphrase")]
    NoRecipient,
    /// A backup that is kept too long keeps deleted sessions alive.
    #[error("a backup is kept for 1 to {most} days, not {days}", most = obhut_format::backup::MOST_DAYS)]
    Days {
        /// What was given.
        days: u32,
    },
    /// The text of an identity file.
    #[error("the identity file can't be used: {0}")]
    Identity(String),
    /// Another identity or passphrase is needed.
    #[error("the backup does not open with this identity or passphrase ({0})")]
    Locked(String),
    /// It is none, or was changed.
    #[error("the backup is damaged, or is none: {0}")]
    Malformed(String),
    /// It can't be read to its end, because it was cut or changed, or by the disk's fault.
    #[error("the backup can't be read: {0}")]
    Read(#[source] io::Error),
    /// Whoever takes it is gone.
    #[error("nobody takes the backup any more")]
    HungUp,
    /// A file of the intake log.
    #[error("the intake log can't be read: {0}")]
    Intake(#[source] io::Error),
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

/// A backup that was made.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct BackupMade {
    /// Its id.
    pub backup: BackupId,
    /// When it was made.
    pub at: UtcMicros,
    /// Until when it is to be kept; later it is not recovered from.
    pub until: UtcMicros,
    /// Tenants in it.
    pub tenants: u64,
    /// Intake files in it, which hold what is acknowledged and not packed.
    pub intake_files: u64,
    /// Whether the root key file is in it.
    pub root_key: bool,
    /// Whether a configuration file is in it.
    pub configuration: bool,
    /// Bytes of it.
    pub bytes: u64,
}
