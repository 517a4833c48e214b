//! Refuses what another site's page sends, before anything looks at it.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::ApiState;
use crate::login::check_origin;
use crate::problem::{CROSS_ORIGIN, Problem};
use crate::web::Transport;

/// Lets a request through that its own page, or no page, sent.
pub(super) async fn refuse(State(state): State<ApiState>, request: Request, next: Next) -> Response {
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
