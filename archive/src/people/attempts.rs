//! Attempts to prove a password, and how often they failed.

use std::net::IpAddr;
use std::time::Duration;

use obhut_format::ids::UserId;
use obhut_format::time::UtcMicros;

use super::logins::later;
use super::users::{User, fold_user_name};
use crate::Archive;
use crate::admin::AdminError;
use crate::catalog::logins::{self, FailuresRow};
use crate::catalog::{CatalogError, Tx};
use crate::keys::Keys;

const DAY_US: i64 = 24 * 60 * 60 * 1_000_000;

/// An attempt to prove a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attempt {
    /// To log in.
    LogIn {
        /// Under this name, known or not.
        name: String,
        /// From this network; `None`: from no network that is known.
        from: Option<IpAddr>,
    },
    /// Of a user who is logged in, to change the password.
    OwnPassword(UserId),
}

/// For how long is locked after so many failures.
pub type Lock = fn(u64) -> Option<Duration>;

/// When attempts are not looked at. Pure: the archive only counts.
#[derive(Debug, Clone, Copy)]
pub struct LockPolicy {
    /// After so many failures in a row from one place.
    pub place: Lock,
    /// After so many failures from all places together, on one day of UTC.
    pub day: Lock,
}

/// What becomes of an attempt.
#[derive(Debug, PartialEq, Eq)]
pub enum LoginAttempt {
    /// The password may be looked at. The attempt counts as failed until [`Archive::attempt_succeeded`] is told of it, so
    /// that attempts at the same time can't get past the count.
    Counted(CountedAttempt),
    /// The password is not to be looked at.
    Locked {
        /// Until when.
        until: UtcMicros,
    },
}

/// An attempt that counts as failed so far.
#[derive(Debug, PartialEq, Eq)]
pub struct CountedAttempt {
    place: [u8; 32],
    day: Option<[u8; 32]>,
}

impl CountedAttempt {
    fn new(keys: &Keys, attempt: &Attempt, now: UtcMicros) -> Self {
        match attempt {
            Attempt::LogIn { name, from } => {
                let name = fold_user_name(name);
                let (of_name, _) = bounds(keys, &format!("name {name}"));
                let place = from.map_or_else(|| "-".to_owned(), |network| network.to_string());
                let day = now.get().div_euclid(DAY_US);
                Self {
                    place: joined(of_name, keys.attempt_hash(&format!("from {place} {name}"))),
                    day: Some(joined(of_name, keys.attempt_hash(&format!("on {day} {name}")))),
                }
            }
            Attempt::OwnPassword(user) => Self {
                place: bounds(keys, &format!("user {user}")).0,
                day: None,
            },
        }
    }
}

/// A key whose first half is known.
fn joined(first: [u8; 32], second: [u8; 16]) -> [u8; 32] {
    let mut key = first;
    key[16..].copy_from_slice(&second);
    key
}

/// The first and the last key whose first half stands for this.
fn bounds(keys: &Keys, what: &str) -> ([u8; 32], [u8; 32]) {
    let half = keys.attempt_hash(what);
    let (mut first, mut last) = ([0; 32], [0xff; 32]);
    first[..16].copy_from_slice(&half);
    last[..16].copy_from_slice(&half);
    (first, last)
}

fn count(
    tx: &mut Tx<'_>,
    key: &[u8; 32],
    known: Option<FailuresRow>,
    lock: Lock,
    now: UtcMicros,
) -> Result<(), CatalogError> {
    let failures = known.map_or(0, |row| row.failures) + 1;
    let row = FailuresRow {
        failures,
        last_at: now,
        locked_until: lock(failures).map(|span| later(now, span)),
    };
    logins::put_failures(tx, key, &row)
}

impl Archive {
    /// Counts an attempt before its password is looked at, in one write.
    pub async fn login_attempt(
        &self,
        attempt: &Attempt,
        locks: LockPolicy,
    ) -> Result<LoginAttempt, AdminError> {
        let now = self.now();
        let CountedAttempt { place, day } = CountedAttempt::new(self.keys(), attempt, now);
        let until = self
            .write_essential(move |tx: &mut Tx<'_>| {
                let here = logins::failures(tx, &place)?;
                let today = match &day {
                    Some(day) => logins::failures(tx, day)?,
                    None => None,
                };
                let locks_until = [here, today]
                    .into_iter()
                    .flatten()
                    .filter_map(|row| row.locked_until);
                let until = locks_until.max().filter(|until| now < *until);
                if until.is_none() {
                    count(tx, &place, here, locks.place, now)?;
                    if let Some(day) = &day {
                        count(tx, day, today, locks.day, now)?;
                    }
                }
                Ok::<_, AdminError>(until)
            })
            .await?;
        Ok(match until {
            Some(until) => LoginAttempt::Locked { until },
            None => LoginAttempt::Counted(CountedAttempt { place, day }),
        })
    }

    /// Says that an attempt succeeded: what failed from its place before is forgotten, and of the day's it is one less. So
    /// whoever guesses from elsewhere gains nothing when the user logs in.
    pub async fn attempt_succeeded(&self, attempt: CountedAttempt) -> Result<(), AdminError> {
        self.write_essential(move |tx: &mut Tx<'_>| {
            logins::clear_failures(tx, &attempt.place)?;
            let Some(day) = &attempt.day else { return Ok(()) };
            match logins::failures(tx, day)? {
                Some(row) if row.failures > 1 => {
                    let row = FailuresRow {
                        failures: row.failures - 1,
                        locked_until: None,
                        ..row
                    };
                    Ok(logins::put_failures(tx, day, &row)?)
                }
                _ => Ok(logins::clear_failures(tx, day)?),
            }
        })
        .await
    }

    /// Forgets what failed under a user's name, wherever it came from, and their own.
    pub async fn clear_login_failures(&self, user: &User) -> Result<(), AdminError> {
        let name = bounds(self.keys(), &format!("name {}", user.name));
        let own = bounds(self.keys(), &format!("user {}", user.user));
        self.write_essential(move |tx: &mut Tx<'_>| {
            for (first, last) in [name, own] {
                logins::clear_all_failures(tx, &first, &last)?;
            }
            Ok(())
        })
        .await
    }
}
