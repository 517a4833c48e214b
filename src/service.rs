//! An open archive with everything that goes on beside its callers: packing, copying the ledger, deleting what is due,
//! removing orphans.
//! Used by `serve`, and by commands that open the archive themselves.

use std::time::Duration;

use obhut_archive::Archive;
use obhut_ingest::config::PackerConfig;
use obhut_ingest::packer::Packer;
use obhut_retention::automatic::{RetentionConfig, keep_running};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::failure::Failure;

/// How often new ledger leaves are copied to object storage.
const COPY_EVERY: Duration = Duration::from_secs(10);

/// Longest that packs under way are waited for at the end; what they pack stays in the intake log.
const LAST_PACKS: Duration = Duration::from_secs(3);

/// Longest that closing the archive may take; everything acknowledged is durable without it.
const LAST_WRITES: Duration = Duration::from_secs(2);

/// What goes on while the archive is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Duties {
    /// Nothing: the command asks and ends.
    Answer,
    /// Frames are packed: the command imports.
    Pack,
    /// Everything: the archive is open for long.
    All,
}

/// How what goes on is done.
#[derive(Debug, Clone)]
pub(crate) struct Beside {
    /// The packer.
    pub packer: PackerConfig,
    /// Deleting what is due.
    pub retention: RetentionConfig,
}

/// An open archive at work.
#[derive(Debug)]
pub(crate) struct Service {
    archive: Archive,
    packer: Option<Packer>,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl Service {
    /// Starts what the duties ask for.
    pub(crate) fn start(archive: Archive, config: &Beside, duties: Duties) -> Self {
        let (stop, stopped) = watch::channel(false);
        let packer =
            (duties != Duties::Answer).then(|| Packer::start(archive.clone(), config.packer.clone()));
        let mut tasks = Vec::new();
        if duties == Duties::All {
            tasks.push(tokio::spawn(copy_ledger(archive.clone(), stopped.clone())));
            tasks.push(tokio::spawn(obhut_retention::orphans::keep_removing(
                archive.clone(),
                stopped.clone(),
            )));
            tasks.push(tokio::spawn(keep_running(
                archive.clone(),
                config.retention,
                stopped,
            )));
        }
        Self {
            archive,
            packer,
            stop,
            tasks,
        }
    }

    /// The archive.
    pub(crate) fn archive(&self) -> &Archive {
        &self.archive
    }

    /// Ends everything in order. Bounded: whoever waits for the process to end gets it.
    pub(crate) async fn stop(self) {
        let Self {
            archive,
            packer,
            stop,
            tasks,
        } = self;
        stop.send_replace(true);
        if let Some(packer) = packer
            && tokio::time::timeout(LAST_PACKS, packer.shutdown()).await.is_err()
        {
            tracing::warn!("packs outlasted the shutdown; their frames stay in the intake log");
        }
        for task in tasks {
            // A panic there was reported when it happened.
            let _ = tokio::time::timeout(LAST_WRITES, task).await;
        }
        if tokio::time::timeout(LAST_WRITES, archive.close()).await.is_err() {
            tracing::warn!("closing outlasted the shutdown; the next start takes up what is left");
        }
    }
}

/// Copies ledger leaves to object storage every few seconds.
async fn copy_ledger(archive: Archive, mut stop: watch::Receiver<bool>) {
    let mut failing = false;
    loop {
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = tokio::time::sleep(COPY_EVERY) => {}
        }
        match archive.copy_ledger().await {
            Ok(_) => failing = false,
            Err(error) => {
                // Once for each time that it starts.
                if !failing {
                    tracing::error!(%error, "the ledger can't be copied to object storage; trying on");
                }
                failing = true;
            }
        }
    }
}

/// Resolves when the process is asked to end.
pub(crate) async fn asked_to_end() -> Result<(), Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).map_err(Failure::internal)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Failure::internal)?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}
