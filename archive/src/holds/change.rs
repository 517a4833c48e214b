//! Placing and releasing.

use obhut_format::ids::{HoldId, TenantId};
use obhut_format::ledger::LeafType;
use obhut_format::time::{SignedMicros, UtcMicros};
use serde_json::Value;

use super::HoldError;
use super::detail::{HoldDetail, ReleaseDetail};
use super::list::{ListedHold, listed};
use crate::Archive;
use crate::actor::Actor;
use crate::catalog::holds::{self, HoldRow};
use crate::catalog::{Query, Tx, sessions};
use crate::fate::{SessionFate, fate};
use crate::keys::{Keys, Period};
use crate::ledger::{self, Draft, Scope};
use crate::read::{Reason, ReasonError, login_in_force};
use crate::rng::OsRandom;
use crate::write::SessionRef;

/// How far behind UTC it is somewhere: a day is over when it is over there too.
const LAST_ZONE: SignedMicros = SignedMicros::from_secs(-12 * 60 * 60);

/// A hold to place.
#[derive(Debug, Clone)]
pub struct NewHold {
    /// The session.
    pub session: SessionRef,
    /// Why; sealed with the ledger leaf.
    pub reason: String,
    /// Who answers for it; sealed with the ledger leaf.
    pub owner: Option<String>,
    /// The day it is to be looked at again, `YYYY-MM-DD`; not one that is over.
    pub review_on: Option<String>,
    /// Who places it; sealed with the ledger leaf.
    pub by: Actor,
}

/// A hold to release.
#[derive(Debug, Clone)]
pub struct NewRelease {
    /// Why; sealed with the ledger leaf.
    pub reason: Option<String>,
    /// Who releases it; sealed with the ledger leaf.
    pub by: Actor,
}

impl Archive {
    /// Places a hold. It may spend the reserve: on a full disk too nothing goes that is to be kept.
    pub async fn place_hold(&self, new: NewHold) -> Result<ListedHold, HoldError> {
        let now = self.now();
        let words = words(&new.reason, new.owner.as_deref())?;
        if let Some(day) = &new.review_on {
            check_day(day, now)?;
        }
        let (hold, by) = (HoldId::v7(now, OsRandom.bytes()), new.by);
        let at = new.session;
        let detail = HoldDetail {
            hold,
            session: at.session,
            reason: words.purpose().to_owned(),
            owner: words.case().map(str::to_owned),
            review_on: new.review_on,
            by: Some(by.clone()),
        };
        let keys = self.keys().clone();
        self.write_essential(move |tx| {
            // Inside the transaction: a hold is placed before a deletion begins, or not at all.
            require_kept(tx, at)?;
            require_in_force(tx, &by)?;
            let leaf_n = append(tx, &keys, at, now, (LeafType::Hold, &detail.to_value()))?;
            let row = HoldRow {
                hold,
                tenant: at.tenant,
                session: at.session,
                leaf_n,
                placed_at: now,
                review_on: detail.review_on.clone(),
                released_at: None,
                release_leaf_n: None,
            };
            holds::insert(tx, &row)?;
            listed(tx, &keys, row)
        })
        .await
    }

    /// Releases a hold of the tenant's.
    pub async fn release_hold(
        &self,
        tenant: TenantId,
        hold: HoldId,
        new: NewRelease,
    ) -> Result<ListedHold, HoldError> {
        let reason = reason(new.reason.as_deref())?;
        let (now, keys) = (self.now(), self.keys().clone());
        self.catalog()
            .write(move |tx| {
                let row = holds::by_id(tx, tenant, hold)?.ok_or(HoldError::NoSuchHold(hold))?;
                let row = release(tx, &keys, now, row, (reason, new.by))?;
                listed(tx, &keys, row)
            })
            .await
    }

    /// Releases a session from its holds, or from one of them; returns those that held it.
    pub async fn release_holds(
        &self,
        at: SessionRef,
        only: Option<HoldId>,
        new: NewRelease,
    ) -> Result<Vec<ListedHold>, HoldError> {
        let reason = reason(new.reason.as_deref())?;
        let (now, keys) = (self.now(), self.keys().clone());
        self.catalog()
            .write(move |tx| {
                if sessions::get(tx, at.tenant, at.session)?.is_none() {
                    return Err(HoldError::NoSuchSession(at.session));
                }
                let rows = match only {
                    Some(hold) => {
                        let row = holds::by_id(tx, at.tenant, hold)?;
                        let row = row.filter(|row| row.session == at.session);
                        vec![row.ok_or(HoldError::NoSuchHold(hold))?]
                    }
                    None => holds::active(tx, at.tenant, at.session)?,
                };
                if rows.is_empty() {
                    return Err(HoldError::NotHeld(at.session));
                }
                let released = rows.into_iter().map(|row| {
                    let row = release(tx, &keys, now, row, (reason.clone(), new.by.clone()))?;
                    listed(tx, &keys, row)
                });
                released.collect()
            })
            .await
    }
}

fn release(
    tx: &mut Tx<'_>,
    keys: &Keys,
    now: UtcMicros,
    row: HoldRow,
    (reason, by): (Option<String>, Actor),
) -> Result<HoldRow, HoldError> {
    require_in_force(tx, &by)?;
    // Two at once: the writer takes them one after the other, and the second finds it released.
    if row.released_at.is_some() {
        return Err(HoldError::Released(row.hold));
    }
    let at = SessionRef {
        tenant: row.tenant,
        session: row.session,
    };
    let detail = ReleaseDetail {
        hold: row.hold,
        session: row.session,
        reason,
        by: Some(by),
    };
    let leaf_n = append(tx, keys, at, now, (LeafType::Release, &detail.to_value()))?;
    holds::release(tx, row.tenant, row.hold, now, leaf_n)?;
    Ok(HoldRow {
        released_at: Some(now),
        release_leaf_n: Some(leaf_n),
        ..row
    })
}

fn append(
    tx: &mut Tx<'_>,
    keys: &Keys,
    at: SessionRef,
    now: UtcMicros,
    (t, detail): (LeafType, &Value),
) -> Result<u64, HoldError> {
    let period = Period::month_of(now);
    let scope = Scope::Period(period.clone(), keys.detail_key(tx, at.tenant, &period, now)?);
    let draft = Draft {
        tenant: at.tenant,
        t,
        at: now,
        session: Some(at.session),
        scope: &scope,
        detail,
    };
    Ok(ledger::append(tx, &keys.ledger_signer(), &draft)?)
}

/// Refuses a session that is not kept, and says how it is gone.
fn require_kept(tx: &dyn Query, at: SessionRef) -> Result<(), HoldError> {
    let session = at.session;
    Err(match fate(tx, at)? {
        Some(SessionFate::Kept(_)) => return Ok(()),
        Some(SessionFate::Purging { since }) => HoldError::Purging { session, since },
        Some(SessionFate::Deleted { since, certified }) => HoldError::Deleted {
            session,
            since,
            certified,
        },
        None => HoldError::NoSuchSession(session),
    })
}

/// Refuses what a login asks that has ended.
fn require_in_force(tx: &dyn Query, by: &Actor) -> Result<(), HoldError> {
    match (by.login, by.user) {
        (Some(login), Some(user)) if !login_in_force(tx, login, user)? => Err(HoldError::LoginEnded(login)),
        _ => Ok(()),
    }
}

/// What somebody wrote, as it goes on record: reason and owner are held to what purpose and case of a look are held to.
fn words(reason: &str, owner: Option<&str>) -> Result<Reason, HoldError> {
    Reason::new(reason, owner).map_err(|error| match error {
        ReasonError::PurposeLength | ReasonError::PurposeCharacters => HoldError::BadReason,
        ReasonError::CaseLength | ReasonError::CaseCharacters => HoldError::BadOwner,
    })
}

fn reason(said: Option<&str>) -> Result<Option<String>, HoldError> {
    let words = said.map(|said| words(said, None)).transpose()?;
    Ok(words.map(|words| words.purpose().to_owned()))
}

fn check_day(day: &str, now: UtcMicros) -> Result<(), HoldError> {
    let date = day.parse::<jiff::civil::Date>();
    let date = date.ok().filter(|date| date.to_string() == *day);
    let date = date.ok_or_else(|| HoldError::BadDay { day: day.to_owned() })?;
    let there = now.checked_add(LAST_ZONE).unwrap_or(now).to_string();
    let today = there.get(..10).and_then(|today| today.parse().ok());
    if today.is_some_and(|today| date < today) {
        return Err(HoldError::DayOver { day: day.to_owned() });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_over_when_it_is_over_everywhere() {
        let at = |text: &str| UtcMicros::parse(text).expect("an instant");
        for (day, now, over) in [
            ("2026-11-02", "2026-11-02T12:00:00Z", false),
            ("2026-11-02", "2026-11-03T11:59:59Z", false),
            ("2026-11-02", "2026-11-03T12:00:00Z", true),
            ("2026-11-03", "2026-11-02T00:00:00Z", false),
            ("2026-11-01", "2026-11-03T00:00:00Z", true),
        ] {
            let told = check_day(day, at(now));
            assert_eq!(
                matches!(told, Err(HoldError::DayOver { .. })),
                over,
                "{day} at {now}"
            );
        }
        for day in ["", "2026-02-30", "2026-2-3", "02.11.2026", "2026-11-02 ", "today"] {
            let told = check_day(day, at("2020-01-01T00:00:00Z"));
            assert!(matches!(told, Err(HoldError::BadDay { .. })), "{day:?}");
        }
    }

    #[test]
    fn what_goes_on_record_says_something() {
        assert!(matches!(words("  ", None), Err(HoldError::BadReason)));
        assert!(matches!(words("a\u{202e}bc", None), Err(HoldError::BadReason)));
        assert!(matches!(words("case 7", Some("a\nb")), Err(HoldError::BadOwner)));
        assert!(matches!(reason(Some("ab")), Err(HoldError::BadReason)));
        assert_eq!(
            reason(Some(" case 7 ")).expect("words").as_deref(),
            Some("case 7")
        );
        assert_eq!(reason(None).expect("none"), None);
    }
}
