//! The review API, `/v1/…`, one endpoint a file, and beside it the page.

mod cross_origin;
mod openapi;
mod state;

use axum::{Router, middleware};
use obhut_listener::dress::dress;
use obhut_listener::health;
use utoipa::OpenApi as _;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use openapi::document;
pub use state::ApiState;

use crate::metrics::REVIEW;
use crate::web;

/// What is answered on the review address.
pub fn router(state: ApiState) -> Router {
    let (routes, _) = open_routes().split_for_parts();
    let transport = state.transport();
    let routes = routes
        .fallback(web::serve)
        .layer(middleware::from_fn_with_state(
            state.clone(),
            cross_origin::refuse,
        ))
        .layer(middleware::from_fn_with_state(transport, web::guard))
        .with_state(state);
    dress(routes, REVIEW)
}

/// Routes that anybody may ask.
fn open_routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .merge(health::routes())
        .routes(routes!(openapi::openapi))
}

fn whole_document() -> utoipa::openapi::OpenApi {
    OpenApiRouter::with_openapi(openapi::Document::openapi())
        .merge(open_routes())
        .into_openapi()
}
