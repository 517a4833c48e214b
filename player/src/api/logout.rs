//! `POST /v1/logout`: the login ends.

use axum::Extension;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use obhut_listener::ApiError;

use super::ApiState;
use super::visitor::Visitor;
use crate::login::CLEARED;

/// Logs out. The login's grants end with it. The cookie is taken away also where the login can't be ended, which is 503.
#[utoipa::path(
    post, path = "/v1/logout", tag = "login",
    responses((status = 204, description = "Logged out; the cookie is taken away"))
)]
pub(super) async fn logout(
    State(state): State<ApiState>,
    Extension(visitor): Extension<Visitor>,
) -> Result<Response, ApiError> {
    let ended = state.archive().end_login(visitor.login.login).await;
    let mut response = match ended {
        Ok(_) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => state.admin_trouble(&error).into_response(),
    };
    // Whoever leaves the machine leaves no key to it there, whatever became of the lock.
    response.headers_mut().insert(header::SET_COOKIE, CLEARED);
    Ok(response)
}
