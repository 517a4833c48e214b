//! Counters of the log, for metrics and tests.

use std::sync::atomic::{AtomicU64, Ordering};

macro_rules! counters {
    ($($(#[$doc:meta])* $name:ident,)+) => {
        /// Counts since the log was opened.
        #[derive(Debug, Default)]
        pub struct IntakeStats { $($(#[$doc])* pub(super) $name: AtomicU64,)+ }

        /// The counters at one moment.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
        pub struct IntakeCounts { $($(#[$doc])* pub $name: u64,)+ }

        impl IntakeStats {
            /// Reads all counters.
            pub fn counts(&self) -> IntakeCounts {
                IntakeCounts { $($name: self.$name.load(Ordering::Relaxed),)+ }
            }
        }
    };
}

counters! {
    /// Entries acknowledged.
    entries,
    /// Bytes of these entries in the log.
    entry_bytes,
    /// Groups written, each with one fdatasync.
    groups,
    /// Entries refused because there was no room.
    refused_full,
    /// Entries refused because of a disk error.
    refused_failed,
    /// Disk errors that stopped intake.
    stops,
    /// Recoveries after such a stop.
    recoveries,
    /// Entries found damaged when they were read.
    damaged_reads,
    /// Files created.
    files_created,
    /// Files deleted because everything in them was released.
    files_deleted,
}

/// Adds to one of the counters.
pub(super) fn add(counter: &AtomicU64, count: u64) {
    counter.fetch_add(count, Ordering::Relaxed);
}
