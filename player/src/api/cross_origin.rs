//! Refuses what another site's page sends, and what is asked under a name that is not the address's own, before anything looks at it.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::ApiState;
use crate::login::{check_host, check_origin};
use crate::problem::{CROSS_ORIGIN, HOST_FOREIGN, Problem};
use crate::web::Transport;

/// What probes ask under any name: it tells of the service as a whole, to anybody who reaches it.
const FOR_PROBES: [&str; 2] = ["/healthz", "/metrics"];

/// Lets a request through that its own page, or no page, sent.
pub(super) async fn refuse(State(state): State<ApiState>, request: Request, next: Next) -> Response {
    let vouched = state.transport() == Transport::Tls;
    let named = check_host(request.headers(), state.config().origin.as_deref(), vouched);
    if named.is_err() && !FOR_PROBES.contains(&request.uri().path()) {
        return Problem::of(&HOST_FOREIGN).into_response();
    }
    let own = own_origin(&state, request.headers());
    match check_origin(request.method(), request.headers(), own.as_deref()) {
        Ok(()) => next.run(request).await,
        Err(_) => Problem::of(&CROSS_ORIGIN).into_response(),
    }
}

/// The origin that is set, or the one that the request was sent to.
fn own_origin(state: &ApiState, headers: &HeaderMap) -> Option<String> {
    if let Some(origin) = &state.config().origin {
        return Some(origin.clone());
    }
    let scheme = match state.transport() {
        Transport::Tls => "https",
        Transport::Clear => "http",
    };
    let host = headers.get(header::HOST)?.to_str().ok()?;
    Some(format!("{scheme}://{host}"))
}
