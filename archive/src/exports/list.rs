//! Exports, listed: those that were asked for, and the bundles that the command line wrote without being asked to ask.

use obhut_format::ids::{AccessId, ExportId, SessionId, TenantId, UserId};
use obhut_format::time::UtcMicros;

use super::refused::ExportRefused;
use super::truth::{self, Truth};
use super::{ExportRef, ExportState, state_at};
use crate::Archive;
use crate::catalog::access::{self, AccessCursor, AccessRow};
use crate::catalog::exports::{self, Decision, ExportCursor, ExportRow};
use crate::catalog::{Query, sessions};
use crate::keys::Keys;
use crate::policy::ExportApprovals;
use crate::read::{AccessDetail, ReadError, open_look};
use crate::write::SessionRef;

/// Rows looked through for one page at most.
const LOOKED_THROUGH: usize = 2_000;

/// What is sealed of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportTexts {
    /// Who asked: a user's name, or the command line.
    pub who: String,
    /// Which user; `None` for the command line.
    pub user: Option<UserId>,
    /// Why.
    pub purpose: String,
    /// For which matter.
    pub case: Option<String>,
}

/// What is sealed of a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportDecision {
    /// Who decided.
    pub who: String,
    /// Why.
    pub reason: Option<String>,
}

/// A bundle that was begun under a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportBundle {
    /// When.
    pub at: UtcMicros,
    /// Its number: that of its record's leaf.
    pub number: u64,
    /// Who; `None` when the month's key is gone, or the record is damaged.
    pub who: Option<String>,
}

/// An export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportEntry {
    /// Its id.
    pub export: ExportId,
    /// The session.
    pub session: SessionRef,
    /// Where it is.
    pub state: ExportState,
    /// When it was asked for.
    pub asked_at: UtcMicros,
    /// Whether a bundle without what is damaged is wanted.
    pub damaged: bool,
    /// How many approvals it needed when it was asked for.
    pub approvals: ExportApprovals,
    /// When it was decided.
    pub decided_at: Option<UtcMicros>,
    /// Until when it waits, or bundles are made under it.
    pub until: Option<UtcMicros>,
    /// Who asked and why; `None` when the month's key is gone, or the row is not what the ledger says.
    pub texts: Option<ExportTexts>,
    /// Who decided and why; `None` as well where nobody did.
    pub decision: Option<ExportDecision>,
    /// The bundles, oldest first.
    pub bundles: Vec<ExportBundle>,
    /// Whether the session is kept, so that a bundle can be made.
    pub kept: bool,
}

/// Which exports to list, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExportFilter {
    /// Only those of this session.
    pub session: Option<SessionId>,
    /// Only those in this state.
    pub state: Option<ExportState>,
    /// Only those after this one in the list.
    pub after: Option<ExportCursor>,
    /// How many at most.
    pub limit: u32,
}

/// A page of exports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportPage {
    /// The exports; a page may be short, or empty, and still have a next one.
    pub entries: Vec<ExportEntry>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<ExportCursor>,
}

impl Archive {
    /// A page of these tenants' exports, newest first.
    pub async fn exports(&self, tenants: &[TenantId], filter: ExportFilter) -> Result<ExportPage, ReadError> {
        let (keys, now, tenants) = (self.keys().clone(), self.now(), tenants.to_vec());
        self.catalog()
            .read(move |tx| page(tx, &keys, &tenants, &filter, now))
            .await
    }

    /// The export with this id, where one of these tenants has it.
    pub async fn export(
        &self,
        tenants: &[TenantId],
        export: ExportId,
    ) -> Result<Option<ExportEntry>, ExportRefused> {
        let (keys, now, tenants) = (self.keys().clone(), self.now(), tenants.to_vec());
        self.catalog()
            .read(move |tx| {
                for tenant in tenants {
                    if let Some(entry) = entry(tx, &keys, ExportRef { tenant, export }, now)? {
                        return Ok(Some(entry));
                    }
                }
                Ok(None)
            })
            .await
    }
}

/// Either kind of export, as the list goes through them.
#[derive(Debug, Clone, Copy)]
enum Listed {
    Asked(ExportRow),
    Unasked(AccessRow),
}

impl Listed {
    fn place(&self) -> ExportCursor {
        match self {
            Self::Asked(row) => ExportCursor {
                at: row.asked_at,
                export: row.export,
            },
            Self::Unasked(row) => ExportCursor {
                at: row.at,
                export: of_record(row.access),
            },
        }
    }

    fn entry(&self, tx: &dyn Query, keys: &Keys, now: UtcMicros) -> Result<ExportEntry, ReadError> {
        match self {
            Self::Asked(row) => asked(tx, keys, row, now),
            Self::Unasked(row) => unasked(tx, keys, row),
        }
    }
}

/// The export that a bundle is which nobody had to ask for.
fn of_record(record: AccessId) -> ExportId {
    ExportId::from_bytes(*record.as_bytes())
}

/// The export with this id as it stands.
pub(super) fn entry(
    tx: &dyn Query,
    keys: &Keys,
    at: ExportRef,
    now: UtcMicros,
) -> Result<Option<ExportEntry>, ExportRefused> {
    if let Some(row) = exports::by_id(tx, at.tenant, at.export)? {
        return Ok(Some(asked(tx, keys, &row, now)?));
    }
    let record = AccessId::from_bytes(*at.export.as_bytes());
    let row = access::by_id(tx, at.tenant, record)?.filter(|row| row.export == Some(at.export));
    Ok(row.map(|row| unasked(tx, keys, &row)).transpose()?)
}

fn page(
    tx: &dyn Query,
    keys: &Keys,
    tenants: &[TenantId],
    filter: &ExportFilter,
    now: UtcMicros,
) -> Result<ExportPage, ReadError> {
    let limit = usize::try_from(filter.limit).unwrap_or(usize::MAX);
    let mut entries = Vec::new();
    let mut next = filter.after;
    let mut looked_at = 0;
    loop {
        let listed = merged(tx, tenants, filter, next.unwrap_or(ExportCursor::FIRST))?;
        let last_page = listed.len() < limit;
        for one in listed {
            if entries.len() >= limit || looked_at >= LOOKED_THROUGH {
                return Ok(ExportPage { entries, next });
            }
            looked_at += 1;
            next = Some(one.place());
            let entry = one.entry(tx, keys, now)?;
            if filter.state.is_none_or(|state| entry.state == state) {
                entries.push(entry);
            }
        }
        if last_page {
            return Ok(ExportPage { entries, next: None });
        }
        if entries.len() >= limit {
            return Ok(ExportPage { entries, next });
        }
    }
}

/// The newest exports of several tenants and both kinds, as if they were one list.
fn merged(
    tx: &dyn Query,
    tenants: &[TenantId],
    filter: &ExportFilter,
    before: ExportCursor,
) -> Result<Vec<Listed>, ReadError> {
    let record = AccessCursor {
        at: before.at,
        access: AccessId::from_bytes(*before.export.as_bytes()),
    };
    let mut all = Vec::new();
    for tenant in tenants {
        let asked = exports::newest(tx, *tenant, filter.session, before, filter.limit)?;
        all.extend(asked.into_iter().map(Listed::Asked));
        let unasked = access::unasked_bundles(tx, *tenant, filter.session, record, filter.limit)?;
        all.extend(unasked.into_iter().map(Listed::Unasked));
    }
    all.sort_by_key(|one| std::cmp::Reverse(one.place()));
    all.truncate(usize::try_from(filter.limit).unwrap_or(usize::MAX));
    Ok(all)
}

/// What is damaged says nothing; `verify` names it.
fn sound<T>(read: Result<Option<T>, ReadError>) -> Result<Option<T>, ReadError> {
    match read {
        Err(error) if error.is_damage() => Ok(None),
        other => other,
    }
}

fn asked(tx: &dyn Query, keys: &Keys, row: &ExportRow, now: UtcMicros) -> Result<ExportEntry, ReadError> {
    let truth: Option<Truth> = sound(truth::read(tx, keys, row))?;
    let decided = row.decided.map(|decided| (decided.decision, decided.at));
    let (mut state, until) = state_at(row.asked_at, decided, now);
    if truth.is_none() && state != ExportState::Refused {
        // Nothing is done by a row alone.
        state = ExportState::Expired;
    }
    let by_policy = row
        .decided
        .is_some_and(|decided| decided.leaf_n == row.leaf_n && decided.decision == Decision::Approved);
    let (texts, decision) = match truth {
        Some(Truth { asked, decided, .. }) => {
            let texts = ExportTexts {
                who: asked.who,
                user: Some(asked.user),
                purpose: asked.purpose,
                case: asked.case,
            };
            let decision = decided.map(|decided| ExportDecision {
                who: decided.who,
                reason: decided.reason,
            });
            (Some(texts), decision)
        }
        None => (None, None),
    };
    let mut bundles = Vec::new();
    for record in access::of_export(tx, row.tenant, row.export)? {
        bundles.push(bundle(&record, sound(open_look(tx, keys, &record))?.as_ref()));
    }
    Ok(ExportEntry {
        export: row.export,
        session: SessionRef {
            tenant: row.tenant,
            session: row.session,
        },
        state,
        asked_at: row.asked_at,
        damaged: row.damaged,
        approvals: if by_policy {
            ExportApprovals::None
        } else {
            ExportApprovals::One
        },
        decided_at: row.decided.map(|decided| decided.at),
        until,
        texts,
        decision,
        bundles,
        kept: sessions::kept(tx, row.tenant, row.session)?.is_some(),
    })
}

fn unasked(tx: &dyn Query, keys: &Keys, row: &AccessRow) -> Result<ExportEntry, ReadError> {
    let said = sound(open_look(tx, keys, row))?;
    let bundles = vec![bundle(row, said.as_ref())];
    Ok(ExportEntry {
        export: of_record(row.access),
        session: SessionRef {
            tenant: row.tenant,
            session: row.session,
        },
        state: ExportState::Approved,
        asked_at: row.at,
        damaged: said.as_ref().is_some_and(|said| said.damaged == Some(true)),
        approvals: ExportApprovals::None,
        decided_at: Some(row.at),
        until: None,
        texts: said.map(|said| ExportTexts {
            who: said.who,
            user: None,
            purpose: said.purpose,
            case: said.case,
        }),
        decision: None,
        bundles,
        kept: sessions::kept(tx, row.tenant, row.session)?.is_some(),
    })
}

fn bundle(record: &AccessRow, said: Option<&AccessDetail>) -> ExportBundle {
    ExportBundle {
        at: record.at,
        number: record.leaf_n,
        who: said.map(|said| said.who.clone()),
    }
}
