//! What every address does with every request and answer.

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::error::ApiError;
use crate::observe::{Counted, observe};
use crate::problem::Problem;

/// Puts around a service's routes: 404 and 405 as problems where the routes have no fallback of their own, an answer
/// after a panic, `no-store` where the route says nothing else, no guessing of media types, and the counting.
pub fn dress(routes: Router, counted: Counted) -> Router {
    routes
        .method_not_allowed_fallback(|| async { ApiError::from(Problem::method_not_allowed()) })
        .layer(CatchPanicLayer::custom(after_panic))
        .layer(SetResponseHeaderLayer::if_not_present(
            header::CACHE_CONTROL,
            HeaderValue::from_static("no-store"),
        ))
        .layer(SetResponseHeaderLayer::overriding(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ))
        .layer(middleware::from_fn_with_state(counted, observe))
}

/// The answer where there is nothing.
pub fn nothing_here() -> std::future::Ready<ApiError> {
    std::future::ready(Problem::not_found().into())
}

/// A handler panicked: its request is answered, the others don't notice. The panic's text is ours and says nothing of
/// anybody.
#[expect(clippy::needless_pass_by_value, reason = "the layer hands the panic over")]
fn after_panic(panic: Box<dyn std::any::Any + Send>) -> Response {
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("a panic without text");
    ApiError::internal(format!("a handler panicked: {text}")).into_response()
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::{Request, StatusCode};
    use axum::routing::get;
    use http_body_util::BodyExt;
    use tower::ServiceExt;

    use super::*;
    use crate::error::Cause;

    #[tokio::test]
    async fn a_panic_is_answered_and_its_text_is_not() {
        async fn breaks() -> &'static str {
            panic!("the secret inside")
        }
        let counted = Counted {
            requests: "test_requests_total",
            seconds: "test_request_seconds",
        };
        let router = dress(Router::new().route("/", get(breaks)), counted);
        let response = router
            .oneshot(Request::new(Body::empty()))
            .await
            .expect("an answer");
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let cause = response.extensions().get::<Cause>().map(ToString::to_string);
        assert_eq!(cause.as_deref(), Some("a handler panicked: the secret inside"));
        let body = response
            .into_body()
            .collect()
            .await
            .expect("a whole body")
            .to_bytes();
        let said = String::from_utf8_lossy(&body);
        assert!(
            said.contains("/problems/internal") && !said.contains("secret"),
            "{said}"
        );
    }
}
