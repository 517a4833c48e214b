//! Tests of the statements, on catalogs in temporary folders.

mod chains;
mod custody;
pub(crate) mod full_disk;
mod ledgers;
mod register;
mod schema;
mod session_keys;
mod session_lists;
mod session_lives;
mod upgrade;

use std::path::PathBuf;

use obhut_format::chain::{ClassRef, SessionKind};
use obhut_format::digest::Link;
use obhut_format::ids::{DeviceId, SessionId, TenantId};
use obhut_format::key::WrappedKey;
use obhut_format::time::UtcMicros;

use super::engine::{Catalog, CatalogError, ReadTx, Tx};
use super::sessions::{SessionRow, SessionState};
use super::{deks, devices, tenants};

/// A catalog in a folder of its own, and a runtime to drive it.
pub(super) struct Fixture {
    pub(super) catalog: Catalog,
    runtime: tokio::runtime::Runtime,
    folder: tempfile::TempDir,
}

impl Fixture {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().expect("temporary folder");
        let catalog = Catalog::open(&folder.path().join("catalog.db")).expect("new catalog");
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("runtime");
        Self {
            catalog,
            runtime,
            folder,
        }
    }

    pub(super) fn path(&self) -> PathBuf {
        self.folder.path().join("catalog.db")
    }

    pub(super) fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    /// Commits what `work` writes.
    pub(super) fn try_write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, CatalogError> + Send + 'static,
    ) -> Result<T, CatalogError> {
        self.block_on(self.catalog.write(work))
    }

    /// As `try_write`, and it must succeed.
    pub(super) fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, CatalogError> + Send + 'static,
    ) -> T {
        self.try_write(work).expect("the write succeeds")
    }

    /// What `work` must refuse with a conflict, which it tells.
    pub(super) fn conflict<T: Send + std::fmt::Debug + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, CatalogError> + Send + 'static,
    ) -> String {
        match self.try_write(work) {
            Err(CatalogError::Conflict(what)) => what,
            other => panic!("no conflict but {other:?}"),
        }
    }

    pub(super) fn read<T>(&self, work: impl FnOnce(&ReadTx<'_>) -> Result<T, CatalogError>) -> T {
        self.catalog.read_blocking(work).expect("the read succeeds")
    }

    /// A tenant with a device, both of number `n`.
    pub(super) fn tenant(&self, n: u8) -> (TenantId, DeviceId) {
        let (tenant, device) = (tenant_id(n), device_id(n));
        self.write(move |tx| {
            tenants::insert(
                tx,
                &tenants::TenantRow {
                    tenant,
                    name: format!("tenant {n}"),
                    created_at: at(0),
                },
            )?;
            let name = format!("device {n}");
            devices::insert(
                tx,
                &devices::DeviceRow {
                    device,
                    tenant,
                    name,
                    created_at: at(0),
                    revoked_at: None,
                },
            )
        });
        (tenant, device)
    }

    /// An open session of tenant and device 1, opened in second `n`.
    pub(super) fn session(&self, n: u8) -> SessionRow {
        self.write(move |tx| {
            let row = SessionRow {
                dek: deks::insert(tx, &wrapped(n))?,
                ..session_row(n)
            };
            super::sessions::insert(tx, &row)?;
            Ok(row)
        })
    }
}

pub(super) fn tenant_id(n: u8) -> TenantId {
    TenantId::from_bytes([n; 16])
}

pub(super) fn device_id(n: u8) -> DeviceId {
    DeviceId::from_bytes([n; 16])
}

pub(super) fn session_id(n: u8) -> SessionId {
    SessionId::from_bytes([n; 16])
}

pub(super) fn wrapped(n: u8) -> WrappedKey {
    WrappedKey([n; 76])
}

pub(super) fn at(seconds: i64) -> UtcMicros {
    UtcMicros::new(1_790_000_000_000_000 + seconds * 1_000_000).expect("an instant of this century")
}

/// A row as at opening, whose key is still to be inserted.
pub(super) fn session_row(n: u8) -> SessionRow {
    SessionRow {
        session: session_id(n),
        tenant: tenant_id(1),
        device: device_id(1),
        dek: deks::DekId::ZERO,
        kind: SessionKind::Support,
        class: ClassRef {
            name: "default".to_owned(),
            version: 1,
            days: Some(30),
        },
        state: SessionState::Open,
        how: None,
        started_at: at(i64::from(n)),
        opened_at: at(i64::from(n)),
        last_activity_at: at(i64::from(n)),
        ended_at: None,
        sealed_at: None,
        retain_until: None,
        lines: 1,
        link: Link([n; 32]),
        describe: vec![n; 64],
        request_key: None,
        seal_request: None,
        frames: 0,
        original_bytes: 0,
        stored_bytes: 0,
        purging_at: None,
    }
}
