//! The running intake: its listener, its routes, and what goes on beside them.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use obhut_archive::Archive;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::api::{self, ApiState};
use crate::config::{ApiConfig, ConfigError, IntakeConfig, ReviewConfig};
use crate::listener::{Listener, ListenerError, Stopped};
use crate::lost;
use crate::metrics::Metrics;

/// The setting that names the address, for messages and metrics.
const SETTING: &str = "intake";

/// How often histograms are emptied.
const UPKEEP: Duration = Duration::from_secs(5);

/// Why the intake does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Settings that can't be; all of them.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Config(Vec<ConfigError>),
    /// The address can't be had, the certificate can't be used, or clear text would leave the machine.
    #[error(transparent)]
    Listener(#[from] ListenerError),
}

/// A running intake.
#[derive(Debug)]
pub struct Intake {
    address: SocketAddr,
    origin: String,
    stop: watch::Sender<bool>,
    served: JoinHandle<Stopped>,
    beside: Vec<JoinHandle<()>>,
}

impl Intake {
    /// Binds the address and serves. The packer is not part of it: it works for imports too.
    pub async fn start(archive: Archive, config: IntakeConfig, metrics: Metrics) -> Result<Self, StartError> {
        let problems = config.api.problems();
        if !problems.is_empty() {
            return Err(StartError::Config(problems));
        }
        let listener = Listener::bind(
            SETTING,
            config.address,
            config.certificate.as_ref(),
            config.listener,
        )
        .await?;
        let address = listener.local_address().unwrap_or(config.address);
        let origin = listener.origin().unwrap_or_default();
        let state = ApiState::new(archive, config.api, metrics.clone());
        let (stop, stopped) = watch::channel(false);
        let router: Router = api::router(state.clone());
        let mut listener_stop = stopped.clone();
        let served = tokio::spawn(listener.serve(router, async move {
            // Its sender is gone only when the intake is.
            let _ = listener_stop.wait_for(|stop| *stop).await;
        }));
        let beside = vec![
            tokio::spawn(lost::keep_sealing(state, config.lost, stopped.clone())),
            tokio::spawn(upkeep(metrics, stopped)),
        ];
        Ok(Self {
            address,
            origin,
            stop,
            served,
            beside,
        })
    }

    /// The address that was bound, with the port that the system chose.
    pub fn local_address(&self) -> SocketAddr {
        self.address
    }

    /// What clients call it, such as `http://127.0.0.1:8080`.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Stops accepting, lets requests under way end, and ends.
    pub async fn shutdown(self) -> Stopped {
        self.stop.send_replace(true);
        for task in self.beside {
            // A panic there was reported when it happened.
            let _ = task.await;
        }
        self.served.await.unwrap_or(Stopped { cut: 0 })
    }
}

/// The second address: how the service is, apart from the intake, which may face the internet.
#[derive(Debug)]
pub struct Review {
    origin: String,
    stop: watch::Sender<bool>,
    served: JoinHandle<Stopped>,
}

impl Review {
    /// Starts listening.
    pub async fn start(archive: Archive, config: ReviewConfig, metrics: Metrics) -> Result<Self, StartError> {
        let certificate = config.certificate.as_ref();
        let listener = Listener::bind("review", config.address, certificate, config.listener).await?;
        let origin = listener.origin().unwrap_or_default();
        let router = api::service_router(ApiState::new(archive, ApiConfig::default(), metrics));
        let (stop, mut stopped) = watch::channel(false);
        let served = tokio::spawn(listener.serve(router, async move {
            // Its sender is gone only when the listener is to stop.
            let _ = stopped.wait_for(|stop| *stop).await;
        }));
        Ok(Self { origin, stop, served })
    }

    /// Where it listens, as in `http://127.0.0.1:7481`.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Stops taking connections and ends when running requests have.
    pub async fn shutdown(self) -> Stopped {
        self.stop.send_replace(true);
        self.served.await.unwrap_or(Stopped { cut: 0 })
    }
}

async fn upkeep(metrics: Metrics, mut stop: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = tokio::time::sleep(UPKEEP) => metrics.upkeep(),
        }
    }
}
