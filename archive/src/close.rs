//! Closing an archive in order: what is acknowledged is durable at every moment, so this only saves the next start
//! some work.

use crate::Archive;

impl Archive {
    /// Copies the ledger, empties the write-ahead log, settles the objects' folder and closes the catalog. Call it when nothing writes any more.
    pub async fn close(&self) {
        if let Err(error) = self.copy_ledger().await {
            tracing::warn!(error = %error, "the ledger was not copied to object storage at the end");
        }
        if let Err(error) = self.catalog().checkpoint_wal().await {
            tracing::warn!(error = %error, "the catalog's write-ahead log was not emptied at the end");
        }
        let objects = self.objects().clone();
        match tokio::task::spawn_blocking(move || objects.settle()).await {
            Ok(Ok(())) => {}
            // The next start looks for what torn writes have left, as after a crash.
            Ok(Err(error)) => tracing::warn!(%error, "the objects' folder was not settled at the end"),
            Err(error) => tracing::warn!(%error, "the objects' folder was not settled at the end"),
        }
        self.catalog().close().await;
    }
}
