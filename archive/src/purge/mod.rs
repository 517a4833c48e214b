//! The deletion of sessions, step by step; which go is retention's to decide.
//!
//! Owns the order of the steps and that each can be done again: a deletion only rolls forward, and whatever breaks it off,
//! the next one to look goes on from the rows of `purges`.
//!
//! 1. [`PurgeTurn::intend`]: judged again, marked as purging and the intent leaf, in one transaction. From here the session
//!    takes and shows nothing.
//! 2. [`PurgeTurn::erase`]: once the intent is durable in object storage and nobody reads any more, the key is destroyed,
//! 3. and the write-ahead log truncated: the key is in no file.
//! 4. [`PurgeTurn::remove`]: every object and every version of one is deleted,
//! 5. and their absence read back.
//! 6. [`PurgeTurn::forget`]: rows gone and the tombstone leaf, in one transaction.
//! 7. [`PurgeTurn::certify`]: the write-ahead log truncated, the intake log's files gone, the certificate signed.
//!
//! Beside sessions, what outlives them ends a month at a time: [`PurgeTurn::expire_month`].

mod end;
mod last_run;
mod months;
mod record;
mod steps;
mod told;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use obhut_format::ids::SessionId;
use obhut_format::time::UtcMicros;

use crate::Archive;
use crate::FullDisk;
use crate::admin::AdminError;
use crate::catalog::CatalogError;
use crate::catalog::purges::{self, PurgeStep};
use crate::expiry::Expiring;
use crate::intake::{FileNo, IntakeError};
use crate::keys::KeyError;
use crate::ledger::{CopyError, LedgerError};
use crate::objects::ObjectError;
use crate::write::SessionRef;

pub use last_run::PurgeRun;
pub use months::{DetailMonth, MonthJudge};
pub use record::PurgeRecord;
pub(crate) use record::purge_record;
pub use told::Disposal as SessionDisposal;

/// Why a step of a deletion was not done. What was done stays done, and the next look goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum PurgeError {
    /// Another deletion is under way in this archive.
    #[error("a deletion or a backup is running already")]
    Running,
    /// Something else than the plan knew: it was judged again and stays.
    #[error("session {0} is not to be deleted any more")]
    Kept(SessionId),
    /// Somebody still reads it.
    #[error("session {0} is still being read")]
    InUse(SessionId),
    /// Objects were deleted and are there all the same.
    #[error("{left} objects of session {session} are still there after their deletion")]
    StillThere {
        /// The session.
        session: SessionId,
        /// How many.
        left: u64,
    },
    /// Files of the intake log still hold its ciphertext, whose key is destroyed; they go with what they hold of others.
    #[error("the intake log still holds ciphertext of session {session}: {files}")]
    InIntakeLog {
        /// The session.
        session: SessionId,
        /// Which.
        files: IntakeFiles,
    },
    /// What the archive has put into its object store is not there.
    #[error("object {key} is not there: this is not the archive's object store, or it was emptied")]
    OtherStore {
        /// What was looked for.
        key: String,
    },
    /// As many failed one after the other, so that no more are begun.
    #[error("none of the last {0} sessions could be deleted, so no others were begun")]
    NoneGoes(usize),
    /// The row of a deletion under way.
    #[error("the row of the deletion of session {0} is damaged")]
    Damaged(SessionId),
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

impl PurgeError {
    /// Whether it is about one session only, so that others may be gone on with.
    pub fn is_of_one(&self) -> bool {
        match self {
            Self::Kept(_)
            | Self::InUse(_)
            | Self::StillThere { .. }
            | Self::InIntakeLog { .. }
            | Self::Damaged(_)
            | Self::Catalog(CatalogError::Damaged(_) | CatalogError::Conflict(_))
            | Self::Key(KeyError::Damaged { .. } | KeyError::Missing { .. })
            | Self::Ledger(
                LedgerError::HeadDamaged(_)
                | LedgerError::DetailDamaged { .. }
                | LedgerError::Catalog(CatalogError::Damaged(_)),
            ) => true,
            Self::Object(error) => {
                !matches!(error, ObjectError::Unavailable { .. } | ObjectError::Full { .. })
            }
            _ => false,
        }
    }

    /// Whether the disk is full: less at a time may still go through.
    pub fn is_full_disk(&self) -> bool {
        self.is_full()
    }
}

impl From<CopyError> for PurgeError {
    fn from(error: CopyError) -> Self {
        match error {
            CopyError::Object(error) => error.into(),
            CopyError::Catalog(error) => error.into(),
        }
    }
}

impl From<AdminError> for PurgeError {
    fn from(error: AdminError) -> Self {
        match error {
            AdminError::Catalog(error) => error.into(),
            AdminError::Key(error) => error.into(),
            AdminError::Ledger(error) => error.into(),
            other => Self::Task(other.to_string()),
        }
    }
}

impl FullDisk for PurgeError {
    fn is_full(&self) -> bool {
        matches!(
            self,
            Self::Catalog(CatalogError::Full)
                | Self::Ledger(LedgerError::Catalog(CatalogError::Full))
                | Self::Key(KeyError::Catalog(CatalogError::Full))
                | Self::Object(ObjectError::Full { .. })
        )
    }
}

/// Judges a session again, inside the transaction that marks it: the rule by which it goes, in one word, or `None` when it
/// stays.
pub type Judge = Arc<dyn Fn(&Expiring, UtcMicros) -> Option<String> + Send + Sync>;

/// The files of the intake log that a certificate waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntakeFiles {
    /// Which.
    pub files: BTreeSet<FileNo>,
    /// One of them that stays until somebody discards it.
    pub stuck: Option<FileNo>,
}

impl fmt::Display for IntakeFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = self.stuck {
            return write!(
                f,
                "file {file} is damaged or holds frames of nobody's, and stays until `obhut intake discard {file}`"
            );
        }
        let names: Vec<String> = self.files.iter().map(FileNo::to_string).collect();
        write!(
            f,
            "its certificate follows when what else is in file {} is packed",
            names.join(", ")
        )
    }
}

/// Deletions under way, begun by this process or by one before it.
#[derive(Debug, Clone, Default)]
pub struct UnderWay {
    /// Each.
    pub purges: Vec<Purge>,
    /// Sessions of which it can't be read how far their deletion is.
    pub damaged: Vec<SessionRef>,
}

/// A deletion under way.
#[derive(Debug, Clone)]
pub struct Purge {
    /// The session.
    pub session: SessionRef,
    /// How far it is.
    pub step: PurgeStep,
    /// What the certificate will say, as far as it is known.
    pub record: PurgeRecord,
    dek: crate::catalog::deks::DekId,
}

/// The one writer of deletions. While it lives, no other is given.
pub struct PurgeTurn {
    archive: Archive,
    _one: tokio::sync::OwnedMutexGuard<()>,
}

impl fmt::Debug for PurgeTurn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PurgeTurn(..)")
    }
}

impl Archive {
    /// The turn to delete; [`PurgeError::Running`] while somebody else has it.
    pub fn purge_turn(&self) -> Result<PurgeTurn, PurgeError> {
        let one = self.0.purging.clone().try_lock_owned();
        Ok(PurgeTurn {
            archive: self.clone(),
            _one: one.map_err(|_| PurgeError::Running)?,
        })
    }

    /// Deletions under way, begun by this process or by one before it.
    pub async fn purges(&self) -> Result<UnderWay, PurgeError> {
        let rows = self.catalog().read(|tx| purges::list(tx)).await?;
        let mut under_way = UnderWay::default();
        for row in rows {
            let session = SessionRef {
                tenant: row.tenant,
                session: row.session,
            };
            match purge_record(&row.record) {
                Some(record) => under_way.purges.push(Purge {
                    session,
                    step: row.step,
                    record,
                    dek: row.dek,
                }),
                None => under_way.damaged.push(session),
            }
        }
        Ok(under_way)
    }
}
