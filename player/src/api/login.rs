//! `POST /v1/login`: a name and a password become a login.

use std::time::Duration;

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use obhut_archive::{Attempt, LoginAttempt, NewLogin, PasswordHash, User};
use obhut_format::time::UtcMicros;
use obhut_listener::{ApiError, Peer, json};
use serde::Deserialize;
use utoipa::ToSchema;

use super::ApiState;
use super::me::{self, Me};
use super::state::Client;
use crate::login::{LOCKS, LoginToken, Secret, Turn, client_network, one_time_is_over};
use crate::problem::{self, LOGIN_FAILED, Problem, ProblemDocument};

/// Longest name that is looked at.
const NAME_CHARS: usize = 200;

/// Who wants to log in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LoginRequest {
    /// The user's name, in any case.
    #[schema(max_length = 200)]
    name: String,
    #[schema(value_type = String, format = Password)]
    password: Secret,
}

/// Logs in.
///
/// An unknown name, a disabled user, a wrong password and a one-time password of more than 72 hours are answered alike and as slowly. After five failures in a row from
/// one network a name is locked there for a minute, then for twice as long each time, up to fifteen minutes, whether it exists or
/// not; after 500 on one day from all networks together, everywhere.
#[utoipa::path(
    post, path = "/v1/login", tag = "login", request_body = LoginRequest,
    responses(
        (status = 200, description = "Logged in; the cookie `__Host-obhut` is set", body = Me),
        (status = 401, body = ProblemDocument, content_type = "application/problem+json", description = "login-failed"),
        (status = 413, body = ProblemDocument, content_type = "application/problem+json",
            description = "body-too-large"),
        (status = 415, body = ProblemDocument, content_type = "application/problem+json",
            description = "media-type-unsupported"),
        (status = 422, body = ProblemDocument, content_type = "application/problem+json",
            description = "request-invalid"),
        (status = 429, body = ProblemDocument, content_type = "application/problem+json",
            description = "login-locked: the name; too-many-requests: the network"),
        (status = 503, body = ProblemDocument, content_type = "application/problem+json", description = "unavailable"),
    )
)]
pub(super) async fn login(
    State(state): State<ApiState>,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let from = client_network(peer.as_deref(), &headers, state.config().forwarded_for);
    // Clients of a proxy that can't be told apart would stop each other: its own limit has to count.
    if let Some(network) = from {
        let uptime = state.archive().clock().uptime();
        state
            .attempts()
            .take(Client::From(network), uptime)
            .map_err(Problem::too_many_requests)?;
    }
    let asked: LoginRequest = state.small_json(&headers, body).await?;
    if asked.name.chars().count() > NAME_CHARS {
        return Err(Problem::of(&LOGIN_FAILED).into());
    }
    let attempt = Attempt::LogIn {
        name: asked.name.clone(),
        from,
    };
    let Proved { user, password } = prove(&state, attempt, &asked.name, asked.password).await?;
    let token = LoginToken::generate();
    let new = NewLogin {
        user: user.user,
        proved: password,
        token_hash: token.hash(),
        lasts: state.config().lasts,
    };
    let started = state
        .archive()
        .start_login(new)
        .await
        .map_err(|error| state.admin_trouble(&error))?;
    let login = started.ok_or_else(|| Problem::of(&LOGIN_FAILED))?;
    end_former(&state, &headers).await;
    let me = me::of(&state, &login, &user).await?;
    let mut response = json::answer(StatusCode::OK, &me);
    response.headers_mut().insert(header::SET_COOKIE, token.set());
    Ok(response)
}

/// Somebody who knew their password.
pub(super) struct Proved {
    pub(super) user: User,
    /// As it was when it was compared.
    pub(super) password: PasswordHash,
}

/// The user of a name, if the password is theirs. Also asked before a password is changed.
pub(super) async fn prove(
    state: &ApiState,
    attempt: Attempt,
    name: &str,
    password: Secret,
) -> Result<Proved, ApiError> {
    // Before the attempt counts: who finds no turn has not guessed.
    let turn = state
        .passwords()
        .turn()
        .await
        .map_err(|error| state.password_trouble(&error))?;
    let known = state
        .archive()
        .user_by_name(name)
        .await
        .map_err(|error| state.admin_trouble(&error))?
        .filter(|(user, _)| may_log_in(user, state.archive().clock().now()));
    // From the count on it goes through to the end, also where the client goes away: a password that was right must not be
    // left counted as a wrong one.
    let compared = tokio::spawn(compare(state.clone(), turn, attempt, password, known));
    compared.await.map_err(ApiError::internal)?
}

/// Whether their password is looked at; if not, they are nobody.
fn may_log_in(user: &User, now: UtcMicros) -> bool {
    user.disabled_at.is_none() && !(user.must_change && one_time_is_over(user.password_at, now))
}

async fn compare(
    state: ApiState,
    turn: Turn,
    attempt: Attempt,
    password: Secret,
    known: Option<(User, PasswordHash)>,
) -> Result<Proved, ApiError> {
    let archive = state.archive();
    let counted = match archive
        .login_attempt(&attempt, LOCKS)
        .await
        .map_err(|error| state.admin_trouble(&error))?
    {
        LoginAttempt::Counted(counted) => counted,
        LoginAttempt::Locked { until } => {
            return Err(problem::login_locked(left(until, archive.clock().now())).into());
        }
    };
    let hash = known.as_ref().map(|(_, hash)| hash.clone());
    let is = turn
        .is(password, hash)
        .await
        .map_err(|error| state.password_trouble(&error))?;
    let Some((user, password)) = known.filter(|_| is) else {
        return Err(Problem::of(&LOGIN_FAILED).into());
    };
    archive
        .attempt_succeeded(counted)
        .await
        .map_err(|error| state.admin_trouble(&error))?;
    Ok(Proved { user, password })
}

fn left(until: UtcMicros, now: UtcMicros) -> Duration {
    Duration::from_micros(u64::try_from(until.get() - now.get()).unwrap_or(0))
}

/// Whoever logs in again has no use for the login they had.
async fn end_former(state: &ApiState, headers: &HeaderMap) {
    let Some(token) = LoginToken::of_request(headers) else {
        return;
    };
    let former = state.archive().login(token.hash(), state.config().idle).await;
    if let Ok(Some((former, _))) = former
        && let Err(error) = state.archive().end_login(former.login).await
    {
        tracing::warn!(%error, "can't end a login that was replaced; it ends by itself");
    }
}
