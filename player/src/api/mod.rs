//! The review API, `/v1/…`, one endpoint a file, and beside it the page.
//!
//! Owns the translation between requests and the archive, and the order of checks: origin, login, one-time password, role,
//! session, grant, range, and only then the record that makes a byte readable. What an endpoint asks for is said once, where
//! its guard is put up, and stands in the document as `x-obhut-permission`.

mod access;
mod access_csv;
mod archive_state;
mod certificate;
mod certificate_page;
mod certificates;
mod cross_origin;
mod declare;
mod deletions;
mod description;
mod devices;
mod export;
mod export_ask;
mod export_bundle;
mod export_decision;
mod export_entry;
mod exports;
mod field;
mod frame;
mod frames;
mod gone;
mod grants;
mod hold_entry;
mod hold_place;
mod hold_release;
mod holds;
mod index;
mod login;
mod logout;
mod me;
mod openapi;
mod opened;
mod password;
mod session;
mod session_entry;
mod sessions;
mod state;
mod sums;
mod tenants;
mod titles;
mod trouble;
mod visitor;
mod words;

use axum::{Router, middleware};
use obhut_listener::dress::dress;
use obhut_listener::health;
use utoipa::OpenApi as _;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use openapi::document;
pub use state::ApiState;

use crate::metrics::REVIEW;
use crate::permission::Permission;
use crate::web;

/// What is answered on the review address.
pub fn router(state: ApiState) -> Router {
    let (mut routes, _) = open_routes().split_for_parts();
    for (permission, guarded) in guarded_routes() {
        let guard = middleware::from_fn_with_state((state.clone(), permission), visitor::require);
        routes = routes.merge(guarded.split_for_parts().0.route_layer(guard));
    }
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
        .routes(routes!(login::login))
}

/// Routes that ask for a login, by what else they ask for.
fn guarded_routes() -> [(Permission, OpenApiRouter<ApiState>); 8] {
    [
        (
            Permission::Login,
            OpenApiRouter::new()
                .routes(routes!(me::me))
                .routes(routes!(logout::logout))
                .routes(routes!(password::change)),
        ),
        (
            Permission::Sessions,
            OpenApiRouter::new()
                .routes(routes!(tenants::list))
                .routes(routes!(devices::list))
                .routes(routes!(sessions::list))
                .routes(routes!(session::details)),
        ),
        (
            Permission::Access,
            OpenApiRouter::new()
                .routes(routes!(access::list))
                .routes(routes!(access_csv::table)),
        ),
        (
            Permission::State,
            OpenApiRouter::new().routes(routes!(archive_state::state)),
        ),
        (
            Permission::Custody,
            OpenApiRouter::new()
                .routes(routes!(deletions::list))
                .routes(routes!(holds::list))
                .routes(routes!(certificates::list))
                .routes(routes!(certificate::certificate))
                .routes(routes!(certificate_page::page))
                .routes(routes!(exports::list))
                .routes(routes!(export::details)),
        ),
        (
            Permission::Hold,
            OpenApiRouter::new()
                .routes(routes!(hold_place::place))
                .routes(routes!(hold_release::release)),
        ),
        (
            Permission::Content,
            OpenApiRouter::new()
                .routes(routes!(grants::open, grants::held))
                .routes(routes!(description::description))
                .routes(routes!(index::index))
                .routes(routes!(frames::frames))
                .routes(routes!(frame::frame)),
        ),
        (
            Permission::Export,
            OpenApiRouter::new()
                .routes(routes!(export_ask::ask))
                .routes(routes!(export_decision::decide))
                .routes(routes!(export_bundle::bundle)),
        ),
    ]
}

fn whole_document() -> utoipa::openapi::OpenApi {
    let mut open = open_routes();
    declare::public(open.get_openapi_mut());
    let mut whole = OpenApiRouter::with_openapi(openapi::Document::openapi()).merge(open);
    for (permission, mut guarded) in guarded_routes() {
        declare::guarded(guarded.get_openapi_mut(), permission);
        whole = whole.merge(guarded);
    }
    whole.into_openapi()
}
