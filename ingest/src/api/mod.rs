//! The intake's HTTP interface, `/v1/…`: one endpoint a file, each with its document, its handler and what it answers.
//!
//! Owns the translation between requests and the archive, and the order of checks: token, rate, session, headers,
//! length, room, and only then the body. Refuses to answer with an internal cause.

mod error;
mod events;
mod frames;
mod healthz;
mod json;
mod metrics;
mod observe;
mod openapi;
mod place;
mod seal;
mod sessions;
mod state;

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use utoipa::OpenApi as _;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) use error::{ApiError, Machinery};
pub use frames::ReceiptBody;
pub use openapi::document;
pub use seal::{SealReceiptBody, SealedStreamBody};
pub use state::ApiState;

use crate::auth;
use crate::problem::Problem;

/// What is answered on the intake's address.
pub fn router(state: ApiState) -> Router {
    let (devices, _) = device_routes().split_for_parts();
    let (open, _) = open_routes().split_for_parts();
    let devices = devices.route_layer(middleware::from_fn_with_state(state.clone(), auth::require));
    dressed(devices.merge(open), state)
}

/// What is answered on the review address.
pub fn service_router(state: ApiState) -> Router {
    let (service, _) = service_routes().split_for_parts();
    dressed(service, state)
}

/// What both addresses do with every request and answer.
fn dressed(routes: Router<ApiState>, state: ApiState) -> Router {
    routes
        .fallback(|| async { ApiError::from(Problem::NotFound) })
        .method_not_allowed_fallback(|| async { ApiError::from(Problem::MethodNotAllowed) })
        .layer(CatchPanicLayer::custom(after_panic))
        .layer(SetResponseHeaderLayer::if_not_present(
            header::CACHE_CONTROL,
            HeaderValue::from_static("no-store"),
        ))
        .layer(SetResponseHeaderLayer::overriding(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ))
        .layer(middleware::from_fn_with_state(state.clone(), observe::observe))
        .with_state(state)
}

/// Routes that ask for a device's token.
fn device_routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(sessions::open_session))
        .routes(routes!(events::add_event))
        .routes(routes!(frames::put_frame))
        .routes(routes!(seal::seal_session))
}

/// Routes that anybody may ask.
fn open_routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(healthz::healthz))
        .routes(routes!(metrics::metrics))
        .routes(routes!(openapi::openapi))
}

/// Routes of the review address.
fn service_routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(healthz::healthz))
        .routes(routes!(metrics::metrics))
        .routes(routes!(openapi::service_openapi))
}

/// The document of the review address.
fn service_document() -> utoipa::openapi::OpenApi {
    OpenApiRouter::with_openapi(openapi::ServiceDocument::openapi())
        .merge(service_routes())
        .into_openapi()
}

/// The document of both.
fn whole_document() -> utoipa::openapi::OpenApi {
    OpenApiRouter::with_openapi(openapi::Document::openapi())
        .merge(device_routes())
        .merge(open_routes())
        .into_openapi()
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

    #[tokio::test]
    async fn a_panic_is_answered_and_its_text_is_not() {
        async fn breaks() -> &'static str {
            panic!("the secret inside")
        }
        let router: Router = Router::new()
            .route("/", get(breaks))
            .layer(CatchPanicLayer::custom(after_panic));
        let response = router
            .oneshot(Request::new(Body::empty()))
            .await
            .expect("an answer");
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let cause = response
            .extensions()
            .get::<error::Cause>()
            .map(ToString::to_string);
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
