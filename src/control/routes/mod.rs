//! The control routes, one subject a file.

mod backups;
mod devices;
mod disposals;
mod exports;
mod holds;
mod imports;
mod intake;
mod keys;
mod restores;
mod retention;
mod sessions;
mod tenants;
mod users;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{post, put};

use super::desk::Desk;

/// Every route. All but the frames' are POSTs with JSON both ways.
pub(super) fn all() -> Router<Desk> {
    Router::new()
        .route("/tenants/add", post(tenants::add))
        .route("/tenants/list", post(tenants::list))
        .route("/tenants/policy", post(tenants::policy))
        .route("/devices/add", post(devices::add))
        .route("/devices/list", post(devices::list))
        .route("/devices/revoke", post(devices::revoke))
        .route("/users/add", post(users::add))
        .route("/users/list", post(users::list))
        .route("/users/roles", post(users::set_roles))
        .route("/users/reset-password", post(users::reset_password))
        .route("/users/disable", post(users::disable))
        .route("/users/enable", post(users::enable))
        .route("/holds/place", post(holds::place))
        .route("/holds/release", post(holds::release))
        .route("/holds/list", post(holds::list))
        .route("/retention/classes/add", post(retention::add_class))
        .route("/retention/classes/list", post(retention::list_classes))
        .route("/retention/classes/choose", post(retention::choose_class))
        .route("/retention/minimum", post(retention::minimum))
        .route("/retention/access", post(retention::access))
        .route("/retention/plan", post(retention::plan))
        .route("/retention/run", post(disposals::run_now))
        .route("/retention/certificates/show", post(disposals::certificate))
        .route("/retention/certificates/list", post(disposals::certificates))
        .route("/intake/list", post(intake::list))
        .route("/intake/discard", post(intake::discard))
        .route("/keys/list", post(keys::list))
        .route("/keys/rotate", post(keys::rotate))
        .route("/sessions/list", post(sessions::list))
        .route("/imports/open", post(imports::open))
        .route("/imports/{tenant}/{session}/{stream}/{seq}", put(imports::put))
        .route("/imports/{tenant}/{session}/seal", post(imports::seal))
        .route("/backups", post(backups::backup))
        .route("/exports", post(exports::export))
        .route("/restores", post(restores::restore))
        // Its clients are this user's own commands, which send a frame at a time.
        .layer(DefaultBodyLimit::disable())
}
