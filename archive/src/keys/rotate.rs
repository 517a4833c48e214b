//! Rotation: new wrapping keys, every key under them wrapped again, no payload rewritten.
//!
//! Both rotations can be broken off at any point and run again: the new version is durable before the first key
//! is wrapped under it, and a wrapped key names the version that opens it.

use obhut_format::aad;
use obhut_format::ids::TenantId;
use obhut_format::ledger::LeafType;

use crate::catalog::deks::{self, DekId};
use crate::catalog::{Catalog, CatalogError, detail_keys, keks, purges, sessions, signing_keys, tenants};
use crate::clock::Clock;
use crate::ledger::{self, Draft, LedgerError, Scope};
use crate::rng::OsRandom;

use super::{KeyError, Keys, Period};

/// DEKs re-wrapped in one transaction.
const BATCH: u32 = 500;

/// What a rotation did.
#[derive(Debug, Clone, Copy, Default, serde::Serialize)]
pub struct Rotation {
    /// The new version's number.
    pub version: u32,
    /// Keys wrapped again.
    pub rewrapped: u64,
}

/// Why a rotation stopped; what was done stays done, and running it again goes on.
#[derive(Debug, thiserror::Error)]
pub enum RotateError {
    /// A key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The catalog.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
}

impl Keys {
    /// Gives a tenant a new KEK and wraps its DEKs and detail keys under it.
    pub(crate) async fn rotate_kek(
        self: &std::sync::Arc<Self>,
        catalog: &Catalog,
        clock: &dyn Clock,
        tenant: TenantId,
    ) -> Result<Rotation, RotateError> {
        let _one = self.rotating.lock().await;
        let now = clock.now();
        let keys = self.clone();
        let version = catalog
            .write(move |tx| {
                let version = Self::current_kek(tx, tenant)? + 1;
                keys.insert_kek(tx, tenant, version, now)?;
                let scope = Scope::Period(
                    Period::register(),
                    keys.detail_key(tx, tenant, &Period::register(), now)?,
                );
                let detail = serde_json::json!({ "kek": version, "created_at": now });
                let draft = Draft {
                    tenant,
                    t: LeafType::Kek,
                    at: now,
                    session: None,
                    scope: &scope,
                    detail: &detail,
                };
                ledger::append(tx, &keys.ledger_signer(), &draft)?;
                Ok::<_, RotateError>(version)
            })
            .await?;
        let keys = self.clone();
        let mut rewrapped = catalog
            .write(move |tx| keys.rewrap_details(tx, tenant, version))
            .await?;
        let mut after = DekId::ZERO;
        loop {
            let keys = self.clone();
            let (count, last) = catalog
                .write(move |tx| keys.rewrap_deks(tx, tenant, version, after))
                .await?;
            rewrapped += count;
            match last {
                Some(last) => after = last,
                None => break,
            }
        }
        Ok(Rotation { version, rewrapped })
    }

    fn rewrap_details(
        &self,
        tx: &mut crate::catalog::Tx<'_>,
        tenant: TenantId,
        version: u32,
    ) -> Result<u64, RotateError> {
        let kek = self.kek(tx, tenant, version)?;
        let mut count = 0;
        for row in detail_keys::all(tx, tenant)? {
            if row.is_destroyed() || row.wrapped.version() == version {
                continue;
            }
            let key = self.open_detail_row(tx, &row)?;
            let aad = aad::detail_key(tenant, &row.period, version);
            let wrapped = kek.wrap(&mut OsRandom, version, aad, key.expose());
            detail_keys::update_wrapped(tx, tenant, &row.period, &wrapped)?;
            count += 1;
        }
        Ok(count)
    }

    fn rewrap_deks(
        &self,
        tx: &mut crate::catalog::Tx<'_>,
        tenant: TenantId,
        version: u32,
        after: DekId,
    ) -> Result<(u64, Option<DekId>), RotateError> {
        let kek = self.kek(tx, tenant, version)?;
        let mut count = 0;
        let mut last = None;
        for (dek, session) in sessions::deks_after(tx, tenant, after, BATCH)? {
            last = Some(dek);
            let what = || KeyError::Missing {
                what: format!("key of session {session}"),
            };
            let wrapped = match deks::get(tx, dek)? {
                Some(wrapped) => wrapped,
                // Its deletion is under way, and has destroyed the key.
                None if purges::get(tx, tenant, session)?.is_some() => continue,
                None => return Err(what().into()),
            };
            if wrapped.version() == version {
                continue;
            }
            let key = self.open_session_key(tx, tenant, session, &wrapped)?;
            let aad = aad::dek(tenant, session, version);
            // The row keeps its size and so its place on the page (DESIGN 3): nothing of the old bytes moves.
            deks::update_wrapped(tx, dek, &kek.wrap(&mut OsRandom, version, aad, key.expose()))?;
            count += 1;
        }
        Ok((count, last))
    }

    /// Makes a new root key version, wraps every KEK and signing key under it, then drops the old version from
    /// the file.
    pub(crate) async fn rotate_root(
        self: &std::sync::Arc<Self>,
        catalog: &Catalog,
    ) -> Result<Rotation, RotateError> {
        let _one = self.rotating.lock().await;
        let version = {
            let mut root = self.root.write();
            // A broken-off rotation left two versions: go on with the newer instead of making a third.
            if root.version_count() == 1 {
                *root = root.add_version(&mut OsRandom).map_err(KeyError::Root)?;
            }
            root.newest()
        };
        let keys = self.clone();
        let rewrapped = catalog.write(move |tx| keys.rewrap_root(tx, version)).await?;
        let mut root = self.root.write();
        *root = root.retire_old().map_err(KeyError::Root)?;
        drop(root);
        self.forget_unwrapped();
        Ok(Rotation { version, rewrapped })
    }

    fn rewrap_root(&self, tx: &mut crate::catalog::Tx<'_>, version: u32) -> Result<u64, RotateError> {
        let root = self.root.read();
        let root_key = root
            .version(version)
            .ok_or_else(|| KeyError::Root(root.wrong()))?;
        let mut count = 0;
        for row in signing_keys::all(tx)? {
            if row.wrapped.version() != version {
                let seed = Self::unwrap_root(&root, &row.wrapped, |v| aad::signing(&row.purpose, v))?;
                let aad = aad::signing(&row.purpose, version);
                let wrapped = root_key.wrap(&mut OsRandom, version, aad, &seed);
                signing_keys::update_wrapped(tx, &row.purpose, &wrapped)?;
                count += 1;
            }
        }
        for tenant in tenants::list(tx)? {
            for row in keks::all(tx, tenant.tenant)? {
                if row.wrapped.version() != version {
                    let kek = Self::open_kek_under(&root, &row)?;
                    let aad = aad::kek(row.tenant, row.version, version);
                    let wrapped = root_key.wrap(&mut OsRandom, version, aad, kek.expose());
                    keks::update_wrapped(tx, row.tenant, row.version, &wrapped)?;
                    count += 1;
                }
            }
        }
        Ok(count)
    }
}
