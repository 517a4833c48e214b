//! What came after the backup is applied to the catalog, in one transaction a tenant: intents become deletions under way,
//! holds are placed and released again, sessions whose keys are lost are named, and the ledger says that it goes on.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::TryStreamExt;
use obhut_format::certificate::{Decided, DisposedOf};
use obhut_format::ids::{BackupId, HoldId, SessionId, TenantId};
use obhut_format::ledger::LeafType;
use obhut_format::object_key::ObjectKey;
use obhut_format::time::{SignedMicros, UtcMicros};
use serde_json::json;

use super::copies::{After, Continuation};
use super::{Outcome, RecoverError, SessionOutcome};
use crate::catalog::backups::{self, BackupRow};
use crate::catalog::holds::{self, HoldRow};
use crate::catalog::lost::{self, LostRow};
use crate::catalog::purges::{self, PurgeRow, PurgeStep};
use crate::catalog::sessions::{self, SessionRow};
use crate::catalog::{Catalog, CatalogError, Tx};
use crate::keys::{Keys, Period};
use crate::ledger::{self, Draft, Scope};
use crate::objects::Objects;
use crate::purge::{PurgeRecord, purge_record};
use crate::rng::OsRandom;

/// The rule of a deletion that is carried out again.
const RULE: &str = "recovered";

/// What the ledger and the certificate say of a hold whose own detail is lost.
const LOST_REASON: &str =
    "placed after the backup that the archive was recovered from: reason and owner are lost";

/// The sessions that object storage knows and neither the backup nor the copies do: opened within the last seconds before
/// the loss.
pub(super) async fn unlisted(
    catalog: &Catalog,
    objects: &Objects,
    found: &Continuation,
) -> Result<Vec<SessionId>, RecoverError> {
    let tenant = found.tenant;
    let mut unlisted = Vec::new();
    let mut looked = None;
    let mut listed = objects.list(&format!("tenants/{tenant}/sessions/"));
    while let Some(object) = listed.try_next().await? {
        let Ok(
            ObjectKey::Segment { session, .. }
            | ObjectKey::OpenLine { session, .. }
            | ObjectKey::SealLine { session, .. },
        ) = ObjectKey::parse(&object.key)
        else {
            continue;
        };
        if looked == Some(session) {
            continue;
        }
        looked = Some(session);
        if found.sessions.contains_key(&session) {
            continue;
        }
        let known = catalog
            .read(move |tx| {
                let row = sessions::get(tx, tenant, session)?.is_some();
                Ok::<_, CatalogError>(row || purges::was_purged(tx, session)?)
            })
            .await?;
        if !known {
            unlisted.push(session);
        }
    }
    // Stores list in no order.
    unlisted.sort_unstable();
    unlisted.dedup();
    Ok(unlisted)
}

/// Applies what a tenant's copies tell of; returns the number of the recovery's leaf, and what became of the sessions.
pub(super) async fn apply(
    catalog: &Catalog,
    keys: &Arc<Keys>,
    found: &Arc<Continuation>,
    (backup, unlisted): (BackupId, Vec<SessionId>),
    now: UtcMicros,
) -> Result<(u64, Vec<SessionOutcome>), RecoverError> {
    let (keys, found) = (keys.clone(), found.clone());
    catalog
        .write(move |tx| {
            let tenant = found.tenant;
            let detail = json!({ "backup": backup, "first": found.first, "lost": unlisted });
            let mut writer = Writer {
                tx,
                keys: &keys,
                tenant,
                now,
                told: Vec::new(),
            };
            let leaf_n = writer.leaf(LeafType::Recovered, None, &Period::register(), &detail)?;
            for (session, after) in &found.sessions {
                writer.session(*session, after, leaf_n)?;
            }
            for session in &unlisted {
                writer.lose(*session, leaf_n)?;
            }
            for made in &found.backups {
                backups::insert(writer.tx, &unknown_backup(tenant, made.n, made.at))?;
            }
            Ok((leaf_n, writer.told))
        })
        .await
}

/// A backup whose leaf's detail is lost: no backup is good for longer than this.
pub(crate) fn unknown_backup(tenant: TenantId, leaf_n: u64, made_at: UtcMicros) -> BackupRow {
    let most = SignedMicros::from_days(obhut_format::backup::MOST_DAYS);
    BackupRow {
        tenant,
        leaf_n,
        backup: BackupId::from_bytes([0; 16]),
        made_at,
        until: made_at.checked_add(most).unwrap_or(UtcMicros::MAX),
    }
}

struct Writer<'a, 't> {
    tx: &'a mut Tx<'t>,
    keys: &'a Keys,
    tenant: TenantId,
    now: UtcMicros,
    told: Vec<SessionOutcome>,
}

impl Writer<'_, '_> {
    fn leaf(
        &mut self,
        t: LeafType,
        session: Option<SessionId>,
        period: &Period,
        detail: &serde_json::Value,
    ) -> Result<u64, RecoverError> {
        let key = self.keys.detail_key(self.tx, self.tenant, period, self.now)?;
        let scope = Scope::Period(period.clone(), key);
        let draft = Draft {
            tenant: self.tenant,
            t,
            at: self.now,
            session,
            scope: &scope,
            detail,
        };
        Ok(ledger::append(self.tx, &self.keys.ledger_signer(), &draft)?)
    }

    fn tell(&mut self, session: SessionId, outcome: Outcome) {
        self.told.push(SessionOutcome { session, outcome });
    }

    fn session(&mut self, session: SessionId, after: &After, leaf_n: u64) -> Result<(), RecoverError> {
        let row = sessions::get(self.tx, self.tenant, session)?;
        match (row, after.intent) {
            (None, intent) if after.opened => {
                self.lose(session, leaf_n)?;
                if intent.is_some() {
                    self.tell(session, Outcome::Purged);
                }
                Ok(())
            }
            // Deleted before the backup was made.
            (None, _) => self.known_purge(session, after),
            (Some(row), Some(_)) => self.purge(&row, after),
            (Some(_), None) => self.holds(session, after.holds),
        }
    }

    fn lose(&mut self, session: SessionId, leaf_n: u64) -> Result<(), RecoverError> {
        let row = LostRow {
            session,
            tenant: self.tenant,
            leaf_n,
            lost_at: self.now,
        };
        lost::insert(self.tx, &row)?;
        self.tell(session, Outcome::Lost);
        Ok(())
    }

    /// The deletion that the copies tell of is under way again, from its first step.
    fn purge(&mut self, row: &SessionRow, after: &After) -> Result<(), RecoverError> {
        self.tell(row.session, Outcome::Purged);
        if row.purging_at.is_some() {
            return self.known_purge(row.session, after);
        }
        let Some(intent) = after.intent else { return Ok(()) };
        let ended_at = row.ended_at.or(after.seals.first().map(|seal| seal.at));
        let ended_at = ended_at.unwrap_or(intent.at);
        let record = PurgeRecord {
            decided: Decided {
                class: row.class.clone(),
                ended_at,
                retain_until: row.retain_until.unwrap_or(ended_at),
                rule: RULE.to_owned(),
                of: DisposedOf {
                    lines: row.lines,
                    objects: row.lines,
                    frames: row.frames,
                    original_bytes: row.original_bytes,
                    stored_bytes: row.stored_bytes,
                },
            },
            intent,
            key_destroyed_at: None,
            objects_gone_at: None,
            tombstone: after.tombstone,
        };
        let purge = PurgeRow {
            session: row.session,
            tenant: self.tenant,
            dek: row.dek,
            step: PurgeStep::Intended,
            record: record.to_text(),
        };
        purges::begin_again(self.tx, &purge, intent.at, ended_at)?;
        Ok(())
    }

    /// A deletion that was under way in the backup: it may have got its tombstone since.
    fn known_purge(&mut self, session: SessionId, after: &After) -> Result<(), RecoverError> {
        let Some(purge) = purges::get(self.tx, self.tenant, session)? else {
            return Ok(());
        };
        let record = purge_record(&purge.record);
        let mut record = record.ok_or(CatalogError::Damaged(format!(
            "the deletion of session {session}"
        )))?;
        if purge.step == PurgeStep::Intended && after.tombstone.is_some() {
            record.tombstone = after.tombstone;
            purges::put_record(self.tx, self.tenant, session, &record.to_text())?;
        }
        Ok(())
    }

    /// A session that was held in the end is held, one that was not is not. Which of several holds was released nobody
    /// knows any more: as long as one is left, all are kept.
    fn holds(&mut self, session: SessionId, since: i64) -> Result<(), RecoverError> {
        let active = holds::active(self.tx, self.tenant, session)?;
        let before = i64::try_from(active.len()).unwrap_or(i64::MAX);
        let left = before.saturating_add(since);
        let month = Period::month_of(self.now);
        if left > 0 && active.is_empty() {
            let hold = HoldId::v7(self.now, OsRandom.bytes());
            let detail = json!({
                "hold": hold, "session": session, "reason": LOST_REASON, "owner": null, "review_on": null,
            });
            let leaf_n = self.leaf(LeafType::Hold, Some(session), &month, &detail)?;
            let row = HoldRow {
                hold,
                tenant: self.tenant,
                session,
                leaf_n,
                placed_at: self.now,
                review_on: None,
                released_at: None,
                release_leaf_n: None,
            };
            holds::insert(self.tx, &row)?;
            self.tell(session, Outcome::Held);
        } else if left <= 0 && !active.is_empty() {
            for hold in active {
                let detail = json!({ "hold": hold.hold, "session": session });
                let leaf_n = self.leaf(LeafType::Release, Some(session), &month, &detail)?;
                holds::release(self.tx, self.tenant, hold.hold, self.now, leaf_n)?;
            }
            self.tell(session, Outcome::Released);
        }
        Ok(())
    }
}

/// Sessions of a tenant whose deletion had begun and whose keys are lost.
pub(super) fn intended_and_lost(found: &Continuation, told: &[SessionOutcome]) -> Vec<SessionId> {
    let intents: BTreeMap<_, _> = found
        .sessions
        .iter()
        .filter(|(_, after)| after.intent.is_some())
        .collect();
    let lost = told.iter().filter(|told| told.outcome == Outcome::Lost);
    lost.map(|told| told.session)
        .filter(|session| intents.contains_key(session))
        .collect()
}
