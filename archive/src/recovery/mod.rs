//! A new data folder made of a backup, and brought to where the archive was as far as object storage still knows it.
//!
//! Owns the order: nothing is opened for anybody before every deletion that the ledger's copies tell of is carried out
//! again, and a recovery that is broken off is begun anew.
//!
//! 1. The marker: from here nothing but a recovery opens the folder.
//! 2. Root key, catalog and intake log as they were.
//! 3. The ledger's copies are read and seen to continue the backup's ledger under its signed tree heads. Nothing is written
//!    to object storage before all of them are.
//! 4. Their leaves are appended, bare: what they commit to is lost. A `recovered` leaf says so; deletions are under way
//!    again, holds placed or released, sessions whose keys are lost named.
//! 5. Chains of sessions that were open are followed in object storage.
//! 6. The archive opens for the caller, who has the deletions carried out ([`Recovering::archive`]),
//! 7. and ends it ([`Recovering::finish`]): the marker goes.
//!
//! Starting over is sound at each step, because what was appended to the ledger is either in its copies, and met as leaves
//! that came after the backup, or nobody has seen it.

mod adopt;
mod apply;
mod copies;
pub(crate) mod marker;
mod place;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use obhut_format::checkpoint::SignedCheckpoint;
use obhut_format::ids::{BackupId, SessionId, TenantId};
use obhut_format::time::UtcMicros;

use crate::Archive;
use crate::backup::{BackupError, OpenedBackup};
use crate::catalog::{Catalog, CatalogError, archive_row, ledger as rows, sessions, tenants};
use crate::clock::Clock;
use crate::keys::{KeyError, Keys, RootKeyError, RootKeys};
use crate::ledger::{CopyError, LedgerError};
use crate::objects::{ObjectError, Objects};
use crate::open::OpenError;
use crate::options::{ArchiveOptions, ObjectsOptions};
use crate::write::SessionRef;

use adopt::Adopter;
pub(crate) use apply::unknown_backup;
use marker::Marker;
pub use place::RecoveryPlace;

/// Why an archive is not recovered.
#[derive(Debug, thiserror::Error)]
pub enum RecoverError {
    /// There is an archive, or a part of one.
    #[error("{0} is there already, and nothing is overwritten")]
    Occupied(PathBuf),
    /// The folder, or a file in it.
    #[error("{path} can't be used: {source}")]
    Folder {
        /// The path.
        path: PathBuf,
        /// The system's word.
        source: std::io::Error,
    },
    /// The backup.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// The catalog in the backup is not the one that its manifest tells of.
    #[error("the backup contradicts itself: {0}")]
    Contradiction(String),
    /// A copy of the ledger that the backup knows.
    #[error("{0}, a copy of the ledger that the backup knows, is not in object storage")]
    CopyMissing(String),
    /// Leaves are in no copy.
    #[error("leaves {first} to {} of the ledger of tenant {tenant} are in no copy in object storage", next - 1)]
    Gap {
        /// Whose ledger.
        tenant: TenantId,
        /// The first that is missing.
        first: u64,
        /// The first after them.
        next: u64,
    },
    /// A copy that does not fit.
    #[error("{object} does not continue the ledger of the backup: {why}")]
    Copy {
        /// Its key.
        object: String,
        /// What is wrong with it.
        why: String,
    },
    /// Opening what was recovered.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The catalog.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// The object store.
    #[error(transparent)]
    Object(#[from] ObjectError),
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A task of ours ended early.
    #[error("{0}")]
    Task(String),
}

impl From<RootKeyError> for RecoverError {
    fn from(error: RootKeyError) -> Self {
        Self::Key(KeyError::Root(error))
    }
}

impl From<CopyError> for RecoverError {
    fn from(error: CopyError) -> Self {
        match error {
            CopyError::Object(error) => error.into(),
            CopyError::Catalog(error) => error.into(),
        }
    }
}

/// What became of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum Outcome {
    /// It was opened after the backup: its key is lost, and with it all it held.
    Lost,
    /// Its deletion had begun: it is carried out again.
    Purged,
    /// It was open, and so it is, with what was packed since.
    Continued {
        /// Segments that were found.
        segments: u64,
    },
    /// It was open, and sealed since.
    Sealed {
        /// Segments that were found.
        segments: u64,
    },
    /// It was sealed since, but its chain could not be followed to its end: it is open again, with what was found.
    SealMissing {
        /// Segments that were found.
        segments: u64,
    },
    /// A hold was placed since: it is held again, for a reason that is lost.
    Held,
    /// Its holds were released since, and are so again.
    Released,
}

/// A session, and what became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct SessionOutcome {
    /// The session.
    pub session: SessionId,
    /// What became of it.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// What a tenant's ledger tells of after the backup.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct TenantReport {
    /// The tenant.
    pub tenant: TenantId,
    /// Its name.
    pub name: String,
    /// Leaves that the backup had; those from this number on came after it.
    pub first: u64,
    /// How many of them there are, by type.
    pub leaves: BTreeMap<&'static str, u64>,
    /// The number of the leaf that tells of the recovery.
    pub recovered_leaf: u64,
    /// Sessions to which something happened after the backup.
    #[serde(skip)]
    pub sessions: Vec<SessionOutcome>,
}

/// What was recovered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecoveryReport {
    /// The backup.
    pub backup: BackupId,
    /// When it was made.
    pub made_at: UtcMicros,
    /// Until when it was to be kept.
    pub until: UtcMicros,
    /// Each tenant's part.
    pub tenants: Vec<TenantReport>,
    /// Tenants that object storage knows and the backup does not: they were added after it, and all they had is lost.
    pub lost_tenants: Vec<TenantId>,
}

/// An archive that is not served yet.
#[derive(Debug)]
pub struct Recovering {
    archive: Archive,
    report: RecoveryReport,
    intended_and_lost: Vec<SessionRef>,
    data: PathBuf,
}

/// An archive that was recovered.
#[derive(Debug)]
pub struct Recovered {
    /// The archive.
    pub archive: Archive,
    /// What came after the backup.
    pub report: RecoveryReport,
}

impl Recovering {
    /// The archive, for what is to be carried out before anybody else has it.
    pub fn archive(&self) -> &Archive {
        &self.archive
    }

    /// Sessions whose keys are lost and whose deletion had begun: their objects go now.
    pub fn intended_and_lost(&self) -> &[SessionRef] {
        &self.intended_and_lost
    }

    /// Ends the recovery, when everything is carried out: the folder opens like any other.
    pub async fn finish(self) -> Result<Recovered, RecoverError> {
        let Self {
            archive,
            report,
            data,
            ..
        } = self;
        if archive
            .purges()
            .await
            .map_err(|error| RecoverError::Task(error.to_string()))?
            .purges
            .iter()
            .any(|purge| purge.step == crate::catalog::purges::PurgeStep::Intended)
        {
            return Err(RecoverError::Task("a deletion was not carried out".to_owned()));
        }
        archive.copy_ledger().await?;
        Marker::remove(&data).map_err(|source| RecoverError::Folder { path: data, source })?;
        Ok(Recovered { archive, report })
    }
}

impl RecoveryPlace {
    /// Recovers a backup into this place. Returns the archive before it is served: the deletions under way are the caller's
    /// to carry out. Memory is bounded by one part of the catalog (about 1 MiB), one segment, and a note for each session
    /// that was touched after the backup.
    pub async fn recover(
        self,
        mut backup: OpenedBackup,
        options: ArchiveOptions,
        clock: Arc<dyn Clock>,
    ) -> Result<Recovering, RecoverError> {
        let manifest = backup.manifest().clone();
        let laid = options.clone();
        let place = tokio::task::spawn_blocking(move || self.lay_out(&mut backup, &laid))
            .await
            .map_err(|error| RecoverError::Task(error.to_string()))??;
        let keys = Arc::new(Keys::new(RootKeys::load(&options.root_key)?));
        let catalog = Catalog::open(&options.catalog())?;
        let opening = keys.clone();
        catalog.read(move |tx| opening.open_signing_keys(tx)).await?;
        check_manifest(&catalog, &keys, &manifest).await?;
        let objects = match &options.objects {
            ObjectsOptions::Local(root) => Objects::local(root)?,
            ObjectsOptions::S3(s3) => Objects::s3(s3.clone())?,
        };
        let signer = keys.ledger_signer();
        let listed = catalog.read(|tx| tenants::list(tx)).await?;
        let mut found = Vec::with_capacity(listed.len());
        for tenant in listed {
            let copies = copies::survey(&catalog, &objects, &signer, tenant.tenant).await?;
            let unlisted = apply::unlisted(&catalog, &objects, &copies).await?;
            found.push((tenant, Arc::new(copies), unlisted));
        }
        let lost_tenants =
            place::lost_tenants(&objects, &found.iter().map(|(row, ..)| row.tenant).collect()).await?;
        let now = clock.now();
        let mut report = RecoveryReport {
            backup: manifest.backup,
            made_at: manifest.at,
            until: manifest.until,
            tenants: Vec::new(),
            lost_tenants,
        };
        let mut intended_and_lost = Vec::new();
        for (row, copies, unlisted) in found {
            let tenant = row.tenant;
            copies.append(&catalog, &objects, signer.clone()).await?;
            let of = (manifest.backup, unlisted);
            let (recovered_leaf, mut told) = apply::apply(&catalog, &keys, &copies, of, now).await?;
            let gone = apply::intended_and_lost(&copies, &told).into_iter();
            intended_and_lost.extend(gone.map(|session| SessionRef { tenant, session }));
            let open = catalog.read(|tx| sessions::open_or_sealing(tx)).await?;
            for session in open.iter().filter(|open| open.tenant == tenant) {
                let adopter = Adopter {
                    catalog: &catalog,
                    objects: &objects,
                    keys: &keys,
                    now,
                };
                let after = copies.sessions.get(&session.session);
                let seals = after.map_or(&[][..], |after| &after.seals);
                if let Some(outcome) = adopter.adopt(session, seals).await? {
                    let session = session.session;
                    told.push(SessionOutcome { session, outcome });
                }
            }
            report.tenants.push(TenantReport {
                tenant,
                name: row.name,
                first: copies.first,
                leaves: copies.counts.clone(),
                recovered_leaf,
                sessions: told,
            });
        }
        catalog.close().await;
        drop((catalog, keys));
        let data = options.data.clone();
        let (archive, _) = Archive::open_locked(options, clock, place.into_lock()).await?;
        Ok(Recovering {
            archive,
            report,
            intended_and_lost,
            data,
        })
    }
}

/// The catalog is the one that the manifest tells of, and its ledgers are signed by its own key.
async fn check_manifest(
    catalog: &Catalog,
    keys: &Keys,
    manifest: &obhut_format::backup::Manifest,
) -> Result<(), RecoverError> {
    let contradiction = |what: &str| RecoverError::Contradiction(what.to_owned());
    let (archive, heads) = catalog
        .read(|tx| {
            let archive = archive_row::load(tx)?.map(|row| hex::encode(row.archive));
            let mut heads = BTreeMap::new();
            for tenant in tenants::list(tx)? {
                let head = rows::head(tx, tenant.tenant)?;
                heads.insert(
                    tenant.tenant,
                    head.map(|head| head.checkpoint).unwrap_or_default(),
                );
            }
            Ok::<_, CatalogError>((archive, heads))
        })
        .await?;
    if archive.as_deref() != Some(&manifest.archive) {
        return Err(contradiction("its catalog is another archive's"));
    }
    let said: BTreeMap<_, _> = manifest
        .tenants
        .iter()
        .map(|state| (state.tenant, state.checkpoint.clone()))
        .collect();
    if said != heads {
        return Err(contradiction("its ledgers are not those that its manifest names"));
    }
    let key = keys.ledger_signer().verifying_key();
    let signed = |note: &String| {
        SignedCheckpoint::parse(note.as_bytes())
            .and_then(|note| note.verify(&key))
            .is_ok()
    };
    if said.values().all(signed) {
        Ok(())
    } else {
        Err(contradiction("a tree head in it is not signed by its ledger key"))
    }
}
