//! The folder that an archive is recovered into, and what of the backup is laid out in it.

use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use futures_util::TryStreamExt;
use obhut_format::ids::TenantId;

use super::RecoverError;
use super::marker::{self, Marker, Written};
use crate::backup::{OpenedBackup, Piece};
use crate::catalog::Loader;
use crate::intake::{FileNo, file_name};
use crate::keys::RootKeys;
use crate::lock::FolderLock;
use crate::objects::Objects;
use crate::open::{OpenError, create_private, left_behind};
use crate::options::ArchiveOptions;

/// A data folder that nothing but this recovery opens.
#[derive(Debug)]
pub struct RecoveryPlace {
    data: PathBuf,
    lock: FolderLock,
    marker: Marker,
}

fn folder(path: &Path) -> impl Fn(io::Error) -> RecoverError + '_ {
    |source| RecoverError::Folder {
        path: path.to_owned(),
        source,
    }
}

impl RecoveryPlace {
    /// Takes a folder that holds no archive, or one in which a recovery was broken off.
    pub fn take(data: &Path) -> Result<Self, RecoverError> {
        create_private(data).map_err(folder(data))?;
        let lock = FolderLock::take(data).map_err(OpenError::from)?;
        let marker = Marker::read(data).map_err(folder(data))?;
        if let Some(marker) = &marker {
            // The options of the earlier recovery don't matter: catalog and intake log have one place.
            marker
                .start_over(&ArchiveOptions::embedded(data))
                .map_err(folder(data))?;
        } else {
            let options = ArchiveOptions::embedded(data);
            let catalog = options.catalog();
            if catalog.symlink_metadata().is_ok() {
                return Err(RecoverError::Occupied(catalog));
            }
            let intake = options.intake_folder();
            if let Some(left) = left_behind(&options).filter(|left| left.starts_with(&intake)) {
                return Err(RecoverError::Occupied(left));
            }
        }
        Marker::default().write(data).map_err(folder(data))?;
        Ok(Self {
            data: data.to_owned(),
            lock,
            marker: Marker::default(),
        })
    }

    /// Puts the backup's configuration file where the folder's own is, which must not be there.
    pub fn put_configuration(&mut self, text: &[u8]) -> Result<(), RecoverError> {
        let path = self.data.join(obhut_format::backup::CONFIGURATION);
        if path.symlink_metadata().is_ok() {
            return Err(RecoverError::Occupied(path));
        }
        let known = String::from_utf8(text.to_vec()).map_err(io::Error::other);
        self.marker.configuration = Some(Written {
            path: path.clone(),
            text: known.map_err(folder(&path))?,
        });
        self.marker.write(&self.data).map_err(folder(&self.data))?;
        write(&path, &mut &*text).map_err(folder(&path))
    }

    /// Gives the place up: what this recovery has written goes.
    pub fn give_up(self) -> Result<(), RecoverError> {
        let options = ArchiveOptions::embedded(&self.data);
        self.marker.start_over(&options).map_err(folder(&self.data))?;
        Marker::remove(&self.data).map_err(folder(&self.data))
    }

    pub(super) fn into_lock(self) -> FolderLock {
        self.lock
    }

    /// Lays out root key, catalog and intake log. Blocks.
    pub(super) fn lay_out(
        mut self,
        backup: &mut OpenedBackup,
        options: &ArchiveOptions,
    ) -> Result<Self, RecoverError> {
        if let Some(text) = backup.root_key() {
            // One that is there counts; that it is the archive's own shows when it opens the keys.
            if options.root_key.symlink_metadata().is_err() {
                self.marker.root_key = Some(options.root_key.clone());
                self.marker.write(&self.data).map_err(folder(&self.data))?;
                RootKeys::put_back(&options.root_key, text)?;
            }
        }
        let catalog = options.catalog();
        let intake = options.intake_folder();
        create_private(&intake).map_err(folder(&intake))?;
        let mut loader = Loader::create(&catalog, backup.manifest().schema)?;
        backup.pieces(&mut |piece| match piece {
            Piece::Rows(part) => Ok::<_, RecoverError>(loader.part(&part)?),
            Piece::Intake(file, from) => {
                let path = intake.join(file_name(FileNo(file)));
                write(&path, from).map_err(folder(&path))
            }
        })?;
        loader.finish(&catalog)?;
        marker::sync(&intake).map_err(folder(&intake))?;
        marker::sync(&self.data).map_err(folder(&self.data))?;
        Ok(self)
    }
}

/// Writes a new file durably, for its owner alone.
fn write(path: &Path, from: &mut dyn Read) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    io::copy(from, &mut file)?;
    file.sync_all()
}

/// The tenants in object storage that are not known.
pub(super) async fn lost_tenants(
    objects: &Objects,
    known: &BTreeSet<TenantId>,
) -> Result<Vec<TenantId>, RecoverError> {
    let mut lost = BTreeSet::new();
    let mut listed = objects.list("tenants/");
    while let Some(object) = listed.try_next().await? {
        let tenant = object.key.split('/').nth(1).and_then(|id| id.parse().ok());
        if let Some(tenant) = tenant.filter(|tenant| !known.contains(tenant)) {
            lost.insert(tenant);
        }
    }
    Ok(lost.into_iter().collect())
}
