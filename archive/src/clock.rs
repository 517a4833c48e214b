//! Where time comes from: a value that is passed in, so that a test can set it and no command that writes takes
//! a clock from its caller.

use std::fmt::Debug;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use obhut_format::time::UtcMicros;

/// A source of the current instant.
pub trait Clock: Debug + Send + Sync + 'static {
    /// Now, in UTC.
    fn now(&self) -> UtcMicros;

    /// Time that only goes forward and counts only while this program runs: for silence, ages and time-outs.
    fn uptime(&self) -> Duration;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(
        clippy::disallowed_methods,
        reason = "the one place that reads the machine's clock"
    )]
    fn now(&self) -> UtcMicros {
        UtcMicros::new(jiff::Timestamp::now().as_microsecond()).unwrap_or(UtcMicros::MAX)
    }

    fn uptime(&self) -> Duration {
        static START: OnceLock<Instant> = OnceLock::new();
        START.get_or_init(Instant::now).elapsed()
    }
}

/// A clock that stands where it is set, for tests.
#[derive(Debug)]
pub struct SetClock {
    now: AtomicI64,
    uptime: AtomicU64,
}

impl SetClock {
    /// A clock that stands at `now`.
    pub fn at(now: UtcMicros) -> Self {
        Self {
            now: AtomicI64::new(now.get()),
            uptime: AtomicU64::new(0),
        }
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        self.now.fetch_add(
            i64::try_from(by.as_micros()).unwrap_or(i64::MAX),
            Ordering::SeqCst,
        );
        self.uptime.fetch_add(
            u64::try_from(by.as_micros()).unwrap_or(u64::MAX),
            Ordering::SeqCst,
        );
    }
}

impl Clock for SetClock {
    fn now(&self) -> UtcMicros {
        UtcMicros::new(self.now.load(Ordering::SeqCst)).unwrap_or(UtcMicros::MAX)
    }

    fn uptime(&self) -> Duration {
        Duration::from_micros(self.uptime.load(Ordering::SeqCst))
    }
}
