//! Review as it runs: its listener and its routes.

use obhut_archive::Archive;
use obhut_listener::metrics::Metrics;
use obhut_listener::{Listener, ListenerError, Running, Stopped};

use crate::api::{self, ApiState};
use crate::config::ReviewConfig;
use crate::web::Transport;

/// The setting that names the address, for messages and metrics.
const SETTING: &str = "review";

/// Running review.
#[derive(Debug)]
pub struct Review(Running);

impl Review {
    /// Binds the address and serves.
    pub async fn start(
        archive: Archive,
        config: ReviewConfig,
        metrics: Metrics,
    ) -> Result<Self, ListenerError> {
        let certificate = config.certificate.as_ref();
        let transport = certificate.map_or(Transport::Clear, |_| Transport::Tls);
        let listener = Listener::bind(SETTING, config.address, certificate, config.listener).await?;
        let state = ApiState::new(archive, config.api, transport, metrics);
        Ok(Self(Running::start(listener, api::router(state))))
    }

    /// Where it listens, as in `http://127.0.0.1:7481`.
    pub fn origin(&self) -> &str {
        self.0.origin()
    }

    /// Stops taking connections and ends when running requests have.
    pub async fn shutdown(self) -> Stopped {
        self.0.shutdown().await
    }
}
