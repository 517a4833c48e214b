//! Looking over HTTP: a session is opened with a purpose, then viewed range by range, each range on record.
//!
//! The opening is itself an access record, and its id is the grant's. What it allows (which ranges, until when, with
//! which login) stands only in the leaf's sealed detail, so there is no table of grants, and nothing unsealed says who
//! looks.

use obhut_format::ids::{AccessId, LoginId, UserId};
use obhut_format::time::{SignedMicros, UtcMicros};
use serde_json::{Value, json};

use super::ReadError;
use super::access::{Grant, NewRecord, append, detail};
use super::live_grants::{GrantPlace, LONGEST_GRANT};
use super::looks::{AccessDetail, open_look};
use super::range::AccessRange;
use super::reason::Reason;
use crate::Archive;
use crate::catalog::access::{self, AccessRow, Action};
use crate::catalog::{CatalogError, Query, Tx, logins};
use crate::keys::Keys;
use crate::write::SessionRef;

/// An opening to be recorded.
#[derive(Debug, Clone)]
pub struct OpenGrant {
    /// The session.
    pub session: SessionRef,
    /// The login that asks, and the only one that the grant works with.
    pub login: LoginId,
    /// Whose login it is.
    pub user: UserId,
    /// Their name, as the record is to say it.
    pub who: String,
    /// Why, and for which matter.
    pub reason: Reason,
    /// What may be viewed under it; [`AccessRange::ALL`] for everything.
    pub ranges: Vec<AccessRange>,
    /// When it ends.
    pub until: UtcMicros,
}

/// A session that was opened with a purpose: the record of it is committed. It shows no frame by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewGrant {
    id: AccessId,
    session: SessionRef,
    login: LoginId,
    user: UserId,
    who: String,
    purpose: String,
    case: Option<String>,
    ranges: Vec<AccessRange>,
    opened_at: UtcMicros,
    until: UtcMicros,
}

impl ReviewGrant {
    /// Its id: that of the opening's access record.
    pub fn id(&self) -> AccessId {
        self.id
    }

    /// The session it opens.
    pub fn session(&self) -> SessionRef {
        self.session
    }

    /// The only login it works with.
    pub fn login(&self) -> LoginId {
        self.login
    }

    /// Whose login that is.
    pub fn user(&self) -> UserId {
        self.user
    }

    /// Why.
    pub fn purpose(&self) -> &str {
        &self.purpose
    }

    /// For which matter.
    pub fn case(&self) -> Option<&str> {
        self.case.as_deref()
    }

    /// What may be viewed under it.
    pub fn ranges(&self) -> &[AccessRange] {
        &self.ranges
    }

    /// When the session was opened.
    pub fn opened_at(&self) -> UtcMicros {
        self.opened_at
    }

    /// When it ends.
    pub fn until(&self) -> UtcMicros {
        self.until
    }

    /// Read back from its record; `None` when that is no opening, or when the month's key is gone.
    pub(super) fn read(tx: &dyn Query, keys: &Keys, row: &AccessRow) -> Result<Option<Self>, ReadError> {
        if row.action != Action::Open {
            return Ok(None);
        }
        Ok(open_look(tx, keys, row)?.and_then(|said| Self::of(row, said)))
    }

    fn of(row: &AccessRow, said: AccessDetail) -> Option<Self> {
        Some(Self {
            id: row.access,
            session: SessionRef {
                tenant: row.tenant,
                session: row.session,
            },
            login: said.login?,
            user: said.user?,
            who: said.who,
            purpose: said.purpose,
            case: said.case,
            ranges: said.ranges?,
            opened_at: row.at,
            until: said.until?,
        })
    }
}

/// Refuses what a login asks that has ended, in the transaction that would record it.
pub(crate) fn require_login(tx: &dyn Query, login: LoginId, user: UserId) -> Result<(), ReadError> {
    if login_in_force(tx, login, user)? {
        Ok(())
    } else {
        Err(ReadError::LoginEnded(login))
    }
}

/// Whether a login is the user's and has not ended: whoever logs out, is disabled or gets another password has none.
pub(crate) fn login_in_force(tx: &dyn Query, login: LoginId, user: UserId) -> Result<bool, CatalogError> {
    Ok(logins::by_id(tx, login)?.is_some_and(|row| row.user == user))
}

/// Adds to a detail what only some looks say.
fn also<const N: usize>(mut detail: Value, more: [(&str, Value); N]) -> Value {
    for (name, value) in more {
        detail[name] = value;
    }
    detail
}

/// When a grant ends that is to last until `until`.
fn ends(opened_at: UtcMicros, until: UtcMicros) -> UtcMicros {
    let longest = i64::try_from(LONGEST_GRANT.as_micros()).unwrap_or(i64::MAX);
    let longest = opened_at.checked_add(SignedMicros(longest));
    longest.map_or(until, |longest| longest.min(until))
}

/// The opening of this id at this session.
fn opening(
    tx: &dyn Query,
    keys: &Keys,
    at: SessionRef,
    id: AccessId,
) -> Result<Option<ReviewGrant>, ReadError> {
    let row = access::by_id(tx, at.tenant, id)?;
    match row.filter(|row| row.session == at.session) {
        Some(row) => ReviewGrant::read(tx, keys, &row),
        None => Ok(None),
    }
}

impl Archive {
    /// Opens a session with a purpose: commits the access record and its ledger leaf in one transaction. What its ranges
    /// have in common is put together, and it lasts no longer than [`LONGEST_GRANT`].
    pub async fn open_grant(&self, new: OpenGrant) -> Result<ReviewGrant, ReadError> {
        let (id, opened_at) = self.new_record();
        let (purpose, case) = new.reason.into_parts();
        let grant = ReviewGrant {
            id,
            session: new.session,
            login: new.login,
            user: new.user,
            who: new.who,
            purpose,
            case,
            ranges: AccessRange::merged(&new.ranges),
            opened_at,
            until: ends(opened_at, new.until),
        };
        self.note_grant(grant.login, GrantPlace::of(&grant)).await?;
        let recorded = self.record_opening(&grant).await;
        if recorded.is_err() {
            self.drop_grant(grant.login, id);
        }
        recorded.map(|()| grant)
    }

    async fn record_opening(&self, grant: &ReviewGrant) -> Result<(), ReadError> {
        let (session, login, user) = (grant.session, grant.login, grant.user);
        let (range, action) = (AccessRange::ALL, Action::Open);
        let said = (&grant.who[..], &grant.purpose[..], grant.case());
        let detail = also(
            detail(grant.id, session, &range, action, said),
            [
                ("user", json!(user)),
                ("login", json!(login)),
                ("ranges", json!(grant.ranges)),
                ("until", json!(grant.until)),
            ],
        );
        let record = NewRecord {
            record: grant.id,
            session,
            range,
            action,
            grant: None,
            export: None,
            at: grant.opened_at,
            detail,
        };
        let keys = self.keys().clone();
        self.write_essential(move |tx: &mut Tx<'_>| {
            require_login(tx, login, user)?;
            append(tx, &keys, &record).map(drop)
        })
        .await
    }

    /// The grant of this id for this session, read back from its record; `None` when there is none. It may have ended.
    pub async fn review_grant(&self, at: SessionRef, id: AccessId) -> Result<Option<ReviewGrant>, ReadError> {
        let keys = self.keys().clone();
        self.catalog().read(move |tx| opening(tx, &keys, at, id)).await
    }

    /// The grants of a login for some sessions that have not ended, newest first.
    pub async fn grants_of(
        &self,
        login: LoginId,
        sessions: &[SessionRef],
    ) -> Result<Vec<ReviewGrant>, ReadError> {
        let mut places = self.live_grants_of(login).await?;
        places.retain(|place| sessions.contains(&place.session));
        if places.is_empty() {
            return Ok(Vec::new());
        }
        let keys = self.keys().clone();
        let mut grants = self
            .catalog()
            .read(move |tx| {
                let mut grants = Vec::with_capacity(places.len());
                for place in places {
                    match opening(tx, &keys, place.session, place.id) {
                        Ok(grant) => grants.extend(grant.filter(|grant| grant.login == login)),
                        // `verify` names it; the others are as good as before.
                        Err(error) if error.is_damage() => {}
                        Err(error) => return Err(error),
                    }
                }
                Ok::<_, ReadError>(grants)
            })
            .await?;
        grants.sort_by_key(|grant| std::cmp::Reverse((grant.opened_at, grant.id)));
        Ok(grants)
    }

    /// What the opening itself shows: the session's description, and the index of the ranges; no frame.
    pub fn opening(&self, grant: &ReviewGrant) -> Result<Grant, ReadError> {
        self.opening_with(grant, &[])
    }

    /// What an opening shows together with others of the same session by the same login; of those that have ended, nothing.
    pub fn opening_with(&self, grant: &ReviewGrant, others: &[ReviewGrant]) -> Result<Grant, ReadError> {
        let now = self.now();
        if now >= grant.until {
            return Err(ReadError::GrantExpired(grant.id));
        }
        let alike = |other: &&ReviewGrant| other.session == grant.session && other.login == grant.login;
        let others = others.iter().filter(alike).filter(|other| now < other.until);
        let ranges = others.fold(grant.ranges.clone(), |mut ranges, other| {
            ranges.extend(&other.ranges);
            ranges
        });
        Ok(Grant::of_index(
            grant.session,
            AccessRange::merged(&ranges),
            grant.id,
        ))
    }

    /// Commits the access record of a range that is about to be viewed, and its ledger leaf, in one transaction; only
    /// then is there a grant for its frames.
    pub async fn record_view(&self, grant: &ReviewGrant, range: AccessRange) -> Result<Grant, ReadError> {
        let (record, at) = self.new_record();
        if at >= grant.until {
            return Err(ReadError::GrantExpired(grant.id));
        }
        if !grant.ranges.iter().any(|allowed| allowed.contains(&range)) {
            return Err(ReadError::RangeOutsideGrant(grant.id));
        }
        let (session, login, user) = (grant.session, grant.login, grant.user);
        let action = Action::View;
        let detail = detail(
            record,
            session,
            &range,
            action,
            (&grant.who, &grant.purpose, grant.case()),
        );
        let detail = also(
            detail,
            [
                ("user", json!(user)),
                ("login", json!(login)),
                ("grant", json!(grant.id)),
            ],
        );
        let new = NewRecord {
            record,
            session,
            range,
            action,
            grant: Some(grant.id),
            export: None,
            at,
            detail,
        };
        let keys = self.keys().clone();
        self.write_essential(move |tx: &mut Tx<'_>| {
            require_login(tx, login, user)?;
            append(tx, &keys, &new).map(drop)
        })
        .await?;
        Ok(Grant::of_frames(session, range, record))
    }
}
