//! Opening an archive: nothing is touched before the root key is known to be the right one.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use obhut_format::ids::TenantId;
use tokio::sync::Notify;

use crate::admin::{AdminError, create_tenant};
use crate::catalog::archive_row::{self, ArchiveRow};
use crate::catalog::tenants::TenantRow;
use crate::catalog::{Catalog, CatalogError};
use crate::clock::Clock;
use crate::intake::{self, IntakeError, IntakeLog};
use crate::keys::{KeyError, Keys, RootKeyError, RootKeys};
use crate::ledger::{Copier, LedgerError};
use crate::lock::{FolderLock, LockError};
use crate::objects::{ObjectError, Objects};
use crate::options::{ArchiveOptions, ObjectsOptions};
use crate::read::{HeadCache, InUse, LiveGrants};
use crate::recovery::marker;
use crate::rng::OsRandom;
use crate::write::{LiveSessions, Recovery, WriteError};
use crate::{Archive, Inner};

/// The tenant an archive starts with.
pub(crate) const FIRST_TENANT: &str = "default";

/// Why an archive can't be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The data folder.
    #[error("data folder {folder} can't be used: {source}")]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// The system's word.
        source: std::io::Error,
    },
    /// There is no archive there.
    #[error("there is no archive in {0}")]
    NoArchive(PathBuf),
    /// There are recordings, but not the catalog that knows them: a new one would only hide that.
    #[error("{catalog} is missing or empty, but {found} is there")]
    CatalogLost {
        /// Where the catalog should be.
        catalog: PathBuf,
        /// What only an archive with a catalog writes.
        found: PathBuf,
    },
    /// A recovery into this folder was not carried to its end.
    #[error("the recovery of {0} was broken off before its end")]
    Recovering(PathBuf),
    /// Another process has it.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The root key, or a key under it.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The catalog.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// The object store.
    #[error(transparent)]
    Object(#[from] ObjectError),
    /// The intake log.
    #[error(transparent)]
    Intake(#[from] IntakeError),
    /// Taking up what was under way.
    #[error(transparent)]
    Recover(#[from] WriteError),
    /// The first tenant, or one that was asked for.
    #[error(transparent)]
    Admin(#[from] AdminError),
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A task of ours ended early.
    #[error("{0}")]
    Internal(String),
}

impl From<RootKeyError> for OpenError {
    fn from(error: RootKeyError) -> Self {
        Self::Key(KeyError::Root(error))
    }
}

impl ArchiveOptions {
    /// Whether there is an archive that may be opened: none is made, and none that a recovery left unfinished is shown.
    pub fn expect_archive(&self) -> Result<(), OpenError> {
        if marker::stands(&self.data) {
            return Err(OpenError::Recovering(self.data.clone()));
        }
        if !self.catalog().exists() {
            return Err(OpenError::NoArchive(self.data.clone()));
        }
        Ok(())
    }
}

impl Archive {
    /// Opens the archive of a data folder for writing, making it when the folder is new.
    pub async fn open(options: ArchiveOptions, clock: Arc<dyn Clock>) -> Result<(Self, Recovery), OpenError> {
        // Nothing is served of what a recovery has not applied everything to.
        if marker::stands(&options.data) {
            return Err(OpenError::Recovering(options.data));
        }
        create_private(&options.data).map_err(|source| OpenError::Folder {
            folder: options.data.clone(),
            source,
        })?;
        let lock = FolderLock::take(&options.data)?;
        // One that began since, and was broken off.
        if marker::stands(&options.data) {
            return Err(OpenError::Recovering(options.data));
        }
        Self::open_locked(options, clock, lock).await
    }

    /// The same for whoever has the folder's lock.
    pub(crate) async fn open_locked(
        options: ArchiveOptions,
        clock: Arc<dyn Clock>,
        lock: FolderLock,
    ) -> Result<(Self, Recovery), OpenError> {
        let data = &options.data;
        let folder = |source| OpenError::Folder {
            folder: data.clone(),
            source,
        };
        intake::make_room_to_open(&options.intake_folder()).map_err(folder)?;
        // Under the lock: another process may have made the archive meanwhile.
        let new = !options.catalog().exists();
        if new && let Some(found) = left_behind(&options) {
            return Err(catalog_lost(&options, found));
        }
        let root = match RootKeys::load(&options.root_key) {
            Err(RootKeyError::Missing(path)) if new => RootKeys::create(&path, &mut OsRandom)?,
            other => other?,
        };
        let keys = Arc::new(Keys::new(root));
        if !new {
            // Read-only and before any migration: a wrong key must leave the archive as it was.
            match try_key(&options, &keys).await {
                // Making it was broken off: it is made now.
                Err(OpenError::Catalog(CatalogError::Unmade)) => {
                    if let Some(found) = left_behind(&options) {
                        return Err(catalog_lost(&options, found));
                    }
                }
                // Broken off within its very first write, which only a writer can take back; what `first_rows`
                // then finds is judged there.
                Err(OpenError::Catalog(CatalogError::ReadOnly)) => {}
                other => other?,
            }
        }
        let catalog = Catalog::open(&options.catalog())?;
        first_rows(&catalog, &keys, &*clock).await?;

        let objects = match &options.objects {
            ObjectsOptions::Local(root) => {
                create_private(root).map_err(folder)?;
                let objects = Objects::local(root)?;
                objects.sweep_staging()?;
                objects
            }
            ObjectsOptions::S3(s3) => Objects::s3(s3.clone())?,
        };
        match objects.probe().await {
            // What is there must be readable on a full disk too, and the intake says itself what it can't take.
            Err(error @ ObjectError::Full { .. }) => {
                tracing::warn!(%error, "the object store is full; what it can do was not tried");
            }
            other => {
                other?;
            }
        }
        let intake_folder = options.intake_folder();
        create_private(&intake_folder).map_err(folder)?;
        let (intake, entries, found) = IntakeLog::open(&intake_folder, options.intake)?;

        for damage in &found.damage {
            tracing::error!(intake.file = %damage.file, intake.offset = damage.offset, "the intake log is damaged; run obhut verify");
        }
        for cut in &found.cuts {
            // Nothing in it was acknowledged, unless the disk lost what it had promised: say where, so that it can be looked into.
            tracing::warn!(
                intake.file = %cut.file, intake.offset = cut.offset, intake.bytes = cut.bytes,
                "an unfinished write at the end of the intake log was cut off"
            );
        }
        let archive = Self(Arc::new(Inner {
            clock,
            keys,
            catalog,
            objects,
            intake,
            live: LiveSessions::default(),
            heads: HeadCache::default(),
            grants: LiveGrants::default(),
            copier: Copier::default(),
            in_use: InUse::default(),
            purging: Arc::default(),
            last_run: parking_lot::Mutex::default(),
            work: Notify::new(),
            intake_folder,
            _lock: lock,
        }));
        let recovery = archive.recover(entries, &found.lost).await?;
        archive.wake_packer();
        Ok((archive, recovery))
    }
}

/// Whether the root key opens this archive's keys; writes nothing.
async fn try_key(options: &ArchiveOptions, keys: &Arc<Keys>) -> Result<(), OpenError> {
    let look = Catalog::open_before_migration(&options.catalog())?;
    look.read_blocking(|tx| match archive_row::load(tx)? {
        Some(_) => keys.open_signing_keys(tx),
        // Made, but broken off before its first commit.
        None => Ok(()),
    })?;
    look.close().await;
    Ok(())
}

fn catalog_lost(options: &ArchiveOptions, found: PathBuf) -> OpenError {
    OpenError::CatalogLost {
        catalog: options.catalog(),
        found,
    }
}

/// What an archive writes only after its catalog was made: intake files, and objects in a local folder.
pub(crate) fn left_behind(options: &ArchiveOptions) -> Option<PathBuf> {
    let entries = |folder: &Path| {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).collect::<Vec<_>>()
    };
    let logs = entries(&options.intake_folder());
    let log = logs
        .into_iter()
        .find(|path| path.extension().is_some_and(|extension| extension == "log"));
    log.or_else(|| match &options.objects {
        ObjectsOptions::Local(root) => entries(&root.join("tenants")).pop(),
        ObjectsOptions::S3(_) => None,
    })
}

/// The rows every archive has: itself, its signing keys, its first tenant; all in one transaction.
async fn first_rows(catalog: &Catalog, keys: &Arc<Keys>, clock: &dyn Clock) -> Result<(), OpenError> {
    let now = clock.now();
    let owned = keys.clone();
    catalog
        .write(move |tx| {
            if archive_row::load(tx)?.is_none() {
                archive_row::insert(
                    tx,
                    &ArchiveRow {
                        archive: OsRandom.bytes(),
                        created_at: now,
                    },
                )?;
                owned.create_signing_keys(tx, now)?;
                owned.open_signing_keys(tx)?;
                let tenant = TenantRow {
                    tenant: TenantId::v7(now, OsRandom.bytes()),
                    name: FIRST_TENANT.to_owned(),
                    created_at: now,
                };
                create_tenant(tx, &owned, &tenant)?;
            } else {
                owned.open_signing_keys(tx)?;
            }
            Ok::<_, OpenError>(())
        })
        .await
}

/// Makes a folder that only its owner may enter.
pub(crate) fn create_private(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    if folder.is_dir() {
        return Ok(());
    }
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}
