//! Review as it runs: its listener and its routes.

use std::sync::Arc;
use std::time::Duration;

use obhut_archive::Archive;
use obhut_listener::metrics::Metrics;
use obhut_listener::{Listener, ListenerError, Running, Stopped};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::api::{self, ApiState};
use crate::bundles::Bundles;
use crate::config::ReviewConfig;
use crate::disposals::Disposals;
use crate::login::Passwords;
use crate::web::Transport;

/// The setting that names the address, for messages and metrics.
const SETTING: &str = "review";

/// How often logins that are over are swept away.
const SWEEP_EVERY: Duration = Duration::from_mins(10);

/// How long failed attempts are remembered.
const FAILURES_KEPT: Duration = Duration::from_hours(24);

/// Running review.
#[derive(Debug)]
pub struct Review {
    running: Running,
    sweeper: JoinHandle<()>,
}

impl Review {
    /// Binds the address and serves.
    pub async fn start(
        archive: Archive,
        config: ReviewConfig,
        metrics: Metrics,
        passwords: Passwords,
        bundles: Arc<dyn Bundles>,
        disposals: Arc<dyn Disposals>,
    ) -> Result<Self, ListenerError> {
        let certificate = config.certificate.as_ref();
        let transport = certificate.map_or(Transport::Clear, |_| Transport::Tls);
        let listener = Listener::bind(SETTING, config.address, certificate, config.listener).await?;
        let idle = config.api.idle;
        let state = ApiState::new(
            archive.clone(),
            config.api,
            transport,
            metrics,
            passwords,
            bundles,
            disposals,
        );
        let running = Running::start(listener, api::router(state));
        let sweeper = tokio::spawn(keep_sweeping(archive, idle, running.stopping()));
        Ok(Self { running, sweeper })
    }

    /// Where it listens, as in `http://127.0.0.1:7481`.
    pub fn origin(&self) -> &str {
        self.running.origin()
    }

    /// Stops taking connections and ends when running requests have.
    pub async fn shutdown(self) -> Stopped {
        self.running.stop();
        // A panic there was reported when it happened.
        let _ = self.sweeper.await;
        self.running.shutdown().await
    }
}

/// Removes logins that are over, now and then; whether one is over is judged at every request all the same.
async fn keep_sweeping(archive: Archive, idle: Duration, mut stop: watch::Receiver<bool>) {
    loop {
        if let Err(error) = archive.sweep_logins(idle, FAILURES_KEPT).await {
            tracing::warn!(%error, "can't sweep away logins that are over");
        }
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = tokio::time::sleep(SWEEP_EVERY) => {}
        }
    }
}
