//! The archive: keys, intake log, chain, ledger, catalog, objects, the write path, the read path, verification.
//!
//! Owns everything that is stored and the order in which it becomes durable. Refuses to know HTTP, files to
//! import or people: those are its users (`ingest`, `player`, `retention`, `evidence`).
//!
//! [`Archive`] is the door. See `ARCHITECTURE.md` for the map and "the life of a frame".

mod actor;
mod admin;
mod backup;
pub mod catalog;
mod certificates;
mod classes;
mod clock;
mod close;
mod deletions;
mod discards;
mod expiry;
mod exports;
mod fate;
mod holds;
pub mod intake;
mod keys;
mod ledger;
mod letters;
mod lists;
mod lock;
pub mod objects;
mod open;
mod options;
mod orphans;
mod people;
mod policy;
mod purge;
mod read;
mod recovery;
mod rng;
mod stats;
pub mod verify;
mod write;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use obhut_format::time::UtcMicros;
use tokio::sync::Notify;

use crate::catalog::{Catalog, CatalogError, Tx};
use crate::intake::IntakeLog;
use crate::ledger::Copier;
use crate::objects::Objects;
use crate::read::{HeadCache, InUse, LiveGrants};
use crate::write::LiveSessions;

pub use actor::Actor;
pub use admin::{AdminError, DeviceToken, Sender, token_hash};
pub use backup::{BackupError, BackupMade, BackupRequest, OpenedBackup, Opener, Recipients};
pub use catalog::access::{AccessCursor, AccessRow, Action};
pub use catalog::exports::{Decision, ExportCursor};
pub use catalog::hold_list::{HoldCursor, HoldState};
pub use catalog::holds::HoldRow;
pub use catalog::purges::{CertificateCursor, CertificateRow};
pub use catalog::sessions::{SessionCursor, SessionFilter, SessionOrder, SessionState, StorageSums};
pub use catalog::users::{Assignment, NoRole, Role};
pub use certificates::{CertificateFilter, CertificatePage, FoundCertificate, ListedCertificate};
pub use classes::Classes;
pub use clock::{Clock, SetClock, SystemClock};
pub use deletions::{DeletionUnderWay, DueCount, Overdue};
pub use discards::DiscardError;
pub use expiry::Expiring;
pub use exports::{
    ByLogin, EXPORT_LASTS, ExportBundle, ExportDecision, ExportEntry, ExportFilter, ExportPage, ExportRef,
    ExportRefused, ExportState, ExportTexts, NewDecision, NewExport,
};
pub use fate::SessionFate;
pub use holds::{
    HoldDetail, HoldError, HoldFilter, HoldPage, ListedHold, NewHold, NewRelease, ReleaseDetail,
};
pub use keys::{KeyError, PublicKey, RootKeyError, RotateError, Rotation};
pub use ledger::{CopyError, LedgerError};
pub use letters::is_visible;
pub use lists::{ListedSession, SessionDetail, SessionSummary, StreamCount, TenantStorage};
pub use lock::{FolderLock, LockError};
pub use open::OpenError;
pub use options::{ArchiveOptions, ObjectsOptions};
pub use orphans::{Claimed, Standing, Unnamed};
pub use people::{
    Attempt, CountedAttempt, Lock, LockPolicy, Login, LoginAttempt, NewLogin, NewUser, OwnPassword,
    PasswordChange, PasswordHash, User, fold_user_name,
};
pub use policy::{DEFAULT_CLASS, ExportApprovals, NoApprovals, TenantPolicy, retain_until};
pub use purge::{
    DetailMonth, IntakeFiles, Judge, MonthJudge, Purge, PurgeError, PurgeRecord, PurgeRun, PurgeTurn,
    SessionDisposal, UnderWay,
};
pub use read::{
    AccessDetail, AccessEntry, AccessFilter, AccessPage, AccessRange, AccessRequest, DamagedRange,
    Description, EvidenceLeaf, Export, Finished, FrameInfo, FrameRun, Grant, IndexedFrame, LONGEST_GRANT,
    MOST_GRANTS, NewBundle, OpenGrant, ReadError, ReadFrame, Reason, ReasonError, ReviewGrant, Salvaged,
    SessionEvidence, SessionReader, StreamIndex, StreamInfo, StreamName, Under,
};
pub use recovery::{
    Outcome, RecoverError, Recovered, Recovering, RecoveryPlace, RecoveryReport, SessionOutcome, TenantReport,
};
pub use rng::OsRandom;
pub use stats::Stats;
pub use write::{
    Acknowledged, Claim, ClaimLimits, Ended, EventKind, MAX_SESSION, MAX_STREAMS, NewEvent, NewFrame,
    NewSession, NewStream, Opened, Packed, RECORDING_BLOCK, Recovery, SealOutcome, SealRequest, SessionRef,
    WriteError,
};

/// An open archive. Cheap to clone; the last clone closes it.
#[derive(Debug, Clone)]
pub struct Archive(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    clock: Arc<dyn Clock>,
    keys: Arc<keys::Keys>,
    catalog: Catalog,
    objects: Objects,
    intake: IntakeLog,
    live: LiveSessions,
    heads: HeadCache,
    grants: LiveGrants,
    copier: Copier,
    /// Who reads what just now.
    in_use: InUse,
    /// One deletion at a time.
    purging: Arc<tokio::sync::Mutex<()>>,
    /// What the last run of deletions did.
    last_run: parking_lot::Mutex<Option<PurgeRun>>,
    /// Rung when there may be something to pack.
    work: Notify,
    /// Where the intake log lies; its disk is asked for room.
    intake_folder: PathBuf,
    /// Held until the last clone is gone.
    _lock: FolderLock,
}

impl Archive {
    fn now(&self) -> UtcMicros {
        self.0.clock.now()
    }

    /// The clock everything here runs by.
    pub fn clock(&self) -> &dyn Clock {
        &*self.0.clock
    }

    pub(crate) fn keys(&self) -> &Arc<keys::Keys> {
        &self.0.keys
    }

    pub(crate) fn catalog(&self) -> &Catalog {
        &self.0.catalog
    }

    pub(crate) fn objects(&self) -> &Objects {
        &self.0.objects
    }

    pub(crate) fn intake(&self) -> &IntakeLog {
        &self.0.intake
    }

    pub(crate) fn intake_folder(&self) -> &Path {
        &self.0.intake_folder
    }

    pub(crate) fn live(&self) -> &LiveSessions {
        &self.0.live
    }

    pub(crate) fn heads(&self) -> &HeadCache {
        &self.0.heads
    }

    pub(crate) fn in_use(&self) -> &InUse {
        &self.0.in_use
    }

    pub(crate) fn live_grants(&self) -> &LiveGrants {
        &self.0.grants
    }

    /// Tells the packer to look.
    pub fn wake_packer(&self) {
        self.0.work.notify_one();
    }

    /// Waits until there may be something to pack.
    pub async fn work(&self) {
        self.0.work.notified().await;
    }

    /// A write that must succeed on a full disk too (access records, purges, who may come in): it may spend the reserve.
    pub(crate) async fn write_essential<T, E, F>(&self, job: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<CatalogError> + FullDisk + Send + 'static,
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + Sync + 'static,
    {
        let job = Arc::new(job);
        let first = job.clone();
        match self.catalog().write(move |tx| first(tx)).await {
            Err(error) if error.is_full() => {
                self.intake().release_reserve().map_err(|_| CatalogError::Full)?;
                self.catalog().write(move |tx| job(tx)).await
            }
            other => other,
        }
    }

    /// Copies ledger leaves that are only in the catalog to object storage; returns how many.
    pub async fn copy_ledger(&self) -> Result<u64, CopyError> {
        self.0
            .copier
            .copy_all(self.catalog(), self.objects(), self.clock())
            .await
    }

    /// The same for one tenant: when it returns, every leaf committed before the call is durable there.
    pub(crate) async fn copy_tenant_ledger(
        &self,
        tenant: obhut_format::ids::TenantId,
    ) -> Result<u64, purge::PurgeError> {
        let copier = &self.0.copier;
        Ok(copier
            .copy(self.catalog(), self.objects(), self.clock(), tenant)
            .await?)
    }

    /// Gives a tenant a new key-encryption key; no payload is rewritten.
    pub async fn rotate_kek(&self, tenant: obhut_format::ids::TenantId) -> Result<Rotation, RotateError> {
        self.keys().rotate_kek(self.catalog(), self.clock(), tenant).await
    }

    /// Gives the archive a new root key; no payload is rewritten.
    pub async fn rotate_root(&self) -> Result<Rotation, RotateError> {
        self.keys().rotate_root(self.catalog()).await
    }

    /// The archive's public keys.
    pub async fn public_keys(&self) -> Result<Vec<PublicKey>, KeyError> {
        self.keys().public_keys(self.catalog()).await
    }
}

/// Whether an error says that the disk is full.
pub(crate) trait FullDisk {
    fn is_full(&self) -> bool;
}

impl FullDisk for AdminError {
    fn is_full(&self) -> bool {
        matches!(
            self,
            Self::Catalog(CatalogError::Full) | Self::Ledger(LedgerError::Catalog(CatalogError::Full))
        )
    }
}

impl FullDisk for ReadError {
    fn is_full(&self) -> bool {
        matches!(
            self,
            Self::Catalog(CatalogError::Full) | Self::Ledger(LedgerError::Catalog(CatalogError::Full))
        )
    }
}
