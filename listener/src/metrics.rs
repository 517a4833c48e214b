//! How what is counted is read: `metrics` macros go into a recorder for Prometheus; here are the gauges that are the archive's.
//!
//! Every name starts with `obhut_` and ends with its unit. No label holds an id: tenants, devices and sessions are
//! nobody's business on a monitoring screen.

use std::sync::{Arc, OnceLock};

use metrics::{Unit, describe_gauge, gauge};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use obhut_archive::Archive;
use parking_lot::Mutex;
use tokio::sync::Mutex as AsyncMutex;

const LOG_USED: &str = "obhut_intake_log_used_bytes";
const LOG_BOUND: &str = "obhut_intake_log_bound_bytes";
const LOG_PRESSURE: &str = "obhut_intake_log_pressure_ratio";
const WAITING: &str = "obhut_archive_waiting_frames";
const OPEN_SESSIONS: &str = "obhut_archive_open_sessions";
const UNCOPIED: &str = "obhut_ledger_uncopied_leaves";

/// From a millisecond, a group commit on a fast disk, to half a minute.
const SECONDS: &[f64] = &[
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
];

/// The process's recorder, and the way to read it. Cheap to clone.
#[derive(Clone)]
pub struct Metrics {
    handle: PrometheusHandle,
    /// Reading sets gauges; two readers at once would mix theirs.
    reading: Arc<AsyncMutex<()>>,
}

impl std::fmt::Debug for Metrics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Metrics")
    }
}

/// Why nothing can be counted.
#[derive(Debug, thiserror::Error)]
#[error("can't install the metrics recorder: {0}")]
pub struct MetricsError(#[from] BuildError);

impl Metrics {
    /// Installs the recorder of this process, or gives the one that was installed by an earlier call.
    pub fn install() -> Result<Self, MetricsError> {
        static INSTALLED: OnceLock<Metrics> = OnceLock::new();
        static INSTALLING: Mutex<()> = Mutex::new(());
        let _one = INSTALLING.lock();
        if let Some(metrics) = INSTALLED.get() {
            return Ok(metrics.clone());
        }
        let handle = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), SECONDS)?
            .install_recorder()?;
        describe();
        Ok(INSTALLED
            .get_or_init(|| Self {
                handle,
                reading: Arc::default(),
            })
            .clone())
    }

    /// The text that Prometheus reads, with the archive's gauges as they are now.
    pub async fn render(&self, archive: &Archive) -> String {
        let _one = self.reading.lock().await;
        let stats = archive.stats();
        set(LOG_USED, stats.intake_used_bytes);
        set(LOG_BOUND, stats.intake_bound_bytes);
        gauge!(LOG_PRESSURE).set(f64::from(archive.intake_pressure()));
        set(WAITING, stats.waiting_frames);
        set(OPEN_SESSIONS, stats.open_sessions);
        match archive.uncopied_leaves().await {
            Ok(leaves) => set(UNCOPIED, leaves),
            // The gauge keeps what it said last; the rest is worth having all the same.
            Err(error) => tracing::warn!(error = %error, "can't count the ledger leaves that are not copied"),
        }
        self.handle.render()
    }

    /// Moves samples out of the buffers of histograms, which grow until somebody does; to be called every few seconds.
    pub fn upkeep(&self) {
        self.handle.run_upkeep();
    }
}

fn set(name: &'static str, value: u64) {
    #[expect(
        clippy::cast_precision_loss,
        reason = "gauges are floating-point; 2^53 bytes are 9 petabytes"
    )]
    gauge!(name).set(value as f64);
}

fn describe() {
    describe_gauge!(LOG_USED, Unit::Bytes, "Bytes that the intake log takes on disk");
    describe_gauge!(LOG_BOUND, Unit::Bytes, "Bytes that the intake log may take");
    describe_gauge!(LOG_PRESSURE, "How full the intake log is, 0 to 1");
    describe_gauge!(
        WAITING,
        "Frames acknowledged that wait in the intake log for the packer"
    );
    describe_gauge!(OPEN_SESSIONS, "Sessions open or being sealed");
    describe_gauge!(UNCOPIED, "Ledger leaves whose copy is not in object storage yet");
}
