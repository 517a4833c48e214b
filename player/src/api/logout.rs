//! `POST /v1/logout`: the login ends.

use axum::Extension;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use obhut_listener::ApiError;

use super::ApiState;
use super::visitor::Visitor;
use crate::login::CLEARED;

/// Logs out. The login's grants end with it.
#[utoipa::path(
    post, path = "/v1/logout", tag = "login",
    responses((status = 204, description = "Logged out; the cookie is taken away"))
)]
pub(super) async fn logout(
    State(state): State<ApiState>,
    Extension(visitor): Extension<Visitor>,
) -> Result<Response, ApiError> {
    state
        .archive()
        .end_login(visitor.login.login)
        .await
        .map_err(|error| state.admin_trouble(&error))?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, CLEARED)]).into_response())
}
