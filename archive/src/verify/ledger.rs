//! A tenant's ledger: leaves, tree, signed head, copies; and what the leaves say of the register, looks and holds.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use obhut_format::digest::Sha256Digest;
use obhut_format::ids::{SessionId, TenantId};
use obhut_format::key::WrapKey;
use obhut_format::ledger::{Frontier, Leaf, LeafType, leaf_hash};

use super::recovered::Recoveries;
use super::register::{self, Register};
use super::tombstones::Tombstones;
use super::{Context, Finding, FindingKind, copies};
use crate::catalog::ledger::{self as rows, CopyRow, HeadRow, LeafRow};
use crate::catalog::lost::{self, LostRow};
use crate::catalog::tenants::TenantRow;
use crate::catalog::{detail_keys, keks};
use crate::keys::KeyError;
use crate::ledger::{SESSION_SCOPE, open_detail};
use crate::open::OpenError;

/// Leaves read in one go.
const PAGE: u32 = 2048;

/// The sessions that the ledger says were opened.
#[derive(Debug)]
pub(crate) struct OpenedSessions {
    tenant: TenantId,
    /// The head that was looked at.
    size: u64,
    opened: HashSet<SessionId>,
    tombstones: Tombstones,
    recoveries: Recoveries,
}

impl OpenedSessions {
    /// Sessions whose keys were lost.
    pub(crate) fn lost(&self) -> &BTreeMap<SessionId, u64> {
        self.recoveries.lost()
    }

    /// Every session the ledger opened is in the catalog, and every session in the catalog was opened in the ledger.
    pub(crate) async fn compare(&self, context: &Context, listed: &[SessionId]) -> Result<(), OpenError> {
        let known: HashSet<SessionId> = listed.iter().copied().collect();
        let report = |session: SessionId, what: &str| {
            context.report(Finding::new(FindingKind::Session, "sessions", what).in_session(session));
        };
        let (tenant, size) = (self.tenant, self.size);
        for (session, n) in self.recoveries.lost() {
            let place = format!("ledger_leaves/{tenant}/{n}");
            if known.contains(session) {
                report(
                    *session,
                    "the ledger says that its key was lost, but the catalog has it",
                );
            } else if !self.tombstones.holds(*session) {
                let what =
                    "it was opened after the backup that the archive was recovered from, and its key is lost";
                context.report(Finding::new(FindingKind::Lost, place, what).in_session(*session));
            }
        }
        for session in self
            .opened
            .iter()
            .copied()
            .filter(|session| !known.contains(session))
        {
            if self.tombstones.holds(session) || self.recoveries.lost().contains_key(&session) {
                continue;
            }
            // Deleted since the ledger was read, its tombstone stands beyond the head that we looked at.
            let leaves = context
                .catalog
                .read(move |tx| rows::by_session(tx, tenant, session))
                .await?;
            let later = |row: &LeafRow| {
                row.n >= size && Leaf::parse(&row.line).is_ok_and(|leaf| leaf.t == LeafType::Purged)
            };
            if !leaves.iter().any(later) {
                report(session, "the ledger opened it, but the catalog does not have it");
            }
        }
        for session in listed
            .iter()
            .copied()
            .filter(|session| self.tombstones.holds(*session))
        {
            report(
                session,
                "the ledger says that it was deleted, but the catalog has it",
            );
        }
        for session in listed
            .iter()
            .copied()
            .filter(|session| !self.opened.contains(session))
        {
            // Opened since the ledger was read, its leaf stands beyond the head that we looked at.
            let leaves = context
                .catalog
                .read(move |tx| rows::by_session(tx, tenant, session))
                .await?;
            let later = |row: &LeafRow| {
                row.n >= size && Leaf::parse(&row.line).is_ok_and(|leaf| leaf.t == LeafType::Open)
            };
            if !leaves.iter().any(later) {
                report(session, "the catalog has it, but the ledger never opened it");
            }
        }
        Ok(())
    }
}

/// Checks one tenant's keys, ledger, copies and register.
pub(crate) async fn check(context: &Arc<Context>, tenant: &TenantRow) -> Result<OpenedSessions, OpenError> {
    let id = tenant.tenant;
    // One moment: the register's rows and the head that stands for them.
    let owned = tenant.clone();
    let (head, mut register, copied, lost) = context
        .catalog
        .read(move |tx| {
            Ok::<_, OpenError>((
                rows::head(tx, id)?,
                Register::load(tx, &owned)?,
                rows::copies(tx, id)?,
                lost::list(tx, id)?,
            ))
        })
        .await?;
    // After the head, so that no leaf under it is sealed under a key that was made since we looked.
    let details = check_keys(context, id).await?;
    let Some(head) = head else {
        context.report(Finding::new(
            FindingKind::LedgerHead,
            format!("ledger_heads/{id}"),
            "it is missing",
        ));
        return Ok(OpenedSessions {
            tenant: id,
            size: 0,
            opened: HashSet::new(),
            tombstones: Tombstones::default(),
            recoveries: Recoveries::default(),
        });
    };
    let mut tree = Tree::new(&copied, head.size);
    let mut sessions = OpenedSessions {
        tenant: id,
        size: head.size,
        opened: HashSet::new(),
        tombstones: Tombstones::default(),
        recoveries: Recoveries::default(),
    };
    let mut next = 0;
    while next < head.size {
        let leaves = context
            .catalog
            .read(move |tx| rows::range(tx, id, next, PAGE))
            .await?;
        if leaves.is_empty() {
            break;
        }
        for row in leaves {
            if row.n >= head.size {
                next = head.size;
                break;
            }
            if row.n != next {
                report_leaf(context, id, next, "it is missing");
            }
            next = row.n + 1;
            Context::add(&context.counts.leaves, 1);
            let leaf = leaf(context, &row);
            tree.add(&row);
            if let Some(leaf) = leaf {
                note(context, &details, &row, &leaf, &mut register, &mut sessions);
            }
        }
    }
    if next < head.size {
        report_leaf(context, id, next, "it is missing");
    }
    if let Some((n, what)) = sessions.recoveries.end() {
        report_leaf(context, id, n, what);
    }
    check_lost(context, &lost, sessions.lost());
    check_head(context, &head, &tree);
    check_beyond(context, id, &head).await?;
    let later = expired_since(context, id, head.size, &details).await?;
    register.finish(&details.destroyed, &later, &|finding| context.report(finding));
    let lost = sessions.recoveries.lost();
    sessions.tombstones.check(context, id, head.size, lost).await?;
    copies::check(context, id, &copied, &tree.roots).await?;
    Ok(sessions)
}

/// The rows of lost sessions are those that the ledger tells of.
fn check_lost(context: &Context, rows: &[LostRow], said: &BTreeMap<SessionId, u64>) {
    let found: BTreeMap<SessionId, u64> = rows.iter().map(|row| (row.session, row.leaf_n)).collect();
    let differs = |session: &&SessionId| found.get(*session) != said.get(*session);
    for session in found.keys().chain(said.keys()).filter(differs) {
        let what = "whether its key was lost in a recovery is not what the ledger says";
        let finding = Finding::new(FindingKind::Session, "lost_sessions", what);
        context.report(finding.in_session(*session));
    }
}

fn report_leaf(context: &Context, tenant: TenantId, n: u64, what: &str) {
    context.report(Finding::new(
        FindingKind::LedgerLeaf,
        format!("ledger_leaves/{tenant}/{n}"),
        what,
    ));
}

/// What details are sealed under.
#[derive(Debug, Default)]
struct Details {
    keys: BTreeMap<String, Arc<WrapKey>>,
    /// Months whose key is destroyed.
    destroyed: BTreeSet<String>,
}

/// Every KEK opens, and every detail key that was not destroyed.
async fn check_keys(context: &Arc<Context>, tenant: TenantId) -> Result<Details, OpenError> {
    let (wrapping, details) = context
        .catalog
        .read(move |tx| Ok::<_, OpenError>((keks::all(tx, tenant)?, detail_keys::all(tx, tenant)?)))
        .await?;
    let damaged =
        |error: &KeyError| context.report(Finding::new(FindingKind::Key, format!("tenants/{tenant}"), error));
    for row in &wrapping {
        if let Err(error) = context.keys.open_kek(row) {
            damaged(&error);
        }
    }
    let mut opened = Details::default();
    for row in details {
        if row.is_destroyed() {
            opened.destroyed.insert(row.period);
            continue;
        }
        let keys = context.keys.clone();
        let period = row.period.clone();
        match context
            .catalog
            .read(move |tx| keys.open_detail_row(tx, &row))
            .await
        {
            Ok(key) => drop(opened.keys.insert(period, Arc::new(key))),
            Err(KeyError::Catalog(error)) => return Err(error.into()),
            Err(error) => damaged(&error),
        }
    }
    Ok(opened)
}

/// Months whose key was destroyed since the head that was looked at was signed.
async fn expired_since(
    context: &Arc<Context>,
    tenant: TenantId,
    size: u64,
    details: &Details,
) -> Result<BTreeSet<String>, OpenError> {
    let leaves = context
        .catalog
        .read(move |tx| rows::range(tx, tenant, size, PAGE))
        .await?;
    let months = leaves.iter().filter_map(|row| {
        let leaf = Leaf::parse(&row.line).ok()?;
        let key = details.keys.get(&row.scope)?;
        (leaf.t == LeafType::DetailsExpired).then_some(())?;
        register::expired_month(&open_detail(row, &leaf, key).ok()?)
    });
    Ok(months.collect())
}

/// Parses a leaf and compares it with its row.
fn leaf(context: &Context, row: &LeafRow) -> Option<Leaf> {
    let leaf = match Leaf::parse(&row.line) {
        Ok(leaf) => leaf,
        Err(error) => {
            report_leaf(context, row.tenant, row.n, &error.to_string());
            return None;
        }
    };
    if (leaf.tenant, leaf.n) != (row.tenant, row.n) || (leaf.session.is_some() && leaf.session != row.session)
    {
        report_leaf(
            context,
            row.tenant,
            row.n,
            "its row files it elsewhere than its line says",
        );
    }
    Some(leaf)
}

/// Opens a leaf's detail and hands it to what it bears on.
fn note(
    context: &Context,
    details: &Details,
    row: &LeafRow,
    leaf: &Leaf,
    register: &mut Register,
    sessions: &mut OpenedSessions,
) {
    if let (LeafType::Open, Some(session)) = (leaf.t, leaf.session) {
        sessions.opened.insert(session);
    }
    // Also where the detail does not open.
    sessions.tombstones.note(leaf, None);
    if row.is_bare() {
        sessions.recoveries.bare(leaf);
        register.note_bare(leaf);
        return;
    }
    let opened = note_whole(context, details, row, leaf, register, sessions);
    if let Some((n, what)) = sessions.recoveries.whole(leaf, opened.as_ref()) {
        report_leaf(context, row.tenant, n, what);
    }
}

/// The same of a leaf that has its detail; the detail where it opened here.
fn note_whole(
    context: &Context,
    details: &Details,
    row: &LeafRow,
    leaf: &Leaf,
    register: &mut Register,
    sessions: &mut OpenedSessions,
) -> Option<serde_json::Value> {
    // Details under a session's key are opened with the session.
    if row.scope == SESSION_SCOPE {
        let theirs = matches!(leaf.t, LeafType::Open | LeafType::Seal | LeafType::Event);
        if !theirs || row.session.is_none() {
            report_leaf(context, row.tenant, row.n, "its scope is not one of its type");
        }
        return None;
    }
    if details.destroyed.contains(&row.scope) {
        register.note_expired(row, leaf);
        return None;
    }
    let Some(key) = details.keys.get(&row.scope) else {
        report_leaf(context, row.tenant, row.n, "the key of its detail is missing");
        return None;
    };
    match open_detail(row, leaf, key) {
        Ok(detail) => {
            register.note(row, leaf, &detail);
            sessions.tombstones.note(leaf, Some(&detail));
            Some(detail)
        }
        Err(error) => {
            report_leaf(context, row.tenant, row.n, &error.to_string());
            None
        }
    }
}

/// The tree, with its root at the end and wherever a copy carries a signed head.
#[derive(Debug)]
struct Tree {
    frontier: Frontier,
    roots: BTreeMap<u64, Sha256Digest>,
    wanted: HashSet<u64>,
}

impl Tree {
    fn new(copies: &[CopyRow], size: u64) -> Self {
        let wanted = copies.iter().map(|copy| copy.last + 1).chain([size]).collect();
        Self {
            frontier: Frontier::new(),
            roots: BTreeMap::new(),
            wanted,
        }
    }

    fn add(&mut self, row: &LeafRow) {
        let hash = leaf_hash(&row.line);
        self.frontier.append(hash);
        if self.wanted.contains(&self.frontier.size()) {
            self.roots.insert(self.frontier.size(), self.frontier.root());
        }
    }
}

fn check_head(context: &Context, head: &HeadRow, tree: &Tree) {
    let report = |what: &str| {
        context.report(Finding::new(
            FindingKind::LedgerHead,
            format!("ledger_heads/{}", head.tenant),
            what,
        ));
    };
    if tree.frontier.size() != head.size || tree.frontier.encode() != head.frontier {
        report("it is not the head of the leaves");
    }
    if !context.signed(
        head.tenant,
        head.checkpoint.as_bytes(),
        head.size,
        &tree.frontier.root(),
    ) {
        report("its signature, size or root does not check");
    }
}

/// Leaves past the head: appended since we looked, or put there by somebody else.
async fn check_beyond(context: &Context, tenant: TenantId, head: &HeadRow) -> Result<(), OpenError> {
    let size = head.size;
    let (beyond, now) = context
        .catalog
        .read(move |tx| Ok::<_, OpenError>((rows::range(tx, tenant, size, 1)?, rows::head(tx, tenant)?)))
        .await?;
    if let [row, ..] = &beyond[..]
        && now.is_none_or(|now| now.size <= row.n)
    {
        report_leaf(context, tenant, row.n, "it stands beyond the signed head");
    }
    Ok(())
}
