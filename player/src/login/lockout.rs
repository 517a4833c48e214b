//! When a name is locked: for one network soon, for all of them only after many failures, so that one outsider alone keeps nobody out.

use std::time::Duration;

use obhut_archive::LockPolicy;

/// Failures in a row that are free.
const FREE: u64 = 4;

/// The first lock; each further failure doubles it.
const FIRST: Duration = Duration::from_mins(1);

/// The longest.
const LONGEST: Duration = Duration::from_mins(15);

/// Failures on one day, from all networks together, that are free. One network comes to about a hundred a day: whoever is to
/// be kept out everywhere takes several that guess all day, or a hundred at once.
const FREE_OF_DAY: u64 = 499;

/// When attempts are not looked at.
pub const LOCKS: LockPolicy = LockPolicy {
    place: lock_after,
    day: lock_of_day,
};

/// For how long a name is locked for all networks after so many failures on one day.
pub fn lock_of_day(failures: u64) -> Option<Duration> {
    (failures > FREE_OF_DAY).then_some(LONGEST)
}

/// For how long a name is locked for one network after so many failures in a row.
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
    fn one_network_that_guesses_all_day_does_not_lock_the_others_out() {
        let (mut failures, mut minutes) = (0, 0);
        while minutes < 24 * 60 {
            failures += 1;
            minutes += lock_after(failures).map_or(0, |lock| lock.as_secs() / 60);
        }
        assert_eq!(lock_of_day(4 * failures), None, "nor do four");
        assert_eq!(lock_of_day(500), Some(LONGEST));
    }

    #[test]
    fn no_number_of_failures_unlocks() {
        for failures in [36, 37, 68, 1 << 33, u64::MAX] {
            assert_eq!(lock_after(failures), Some(LONGEST), "{failures}");
        }
    }
}
