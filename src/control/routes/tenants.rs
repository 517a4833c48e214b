//! Tenants.

use axum::Json;
use axum::extract::State;
use obhut_archive::Archive;

use crate::control::protocol::{AddTenant, AskPolicy, PolicyEntry, TenantEntry};
use crate::control::routes::retention::policy_entry;
use crate::failure::Failure;

pub(super) async fn add(
    State(archive): State<Archive>,
    Json(ask): Json<AddTenant>,
) -> Result<Json<TenantEntry>, Failure> {
    let row = archive.add_tenant(&ask.name).await?;
    Ok(Json(TenantEntry {
        tenant: row.tenant,
        name: row.name,
        created_at: row.created_at,
    }))
}

pub(super) async fn list(State(archive): State<Archive>) -> Result<Json<Vec<TenantEntry>>, Failure> {
    let rows = archive.tenants().await?;
    let entry = |row: obhut_archive::catalog::tenants::TenantRow| TenantEntry {
        tenant: row.tenant,
        name: row.name,
        created_at: row.created_at,
    };
    Ok(Json(rows.into_iter().map(entry).collect()))
}

/// Shows a tenant's policy, changed before where something is to be changed.
pub(super) async fn policy(
    State(archive): State<Archive>,
    Json(ask): Json<AskPolicy>,
) -> Result<Json<PolicyEntry>, Failure> {
    let tenant = archive.tenant(&ask.tenant).await?.tenant;
    let policy = match ask.export_approvals {
        Some(approvals) => archive.set_export_approvals(tenant, approvals).await?,
        None => archive.policy(tenant).await?,
    };
    Ok(Json(policy_entry(ask.tenant, policy)))
}
