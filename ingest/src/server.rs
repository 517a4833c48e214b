//! The running intake: its listener, its routes, and what goes on beside them.

use std::net::SocketAddr;
use std::time::Duration;

use obhut_archive::Archive;
use obhut_listener::metrics::Metrics;
use obhut_listener::{Listener, ListenerError, Running, Stopped};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::api::{self, ApiState};
use crate::config::{ConfigError, IntakeConfig};
use crate::lost;

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
    running: Running,
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
        let state = ApiState::new(archive, config.api, metrics.clone());
        let running = Running::start(listener, api::router(state.clone()));
        let beside = vec![
            tokio::spawn(lost::keep_sealing(state, config.lost, running.stopping())),
            tokio::spawn(upkeep(metrics, running.stopping())),
        ];
        Ok(Self {
            address,
            running,
            beside,
        })
    }

    /// The address that was bound, with the port that the system chose.
    pub fn local_address(&self) -> SocketAddr {
        self.address
    }

    /// What clients call it, such as `http://127.0.0.1:8080`.
    pub fn origin(&self) -> &str {
        self.running.origin()
    }

    /// Stops accepting, lets requests under way end, and ends.
    pub async fn shutdown(self) -> Stopped {
        self.running.stop();
        for task in self.beside {
            // A panic there was reported when it happened.
            let _ = task.await;
        }
        self.running.shutdown().await
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
