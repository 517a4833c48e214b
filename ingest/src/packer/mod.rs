//! The packer: takes frames that have waited long enough out of the intake log and makes them segments.
//!
//! One task dispatches, a bounded number of packs runs at once within a bounded memory. Owns the pauses after a failure:
//! an object store that is down is asked again after 1 s, 2 s, 4 s … 30 s; a session that can't be packed is left alone
//! for as long, and does not hold up the others. Nothing is lost by any of it: frames leave the intake log only when
//! their segment is committed.

mod pause;
mod work;

use obhut_archive::Archive;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::config::PackerConfig;
use work::Dispatcher;

/// The running packer.
#[derive(Debug)]
pub struct Packer {
    orders: mpsc::UnboundedSender<Order>,
    task: JoinHandle<()>,
}

/// What the dispatcher is told.
#[derive(Debug)]
enum Order {
    /// Pack all there is, without waiting for company, and say when it is done.
    Flush(oneshot::Sender<Flushed>),
    /// Begin nothing more.
    Stop,
}

/// How a flush ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flushed {
    /// Every frame that had been acknowledged is in a committed segment.
    All,
    /// Something failed; it is tried again later, as ever.
    Failed,
}

impl Packer {
    /// Starts packing.
    pub fn start(archive: Archive, config: PackerConfig) -> Self {
        let (orders, received) = mpsc::unbounded_channel();
        let task = tokio::spawn(Dispatcher::new(archive, config).run(received));
        Self { orders, task }
    }

    /// Packs everything that waits now, however young, and finishes the seals that waited for it.
    pub async fn flush(&self) -> Flushed {
        let (done, flushed) = oneshot::channel();
        // Both fail only when the dispatcher is gone; then nothing was packed.
        let _ = self.orders.send(Order::Flush(done));
        flushed.await.unwrap_or(Flushed::Failed)
    }

    /// Begins nothing more, and waits for the packs under way. What is not packed stays in the intake log.
    pub async fn shutdown(self) {
        // Fails only when the dispatcher is gone already.
        let _ = self.orders.send(Order::Stop);
        let _ = self.task.await;
    }
}
