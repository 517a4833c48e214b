//! What the intake counts, and how it is read: `metrics` macros into a recorder for Prometheus.
//!
//! Every name starts with `obhut_` and ends with its unit. No label holds an id: tenants, devices and sessions are
//! nobody's business on a monitoring screen.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::http::StatusCode;
use metrics::{Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use obhut_archive::{Archive, Packed};
use parking_lot::Mutex;
use tokio::sync::Mutex as AsyncMutex;

const REQUESTS: &str = "obhut_intake_requests_total";
const REQUEST_SECONDS: &str = "obhut_intake_request_seconds";
const SESSIONS_OPENED: &str = "obhut_intake_sessions_opened_total";
const FRAMES: &str = "obhut_intake_frames_acknowledged_total";
const FRAMES_AGAIN: &str = "obhut_intake_frames_repeated_total";
const BYTES: &str = "obhut_intake_acknowledged_bytes_total";
const ACKNOWLEDGE_SECONDS: &str = "obhut_intake_acknowledge_seconds";
const LOST: &str = "obhut_intake_sessions_lost_total";
const LOG_USED: &str = "obhut_intake_log_used_bytes";
const LOG_BOUND: &str = "obhut_intake_log_bound_bytes";
const LOG_PRESSURE: &str = "obhut_intake_log_pressure_ratio";
const WAITING: &str = "obhut_archive_waiting_frames";
const OPEN_SESSIONS: &str = "obhut_archive_open_sessions";
const UNCOPIED: &str = "obhut_ledger_uncopied_leaves";
const SEGMENTS: &str = "obhut_packer_segments_total";
const PACKED_FRAMES: &str = "obhut_packer_frames_total";
const DUPLICATES: &str = "obhut_packer_duplicate_frames_total";
const ORIGINAL: &str = "obhut_packer_original_bytes_total";
const OBJECTS: &str = "obhut_packer_object_bytes_total";
const PACK_SECONDS: &str = "obhut_packer_pack_seconds";
const FAILURES: &str = "obhut_packer_failures_total";
const RUNNING: &str = "obhut_packer_running";

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
    describe_counter!(REQUESTS, "Requests answered, by method, route and status");
    describe_histogram!(
        REQUEST_SECONDS,
        Unit::Seconds,
        "From a request's headers to its answer"
    );
    describe_counter!(SESSIONS_OPENED, "Sessions opened");
    describe_counter!(FRAMES, "Frames made durable and acknowledged");
    describe_counter!(FRAMES_AGAIN, "Frames that had been acknowledged before");
    describe_counter!(BYTES, Unit::Bytes, "Original bytes of acknowledged frames");
    describe_histogram!(
        ACKNOWLEDGE_SECONDS,
        Unit::Seconds,
        "From the last byte of a frame until it is durable and acknowledged"
    );
    describe_counter!(LOST, "Sessions sealed because nothing was heard of them");
    describe_gauge!(LOG_USED, Unit::Bytes, "Bytes that the intake log takes on disk");
    describe_gauge!(LOG_BOUND, Unit::Bytes, "Bytes that the intake log may take");
    describe_gauge!(LOG_PRESSURE, "How full the intake log is, 0 to 1");
    describe_gauge!(
        WAITING,
        "Frames acknowledged that wait in the intake log for the packer"
    );
    describe_gauge!(OPEN_SESSIONS, "Sessions open or being sealed");
    describe_gauge!(UNCOPIED, "Ledger leaves whose copy is not in object storage yet");
    describe_counter!(SEGMENTS, "Segments committed");
    describe_counter!(PACKED_FRAMES, "Frames in committed segments");
    describe_counter!(
        DUPLICATES,
        "Frames in committed segments that repeat another whole"
    );
    describe_counter!(
        ORIGINAL,
        Unit::Bytes,
        "Original bytes of the frames in committed segments"
    );
    describe_counter!(
        OBJECTS,
        Unit::Bytes,
        "Bytes of committed segments in object storage"
    );
    describe_histogram!(
        PACK_SECONDS,
        Unit::Seconds,
        "From a claim to its committed segment"
    );
    describe_counter!(FAILURES, "Packs that failed and are tried again, by what failed");
    describe_gauge!(RUNNING, "Packs under way");
}

pub(crate) fn request(method: &str, route: &str, status: StatusCode, took: Duration) {
    // A client may make up methods without end.
    let method = match method {
        "GET" | "HEAD" | "PUT" | "POST" | "DELETE" | "PATCH" | "OPTIONS" => method,
        _ => "other",
    };
    let (method, route) = (method.to_owned(), route.to_owned());
    counter!(REQUESTS, "method" => method, "route" => route.clone(), "status" => status.as_u16().to_string())
        .increment(1);
    histogram!(REQUEST_SECONDS, "route" => route).record(took);
}

pub(crate) fn session_opened() {
    counter!(SESSIONS_OPENED).increment(1);
}

pub(crate) fn acknowledged(fresh: bool, bytes: u64, took: Duration) {
    if !fresh {
        counter!(FRAMES_AGAIN).increment(1);
        return;
    }
    counter!(FRAMES).increment(1);
    counter!(BYTES).increment(bytes);
    histogram!(ACKNOWLEDGE_SECONDS).record(took);
}

pub(crate) fn lost() {
    counter!(LOST).increment(1);
}

pub(crate) fn packed(packed: &Packed, took: Duration) {
    counter!(SEGMENTS).increment(1);
    counter!(PACKED_FRAMES).increment(packed.frames);
    counter!(DUPLICATES).increment(packed.duplicates);
    counter!(ORIGINAL).increment(packed.original_bytes);
    counter!(OBJECTS).increment(packed.object_bytes);
    histogram!(PACK_SECONDS).record(took);
}

pub(crate) fn pack_failed(what: &'static str) {
    counter!(FAILURES, "what" => what).increment(1);
}

pub(crate) fn packs_running(count: usize) {
    set(RUNNING, count as u64);
}
