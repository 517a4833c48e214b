//! Devices and their credentials.

use obhut_format::ids::{DeviceId, TenantId};
use obhut_format::time::UtcMicros;

use super::engine::{CatalogError, Query, Row, Tx};

/// An enrolled source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceRow {
    /// Its id.
    pub device: DeviceId,
    /// Whose device.
    pub tenant: TenantId,
    /// The name that commands take.
    pub name: String,
    /// When it was enrolled.
    pub created_at: UtcMicros,
    /// Since when it may not send.
    pub revoked_at: Option<UtcMicros>,
}

/// A device's credential, which itself is nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRow {
    /// SHA-256 of the token.
    pub hash: [u8; 32],
    /// Whom it admits.
    pub device: DeviceId,
    /// The device's tenant.
    pub tenant: TenantId,
    /// When it was given out.
    pub created_at: UtcMicros,
    /// Since when it does not admit.
    pub revoked_at: Option<UtcMicros>,
}

const INSERT: &str = "
INSERT INTO devices (device_id, tenant_id, name, created_at_us, revoked_at_us)
VALUES (:device, :tenant, :name, :created_at, :revoked_at)";

const BY_ID: &str = "
SELECT device_id, tenant_id, name, created_at_us, revoked_at_us
FROM devices
WHERE device_id = :device AND tenant_id = :tenant";

const BY_NAME: &str = "
SELECT device_id, tenant_id, name, created_at_us, revoked_at_us
FROM devices
WHERE tenant_id = :tenant AND name = :name";

const LIST: &str = "
SELECT device_id, tenant_id, name, created_at_us, revoked_at_us
FROM devices
WHERE tenant_id = :tenant
ORDER BY name";

const REVOKE: &str = "
UPDATE devices
SET revoked_at_us = :at
WHERE device_id = :device AND tenant_id = :tenant AND revoked_at_us IS NULL";

const INSERT_TOKEN: &str = "
INSERT INTO device_tokens (token_hash, device_id, tenant_id, created_at_us, revoked_at_us)
VALUES (:hash, :device, :tenant, :created_at, :revoked_at)";

const BY_HASH: &str = "
SELECT token_hash, device_id, tenant_id, created_at_us, revoked_at_us
FROM device_tokens
WHERE token_hash = :hash";

const ALL_TOKENS: &str = "
SELECT token_hash, device_id, tenant_id, created_at_us, revoked_at_us
FROM device_tokens
WHERE tenant_id = :tenant
ORDER BY created_at_us, token_hash";

const REVOKE_TOKENS: &str = "
UPDATE device_tokens
SET revoked_at_us = :at
WHERE device_id = :device AND tenant_id = :tenant AND revoked_at_us IS NULL";

/// Adds a device; a name that its tenant uses already is a conflict.
pub fn insert(tx: &mut Tx<'_>, row: &DeviceRow) -> Result<(), CatalogError> {
    let params = [
        (":device", (&row.device).into()),
        (":tenant", (&row.tenant).into()),
        (":name", (&row.name).into()),
        (":created_at", row.created_at.into()),
        (":revoked_at", row.revoked_at.into()),
    ];
    tx.execute(INSERT, &params).map(drop)
}

/// The tenant's device with this id.
pub fn by_id(
    query: &dyn Query,
    tenant: TenantId,
    device: DeviceId,
) -> Result<Option<DeviceRow>, CatalogError> {
    query.optional(
        BY_ID,
        &[(":tenant", (&tenant).into()), (":device", (&device).into())],
        from_row,
    )
}

/// The tenant's device with this name.
pub fn by_name(query: &dyn Query, tenant: TenantId, name: &str) -> Result<Option<DeviceRow>, CatalogError> {
    query.optional(
        BY_NAME,
        &[(":tenant", (&tenant).into()), (":name", name.into())],
        from_row,
    )
}

/// The tenant's devices, by name.
pub fn list(query: &dyn Query, tenant: TenantId) -> Result<Vec<DeviceRow>, CatalogError> {
    query.all(LIST, &[(":tenant", (&tenant).into())], from_row)
}

/// Revokes a device. `false` if it was revoked before, or is none of the tenant's.
pub fn revoke(
    tx: &mut Tx<'_>,
    tenant: TenantId,
    device: DeviceId,
    at: UtcMicros,
) -> Result<bool, CatalogError> {
    let params = [
        (":tenant", (&tenant).into()),
        (":device", (&device).into()),
        (":at", at.into()),
    ];
    Ok(tx.execute(REVOKE, &params)? == 1)
}

/// Adds a credential.
pub fn insert_token(tx: &mut Tx<'_>, row: &TokenRow) -> Result<(), CatalogError> {
    let params = [
        (":hash", (&row.hash).into()),
        (":device", (&row.device).into()),
        (":tenant", (&row.tenant).into()),
        (":created_at", row.created_at.into()),
        (":revoked_at", row.revoked_at.into()),
    ];
    tx.execute(INSERT_TOKEN, &params).map(drop)
}

/// The credential whose token has this hash: the one query that finds the tenant instead of being told it.
pub fn by_hash(query: &dyn Query, hash: &[u8; 32]) -> Result<Option<TokenRow>, CatalogError> {
    query.optional(BY_HASH, &[(":hash", hash.into())], token_from_row)
}

/// The tenant's credentials, oldest first.
pub fn all_tokens(query: &dyn Query, tenant: TenantId) -> Result<Vec<TokenRow>, CatalogError> {
    query.all(ALL_TOKENS, &[(":tenant", (&tenant).into())], token_from_row)
}

/// Revokes a device's credentials; says how many admitted until then.
pub fn revoke_tokens(
    tx: &mut Tx<'_>,
    tenant: TenantId,
    device: DeviceId,
    at: UtcMicros,
) -> Result<usize, CatalogError> {
    let params = [
        (":tenant", (&tenant).into()),
        (":device", (&device).into()),
        (":at", at.into()),
    ];
    tx.execute(REVOKE_TOKENS, &params)
}

fn from_row(row: &Row<'_>) -> Result<DeviceRow, CatalogError> {
    Ok(DeviceRow {
        device: row.get("device_id")?,
        tenant: row.get("tenant_id")?,
        name: row.get("name")?,
        created_at: row.get("created_at_us")?,
        revoked_at: row.get("revoked_at_us")?,
    })
}

fn token_from_row(row: &Row<'_>) -> Result<TokenRow, CatalogError> {
    Ok(TokenRow {
        hash: row.get("token_hash")?,
        device: row.get("device_id")?,
        tenant: row.get("tenant_id")?,
        created_at: row.get("created_at_us")?,
        revoked_at: row.get("revoked_at_us")?,
    })
}
