//! A listener that serves, and how it is stopped.

use axum::Router;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::accept::{Listener, Stopped};

/// A listener that serves a router in a task of its own.
#[derive(Debug)]
pub struct Running {
    origin: String,
    stop: watch::Sender<bool>,
    served: JoinHandle<Stopped>,
}

impl Running {
    /// Starts serving.
    pub fn start(listener: Listener, router: Router) -> Self {
        let origin = listener.origin().unwrap_or_default();
        let (stop, mut stopped) = watch::channel(false);
        let served = tokio::spawn(listener.serve(router, async move {
            // Its sender is gone only when the listener is to stop.
            let _ = stopped.wait_for(|stop| *stop).await;
        }));
        Self { origin, stop, served }
    }

    /// What clients call it, such as `http://127.0.0.1:7480`.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Becomes true when the listener is to stop, for what goes on beside it.
    pub fn stopping(&self) -> watch::Receiver<bool> {
        self.stop.subscribe()
    }

    /// Lets it know that it is to stop.
    pub fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// Stops accepting, lets requests under way end, and ends.
    pub async fn shutdown(self) -> Stopped {
        self.stop();
        self.served.await.unwrap_or(Stopped { cut: 0 })
    }
}
