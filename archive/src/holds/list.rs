//! Holds with who placed and released them and why, opened from the ledger and compared with it.

use obhut_format::ids::{HoldId, SessionId, TenantId};
use obhut_format::ledger::{Leaf, LeafType};
use serde_json::Value;

use super::HoldError;
use super::detail::{HoldDetail, ReleaseDetail, same_hold, same_line};
use crate::Archive;
use crate::catalog::hold_list::{self, HoldCursor, HoldQuery, HoldState};
use crate::catalog::holds::{self, HoldRow};
use crate::catalog::{CatalogError, Query, ledger as leaves, sessions};
use crate::keys::{KeyError, Keys, Period};
use crate::ledger::{LedgerError, open_detail};
use crate::write::SessionRef;

/// A hold, with what is sealed of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedHold {
    /// The row.
    pub row: HoldRow,
    /// Who placed it and why; `None` when the month's key is gone, or the row or the leaf is damaged.
    pub placed: Option<HoldDetail>,
    /// Who released it and why; `None` while it holds, and as above.
    pub released: Option<ReleaseDetail>,
    /// Whether the row, or what is sealed of it, is not what the ledger commits to.
    pub damaged: bool,
    /// Whether the session is still there, and not being deleted.
    pub session_kept: bool,
}

/// Which holds to list: those in force first, the earliest review first and those without one last; then the released ones, the
/// newest release first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HoldFilter {
    /// Only those in force, or only the others.
    pub state: Option<HoldState>,
    /// Only those on this session.
    pub session: Option<SessionId>,
    /// Only those after this one in the list.
    pub after: Option<HoldCursor>,
    /// How many at most.
    pub limit: u32,
}

/// A page of holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldPage {
    /// The holds.
    pub holds: Vec<ListedHold>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<HoldCursor>,
}

impl Archive {
    /// A page of these tenants' holds, as if they were one's.
    pub async fn hold_list(&self, tenants: &[TenantId], filter: HoldFilter) -> Result<HoldPage, HoldError> {
        let (keys, tenants) = (self.keys().clone(), tenants.to_vec());
        self.catalog()
            .read(move |tx| {
                let wanted = HoldQuery {
                    state: filter.state,
                    session: filter.session,
                    after: filter.after,
                    // One more tells whether there is a next page.
                    limit: filter.limit.saturating_add(1),
                };
                let mut rows = Vec::new();
                for tenant in &tenants {
                    rows.extend(hold_list::list(tx, *tenant, &wanted)?);
                }
                rows.sort_by_key(HoldCursor::of);
                let limit = usize::try_from(filter.limit).unwrap_or(usize::MAX);
                let more = rows.len() > limit;
                rows.truncate(limit);
                let next = rows.last().filter(|_| more).map(HoldCursor::of);
                let holds = rows.into_iter().map(|row| listed(tx, &keys, row));
                Ok(HoldPage {
                    holds: holds.collect::<Result<_, HoldError>>()?,
                    next,
                })
            })
            .await
    }

    /// How many holds keep a session.
    pub async fn holds_in_force(&self, at: SessionRef) -> Result<u64, CatalogError> {
        self.catalog()
            .read(move |tx| Ok(holds::active(tx, at.tenant, at.session)?.len() as u64))
            .await
    }

    /// The hold with this id, where it is one of these tenants'.
    pub async fn find_hold(
        &self,
        tenants: &[TenantId],
        hold: HoldId,
    ) -> Result<Option<HoldRow>, CatalogError> {
        let tenants = tenants.to_vec();
        self.catalog()
            .read(move |tx| {
                for tenant in tenants {
                    if let Some(row) = holds::by_id(tx, tenant, hold)? {
                        return Ok(Some(row));
                    }
                }
                Ok(None)
            })
            .await
    }
}

/// A row, and what its leaves' details say.
pub(super) fn listed(tx: &dyn Query, keys: &Keys, row: HoldRow) -> Result<ListedHold, HoldError> {
    let placed = opened(tx, keys, &row, (LeafType::Hold, row.leaf_n))?;
    let released = match row.release_leaf_n {
        Some(n) => opened(tx, keys, &row, (LeafType::Release, n))?,
        None => Sealed::Expired,
    };
    let damaged = matches!(placed, Sealed::Damaged) || matches!(released, Sealed::Damaged);
    Ok(ListedHold {
        session_kept: sessions::kept(tx, row.tenant, row.session)?.is_some(),
        placed: placed.said().and_then(HoldDetail::of),
        released: released.said().and_then(ReleaseDetail::of),
        damaged,
        row,
    })
}

/// What came of opening a leaf's detail.
enum Sealed {
    Said(Value),
    Expired,
    Damaged,
}

impl Sealed {
    fn said(self) -> Option<Value> {
        match self {
            Self::Said(detail) => Some(detail),
            Self::Expired | Self::Damaged => None,
        }
    }
}

fn opened(tx: &dyn Query, keys: &Keys, row: &HoldRow, (t, n): (LeafType, u64)) -> Result<Sealed, HoldError> {
    let Some(leaf_row) = leaves::get(tx, row.tenant, n)? else {
        return Ok(Sealed::Damaged);
    };
    let Ok(leaf) = Leaf::parse(&leaf_row.line) else {
        return Ok(Sealed::Damaged);
    };
    // Also where the month has expired and the line is all there is.
    if leaf.t != t || !same_line(row, &leaf) {
        return Ok(Sealed::Damaged);
    }
    let key = match keys.open_detail_key(tx, row.tenant, &Period::named(&leaf_row.scope)) {
        Ok(Some(key)) => key,
        Ok(None) => return Ok(Sealed::Expired),
        Err(KeyError::Catalog(error)) => return Err(error.into()),
        Err(_) => return Ok(Sealed::Damaged),
    };
    match open_detail(&leaf_row, &leaf, &key) {
        Ok(detail) if same_hold(row, &leaf, &detail) => Ok(Sealed::Said(detail)),
        Ok(_) | Err(LedgerError::DetailDamaged { .. } | LedgerError::HeadDamaged(_)) => Ok(Sealed::Damaged),
        Err(LedgerError::Catalog(error)) => Err(error.into()),
    }
}
