//! `GET /v1/me`: who is logged in.

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use obhut_archive::{Login, User};
use obhut_format::ids::{TenantId, UserId};
use obhut_format::time::UtcMicros;
use obhut_listener::{ApiError, json};
use serde::Serialize;
use utoipa::ToSchema;

use super::ApiState;
use super::visitor::Visitor;
use super::words::{PermissionName, RoleName};
use crate::permission::{Permission, Reach};

/// Who is logged in, and what they may do.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Me {
    #[schema(value_type = String, format = Uuid)]
    user: UserId,
    /// The name they log in with.
    name: String,
    /// Whether nothing else is answered before `POST /v1/password`.
    must_change_password: bool,
    roles: Vec<RoleEntry>,
    /// What they may do in some tenant at least.
    #[schema(value_type = Vec<PermissionName>)]
    permissions: Vec<&'static str>,
    /// When the login ends whatever they do.
    #[schema(value_type = String, format = DateTime)]
    expires_at: UtcMicros,
    /// After how many seconds without a request it ends.
    idle_seconds: u64,
}

/// A role, and where it holds.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Role)]
pub(super) struct RoleEntry {
    #[schema(value_type = RoleName)]
    role: &'static str,
    /// Null: every tenant.
    #[schema(value_type = Option<String>, format = Uuid, required)]
    tenant: Option<TenantId>,
    #[schema(required)]
    tenant_name: Option<String>,
}

/// What a login is told of itself.
pub(super) async fn of(state: &ApiState, login: &Login, user: &User) -> Result<Me, ApiError> {
    let tenants = state.tenants().await?;
    let name = |tenant: TenantId| {
        let row = tenants.iter().find(|row| row.tenant == tenant);
        row.map(|row| row.name.clone())
    };
    let roles = user.assignments.iter().map(|assignment| RoleEntry {
        role: assignment.role.as_str(),
        tenant: assignment.tenant,
        tenant_name: assignment.tenant.and_then(name),
    });
    let permissions = Permission::OF_ROLES
        .into_iter()
        .filter(|permission| !Reach::of(&user.assignments, *permission).is_nowhere())
        .map(Permission::as_str);
    Ok(Me {
        user: user.user,
        name: user.name.clone(),
        must_change_password: user.must_change,
        roles: roles.collect(),
        permissions: permissions.collect(),
        expires_at: login.expires_at,
        idle_seconds: state.config().idle.as_secs(),
    })
}

/// Who is logged in.
#[utoipa::path(
    get, path = "/v1/me", tag = "login",
    responses((status = 200, body = Me))
)]
pub(super) async fn me(
    State(state): State<ApiState>,
    Extension(visitor): Extension<Visitor>,
) -> Result<Response, ApiError> {
    let me = of(&state, &visitor.login, &visitor.user).await?;
    Ok(json::answer(StatusCode::OK, &me))
}
