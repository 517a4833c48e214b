//! Steps 1 to 5: from the intent to the absence of every object.

use std::collections::BTreeSet;
use std::time::Duration;

use obhut_format::certificate::{Decided, DisposedOf, LeafAt};
use obhut_format::ids::TenantId;
use obhut_format::ledger::LeafType;
use obhut_format::object_key;

use super::{Judge, Purge, PurgeError, PurgeRecord, PurgeTurn};
use crate::FullDisk;
use crate::catalog::deks;
use crate::catalog::ledger as ledger_rows;
use crate::catalog::purges::{self, PurgeRow, PurgeStep};
use crate::catalog::sessions;
use crate::expiry::Expiring;
use crate::keys::Period;
use crate::ledger::{self, Draft, Scope};
use crate::objects::{Disposal, ObjectError};
use crate::write::SessionRef;

/// Copies of a ledger of which one must be in the object store, so that the loss of one holds nothing up.
const WITNESSES: u32 = 16;

/// How long whoever reads a session is waited for. A deletion that waits longer goes on at the next look.
const READERS: Duration = Duration::from_secs(10);

impl PurgeTurn {
    /// Step 1. Judges the sessions again as of now, marks those that go and appends their intents, in one transaction.
    /// Those that stay are left out of the answer.
    pub async fn intend(&self, wanted: Vec<SessionRef>, judge: Judge) -> Result<Vec<Purge>, PurgeError> {
        let archive = &self.archive;
        // A session whose objects can't be got at stays as it is.
        self.reach(wanted.iter().map(|at| at.tenant)).await?;
        let (now, keys) = (archive.now(), archive.keys().clone());
        archive
            .write_essential(move |tx| {
                let mut begun = Vec::with_capacity(wanted.len());
                for at in wanted.iter().copied() {
                    let Some(row) = sessions::get(tx, at.tenant, at.session)? else {
                        continue;
                    };
                    if row.purging_at.is_some() {
                        continue;
                    }
                    let (dek, lines) = (row.dek, row.lines);
                    let of = DisposedOf {
                        lines,
                        // A segment's line names one object; the first and the last line have their own.
                        objects: lines,
                        frames: row.frames,
                        original_bytes: row.original_bytes,
                        stored_bytes: row.stored_bytes,
                    };
                    let session = Expiring::load(tx, row)?;
                    let Some(rule) = judge(&session, now) else {
                        continue;
                    };
                    let (Some(ended_at), Some(retain_until)) = (session.ended_at, session.retain_until)
                    else {
                        continue;
                    };
                    let mut record = PurgeRecord {
                        decided: Decided {
                            class: session.class,
                            ended_at,
                            retain_until,
                            rule,
                            of,
                        },
                        intent: LeafAt { n: 0, at: now },
                        key_destroyed_at: None,
                        objects_gone_at: None,
                        tombstone: None,
                    };
                    let period = Period::month_of(now);
                    let scope = Scope::Period(period.clone(), keys.detail_key(tx, at.tenant, &period, now)?);
                    let draft = Draft {
                        tenant: at.tenant,
                        t: LeafType::PurgeIntent,
                        at: now,
                        session: Some(at.session),
                        scope: &scope,
                        detail: &record.intent_detail(at),
                    };
                    record.intent.n = ledger::append(tx, &keys.ledger_signer(), &draft)?;
                    let row = PurgeRow {
                        session: at.session,
                        tenant: at.tenant,
                        dek,
                        step: PurgeStep::Intended,
                        record: record.to_text(),
                    };
                    purges::begin(tx, &row, now)?;
                    begun.push(Purge {
                        session: at,
                        step: PurgeStep::Intended,
                        record,
                        dek,
                    });
                }
                Ok(begun)
            })
            .await
    }

    /// Steps 2 and 3, for many at once: waits until their intents are durable in object storage and nobody reads them,
    /// then destroys their keys and truncates the write-ahead log. Those still read are given back second.
    pub async fn erase(
        &self,
        batch: Vec<Purge>,
        _proof: &Disposal,
    ) -> Result<(Vec<Purge>, Vec<Purge>), PurgeError> {
        let archive = &self.archive;
        let tenants: BTreeSet<_> = batch.iter().map(|purge| purge.session.tenant).collect();
        for tenant in tenants {
            // `recover` learns from this copy that the session was purged, whatever backup it starts from.
            self.with_reserve(|| archive.copy_tenant_ledger(tenant)).await?;
        }
        self.reach(batch.iter().map(|purge| purge.session.tenant)).await?;
        let (mut free, mut read) = (Vec::with_capacity(batch.len()), Vec::new());
        let mut patience = READERS;
        for purge in batch {
            let session = purge.session.session;
            let waited = archive.clock().uptime();
            if tokio::time::timeout(patience, archive.in_use().unused(session))
                .await
                .is_ok()
            {
                free.push(purge);
            } else {
                read.push(purge);
            }
            patience = patience.saturating_sub(archive.clock().uptime().saturating_sub(waited));
            archive.heads().forget(session);
            archive.live().remove(session);
        }
        let places: Vec<_> = free.iter().map(|purge| purge.dek).collect();
        archive
            .write_essential(move |tx| {
                for dek in &places {
                    // Already destroyed by a deletion that was broken off: nothing is changed.
                    deks::destroy(tx, *dek)?;
                }
                Ok::<_, PurgeError>(())
            })
            .await?;
        self.truncate().await?;
        let now = archive.now();
        for purge in &mut free {
            purge.record.key_destroyed_at = Some(now);
        }
        Ok((free, read))
    }

    /// Empties the write-ahead log: what was destroyed or deleted before is in no file of the catalog.
    pub async fn truncate(&self) -> Result<(), PurgeError> {
        self.with_reserve(|| async {
            self.archive
                .catalog()
                .checkpoint_wal()
                .await
                .map_err(PurgeError::from)
        })
        .await
    }

    /// Steps 4 and 5: deletes every object of the session, every version and whatever lies in its folder, and reads back
    /// that nothing is left.
    pub async fn remove(&self, purge: &mut Purge, proof: &Disposal) -> Result<(), PurgeError> {
        let done = self.remove_many(std::slice::from_mut(purge), proof).await;
        done.into_iter().collect()
    }

    /// How many are best removed together.
    pub fn removed_together(&self) -> usize {
        if self.archive.objects().is_local() {
            usize::MAX
        } else {
            1
        }
    }

    /// The same for many at once: in a local folder all of it is made durable together, which is most of what a deletion
    /// costs. What became of each, in their order; a store that does not answer is not asked for those after.
    pub async fn remove_many(&self, batch: &mut [Purge], proof: &Disposal) -> Vec<Result<(), PurgeError>> {
        let folder = |at: SessionRef| object_key::session_folder(at.tenant, at.session);
        let folders = batch.iter().map(|purge| folder(purge.session)).collect();
        let objects = self.archive.objects();
        let deleted = objects.delete_folders(folders, proof).await;
        let mut done = Vec::with_capacity(batch.len());
        for (purge, deleted) in batch.iter_mut().zip(deleted) {
            done.push(match deleted {
                Ok(was_there) => self.read_back(purge, &folder(purge.session), was_there).await,
                Err(error) => Err(error.into()),
            });
        }
        done
    }

    /// Step 5.
    async fn read_back(&self, purge: &mut Purge, folder: &str, was_there: bool) -> Result<(), PurgeError> {
        if !was_there {
            // Gone since an earlier try; or a disk is not mounted, and in the empty folder in its place nothing is ever found.
            self.reach([purge.session.tenant]).await?;
        }
        let left = self.archive.objects().left_in_folder(folder).await?;
        if left > 0 {
            return Err(PurgeError::StillThere {
                session: purge.session.session,
                left,
            });
        }
        purge.record.objects_gone_at = Some(self.archive.now());
        Ok(())
    }

    /// Makes sure that the object store is the archive's own: that a copy of each tenant's ledger is in it, of those that were
    /// put there first. A tenant without any has nothing to lose there yet.
    async fn reach(&self, tenants: impl IntoIterator<Item = TenantId>) -> Result<(), PurgeError> {
        let tenants: BTreeSet<TenantId> = tenants.into_iter().collect();
        for tenant in tenants {
            let copies = self
                .archive
                .catalog()
                .read(move |tx| ledger_rows::first_copies(tx, tenant, WITNESSES))
                .await?;
            let mut missing = None;
            for copy in copies {
                match self.archive.objects().head(&copy.object).await {
                    Ok(_) => {
                        missing = None;
                        break;
                    }
                    Err(ObjectError::NotFound { key }) => missing = missing.or(Some(key)),
                    Err(error) => return Err(error.into()),
                }
            }
            if let Some(key) = missing {
                return Err(PurgeError::OtherStore { key });
            }
        }
        Ok(())
    }

    /// Does something that must succeed on a full disk too: it may spend the reserve.
    async fn with_reserve<T, F>(&self, work: impl Fn() -> F) -> Result<T, PurgeError>
    where
        F: Future<Output = Result<T, PurgeError>>,
    {
        match work().await {
            Err(error) if error.is_full() => {
                self.archive.intake().release_reserve()?;
                work().await
            }
            other => other,
        }
    }
}
