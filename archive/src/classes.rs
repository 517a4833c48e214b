//! Retention classes: how long sessions are kept, and which class a session gets.
//!
//! A session names its class itself, or gets its device's, or its tenant's. Which version it got stands in the first line of
//! its chain: a class that is changed later changes nothing for it.

use obhut_format::ids::{DeviceId, TenantId};
use obhut_format::ledger::LeafType;
use obhut_format::time::UtcMicros;
use serde_json::{Value, json};

use crate::Archive;
use crate::admin::{AdminError, check_name, class_detail, policy_detail, register};
use crate::catalog::classes::{self, ClassRow};
use crate::catalog::device_classes::{self, DeviceClassRow};
use crate::catalog::policies::{self, PolicyRow};
use crate::catalog::{Query, Tx, devices};
use crate::keys::Keys;
use crate::policy::{ExportApprovals, LEAST_ACCESS_DAYS, TenantPolicy};
use crate::read::ReadError;

/// The classes of a tenant and who gets which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Classes {
    /// Each class in the version that new sessions get.
    pub classes: Vec<ClassRow>,
    /// What the tenant's policy says.
    pub policy: TenantPolicy,
    /// Devices whose sessions get a class of their own.
    pub devices: Vec<DeviceClassRow>,
}

/// What the ledger commits to of a version of a device's class.
pub(crate) fn device_class_detail(row: &DeviceClassRow) -> Value {
    json!({ "device": row.device, "version": row.version, "class": row.class, "created_at": row.created_at })
}

/// The tenant's policy in force.
pub(crate) fn policy_of(query: &dyn Query, tenant: TenantId) -> Result<TenantPolicy, AdminError> {
    let row = policies::current(query, tenant)?;
    Ok(row
        .map(|row| TenantPolicy::parse(&row.policy))
        .unwrap_or_default())
}

/// How many approvals an export needs. A policy that does not parse is damage here: it must not let anything out.
pub(crate) fn export_approvals(query: &dyn Query, tenant: TenantId) -> Result<ExportApprovals, ReadError> {
    let damaged = || ReadError::damaged(format!("tenant_policies/{tenant}"), "it does not parse");
    let row = policies::current(query, tenant)?.ok_or_else(damaged)?;
    let policy: TenantPolicy = serde_json::from_str(&row.policy).map_err(|_| damaged())?;
    Ok(policy.export_approvals)
}

impl Archive {
    /// Adds a retention class, or a new version of one: for sessions that are opened from here on. `None` days is deletion
    /// at once. The same again adds nothing.
    pub async fn add_class(
        &self,
        tenant: TenantId,
        name: &str,
        days: Option<u32>,
    ) -> Result<ClassRow, AdminError> {
        check_name(name)?;
        let (now, keys, name) = (self.now(), self.keys().clone(), name.to_owned());
        self.catalog()
            .write(move |tx| {
                let minimum = policy_of(tx, tenant)?.minimum_days;
                if days.unwrap_or(0) < minimum {
                    return Err(AdminError::BelowMinimum {
                        class: name,
                        days: days.unwrap_or(0),
                        minimum,
                    });
                }
                let before = classes::current(tx, tenant, &name)?;
                if let Some(same) = before.as_ref().filter(|row| row.days == days) {
                    return Ok(same.clone());
                }
                let row = ClassRow {
                    tenant,
                    name,
                    version: before.map_or(1, |row| row.version + 1),
                    days,
                    created_at: now,
                };
                classes::insert_version(tx, &row)?;
                register(tx, &keys, tenant, LeafType::Class, now, &class_detail(&row))?;
                Ok(row)
            })
            .await
    }

    /// A tenant's classes, and who gets which.
    pub async fn classes(&self, tenant: TenantId) -> Result<Classes, AdminError> {
        self.catalog()
            .read(move |tx| {
                let mut devices: Vec<DeviceClassRow> = Vec::new();
                // Oldest first within a device: the last of each counts.
                for row in device_classes::all(tx, tenant)? {
                    devices.retain(|before| before.device != row.device);
                    devices.push(row);
                }
                devices.retain(|row| row.class.is_some());
                Ok(Classes {
                    classes: classes::list_current(tx, tenant)?,
                    policy: policy_of(tx, tenant)?,
                    devices,
                })
            })
            .await
    }

    /// Says which class the sessions of a tenant get that name none and whose device has none.
    pub async fn set_default_class(&self, tenant: TenantId, class: &str) -> Result<TenantPolicy, AdminError> {
        let class = class.to_owned();
        self.change_policy(tenant, move |tx, policy| {
            require_class(tx, tenant, &class)?;
            policy.default_class = class;
            Ok(())
        })
        .await
    }

    /// Says how few days a class of the tenant may keep sessions. Refused while one in force keeps them for less.
    pub async fn set_minimum_days(&self, tenant: TenantId, days: u32) -> Result<TenantPolicy, AdminError> {
        self.change_policy(tenant, move |tx, policy| {
            let shorter = classes::list_current(tx, tenant)?;
            let shorter = shorter.into_iter().find(|row| row.days.unwrap_or(0) < days);
            if let Some(row) = shorter {
                return Err(AdminError::BelowMinimum {
                    class: row.name,
                    days: row.days.unwrap_or(0),
                    minimum: days,
                });
            }
            policy.minimum_days = days;
            Ok(())
        })
        .await
    }

    /// Says for how many days it is kept who looked at a tenant's sessions, and why.
    pub async fn set_access_days(&self, tenant: TenantId, days: u32) -> Result<TenantPolicy, AdminError> {
        self.change_policy(tenant, move |_, policy| {
            if days < LEAST_ACCESS_DAYS {
                return Err(AdminError::LooksTooShort {
                    days,
                    least: LEAST_ACCESS_DAYS,
                });
            }
            policy.access_days = days;
            Ok(())
        })
        .await
    }

    /// The tenant's policy in force.
    pub async fn policy(&self, tenant: TenantId) -> Result<TenantPolicy, AdminError> {
        self.catalog().read(move |tx| policy_of(tx, tenant)).await
    }

    /// Says whether exports of the tenant's sessions need an approval. Those that are asked for already stay as they are.
    pub async fn set_export_approvals(
        &self,
        tenant: TenantId,
        approvals: ExportApprovals,
    ) -> Result<TenantPolicy, AdminError> {
        self.change_policy(tenant, move |_, policy| {
            policy.export_approvals = approvals;
            Ok(())
        })
        .await
    }

    async fn change_policy(
        &self,
        tenant: TenantId,
        change: impl FnOnce(&dyn Query, &mut TenantPolicy) -> Result<(), AdminError> + Send + 'static,
    ) -> Result<TenantPolicy, AdminError> {
        let (now, keys) = (self.now(), self.keys().clone());
        self.catalog()
            .write(move |tx| {
                let before = policy_of(tx, tenant)?;
                let mut policy = before.clone();
                change(tx, &mut policy)?;
                if policy != before {
                    append_policy(tx, &keys, tenant, &policy, now)?;
                }
                Ok(policy)
            })
            .await
    }

    /// Says which class a device's sessions get that name none; `None`: the tenant's again.
    pub async fn set_device_class(
        &self,
        tenant: TenantId,
        device: DeviceId,
        class: Option<String>,
    ) -> Result<(), AdminError> {
        let (now, keys) = (self.now(), self.keys().clone());
        self.catalog()
            .write(move |tx| {
                if devices::by_id(tx, tenant, device)?.is_none() {
                    return Err(AdminError::Unknown {
                        what: "device",
                        name: device.to_string(),
                    });
                }
                if let Some(class) = &class {
                    require_class(tx, tenant, class)?;
                }
                let before = device_classes::current(tx, tenant, device)?;
                if before.as_ref().and_then(|row| row.class.as_ref()) == class.as_ref() {
                    return Ok(());
                }
                let row = DeviceClassRow {
                    tenant,
                    device,
                    version: before.map_or(1, |row| row.version + 1),
                    class,
                    created_at: now,
                };
                device_classes::insert_version(tx, &row)?;
                let detail = device_class_detail(&row);
                register(tx, &keys, tenant, LeafType::Policy, now, &detail)
            })
            .await
    }
}

fn require_class(tx: &dyn Query, tenant: TenantId, class: &str) -> Result<(), AdminError> {
    let row = classes::current(tx, tenant, class)?;
    row.map(drop).ok_or_else(|| AdminError::Unknown {
        what: "class",
        name: class.to_owned(),
    })
}

fn append_policy(
    tx: &mut Tx<'_>,
    keys: &Keys,
    tenant: TenantId,
    policy: &TenantPolicy,
    now: UtcMicros,
) -> Result<(), AdminError> {
    let row = PolicyRow {
        tenant,
        version: policies::current(tx, tenant)?.map_or(1, |row| row.version + 1),
        policy: policy.to_text(),
        created_at: now,
    };
    policies::insert_version(tx, &row)?;
    register(tx, keys, tenant, LeafType::Policy, now, &policy_detail(&row))
}
