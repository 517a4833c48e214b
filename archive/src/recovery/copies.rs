//! The ledger as its copies in object storage continue it beyond a backup.
//!
//! Read twice: first to see that the copies fit and what they tell of, then to append them. They are believed as far as a
//! signed tree head covers them: whoever can write to the bucket can't make a session be deleted by it.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use bytes::Bytes;
use futures_util::TryStreamExt;
use obhut_format::certificate::LeafAt;
use obhut_format::checkpoint::{Checkpoint, SignedCheckpoint};
use obhut_format::digest::Sha256Digest;
use obhut_format::ids::{SessionId, TenantId};
use obhut_format::ledger::{Frontier, Leaf, LeafType, leaf_hash};
use obhut_format::object_key::ObjectKey;
use obhut_format::sign::SigningKey;

use super::RecoverError;
use crate::catalog::ledger::{self as rows, CopyRow, HeadRow, LeafRow};
use crate::catalog::{Catalog, CatalogError};
use crate::keys::Period;
use crate::ledger::{LedgerError, parse_copy};
use crate::objects::{ObjectError, Objects};

/// What happened to a session after the backup, as far as its leaves say it.
#[derive(Debug, Clone, Default)]
pub(super) struct After {
    pub(super) opened: bool,
    /// Holds placed, less those released.
    pub(super) holds: i64,
    /// Leaves of its seal: an earlier recovery tells of it once more.
    pub(super) seals: Vec<LeafAt>,
    pub(super) intent: Option<LeafAt>,
    pub(super) tombstone: Option<LeafAt>,
}

/// What a tenant's copies hold beyond the backup.
#[derive(Debug)]
pub(super) struct Continuation {
    /// The tenant.
    pub(super) tenant: TenantId,
    /// Leaves that the backup has.
    pub(super) first: u64,
    /// Leaves that there are with those in the copies.
    pub(super) size: u64,
    /// Leaves beyond the backup, by type.
    pub(super) counts: BTreeMap<&'static str, u64>,
    /// Sessions that leaves beyond the backup tell of.
    pub(super) sessions: BTreeMap<SessionId, After>,
    /// Backups that were made since.
    pub(super) backups: Vec<LeafAt>,
    root: Sha256Digest,
    /// The copies that are not recorded in the backup, each beginning where the one before ends.
    chain: Vec<Copy>,
}

#[derive(Debug, Clone)]
struct Copy {
    first: u64,
    last: u64,
    object: String,
}

/// Reads a tenant's copies and sees that they continue what the backup has.
pub(super) async fn survey(
    catalog: &Catalog,
    objects: &Objects,
    signer: &SigningKey,
    tenant: TenantId,
) -> Result<Continuation, RecoverError> {
    let (head, known) = catalog
        .read(move |tx| Ok::<_, CatalogError>((rows::head(tx, tenant)?, rows::copies(tx, tenant)?)))
        .await?;
    let head = head.ok_or(LedgerError::HeadDamaged(tenant))?;
    let mut frontier = Frontier::decode(&head.frontier).map_err(|_| LedgerError::HeadDamaged(tenant))?;
    let covered = known.last().map_or(0, |copy| copy.last + 1);
    if let Some(last) = known.last() {
        match objects.head(&last.object).await {
            Ok(_) => {}
            // Another store, or an empty one: everything after the backup would be taken for never having been.
            Err(ObjectError::NotFound { .. }) => return Err(RecoverError::CopyMissing(last.object.clone())),
            Err(error) => return Err(error.into()),
        }
    }
    let mut found = Continuation {
        tenant,
        first: head.size,
        size: head.size,
        counts: BTreeMap::new(),
        sessions: BTreeMap::new(),
        backups: Vec::new(),
        root: frontier.root(),
        chain: chain(objects, tenant, covered).await?,
    };
    let mut signed_to = head.size;
    for copy in found.chain.clone() {
        let body = objects.get(&copy.object).await?;
        let refuse = |why: &str| RecoverError::Copy {
            object: copy.object.clone(),
            why: why.to_owned(),
        };
        let lines =
            lines_of(&copy, &body).ok_or_else(|| refuse("it does not hold the leaves that its name says"))?;
        let overlap = known_leaves(catalog, tenant, &copy, head.size).await?;
        for (n, line) in (copy.first..).zip(lines) {
            if n < head.size {
                let at = usize::try_from(n - copy.first).unwrap_or(usize::MAX);
                if overlap.get(at).is_none_or(|row| row.line != line) {
                    return Err(refuse("it holds another leaf than the backup"));
                }
                continue;
            }
            let leaf = Leaf::parse(line).map_err(|error| refuse(&error.to_string()))?;
            if (leaf.tenant, leaf.n) != (tenant, n) {
                return Err(refuse("it holds a leaf of another place"));
            }
            frontier.append(leaf_hash(line));
            found.note(&leaf);
        }
        if let Some(note) = parse_copy(&body).1
            && copy.last + 1 == frontier.size()
        {
            let ours = Checkpoint {
                tenant,
                size: frontier.size(),
                root: frontier.root(),
            };
            let said = SignedCheckpoint::parse(note).and_then(|note| note.verify(&signer.verifying_key()));
            if said != Ok(ours) {
                return Err(refuse(
                    "its signed tree head is not that of the backup and the copies",
                ));
            }
            signed_to = frontier.size();
        }
    }
    if let Some(copy) = found.chain.last().filter(|_| signed_to < frontier.size()) {
        return Err(RecoverError::Copy {
            object: copy.object.clone(),
            why: format!("no signed tree head covers the leaves from {signed_to} on"),
        });
    }
    (found.size, found.root) = (frontier.size(), frontier.root());
    Ok(found)
}

/// The lines of a copy, when they are as many as its name says.
fn lines_of<'a>(copy: &Copy, body: &'a Bytes) -> Option<Vec<&'a [u8]>> {
    let lines = parse_copy(body).0;
    let count = (copy.last + 1).checked_sub(copy.first)?;
    (lines.len() as u64 == count).then_some(lines)
}

/// The leaves of a copy that the backup has too.
async fn known_leaves(
    catalog: &Catalog,
    tenant: TenantId,
    copy: &Copy,
    size: u64,
) -> Result<Vec<LeafRow>, RecoverError> {
    let (first, end) = (copy.first, size.min(copy.last + 1));
    let count = u32::try_from(end.saturating_sub(first)).unwrap_or(u32::MAX);
    if count == 0 {
        return Ok(Vec::new());
    }
    Ok(catalog
        .read(move |tx| rows::range(tx, tenant, first, count))
        .await?)
}

/// The copies from a leaf on, each beginning where the one before ends, as far as they reach. Where a crash left more than
/// one way, the one that reaches farthest. A gap is an error.
async fn chain(objects: &Objects, tenant: TenantId, from: u64) -> Result<Vec<Copy>, RecoverError> {
    let mut copies: Vec<Copy> = Vec::new();
    let mut listed = objects.list(&format!("tenants/{tenant}/ledger/"));
    while let Some(found) = listed.try_next().await? {
        if let Ok(ObjectKey::LedgerCopy { first, last, .. }) = ObjectKey::parse(&found.key)
            && first >= from
            && first <= last
        {
            let object = found.key;
            copies.push(Copy { first, last, object });
        }
    }
    copies.sort_by_key(|copy| Reverse(copy.first));
    // How far one gets from a leaf, and by which copy first.
    let mut best: BTreeMap<u64, (u64, Copy)> = BTreeMap::new();
    for copy in copies {
        let next = copy.last.saturating_add(1);
        let reach = best.get(&next).map_or(next, |(reach, _)| *reach);
        let better = best.get(&copy.first).is_none_or(|(known, _)| reach > *known);
        if better {
            best.insert(copy.first, (reach, copy));
        }
    }
    let mut chain = Vec::new();
    let mut at = from;
    while let Some((_, copy)) = best.get(&at) {
        at = copy.last.saturating_add(1);
        chain.push(copy.clone());
    }
    match best.keys().next_back() {
        Some(beyond) if *beyond > at => Err(RecoverError::Gap {
            tenant,
            first: at,
            next: *beyond,
        }),
        _ => Ok(chain),
    }
}

impl Continuation {
    fn note(&mut self, leaf: &Leaf) {
        *self.counts.entry(leaf.t.as_str()).or_default() += 1;
        let place = LeafAt {
            n: leaf.n,
            at: leaf.at,
        };
        if leaf.t == LeafType::Backup {
            self.backups.push(place);
        }
        let Some(session) = leaf.session else { return };
        let after = self.sessions.entry(session).or_default();
        match leaf.t {
            LeafType::Open => after.opened = true,
            LeafType::Seal => after.seals.push(place),
            LeafType::Hold => after.holds += 1,
            LeafType::Release => after.holds -= 1,
            LeafType::PurgeIntent => after.intent = Some(place),
            LeafType::Purged => after.tombstone = Some(place),
            _ => {}
        }
    }

    /// Appends the leaves beyond the backup, bare, and records the copies; a copy a transaction.
    pub(super) async fn append(
        &self,
        catalog: &Catalog,
        objects: &Objects,
        signer: std::sync::Arc<SigningKey>,
    ) -> Result<(), RecoverError> {
        for copy in &self.chain {
            let body = objects.get(&copy.object).await?;
            let row = CopyRow {
                tenant: self.tenant,
                first: copy.first,
                last: copy.last,
                object: copy.object.clone(),
                blake3: *blake3::hash(&body).as_bytes(),
            };
            let signer = signer.clone();
            let changed = || RecoverError::Copy {
                object: row.object.clone(),
                why: "it changed while it was read".to_owned(),
            };
            if lines_of(copy, &body).is_none() {
                return Err(changed());
            }
            let insert = row.clone();
            catalog
                .write(move |tx| append(tx, &insert, &body, &signer))
                .await?;
        }
        let tenant = self.tenant;
        let head = catalog.read(move |tx| rows::head(tx, tenant)).await?;
        let root = head.and_then(|head| Frontier::decode(&head.frontier).ok());
        match root {
            Some(frontier) if (frontier.size(), frontier.root()) == (self.size, self.root) => Ok(()),
            _ => Err(LedgerError::HeadDamaged(self.tenant).into()),
        }
    }
}

fn append(
    tx: &mut crate::catalog::Tx<'_>,
    copy: &CopyRow,
    body: &[u8],
    signer: &SigningKey,
) -> Result<(), RecoverError> {
    let tenant = copy.tenant;
    let damaged = || LedgerError::HeadDamaged(tenant);
    let head = rows::head(tx, tenant)?.ok_or_else(damaged)?;
    let mut frontier = Frontier::decode(&head.frontier).map_err(|_| damaged())?;
    for (n, line) in (copy.first..).zip(parse_copy(body).0) {
        if n < frontier.size() {
            continue;
        }
        let leaf = Leaf::parse(line).map_err(|_| damaged())?;
        let row = LeafRow {
            tenant,
            n,
            line: line.to_vec(),
            scope: Period::month_of(leaf.at).as_str().to_owned(),
            session: leaf.session,
            detail: LeafRow::NO_DETAIL.to_vec(),
        };
        rows::append(tx, &row)?;
        frontier.append(leaf_hash(line));
    }
    let checkpoint = Checkpoint {
        tenant,
        size: frontier.size(),
        root: frontier.root(),
    };
    rows::put_head(
        tx,
        &HeadRow {
            tenant,
            size: frontier.size(),
            frontier: frontier.encode(),
            checkpoint: checkpoint.sign(signer),
        },
    )?;
    rows::insert_copy(tx, copy)?;
    Ok(())
}
