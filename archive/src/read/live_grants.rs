//! Which grants are alive, by login.
//!
//! Only where their records are is kept, and in memory: to list what a login has open, no other's openings are read, and
//! what a grant allows is read back from its record each time. After a start the openings that can be alive are gone through
//! once, before anything is opened or listed.

use std::collections::HashMap;
use std::time::Duration;

use obhut_format::ids::{AccessId, LoginId, TenantId};
use obhut_format::time::{SignedMicros, UtcMicros};
use parking_lot::Mutex;
use tokio::sync::OnceCell;

use super::ReadError;
use super::review::ReviewGrant;
use crate::Archive;
use crate::catalog::access::{self, AccessCursor, AccessQuery, Action};
use crate::catalog::tenants;
use crate::write::SessionRef;

/// The longest time for which a session is opened.
pub const LONGEST_GRANT: Duration = Duration::from_hours(8);

/// Most sessions that one login has open at once.
pub const MOST_GRANTS: usize = 100;

/// Openings read in one go.
const PAGE: u32 = 256;

/// Where a live grant's record is.
#[derive(Debug, Clone, Copy)]
pub(super) struct GrantPlace {
    pub(super) id: AccessId,
    pub(super) session: SessionRef,
    pub(super) until: UtcMicros,
}

impl GrantPlace {
    pub(super) fn of(grant: &ReviewGrant) -> Self {
        Self {
            id: grant.id(),
            session: grant.session(),
            until: grant.until(),
        }
    }
}

type ByLogin = HashMap<LoginId, Vec<GrantPlace>>;

/// The live grants of all logins.
#[derive(Debug, Default)]
pub(crate) struct LiveGrants {
    /// Set once those from before the start are among them.
    whole: OnceCell<()>,
    by_login: Mutex<ByLogin>,
}

impl LiveGrants {
    /// Notes one; those whose time is over are dropped. Refused when the login has too many: then with the instant at which
    /// the first of them ends.
    fn add(&self, login: LoginId, place: GrantPlace, now: UtcMicros) -> Result<(), UtcMicros> {
        let mut by_login = self.by_login.lock();
        by_login.retain(|_, places| {
            places.retain(|place| now < place.until);
            !places.is_empty()
        });
        let places = by_login.entry(login).or_default();
        match places.iter().map(|place| place.until).min() {
            Some(until) if places.len() >= MOST_GRANTS => Err(until),
            _ => {
                places.push(place);
                Ok(())
            }
        }
    }

    fn remove(&self, login: LoginId, id: AccessId) {
        if let Some(places) = self.by_login.lock().get_mut(&login) {
            places.retain(|place| place.id != id);
        }
    }

    /// Drops what a login had open, because it ended. Of one that ends by itself they go when their time is over.
    pub(crate) fn forget(&self, login: LoginId) {
        self.by_login.lock().remove(&login);
    }

    fn of(&self, login: LoginId, now: UtcMicros) -> Vec<GrantPlace> {
        let by_login = self.by_login.lock();
        let places = by_login.get(&login).into_iter().flatten();
        places.filter(|place| now < place.until).copied().collect()
    }
}

impl Archive {
    /// Where the live grants of a login are on record.
    pub(super) async fn live_grants_of(&self, login: LoginId) -> Result<Vec<GrantPlace>, ReadError> {
        self.know_live_grants().await?;
        Ok(self.live_grants().of(login, self.now()))
    }

    /// Notes a grant whose opening is about to be recorded. Where that is broken off, it stands here for nothing until its
    /// time is over, because it has no record.
    pub(super) async fn note_grant(&self, login: LoginId, place: GrantPlace) -> Result<(), ReadError> {
        self.know_live_grants().await?;
        let added = self.live_grants().add(login, place, self.now());
        added.map_err(|until| ReadError::TooManyGrants { login, until })
    }

    /// Drops a grant whose opening could not be recorded.
    pub(super) fn drop_grant(&self, login: LoginId, id: AccessId) {
        self.live_grants().remove(login, id);
    }

    async fn know_live_grants(&self) -> Result<(), ReadError> {
        let known = &self.live_grants().whole;
        let known = known.get_or_try_init(|| async {
            let found = self.find_live_grants().await?;
            *self.live_grants().by_login.lock() = found;
            Ok(())
        });
        known.await.copied()
    }

    /// Goes through the openings that can be alive. A page is a transaction of its own, so that many of them are no reason
    /// for the time box of reads to end it.
    async fn find_live_grants(&self) -> Result<ByLogin, ReadError> {
        let now = self.now();
        let longest = i64::try_from(LONGEST_GRANT.as_micros()).unwrap_or(i64::MAX);
        let since = now.checked_add(SignedMicros(-longest));
        let mut found = ByLogin::new();
        for tenant in self.catalog().read(|tx| tenants::list(tx)).await? {
            let mut wanted = AccessQuery {
                action: Some(Action::Open),
                from: since,
                limit: PAGE,
                ..AccessQuery::default()
            };
            loop {
                let (grants, next) = self.openings(tenant.tenant, wanted).await?;
                for grant in grants.iter().filter(|grant| now < grant.until()) {
                    found
                        .entry(grant.login())
                        .or_default()
                        .push(GrantPlace::of(grant));
                }
                if next.is_none() {
                    break;
                }
                wanted.after = next;
            }
        }
        Ok(found)
    }

    /// A page of a tenant's openings, and where the next one begins.
    async fn openings(
        &self,
        tenant: TenantId,
        wanted: AccessQuery,
    ) -> Result<(Vec<ReviewGrant>, Option<AccessCursor>), ReadError> {
        let keys = self.keys().clone();
        self.catalog()
            .read(move |tx| {
                let rows = access::newest(tx, tenant, &wanted)?;
                let next = rows.last().filter(|_| rows.len() >= PAGE as usize);
                let next = next.map(AccessCursor::from);
                let mut grants = Vec::new();
                for row in &rows {
                    match ReviewGrant::read(tx, &keys, row) {
                        Ok(grant) => grants.extend(grant),
                        // `verify` names it; the others are as good as before.
                        Err(error) if error.is_damage() => {}
                        Err(error) => return Err(error),
                    }
                }
                Ok((grants, next))
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOGIN: LoginId = LoginId::from_bytes([1; 16]);
    const OTHER: LoginId = LoginId::from_bytes([2; 16]);

    fn at(n: i64) -> UtcMicros {
        UtcMicros::new(n).expect("an instant")
    }

    fn place(id: u8, until: i64) -> GrantPlace {
        let (tenant, session) = (TenantId::from_bytes([1; 16]), [7; 16]);
        let session = obhut_format::ids::SessionId::from_bytes(session);
        GrantPlace {
            id: AccessId::from_bytes([id; 16]),
            session: SessionRef { tenant, session },
            until: at(until),
        }
    }

    #[test]
    fn grants_are_kept_by_login_and_dropped_when_their_time_is_over() {
        let live = LiveGrants::default();
        live.add(LOGIN, place(1, 10), at(0)).expect("room");
        live.add(LOGIN, place(2, 20), at(0)).expect("room");
        live.add(OTHER, place(3, 10), at(0)).expect("room");
        let ids = |login, now| {
            let places = live.of(login, at(now)).into_iter();
            places.map(|place| place.id.as_bytes()[0]).collect::<Vec<_>>()
        };
        assert_eq!((ids(LOGIN, 9), ids(OTHER, 9)), (vec![1, 2], vec![3]));
        assert_eq!((ids(LOGIN, 10), ids(OTHER, 10)), (vec![2], vec![]));
        live.add(LOGIN, place(4, 30), at(15)).expect("room");
        assert_eq!(live.by_login.lock().len(), 1);
        live.remove(LOGIN, AccessId::from_bytes([4; 16]));
        assert_eq!(ids(LOGIN, 15), [2]);
        live.forget(LOGIN);
        assert!(live.by_login.lock().is_empty());
    }

    #[test]
    fn a_login_gets_only_so_many_until_one_ends() {
        let live = LiveGrants::default();
        for n in 0..MOST_GRANTS {
            let until = 50 - i64::try_from(n % 40).expect("small");
            live.add(LOGIN, place(1, until), at(0)).expect("room");
        }
        assert_eq!(live.add(LOGIN, place(2, 90), at(0)), Err(at(11)));
        live.add(OTHER, place(2, 90), at(0)).expect("room");
        live.add(LOGIN, place(2, 90), at(11)).expect("room");
    }
}
