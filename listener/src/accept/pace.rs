//! How long a sender may keep us waiting: a budget of waiting time that arriving bytes earn back. Pure.

use std::time::Duration;

/// The waiting time a sender has left.
///
/// It starts at the grace period, waiting uses it up, and every byte earns `1 / rate` seconds of it back, up to the grace
/// period and no further: a fast start buys no long silence later. Only time in which the receiver really waited is
/// charged, so a busy server never blames its client.
#[derive(Debug, Clone)]
pub(super) struct Pace {
    left: Duration,
    grace: Duration,
    bytes_per_second: u32,
}

impl Pace {
    pub(super) fn new(grace: Duration, bytes_per_second: u32) -> Self {
        Self {
            left: grace,
            grace,
            bytes_per_second: bytes_per_second.max(1),
        }
    }

    /// The longest wait from now on, nothing arriving.
    pub(super) fn left(&self) -> Duration {
        self.left
    }

    /// Accounts for a wait that `bytes` ended.
    pub(super) fn received(&mut self, waited: Duration, bytes: usize) {
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        let earned = Duration::from_secs_f64(f64::from(bytes) / f64::from(self.bytes_per_second));
        self.left = self
            .left
            .saturating_sub(waited)
            .saturating_add(earned)
            .min(self.grace);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn silence_uses_the_grace_up() {
        let mut pace = Pace::new(10 * SECOND, 1_000);
        pace.received(4 * SECOND, 0);
        assert_eq!(pace.left(), 6 * SECOND);
        pace.received(60 * SECOND, 0);
        assert_eq!(pace.left(), Duration::ZERO);
    }

    #[test]
    fn a_sender_at_the_rate_goes_on_for_ever() {
        let mut pace = Pace::new(2 * SECOND, 1_000);
        for _ in 0..10_000 {
            pace.received(SECOND, 1_000);
            assert!(pace.left() >= SECOND);
        }
    }

    #[test]
    fn one_byte_a_second_is_found_out() {
        let mut pace = Pace::new(10 * SECOND, 1_000);
        let mut seconds = 0;
        // The wait for the next byte is ended once it is longer than what is left.
        while pace.left() >= SECOND {
            pace.received(SECOND, 1);
            seconds += 1;
        }
        assert_eq!(seconds, 10);
    }

    #[test]
    fn a_fast_start_buys_no_long_silence() {
        let mut pace = Pace::new(10 * SECOND, 1_000);
        pace.received(Duration::ZERO, 64 * 1024 * 1024);
        assert_eq!(pace.left(), 10 * SECOND);
    }
}
