//! `GET /v1/devices`: the devices of the tenants that a login sees.

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use obhut_format::ids::{DeviceId, TenantId};
use obhut_listener::place::InQuery;
use obhut_listener::{ApiError, json};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::ApiState;
use super::visitor::Visitor;

/// Whose devices.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct DeviceQuery {
    /// One tenant's; without it all that the login sees.
    #[param(value_type = Option<String>, format = Uuid)]
    tenant: Option<String>,
}

/// A device.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Device)]
pub(super) struct DeviceEntry {
    #[schema(value_type = String, format = Uuid)]
    device: DeviceId,
    name: String,
    #[schema(value_type = String, format = Uuid)]
    tenant: TenantId,
    /// Whether it may send nothing more.
    revoked: bool,
}

/// Devices.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DeviceList {
    devices: Vec<DeviceEntry>,
}

/// The devices of the tenants that the login sees.
#[utoipa::path(
    get, path = "/v1/devices", tag = "sessions", params(DeviceQuery),
    responses((status = 200, body = DeviceList))
)]
pub(super) async fn list(
    State(state): State<ApiState>,
    Extension(visitor): Extension<Visitor>,
    InQuery(asked): InQuery<DeviceQuery>,
) -> Result<Response, ApiError> {
    let mut devices = Vec::new();
    for tenant in visitor.tenants_asked(&state, asked.tenant.as_deref()).await? {
        let rows = state
            .archive()
            .devices(tenant.tenant)
            .await
            .map_err(|error| state.admin_trouble(&error))?;
        devices.extend(rows.into_iter().map(|row| DeviceEntry {
            device: row.device,
            name: row.name,
            tenant: row.tenant,
            revoked: row.revoked_at.is_some(),
        }));
    }
    Ok(json::answer(StatusCode::OK, &DeviceList { devices }))
}
