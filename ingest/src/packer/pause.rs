//! How long to wait after a failure: doubling, without dice, up to a longest pause. Pure.

use std::time::Duration;

/// The pauses of one thing that may fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Pause {
    failures: u32,
    until: Duration,
}

/// What a pause is made of.
#[derive(Debug, Clone, Copy)]
pub(super) struct PauseRule {
    pub(super) first: Duration,
    pub(super) longest: Duration,
}

impl Pause {
    /// Notes a failure at `now`. Returns whether it is the first after a success.
    pub(super) fn failed(&mut self, rule: PauseRule, now: Duration) -> bool {
        let doubled = rule.first.saturating_mul(2u32.saturating_pow(self.failures));
        self.until = now.saturating_add(doubled.min(rule.longest));
        self.failures = self.failures.saturating_add(1);
        self.failures == 1
    }

    /// Notes a success. Returns whether it ends a row of failures.
    pub(super) fn succeeded(&mut self) -> bool {
        let ended = self.failures > 0;
        *self = Self::default();
        ended
    }

    /// Whether it still waits at `now`.
    pub(super) fn holds(&self, now: Duration) -> bool {
        self.failures > 0 && now < self.until
    }

    /// Whether so much time went by since it ended that nobody seems to try any more.
    pub(super) fn is_stale(&self, rule: PauseRule, now: Duration) -> bool {
        now > self
            .until
            .saturating_add(rule.longest)
            .saturating_add(rule.longest)
    }

    /// Whether the last outcome was a failure.
    pub(super) fn failing(&self) -> bool {
        self.failures > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: PauseRule = PauseRule {
        first: Duration::from_secs(1),
        longest: Duration::from_secs(30),
    };

    #[test]
    fn pauses_double_up_to_the_longest() {
        let mut pause = Pause::default();
        let now = Duration::from_secs(100);
        let mut seconds = Vec::new();
        for _ in 0..40 {
            pause.failed(RULE, now);
            seconds.push(pause.until.saturating_sub(now).as_secs());
        }
        assert_eq!(seconds[..7], [1, 2, 4, 8, 16, 30, 30]);
        assert_eq!(seconds.last(), Some(&30));
    }

    #[test]
    fn a_change_is_told_once() {
        let mut pause = Pause::default();
        assert!(!pause.succeeded());
        assert!(pause.failed(RULE, Duration::ZERO));
        assert!(!pause.failed(RULE, Duration::ZERO));
        assert!(pause.succeeded());
        assert!(!pause.succeeded());
        assert!(!pause.holds(Duration::ZERO));
    }
}
