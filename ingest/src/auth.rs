//! Who asks: a bearer token becomes a [`Sender`], and is looked up at every request, so that a revocation works at
//! once. No token, an unknown one and a revoked one are answered alike.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use obhut_archive::Sender;

use obhut_listener::{ApiError, DrainLimit};

use crate::api::ApiState;
use crate::problem::{self, Problem};

/// How much more than the largest body is read on behind a refusal, so that a client of a known device in the middle
/// of sending something too large still reads why.
const DRAIN_FACTOR: u64 = 4;

/// Longest token that is looked at.
const TOKEN_BYTES: usize = 200;

/// Lets only known devices through, within their rate, and puts the [`Sender`] into the request's extensions.
pub(crate) async fn require(State(state): State<ApiState>, mut request: Request, next: Next) -> Response {
    let sender = match sender_of(&state, request.headers()).await {
        Ok(sender) => sender,
        Err(error) => return error.into_response(),
    };
    let uptime = state.archive().clock().uptime();
    let mut response = match state.rates().take(sender.device, uptime) {
        Ok(()) => {
            request.extensions_mut().insert(sender);
            next.run(request).await
        }
        Err(retry_after) => ApiError::from(Problem::too_many_requests(retry_after)).into_response(),
    };
    // For whoever logs the answer.
    response.extensions_mut().insert(sender);
    response.extensions_mut().insert(DrainLimit(
        state.config().frame_bytes.saturating_mul(DRAIN_FACTOR),
    ));
    response
}

async fn sender_of(state: &ApiState, headers: &HeaderMap) -> Result<Sender, ApiError> {
    let token = bearer(headers).ok_or_else(problem::token_invalid)?;
    let sender = state
        .archive()
        .sender(token)
        .await
        .map_err(|error| state.trouble(error))?;
    Ok(sender.ok_or_else(problem::token_invalid)?)
}

/// The one `Authorization: Bearer` there is; RFC 9110 lets the scheme's name have any case.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (value, None) = (values.next()?, values.next()) else {
        return None;
    };
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    let token = token.trim_matches(' ');
    let fits = !token.is_empty() && token.len() <= TOKEN_BYTES;
    (fits && scheme.eq_ignore_ascii_case("bearer")).then_some(token)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use rstest::rstest;

    use super::*;

    fn headers(values: &[&'static str]) -> HeaderMap {
        values
            .iter()
            .map(|value| (header::AUTHORIZATION, HeaderValue::from_static(value)))
            .collect()
    }

    #[rstest]
    #[case("Bearer abc")]
    #[case("bearer abc")]
    #[case("BEARER  abc ")]
    fn a_bearer_token_is_read(#[case] value: &'static str) {
        assert_eq!(bearer(&headers(&[value])), Some("abc"));
    }

    #[rstest]
    #[case(&[])]
    #[case(&["Bearer"])]
    #[case(&["Bearer "])]
    #[case(&["Basic abc"])]
    #[case(&["abc"])]
    #[case(&["Bearer abc", "Bearer abc"])]
    fn anything_else_is_no_token(#[case] values: &[&'static str]) {
        assert_eq!(bearer(&headers(values)), None);
    }
}
