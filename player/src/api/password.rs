//! `POST /v1/password`: a user sets another password.

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use obhut_archive::{Attempt, OwnPassword, PasswordChange};
use obhut_listener::ApiError;
use serde::Deserialize;
use utoipa::ToSchema;

use super::ApiState;
use super::login::prove;
use super::state::Client;
use super::visitor::Visitor;
use crate::login::{LoginToken, Secret};
use crate::problem::{self, LOGIN_FAILED, Problem, ProblemDocument};

/// The password that is, and the one that is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PasswordRequest {
    #[schema(value_type = String, format = Password)]
    old: Secret,
    #[schema(value_type = String, format = Password, min_length = 12, max_length = 1024)]
    new: Secret,
}

/// Sets another password. The login gets another cookie, and the user's other logins end.
#[utoipa::path(
    post, path = "/v1/password", tag = "login", request_body = PasswordRequest,
    responses(
        (status = 204, description = "Changed; the cookie `__Host-obhut` is another from now on"),
        (status = 401, body = ProblemDocument, content_type = "application/problem+json",
            description = "login-failed: the old password is wrong"),
        (status = 413, body = ProblemDocument, content_type = "application/problem+json",
            description = "body-too-large"),
        (status = 415, body = ProblemDocument, content_type = "application/problem+json",
            description = "media-type-unsupported"),
        (status = 422, body = ProblemDocument, content_type = "application/problem+json",
            description = "request-invalid: the new one does not fit or is the old one"),
        (status = 429, body = ProblemDocument, content_type = "application/problem+json",
            description = "login-locked, too-many-requests"),
    )
)]
pub(super) async fn change(
    State(state): State<ApiState>,
    Extension(visitor): Extension<Visitor>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let uptime = state.archive().clock().uptime();
    state
        .attempts()
        .take(Client::User(visitor.user.user), uptime)
        .map_err(Problem::too_many_requests)?;
    let asked: PasswordRequest = state.json(&headers, body).await?;
    asked
        .new
        .check()
        .map_err(|error| state.password_trouble(&error))?;
    if asked.new.expose() == asked.old.expose() {
        return Err(Problem::request_invalid("the new password is the old one").into());
    }
    // Under a lock of its own: who guesses at the log-in does not keep those out of this who are in.
    let attempt = Attempt::OwnPassword(visitor.user.user);
    let proved = prove(&state, attempt, &visitor.user.name, asked.old).await?;
    let hash = state
        .passwords()
        .hash(asked.new)
        .await
        .map_err(|error| state.password_trouble(&error))?;
    let token = LoginToken::generate();
    let own = OwnPassword {
        user: proved.user.user,
        login: visitor.login.login,
        token_hash: token.hash(),
        proved: proved.password,
        password: hash,
    };
    let changed = state
        .archive()
        .change_password(own)
        .await
        .map_err(|error| state.admin_trouble(&error))?;
    match changed {
        PasswordChange::Changed => {
            Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, token.set())]).into_response())
        }
        PasswordChange::LoginEnded => Err(problem::login_required().into()),
        PasswordChange::Overtaken => Err(Problem::of(&LOGIN_FAILED).into()),
    }
}
