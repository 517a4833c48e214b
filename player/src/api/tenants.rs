//! `GET /v1/tenants`: the tenants that a login sees.

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use obhut_format::ids::TenantId;
use obhut_listener::{ApiError, json};
use serde::Serialize;
use utoipa::ToSchema;

use super::ApiState;
use super::visitor::Visitor;

/// A tenant.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Tenant {
    #[schema(value_type = String, format = Uuid)]
    tenant: TenantId,
    name: String,
}

/// The tenants that a login sees.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TenantList {
    tenants: Vec<Tenant>,
}

/// The tenants that the login sees.
#[utoipa::path(
    get, path = "/v1/tenants", tag = "sessions",
    responses((status = 200, body = TenantList))
)]
pub(super) async fn list(
    State(state): State<ApiState>,
    Extension(visitor): Extension<Visitor>,
) -> Result<Response, ApiError> {
    let rows = visitor.tenants(&state).await?.into_iter();
    let tenants = rows.map(|row| Tenant {
        tenant: row.tenant,
        name: row.name,
    });
    let list = TenantList {
        tenants: tenants.collect(),
    };
    Ok(json::answer(StatusCode::OK, &list))
}
