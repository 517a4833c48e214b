//! Tenants, classes, policies, devices and their tokens: the register. Every change of it is a ledger leaf.

use obhut_format::ids::{DeviceId, TenantId};
use obhut_format::ledger::LeafType;
use obhut_format::time::UtcMicros;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::Archive;
use crate::catalog::classes::{self, ClassRow};
use crate::catalog::devices::{self, DeviceRow, TokenRow};
use crate::catalog::policies::{self, PolicyRow};
use crate::catalog::tenants::{self, TenantRow};
use crate::catalog::{CatalogError, Tx};
use crate::keys::{KeyError, Keys, Period};
use crate::ledger::{self, Draft, LedgerError, Scope};
use crate::policy::{DEFAULT_CLASS, DEFAULT_DAYS, TenantPolicy};
use crate::rng::OsRandom;

/// Why the register was not changed.
#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    /// The name is taken.
    #[error("{what} {name:?} exists already")]
    Exists {
        /// `tenant`, `device`, `class` or `user`.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// There is none of that name or id.
    #[error("no {what} {name:?}")]
    Unknown {
        /// `tenant`, `device`, `class` or `user`.
        what: &'static str,
        /// The name or id.
        name: String,
    },
    /// A name must be usable in a list and in a path.
    #[error("{name:?} is not a name: use 1 to 100 letters, digits, spaces or -_. without spaces at the ends")]
    BadName {
        /// What was given.
        name: String,
    },
    /// A user's name must be usable in a form and on a command line.
    #[error("{name:?} is not a user's name: use 1 to 100 letters of one script, digits or -_.@+")]
    BadUserName {
        /// What was given.
        name: String,
    },
    /// A class that keeps sessions for less than the tenant's policy asks for.
    #[error(
        "class {class:?} keeps sessions {days} days, and the tenant's policy asks for {minimum} at least"
    )]
    BelowMinimum {
        /// The class.
        class: String,
        /// Its days; 0 is deletion at once.
        days: u32,
        /// What the policy asks for.
        minimum: u32,
    },
    /// Looks are to be kept for less than is allowed.
    #[error("who looked is kept for {least} days at least, not for {days}")]
    LooksTooShort {
        /// What was asked for.
        days: u32,
        /// What is allowed.
        least: u32,
    },
    /// The catalog.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// A key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

/// A device's credential, shown once; the catalog keeps its SHA-256.
#[derive(Clone, zeroize::Zeroize, zeroize::ZeroizeOnDrop)]
pub struct DeviceToken(String);

impl std::fmt::Debug for DeviceToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DeviceToken(..)")
    }
}

impl DeviceToken {
    fn generate() -> Self {
        Self(format!("obhut_{}", hex::encode(OsRandom.bytes::<32>())))
    }

    /// The token's text.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// How a token stands in the catalog. It has 256 random bits, so a fast hash is enough.
pub fn token_hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// Who sends: a device whose token was accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sender {
    /// Its tenant.
    pub tenant: TenantId,
    /// The device.
    pub device: DeviceId,
}

impl Archive {
    /// Adds a tenant with its keys, its ledger, the default class and policy.
    pub async fn add_tenant(&self, name: &str) -> Result<TenantRow, AdminError> {
        check_name(name)?;
        let now = self.now();
        let row = TenantRow {
            tenant: TenantId::v7(now, OsRandom.bytes()),
            name: name.to_owned(),
            created_at: now,
        };
        let keys = self.keys().clone();
        self.catalog()
            .write(move |tx| {
                if tenants::by_name(tx, &row.name)?.is_some() {
                    return Err(AdminError::Exists {
                        what: "tenant",
                        name: row.name,
                    });
                }
                create_tenant(tx, &keys, &row)?;
                Ok(row)
            })
            .await
    }

    /// All tenants.
    pub async fn tenants(&self) -> Result<Vec<TenantRow>, AdminError> {
        Ok(self.catalog().read(|tx| tenants::list(tx)).await?)
    }

    /// The tenant of a name.
    pub async fn tenant(&self, name: &str) -> Result<TenantRow, AdminError> {
        let wanted = name.to_owned();
        let row = self
            .catalog()
            .read(move |tx| tenants::by_name(tx, &wanted))
            .await?;
        row.ok_or_else(|| AdminError::Unknown {
            what: "tenant",
            name: name.to_owned(),
        })
    }

    /// Adds a device and makes its first token.
    pub async fn add_device(
        &self,
        tenant: TenantId,
        name: &str,
    ) -> Result<(DeviceRow, DeviceToken), AdminError> {
        check_name(name)?;
        let now = self.now();
        let token = DeviceToken::generate();
        let row = DeviceRow {
            device: DeviceId::v7(now, OsRandom.bytes()),
            tenant,
            name: name.to_owned(),
            created_at: now,
            revoked_at: None,
        };
        let hash = token_hash(token.expose());
        let keys = self.keys().clone();
        let row = self
            .catalog()
            .write(move |tx| {
                if devices::by_name(tx, tenant, &row.name)?.is_some() {
                    return Err(AdminError::Exists {
                        what: "device",
                        name: row.name,
                    });
                }
                devices::insert(tx, &row)?;
                let token = TokenRow {
                    hash,
                    device: row.device,
                    tenant,
                    created_at: now,
                    revoked_at: None,
                };
                devices::insert_token(tx, &token)?;
                register(
                    tx,
                    &keys,
                    tenant,
                    LeafType::Device,
                    now,
                    &device_detail(&row, &token),
                )?;
                Ok(row)
            })
            .await?;
        Ok((row, token))
    }

    /// The device that command-line imports are filed under, made when it is first needed.
    pub async fn import_device(&self, tenant: TenantId, name: &str) -> Result<DeviceRow, AdminError> {
        let wanted = name.to_owned();
        if let Some(row) = self
            .catalog()
            .read(move |tx| devices::by_name(tx, tenant, &wanted))
            .await?
        {
            return Ok(row);
        }
        match self.add_device(tenant, name).await {
            Ok((row, _)) => Ok(row),
            // Two imports at once: the other one made it.
            Err(AdminError::Exists { .. }) => self.device(tenant, name).await,
            Err(error) => Err(error),
        }
    }

    /// A tenant's devices.
    pub async fn devices(&self, tenant: TenantId) -> Result<Vec<DeviceRow>, AdminError> {
        Ok(self.catalog().read(move |tx| devices::list(tx, tenant)).await?)
    }

    /// A device by name or id.
    pub async fn device(&self, tenant: TenantId, name: &str) -> Result<DeviceRow, AdminError> {
        let wanted = name.to_owned();
        let row = self
            .catalog()
            .read(move |tx| match wanted.parse::<DeviceId>() {
                Ok(id) => devices::by_id(tx, tenant, id),
                Err(_) => devices::by_name(tx, tenant, &wanted),
            })
            .await?;
        row.ok_or_else(|| AdminError::Unknown {
            what: "device",
            name: name.to_owned(),
        })
    }

    /// Revokes a device and all its tokens. What it sent stays; it sends nothing more.
    pub async fn revoke_device(&self, tenant: TenantId, device: DeviceId) -> Result<(), AdminError> {
        let now = self.now();
        let keys = self.keys().clone();
        self.catalog()
            .write(move |tx| {
                let row = devices::by_id(tx, tenant, device)?.ok_or_else(|| AdminError::Unknown {
                    what: "device",
                    name: device.to_string(),
                })?;
                if row.revoked_at.is_some() {
                    return Ok(());
                }
                devices::revoke(tx, tenant, device, now)?;
                devices::revoke_tokens(tx, tenant, device, now)?;
                let detail = json!({ "device": device, "revoked_at": now });
                register(tx, &keys, tenant, LeafType::DeviceRevoked, now, &detail)
            })
            .await
    }

    /// Who a token belongs to; `None` when it is unknown or revoked. Asked at every request, so a revocation
    /// works at once.
    pub async fn sender(&self, token: &str) -> Result<Option<Sender>, AdminError> {
        let hash = token_hash(token);
        let row = self.catalog().read(move |tx| devices::by_hash(tx, &hash)).await?;
        Ok(row.filter(|row| row.revoked_at.is_none()).map(|row| Sender {
            tenant: row.tenant,
            device: row.device,
        }))
    }
}

/// What the ledger commits to of a new device.
pub(crate) fn device_detail(row: &DeviceRow, token: &TokenRow) -> Value {
    json!({
        "device": row.device, "name": row.name, "created_at": row.created_at,
        "token_hash": hex::encode(token.hash),
    })
}

/// What the ledger commits to of a retention class's version.
pub(crate) fn class_detail(row: &ClassRow) -> Value {
    json!({ "class": row.name, "version": row.version, "days": row.days, "created_at": row.created_at })
}

/// What the ledger commits to of a policy's version.
pub(crate) fn policy_detail(row: &PolicyRow) -> Value {
    json!({ "version": row.version, "policy": row.policy, "created_at": row.created_at })
}

/// What the ledger commits to of a tenant.
pub(crate) fn tenant_detail(row: &TenantRow) -> Value {
    json!({ "tenant": row.tenant, "name": row.name, "created_at": row.created_at })
}

/// Appends a leaf about the register, in the caller's transaction.
pub(crate) fn register(
    tx: &mut Tx<'_>,
    keys: &Keys,
    tenant: TenantId,
    t: LeafType,
    at: UtcMicros,
    detail: &Value,
) -> Result<(), AdminError> {
    let period = Period::register();
    let scope = Scope::Period(period.clone(), keys.detail_key(tx, tenant, &period, at)?);
    let draft = Draft {
        tenant,
        t,
        at,
        session: None,
        scope: &scope,
        detail,
    };
    ledger::append(tx, &keys.ledger_signer(), &draft)?;
    Ok(())
}

/// Inserts a tenant with all it needs, in the caller's transaction.
pub(crate) fn create_tenant(tx: &mut Tx<'_>, keys: &Keys, row: &TenantRow) -> Result<(), AdminError> {
    let (tenant, now) = (row.tenant, row.created_at);
    tenants::insert(tx, row)?;
    keys.create_tenant_keys(tx, tenant, now)?;
    register(tx, keys, tenant, LeafType::Genesis, now, &tenant_detail(row))?;
    register(
        tx,
        keys,
        tenant,
        LeafType::Kek,
        now,
        &json!({ "kek": 1, "created_at": now }),
    )?;
    let class = ClassRow {
        tenant,
        name: DEFAULT_CLASS.to_owned(),
        version: 1,
        days: Some(DEFAULT_DAYS),
        created_at: now,
    };
    classes::insert_version(tx, &class)?;
    register(tx, keys, tenant, LeafType::Class, now, &class_detail(&class))?;
    let policy = PolicyRow {
        tenant,
        version: 1,
        policy: TenantPolicy::default().to_text(),
        created_at: now,
    };
    policies::insert_version(tx, &policy)?;
    register(tx, keys, tenant, LeafType::Policy, now, &policy_detail(&policy))
}

pub(crate) fn check_name(name: &str) -> Result<(), AdminError> {
    let fits = !name.is_empty()
        && name.chars().count() <= 100
        && name.trim() == name
        && name.chars().all(|c| c.is_alphanumeric() || " -_.".contains(c));
    if fits {
        Ok(())
    } else {
        Err(AdminError::BadName {
            name: name.to_owned(),
        })
    }
}
