//! The intake's HTTP interface, `/v1/…`: one endpoint a file, each with its document, its handler and what it answers.
//!
//! Owns the translation between requests and the archive, and the order of checks: token, rate, session, headers,
//! length, room, and only then the body. Refuses to answer with an internal cause.

mod error;
mod events;
mod frames;
mod openapi;
mod seal;
mod sessions;
mod state;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::Response;
use obhut_listener::dress::{dress, nothing_here};
use obhut_listener::health;
use utoipa::OpenApi as _;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use frames::ReceiptBody;
pub use openapi::document;
pub use seal::{SealReceiptBody, SealedStreamBody};
pub use state::ApiState;

use crate::{auth, metrics};

/// What is answered on the intake's address.
pub fn router(state: ApiState) -> Router {
    let (devices, _) = device_routes().split_for_parts();
    let (open, _) = open_routes().split_for_parts();
    let devices = devices.route_layer(middleware::from_fn_with_state(state.clone(), auth::require));
    dressed(devices.merge(open), state)
}

fn dressed(routes: Router<ApiState>, state: ApiState) -> Router {
    let routes = routes
        .fallback(nothing_here)
        .layer(middleware::from_fn_with_state(state.clone(), note_refusal))
        .with_state(state);
    dress(routes, metrics::INTAKE)
}

/// Who was told to come again is not silent meanwhile.
async fn note_refusal(State(state): State<ApiState>, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    if response.status() == StatusCode::SERVICE_UNAVAILABLE {
        state.refused();
    }
    response
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
        .merge(health::routes())
        .routes(routes!(openapi::openapi))
}

/// The document of both.
fn whole_document() -> utoipa::openapi::OpenApi {
    OpenApiRouter::with_openapi(openapi::Document::openapi())
        .merge(device_routes())
        .merge(open_routes())
        .into_openapi()
}
