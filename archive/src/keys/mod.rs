//! The keys of an archive: root key file → tenant KEK → session DEK; detail keys; signing keys.
//!
//! Owns every unwrapped key of the process and the rotation that re-wraps them. Refuses to write a key anywhere
//! but wrapped into the catalog, and to destroy one: that is retention's.

mod root;
mod rotate;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use obhut_format::aad::{self, Aad};
use obhut_format::digest::Sha256Digest;
use obhut_format::ids::{SessionId, TenantId};
use obhut_format::key::{SessionKey, WrapKey, WrappedKey};
use obhut_format::random::Random;
use obhut_format::sign::{ARCHIVE_KEY_NAME, SigningKey};
use obhut_format::time::UtcMicros;
use parking_lot::{Mutex, RwLock};
use zeroize::Zeroizing;

use crate::catalog::detail_keys::{self, DetailKeyRow};
use crate::catalog::keks::{self, KekRow};
use crate::catalog::signing_keys::{self, SigningKeyRow};
use crate::catalog::{Catalog, CatalogError, Query, Tx};
use crate::rng::OsRandom;

pub use root::RootKeyError;
pub(crate) use root::RootKeys;
pub use rotate::{RotateError, Rotation};

/// What keys can't be had.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The root key file.
    #[error(transparent)]
    Root(#[from] RootKeyError),
    /// A wrapped key does not open under the key it names: its row was damaged or exchanged.
    #[error("the wrapped {what} does not open under its wrapping key")]
    Damaged {
        /// Which key, by ids.
        what: String,
    },
    /// A key's row is not there.
    #[error("the {what} is missing from the catalog")]
    Missing {
        /// Which key, by ids.
        what: String,
    },
    /// The catalog.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
}

/// What a detail key seals: a month's looks and acts, or the tenant's register (devices, classes, policies),
/// which has no end of its own.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Period(String);

impl Period {
    /// The register's.
    pub(crate) fn register() -> Self {
        Self("register".to_owned())
    }

    /// The month of an instant, as `2026-11`.
    pub(crate) fn month_of(at: UtcMicros) -> Self {
        let mut text = at.to_string();
        text.truncate("2026-11".len());
        Self(text)
    }

    /// As a leaf's row names it.
    pub(crate) fn named(scope: &str) -> Self {
        Self(scope.to_owned())
    }

    /// As the catalog holds it.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// The purposes of signing keys.
pub(crate) const SIGNING_PURPOSES: [&str; 2] = ["archive", "ledger"];

/// Keys kept unwrapped, each with what it was unwrapped from: a row that was read in a transaction that is then taken back
/// leaves a key here that no row holds, and what is sealed under it would be lost at the next start.
type Unwrapped<K> = Mutex<HashMap<K, (WrappedKey, Arc<WrapKey>)>>;

/// All keys of the process.
#[derive(Debug)]
pub(crate) struct Keys {
    root: RwLock<RootKeys>,
    keks: Unwrapped<(TenantId, u32)>,
    details: Unwrapped<(TenantId, Period)>,
    /// One rotation at a time: of two, the one could drop the root key that the other wraps under.
    rotating: tokio::sync::Mutex<()>,
    archive_signer: OnceLock<Arc<SigningKey>>,
    ledger_signer: OnceLock<Arc<SigningKey>>,
}

impl Keys {
    /// Keys over a root key file that has been read. Nothing is unwrapped yet.
    pub(crate) fn new(root: RootKeys) -> Self {
        Self {
            root: RwLock::new(root),
            keks: Mutex::default(),
            details: Mutex::default(),
            rotating: tokio::sync::Mutex::default(),
            archive_signer: OnceLock::new(),
            ledger_signer: OnceLock::new(),
        }
    }

    /// Makes the signing keys of a new archive.
    pub(crate) fn create_signing_keys(&self, tx: &mut Tx<'_>, now: UtcMicros) -> Result<(), KeyError> {
        let root = self.root.read();
        let version = root.newest();
        let root_key = root.version(version).ok_or_else(|| root.wrong())?;
        for purpose in SIGNING_PURPOSES {
            let seed = random_key();
            let signer = SigningKey::from_bytes(&seed);
            let row = SigningKeyRow {
                purpose: purpose.to_owned(),
                public_key: *signer.verifying_key().as_bytes(),
                wrapped: root_key.wrap(&mut OsRandom, version, aad::signing(purpose, version), &seed),
                created_at: now,
            };
            signing_keys::insert(tx, &row)?;
        }
        Ok(())
    }

    /// Opens the signing keys, which proves that the root key is this archive's.
    pub(crate) fn open_signing_keys(&self, tx: &dyn Query) -> Result<(), KeyError> {
        SIGNING_PURPOSES
            .iter()
            .try_for_each(|purpose| self.open_signing_key(tx, purpose))
    }

    /// Opens one signing key and compares its public half with the catalog's.
    pub(crate) fn open_signing_key(&self, tx: &dyn Query, purpose: &str) -> Result<(), KeyError> {
        let what = || format!("{purpose} signing key");
        let row = signing_keys::get(tx, purpose)?.ok_or_else(|| KeyError::Missing { what: what() })?;
        self.know_root_version(row.wrapped.version());
        let seed = Self::unwrap_root(&self.root.read(), &row.wrapped, |v| aad::signing(purpose, v))?;
        let signer = SigningKey::from_bytes(&seed);
        let matches = *signer.verifying_key().as_bytes() == row.public_key;
        let slot = if purpose == SIGNING_PURPOSES[0] {
            &self.archive_signer
        } else {
            &self.ledger_signer
        };
        // A second opening (verify beside the server) finds the slot filled with the same key.
        let _ = slot.set(Arc::new(signer));
        if matches {
            Ok(())
        } else {
            Err(KeyError::Damaged { what: what() })
        }
    }

    /// The key that signs receipts.
    pub(crate) fn archive_signer(&self) -> Arc<SigningKey> {
        self.archive_signer
            .get()
            .expect("an archive opens its signing keys before it does anything")
            .clone()
    }

    /// The key that signs tree heads.
    pub(crate) fn ledger_signer(&self) -> Arc<SigningKey> {
        self.ledger_signer
            .get()
            .expect("an archive opens its signing keys before it does anything")
            .clone()
    }

    /// The key that signs receipts and certificates, where it opened.
    pub(crate) fn try_archive_signer(&self) -> Option<Arc<SigningKey>> {
        self.archive_signer.get().cloned()
    }

    /// The key that signs tree heads, where it opened.
    pub(crate) fn try_ledger_signer(&self) -> Option<Arc<SigningKey>> {
        self.ledger_signer.get().cloned()
    }

    /// Stands for what somebody tried to log in with. What was typed as a name may be a password, and those can be guessed:
    /// so the hash is keyed, by what only this archive can compute. An Ed25519 signature is deterministic.
    pub(crate) fn attempt_hash(&self, what: &str) -> [u8; 16] {
        let signature = self
            .archive_signer()
            .sign(format!("obhut/1 attempt {what}").as_bytes());
        let Sha256Digest(digest) = Sha256Digest::of(&signature.0);
        std::array::from_fn(|at| digest[at])
    }

    /// Unwraps something the root key wraps. That it fails means the file is not this archive's root key.
    fn unwrap_root(
        root: &RootKeys,
        wrapped: &WrappedKey,
        aad: impl Fn(u32) -> Aad,
    ) -> Result<Zeroizing<[u8; 32]>, KeyError> {
        let version = wrapped.version();
        let key = root.version(version).ok_or_else(|| root.wrong())?;
        Ok(key.unwrap(aad(version), wrapped).map_err(|_| root.wrong())?)
    }

    /// Makes a new tenant's first KEK and its register key.
    pub(crate) fn create_tenant_keys(
        &self,
        tx: &mut Tx<'_>,
        tenant: TenantId,
        now: UtcMicros,
    ) -> Result<(), KeyError> {
        let kek = self.insert_kek(tx, tenant, 1, now)?;
        Self::insert_detail_key(tx, tenant, &Period::register(), (1, &kek), now)?;
        Ok(())
    }

    fn insert_kek(
        &self,
        tx: &mut Tx<'_>,
        tenant: TenantId,
        version: u32,
        now: UtcMicros,
    ) -> Result<WrapKey, KeyError> {
        let root = self.root.read();
        let root_version = root.newest();
        let root_key = root.version(root_version).ok_or_else(|| root.wrong())?;
        let bytes = random_key();
        let wrapped = root_key.wrap(
            &mut OsRandom,
            root_version,
            aad::kek(tenant, version, root_version),
            &bytes,
        );
        keks::insert(
            tx,
            &KekRow {
                tenant,
                version,
                wrapped,
                created_at: now,
            },
        )?;
        Ok(WrapKey::from_bytes(bytes))
    }

    fn insert_detail_key(
        tx: &mut Tx<'_>,
        tenant: TenantId,
        period: &Period,
        (kek_version, kek): (u32, &WrapKey),
        now: UtcMicros,
    ) -> Result<WrapKey, KeyError> {
        let bytes = random_key();
        let aad = aad::detail_key(tenant, period.as_str(), kek_version);
        let wrapped = kek.wrap(&mut OsRandom, kek_version, aad, &bytes);
        let row = DetailKeyRow {
            tenant,
            period: period.as_str().to_owned(),
            wrapped,
            created_at: now,
        };
        detail_keys::insert(tx, &row)?;
        Ok(WrapKey::from_bytes(bytes))
    }

    /// The KEK of a version.
    pub(crate) fn kek(
        &self,
        tx: &dyn Query,
        tenant: TenantId,
        version: u32,
    ) -> Result<Arc<WrapKey>, KeyError> {
        let what = || format!("key-encryption key {version} of tenant {tenant}");
        let row = keks::by_version(tx, tenant, version)?.ok_or_else(|| KeyError::Missing { what: what() })?;
        if let Some((wrapped, kek)) = self.keks.lock().get(&(tenant, version))
            && *wrapped == row.wrapped
        {
            return Ok(kek.clone());
        }
        let kek = Arc::new(self.open_kek(&row)?);
        self.keks
            .lock()
            .insert((tenant, version), (row.wrapped, kek.clone()));
        Ok(kek)
    }

    /// Unwraps a KEK row as it stands in the catalog, past the cache.
    pub(crate) fn open_kek(&self, row: &KekRow) -> Result<WrapKey, KeyError> {
        self.know_root_version(row.wrapped.version());
        Self::open_kek_under(&self.root.read(), row)
    }

    /// Reads the root key file again when it is asked for a version it did not hold: a rotation beside us may have written
    /// a newer one since.
    fn know_root_version(&self, version: u32) {
        if self.root.read().version(version).is_some() {
            return;
        }
        let mut root = self.root.write();
        if let Ok(newer) = root.reload() {
            *root = newer;
        }
    }

    /// The same for a caller that holds the root keys already.
    fn open_kek_under(root: &RootKeys, row: &KekRow) -> Result<WrapKey, KeyError> {
        let what = || format!("key-encryption key {} of tenant {}", row.version, row.tenant);
        let root_version = row.wrapped.version();
        let key = root
            .version(root_version)
            .ok_or_else(|| KeyError::Damaged { what: what() })?;
        key.unwrap(aad::kek(row.tenant, row.version, root_version), &row.wrapped)
            .map(WrapKey::from_bytes)
            .map_err(|_| KeyError::Damaged { what: what() })
    }

    /// A new DEK for a session, and how the catalog holds it. The caller commits it in the same transaction in
    /// which this was called, so that a rotation never misses it.
    pub(crate) fn new_session_key(
        &self,
        tx: &dyn Query,
        tenant: TenantId,
        session: SessionId,
        key: &SessionKey,
    ) -> Result<WrappedKey, KeyError> {
        let version = Self::current_kek(tx, tenant)?;
        let kek = self.kek(tx, tenant, version)?;
        Ok(kek.wrap(
            &mut OsRandom,
            version,
            aad::dek(tenant, session, version),
            key.expose(),
        ))
    }

    fn current_kek(tx: &dyn Query, tenant: TenantId) -> Result<u32, KeyError> {
        let row = keks::current(tx, tenant)?;
        row.map(|row| row.version).ok_or_else(|| KeyError::Missing {
            what: format!("key-encryption key of tenant {tenant}"),
        })
    }

    /// Unwraps a session's DEK.
    pub(crate) fn open_session_key(
        &self,
        tx: &dyn Query,
        tenant: TenantId,
        session: SessionId,
        wrapped: &WrappedKey,
    ) -> Result<SessionKey, KeyError> {
        let version = wrapped.version();
        let what = || format!("key of session {session}");
        let kek = self.kek(tx, tenant, version).map_err(|error| match error {
            // A version that does not exist is what a damaged row names.
            KeyError::Missing { .. } => KeyError::Damaged { what: what() },
            other => other,
        })?;
        kek.unwrap(aad::dek(tenant, session, version), wrapped)
            .map(SessionKey::from_bytes)
            .map_err(|_| KeyError::Damaged { what: what() })
    }

    /// The detail key of a period, from the catalog.
    pub(crate) fn open_detail_key(
        &self,
        tx: &dyn Query,
        tenant: TenantId,
        period: &Period,
    ) -> Result<Option<Arc<WrapKey>>, KeyError> {
        let row = detail_keys::get(tx, tenant, period.as_str())?;
        let Some(row) = row.filter(|row| !row.is_destroyed()) else {
            self.details.lock().remove(&(tenant, period.clone()));
            return Ok(None);
        };
        if let Some((wrapped, key)) = self.details.lock().get(&(tenant, period.clone()))
            && *wrapped == row.wrapped
        {
            return Ok(Some(key.clone()));
        }
        let key = Arc::new(self.open_detail_row(tx, &row)?);
        self.details
            .lock()
            .insert((tenant, period.clone()), (row.wrapped, key.clone()));
        Ok(Some(key))
    }

    /// Unwraps a detail key's row as it stands in the catalog, past the cache.
    pub(crate) fn open_detail_row(&self, tx: &dyn Query, row: &DetailKeyRow) -> Result<WrapKey, KeyError> {
        let damaged = || KeyError::Damaged {
            what: format!("detail key {} of tenant {}", row.period, row.tenant),
        };
        let version = row.wrapped.version();
        let kek = self.kek(tx, row.tenant, version).map_err(|error| match error {
            KeyError::Missing { .. } => damaged(),
            other => other,
        })?;
        kek.unwrap(aad::detail_key(row.tenant, &row.period, version), &row.wrapped)
            .map(WrapKey::from_bytes)
            .map_err(|_| damaged())
    }

    /// The detail key of a period, made when it is not there yet.
    pub(crate) fn detail_key(
        &self,
        tx: &mut Tx<'_>,
        tenant: TenantId,
        period: &Period,
        now: UtcMicros,
    ) -> Result<Arc<WrapKey>, KeyError> {
        if let Some(key) = self.open_detail_key(tx, tenant, period)? {
            return Ok(key);
        }
        let version = Self::current_kek(tx, tenant)?;
        let kek = self.kek(tx, tenant, version)?;
        Ok(Arc::new(Self::insert_detail_key(
            tx,
            tenant,
            period,
            (version, &kek),
            now,
        )?))
    }

    /// The root key file's text, and what keeps any key from being rotated while it lives: a backup's keys are of one
    /// moment.
    pub(crate) async fn for_backup(
        &self,
    ) -> Result<(Zeroizing<String>, tokio::sync::MutexGuard<'_, ()>), KeyError> {
        let still = self.rotating.lock().await;
        let text = self.root.read().reload()?.text()?;
        Ok((text, still))
    }

    /// Drops what is unwrapped, so that the next use reads the catalog again.
    fn forget_unwrapped(&self) {
        self.keks.lock().clear();
        self.details.lock().clear();
    }
}

/// Public keys and versions, for `obhut keys show`.
#[derive(Debug, Clone)]
pub struct PublicKey {
    /// What it signs.
    pub purpose: String,
    /// The key id that receipts and tree heads name.
    pub id: String,
    /// The Ed25519 public key.
    pub public_key: [u8; 32],
    /// When it was made.
    pub created_at: UtcMicros,
}

impl Keys {
    /// The archive's public keys.
    pub(crate) async fn public_keys(&self, catalog: &Catalog) -> Result<Vec<PublicKey>, KeyError> {
        let rows = catalog.read(|tx| signing_keys::all(tx)).await?;
        let signers = [self.archive_signer(), self.ledger_signer()];
        let shown = rows.into_iter().filter_map(|row| {
            let signer = signers
                .iter()
                .find(|signer| *signer.verifying_key().as_bytes() == row.public_key)?;
            Some(PublicKey {
                id: signer.verifying_key().key_id(key_name(&row.purpose)).to_string(),
                purpose: row.purpose,
                public_key: row.public_key,
                created_at: row.created_at,
            })
        });
        Ok(shown.collect())
    }
}

/// The name under which a signing key's id is computed (C2SP signed-note): receipts have one name, each tenant's
/// tree heads have their origin, so for the ledger key this is the id's common part only.
fn key_name(purpose: &str) -> &str {
    if purpose == SIGNING_PURPOSES[0] {
        ARCHIVE_KEY_NAME
    } else {
        "obhut/ledger"
    }
}

fn random_key() -> Zeroizing<[u8; 32]> {
    let mut bytes = Zeroizing::new([0u8; 32]);
    OsRandom.fill(bytes.as_mut_slice());
    bytes
}
