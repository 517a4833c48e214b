//! When a name is locked.

use std::time::Duration;

/// Failures in a row that are free.
const FREE: u64 = 4;

/// The first lock; each further failure doubles it.
const FIRST: Duration = Duration::from_mins(1);

/// The longest.
const LONGEST: Duration = Duration::from_mins(15);

/// For how long a name is locked after so many failures in a row.
pub fn lock_after(failures: u64) -> Option<Duration> {
    let doublings = failures.checked_sub(FREE + 1)?;
    let factor = u32::try_from(doublings)
        .ok()
        .and_then(|doublings| 1_u32.checked_shl(doublings));
    let lock = factor.and_then(|factor| FIRST.checked_mul(factor));
    Some(lock.unwrap_or(LONGEST).min(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fifth_failure_locks_for_a_minute_and_each_further_one_for_twice_as_long() {
        let minutes: Vec<_> = (0..12)
            .map(|failures| lock_after(failures).map_or(0, |lock| lock.as_secs() / 60))
            .collect();
        assert_eq!(minutes, [0, 0, 0, 0, 0, 1, 2, 4, 8, 15, 15, 15]);
    }

    #[test]
    fn no_number_of_failures_unlocks() {
        for failures in [36, 37, 68, 1 << 33, u64::MAX] {
            assert_eq!(lock_after(failures), Some(LONGEST), "{failures}");
        }
    }
}
