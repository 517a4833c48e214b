//! What the intake and the packer count.
//!
//! Every name starts with `obhut_` and ends with its unit. No label holds an id: tenants, devices and sessions are
//! nobody's business on a monitoring screen.

use std::time::Duration;

use metrics::{Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use obhut_archive::Packed;
use obhut_listener::observe::Counted;

const SESSIONS_OPENED: &str = "obhut_intake_sessions_opened_total";
const FRAMES: &str = "obhut_intake_frames_acknowledged_total";
const FRAMES_AGAIN: &str = "obhut_intake_frames_repeated_total";
const BYTES: &str = "obhut_intake_acknowledged_bytes_total";
const ACKNOWLEDGE_SECONDS: &str = "obhut_intake_acknowledge_seconds";
const LOST: &str = "obhut_intake_sessions_lost_total";
const SEGMENTS: &str = "obhut_packer_segments_total";
const PACKED_FRAMES: &str = "obhut_packer_frames_total";
const DUPLICATES: &str = "obhut_packer_duplicate_frames_total";
const ORIGINAL: &str = "obhut_packer_original_bytes_total";
const OBJECTS: &str = "obhut_packer_object_bytes_total";
const PACK_SECONDS: &str = "obhut_packer_pack_seconds";
const FAILURES: &str = "obhut_packer_failures_total";
const RUNNING: &str = "obhut_packer_running";

/// The intake's requests.
pub(crate) const INTAKE: Counted = Counted {
    requests: "obhut_intake_requests_total",
    seconds: "obhut_intake_request_seconds",
};

/// Says what the names mean; to be called once there is a recorder.
pub(crate) fn describe() {
    INTAKE.describe();
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
    #[expect(
        clippy::cast_precision_loss,
        reason = "gauges are floating-point; packs are few"
    )]
    gauge!(RUNNING).set(count as f64);
}
