//! A session as the checks see it: everything the catalog says of it at one moment, and its chain, followed.

use std::sync::Arc;

use obhut_format::chain::{ChainLine, ChainState, OpenLine, SealLine};
use obhut_format::ids::{SessionId, TenantId};

use super::{Context, Finding, FindingKind};
use crate::catalog::chain_lines::{self, ChainLineRow};
use crate::catalog::events::{self, EventRow};
use crate::catalog::ledger::{self, LeafRow};
use crate::catalog::segments::{self, SegmentRow};
use crate::catalog::sessions::{self, SessionRow};
use crate::catalog::streams::{self, StreamRow};
use crate::catalog::{CatalogError, deks};
use crate::read::NamedSegment;

/// Everything the catalog says of a session, as of one moment.
#[derive(Debug)]
pub(crate) struct Rows {
    pub session: SessionRow,
    pub wrapped: Option<obhut_format::key::WrappedKey>,
    pub streams: Vec<StreamRow>,
    pub lines: Vec<ChainLineRow>,
    pub segments: Vec<SegmentRow>,
    pub events: Vec<EventRow>,
    pub leaves: Vec<LeafRow>,
}

/// A chain that was followed.
#[derive(Debug, Default)]
pub(crate) struct Chain {
    pub open: Option<OpenLine>,
    pub seal: Option<SealLine>,
    pub segments: Vec<Arc<NamedSegment>>,
    pub state: ChainState,
    /// Whether every line followed.
    pub whole: bool,
}

/// Reads a session's rows in one transaction.
pub(crate) async fn load(
    context: &Context,
    tenant: TenantId,
    session: SessionId,
) -> Result<Option<Rows>, CatalogError> {
    context
        .catalog
        .read(move |tx| {
            let Some(row) = sessions::get(tx, tenant, session)? else {
                return Ok(None);
            };
            Ok(Some(Rows {
                wrapped: deks::get(tx, row.dek)?,
                streams: streams::list(tx, session)?,
                lines: chain_lines::all(tx, session)?,
                segments: segments::list(tx, session)?,
                events: events::list(tx, session)?,
                leaves: ledger::by_session(tx, tenant, session)?,
                session: row,
            }))
        })
        .await
}

/// Follows the chain's links; the first line that does not follow ends it.
pub(crate) fn follow(rows: &Rows, report: &dyn Fn(Finding)) -> Chain {
    let mut chain = Chain {
        whole: true,
        ..Chain::default()
    };
    for (expected, row) in (0u64..).zip(&rows.lines) {
        let place = format!("chain_lines/{}/{}", rows.session.session, row.n);
        if row.n != expected {
            report(Finding::new(
                FindingKind::Chain,
                place,
                format!("line {expected} is missing"),
            ));
            chain.whole = false;
            break;
        }
        match chain.state.follow(&row.line) {
            Ok(ChainLine::Open(line)) => chain.open = Some(line),
            Ok(ChainLine::Seal(line)) => chain.seal = Some(line),
            Ok(ChainLine::Segment(line)) => {
                chain.segments.push(Arc::new(NamedSegment {
                    line,
                    text: row.line.clone(),
                }));
            }
            Err(error) => {
                report(Finding::new(FindingKind::Chain, place, error));
                chain.whole = false;
                break;
            }
        }
    }
    if chain.open.is_none() && chain.whole {
        report(Finding::new(
            FindingKind::Chain,
            "chain_lines",
            "the first line is missing",
        ));
        chain.whole = false;
    }
    chain
}
