//! `POST /v1/login`: a name and a password become a login.

use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use obhut_archive::{LoginAttempt, NewLogin, PasswordHash, User};
use obhut_format::time::UtcMicros;
use obhut_listener::{ApiError, Peer, json};
use serde::Deserialize;
use utoipa::ToSchema;

use super::ApiState;
use super::me::{self, Me};
use super::state::Client;
use crate::login::{LoginToken, Secret, Turn, lock_after};
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
/// An unknown name, a disabled user and a wrong password are answered alike and as slowly. After five failures in a row a
/// name is locked for a minute, then for twice as long each time, up to fifteen minutes, whether it exists or not.
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
            description = "login-locked: the name; too-many-requests: the address"),
        (status = 503, body = ProblemDocument, content_type = "application/problem+json", description = "unavailable"),
    )
)]
pub(super) async fn login(
    State(state): State<ApiState>,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let uptime = state.archive().clock().uptime();
    state
        .attempts()
        .take(Client::From(address(peer.as_deref())), uptime)
        .map_err(Problem::too_many_requests)?;
    let asked: LoginRequest = state.small_json(&headers, body).await?;
    if asked.name.chars().count() > NAME_CHARS {
        return Err(Problem::of(&LOGIN_FAILED).into());
    }
    let Proved { user, password } = prove(&state, asked.name, asked.password).await?;
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

/// The user, if the password is theirs. Also asked before a password is changed: guesses count the same there.
pub(super) async fn prove(state: &ApiState, name: String, password: Secret) -> Result<Proved, ApiError> {
    // Before the attempt counts: who finds no turn has not guessed.
    let turn = state
        .passwords()
        .turn()
        .await
        .map_err(|error| state.password_trouble(&error))?;
    let known = state
        .archive()
        .user_by_name(&name)
        .await
        .map_err(|error| state.admin_trouble(&error))?
        .filter(|(user, _)| user.disabled_at.is_none());
    // From the count on it goes through to the end, also where the client goes away: a password that was right must not be
    // left counted as a wrong one.
    let compared = tokio::spawn(compare(state.clone(), turn, name, password, known));
    compared.await.map_err(ApiError::internal)?
}

async fn compare(
    state: ApiState,
    turn: Turn,
    name: String,
    password: Secret,
    known: Option<(User, PasswordHash)>,
) -> Result<Proved, ApiError> {
    let archive = state.archive();
    let attempt = archive
        .login_attempt(&name, lock_after)
        .await
        .map_err(|error| state.admin_trouble(&error))?;
    if let LoginAttempt::Locked { until } = attempt {
        return Err(problem::login_locked(left(until, archive.clock().now())).into());
    }
    let hash = known.as_ref().map(|(_, hash)| hash.clone());
    let is = turn
        .is(password, hash)
        .await
        .map_err(|error| state.password_trouble(&error))?;
    let Some((user, password)) = known.filter(|_| is) else {
        return Err(Problem::of(&LOGIN_FAILED).into());
    };
    archive
        .clear_login_failures(&name)
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

/// What tells clients apart: an IPv6 client has a whole /64.
fn address(peer: Option<&Peer>) -> Option<IpAddr> {
    match peer {
        Some(Peer::Address(address)) => Some(match address.ip().to_canonical() {
            IpAddr::V6(ip) => {
                let [a, b, c, d, ..] = ip.segments();
                IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
            v4 @ IpAddr::V4(_) => v4,
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<IpAddr> {
        address(Some(&Peer::Address(text.parse().expect("an address"))))
    }

    #[test]
    fn an_ipv6_client_has_one_rate_for_its_whole_network() {
        assert_eq!(of("[2001:db8::1]:1"), of("[2001:db8::ffff:2]:2"));
        assert_ne!(of("[2001:db8::1]:1"), of("[2001:db8:0:1::1]:1"));
        assert_eq!(of("[::ffff:192.0.2.1]:1"), of("192.0.2.1:2"));
        assert_ne!(of("192.0.2.1:1"), of("192.0.2.2:1"));
    }
}
