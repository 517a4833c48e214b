//! The control router, and how it is served.

use std::path::Path;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use obhut_listener::{Listener, ListenerError, ListenerLimits};
use std::time::Duration;
use tokio::io::DuplexStream;

use super::desk::Desk;
use super::{PREFIX, client, routes, socket};
use crate::failure::Failure;

/// Everything a command can ask for.
pub(crate) fn router(desk: Desk) -> Router {
    Router::new()
        .nest(PREFIX, routes::all().with_state(desk))
        .fallback(|| async {
            Failure::new(
                "the running server does not know this command",
                "use the version of obhut that the server runs",
            )
        })
}

/// Binds the control socket of a data folder, whose lock the caller holds.
pub(crate) fn bind(data: &Path) -> Result<Listener, ListenerError> {
    // Commands of this user, not the internet: they may be held up by a slow disk for long.
    let limits = ListenerLimits {
        body_rate: 1,
        body_grace: Duration::from_mins(10),
        answer_stall: Duration::from_mins(10),
        keep_alive: Duration::from_mins(10),
        shutdown: Duration::from_secs(4),
        ..ListenerLimits::default()
    };
    Listener::bind_unix("control", &socket(data), limits)
}

/// Serves one connection within this process until its other end is dropped.
pub(crate) fn serve_here(router: Router, stream: DuplexStream) {
    tokio::spawn(async move {
        let served =
            http1::Builder::new().serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
        if let Err(error) = served.await {
            tracing::debug!(%error, "control connection ended");
        }
    });
}

/// Whether a server answers on the control socket of a data folder.
pub(crate) async fn answers(data: &Path) -> bool {
    client::dial(&socket(data)).await.is_ok()
}
