//! How often one client may ask: a token bucket each. Pure but for the lock; the instant is passed in.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::Duration;

use parking_lot::Mutex;

/// Above this many buckets, those that are full again are forgotten: a full bucket says nothing.
const KEPT: usize = 10_000;

/// A token bucket for each client.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RateConfig {
    /// Requests a second in the long run.
    pub per_second: f64,
    /// Requests at once after a pause.
    pub burst: f64,
}

/// The buckets of all clients, by what tells them apart.
#[derive(Debug)]
pub struct Rates<K> {
    config: RateConfig,
    buckets: Mutex<HashMap<K, Bucket>>,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    left: f64,
    at: Duration,
}

impl Bucket {
    fn refill(&mut self, config: &RateConfig, now: Duration) {
        let earned = now.saturating_sub(self.at).as_secs_f64() * config.per_second;
        self.left = (self.left + earned).min(config.burst);
        self.at = now;
    }
}

impl<K: Eq + Hash> Rates<K> {
    /// Nobody has asked yet.
    pub fn new(config: RateConfig) -> Self {
        Self {
            config,
            buckets: Mutex::default(),
        }
    }

    /// Takes one request's worth at `now` (the clock's uptime), or says how long until there is one.
    pub fn take(&self, client: K, now: Duration) -> Result<(), Duration> {
        let config = &self.config;
        let mut buckets = self.buckets.lock();
        if buckets.len() > KEPT {
            buckets.retain(|_, bucket| {
                bucket.refill(config, now);
                bucket.left < config.burst
            });
        }
        let bucket = buckets.entry(client).or_insert(Bucket {
            left: config.burst,
            at: now,
        });
        bucket.refill(config, now);
        if bucket.left >= 1.0 {
            bucket.left -= 1.0;
            return Ok(());
        }
        let wait = (1.0 - bucket.left) / config.per_second;
        Err(Duration::try_from_secs_f64(wait).unwrap_or(Duration::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn rates() -> Rates<usize> {
        Rates::new(RateConfig {
            per_second: 2.0,
            burst: 3.0,
        })
    }

    #[test]
    fn a_burst_is_let_through_and_then_the_rate() {
        let rates = rates();
        for _ in 0..3 {
            assert_eq!(rates.take(1, SECOND), Ok(()));
        }
        assert_eq!(rates.take(1, SECOND), Err(SECOND / 2));
        assert_eq!(rates.take(1, 2 * SECOND), Ok(()));
        assert_eq!(rates.take(1, 2 * SECOND), Ok(()));
        assert!(rates.take(1, 2 * SECOND).is_err());
    }

    #[test]
    fn one_client_does_not_use_up_anothers() {
        let rates = rates();
        while rates.take(1, SECOND).is_ok() {}
        assert_eq!(rates.take(2, SECOND), Ok(()));
    }

    #[test]
    fn a_long_pause_earns_no_more_than_the_burst() {
        let rates = rates();
        assert_eq!(rates.take(1, SECOND), Ok(()));
        let later = 1_000 * SECOND;
        let taken = std::iter::repeat_with(|| rates.take(1, later))
            .take_while(Result::is_ok)
            .count();
        assert_eq!(taken, 3);
    }

    #[test]
    fn clients_that_went_quiet_are_forgotten() {
        let rates = rates();
        for n in 0..=KEPT {
            assert_eq!(rates.take(n, SECOND), Ok(()));
        }
        assert_eq!(rates.take(9, 100 * SECOND), Ok(()));
        assert_eq!(rates.buckets.lock().len(), 1);
    }
}
