//! Deleting by itself while the archive is served: at the start, which goes on with what was broken off, and then again and
//! again.

use std::time::Duration;

use obhut_archive::{Archive, PurgeError};
use obhut_format::time::SignedMicros;
use tokio::sync::watch;

use crate::due::Due;
use crate::run::{Ran, run};

/// How often it is looked what is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetentionConfig {
    /// The time between two runs.
    pub every: Duration,
}

impl Default for RetentionConfig {
    fn default() -> Self {
        Self {
            every: Duration::from_hours(1),
        }
    }
}

/// What was due so long ago and is still there is overdue: every run since has failed to delete it, or none has run.
const OVERDUE_AFTER_DAYS: u32 = 1;

/// Runs until it is told to stop.
pub async fn keep_running(archive: Archive, config: RetentionConfig, mut stop: watch::Receiver<bool>) {
    describe();
    loop {
        match run(&archive, None, Some(&stop)).await {
            Ok(ran) => tell(&ran),
            // By hand; it deletes the same.
            Err(PurgeError::Running) => {}
            Err(error) => tracing::error!(%error, "what is due can't be deleted; trying again"),
        }
        match overdue(&archive).await {
            Ok(count) => {
                #[expect(clippy::cast_precision_loss, reason = "a gauge")]
                metrics::gauge!("obhut_retention_overdue_sessions").set(count as f64);
            }
            Err(error) => tracing::warn!(%error, "what is overdue can't be counted"),
        }
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = tokio::time::sleep(config.every) => {}
        }
    }
}

fn describe() {
    metrics::describe_gauge!(
        "obhut_retention_overdue_sessions",
        "Sessions that should have been deleted a day ago and are still there; held ones are not counted"
    );
    metrics::describe_counter!("obhut_retention_deleted_sessions_total", "Sessions deleted");
    metrics::describe_counter!(
        "obhut_retention_failures_total",
        "Deletions, or whole runs, that failed and are tried again"
    );
    metrics::counter!("obhut_retention_deleted_sessions_total").increment(0);
    metrics::counter!("obhut_retention_failures_total").increment(0);
}

fn tell(ran: &Ran) {
    if let Some(error) = &ran.stopped {
        tracing::error!(%error, "what is due can't be deleted; trying again");
    }
    for unseen in &ran.unseen {
        tracing::error!(error = %unseen, "a tenant's sessions can't be deleted; trying again");
    }
    for unfinished in &ran.failed {
        tracing::error!(
            session.id = %unfinished.session.session, error = %unfinished.why,
            "a session can't be deleted; trying again"
        );
    }
    for unfinished in &ran.waiting {
        tracing::info!(session.id = %unfinished.session.session, why = %unfinished.why, "a deletion waits");
    }
}

/// Sessions that should have been deleted a day ago and are still there, or have no certificate yet. Those of which it can't be
/// read how far their deletion is count at once.
pub async fn overdue(archive: &Archive) -> Result<u64, PurgeError> {
    let now = archive.clock().now();
    let day = SignedMicros::from_days(OVERDUE_AFTER_DAYS);
    let Some(before) = now.checked_add(SignedMicros(-day.0)) else {
        return Ok(0);
    };
    let under_way = archive.purges().await?;
    let begun = under_way.purges.iter();
    let mut count = begun.filter(|purge| purge.record.intent.at <= before).count() + under_way.damaged.len();
    let tenants = archive
        .tenants()
        .await
        .map_err(|error| PurgeError::Task(error.to_string()))?;
    let mut due = Due::of(archive, tenants, before);
    while let Some(page) = due.next().await {
        match page {
            Ok(page) => count += page.plan.deletions().len(),
            Err(unseen) => tracing::warn!(error = %unseen, "what is overdue can't be counted"),
        }
    }
    Ok(count as u64)
}
