//! Devices and their tokens.

use axum::Json;
use axum::extract::State;
use obhut_archive::Archive;

use crate::control::protocol::{AddTenant, DeviceEntry, NameDevice, NewDevice};
use crate::failure::Failure;

pub(super) async fn add(
    State(archive): State<Archive>,
    Json(ask): Json<NameDevice>,
) -> Result<Json<NewDevice>, Failure> {
    let tenant = archive.tenant(&ask.tenant).await?;
    let (row, token) = archive.add_device(tenant.tenant, &ask.device).await?;
    Ok(Json(NewDevice {
        device: row.device,
        token: token.expose().to_owned(),
    }))
}

/// The devices of a tenant, asked for by name.
pub(super) async fn list(
    State(archive): State<Archive>,
    Json(ask): Json<AddTenant>,
) -> Result<Json<Vec<DeviceEntry>>, Failure> {
    let tenant = archive.tenant(&ask.name).await?;
    let rows = archive.devices(tenant.tenant).await?;
    Ok(Json(
        rows.into_iter().map(|row| entry(row, &tenant.name)).collect(),
    ))
}

pub(super) async fn revoke(
    State(archive): State<Archive>,
    Json(ask): Json<NameDevice>,
) -> Result<Json<DeviceEntry>, Failure> {
    let tenant = archive.tenant(&ask.tenant).await?;
    let row = archive.device(tenant.tenant, &ask.device).await?;
    archive.revoke_device(tenant.tenant, row.device).await?;
    let row = archive.device(tenant.tenant, &row.device.to_string()).await?;
    Ok(Json(entry(row, &tenant.name)))
}

fn entry(row: obhut_archive::catalog::devices::DeviceRow, tenant: &str) -> DeviceEntry {
    DeviceEntry {
        device: row.device,
        name: row.name,
        tenant: tenant.to_owned(),
        created_at: row.created_at,
        revoked_at: row.revoked_at,
    }
}
