//! Objects that nothing names: explained by a crash, or not.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use futures_util::TryStreamExt;
use obhut_format::chain::ChainLine;
use obhut_format::ids::{SessionId, StreamNo, TenantId};
use obhut_format::object_key::ObjectKey;
use obhut_format::seqset::SeqSet;

use super::intake::{self, Waiting};
use super::{Context, Finding, FindingKind};
use crate::catalog::segments::{self, SegmentRow};
use crate::objects::ObjectError;
use crate::open::OpenError;
use crate::orphans::{Claimed, claims};

/// Says of an object that nothing names whether a crash explains it: every frame its head line claims is in the
/// intake log or under a committed line of the session (DESIGN 4).
pub(crate) async fn judge(
    context: &Arc<Context>,
    tenant: TenantId,
    session: SessionId,
    key: &str,
) -> Result<(), OpenError> {
    let report = |kind, what: &str| context.report(Finding::new(kind, key, what).in_session(session));
    // Asked after the object was listed: a commit since then names it.
    let rows = context
        .catalog
        .read(move |tx| segments::list(tx, session))
        .await?;
    if rows.iter().any(|row| row.object == key) {
        return Ok(());
    }
    let object = match context.objects.get(key).await {
        Ok(object) => object,
        // Gone since it was listed: the orphan plan works beside us.
        Err(ObjectError::NotFound { .. }) => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    match claims(key, &object) {
        Claimed::Frames { stream, ranges, .. } => {
            let explained = held(&rows, &context.waiting, session, stream, &ranges)
                || held_now(context, session, stream, key, &ranges).await?;
            if explained {
                report(
                    FindingKind::Orphan,
                    "a crash left it; its frames are in the intake log or committed",
                );
            } else {
                report(
                    FindingKind::ObjectUnknown,
                    "no chain line names it, and its frames are nowhere else",
                );
            }
        }
        Claimed::Nothing => report(FindingKind::Orphan, "a crash left it; it holds no frames"),
        Claimed::Unreadable => report(
            FindingKind::ObjectUnknown,
            "no chain line names it, and it is no segment",
        ),
    }
    let _ = tenant;
    Ok(())
}

/// Whether each of these frames is in the intake log or in a committed segment.
fn held(
    rows: &[SegmentRow],
    waiting: &Waiting,
    session: SessionId,
    stream: StreamNo,
    ranges: &SeqSet,
) -> bool {
    let committed = rows
        .iter()
        .filter(|row| row.stream == stream)
        .filter_map(|row| row.ranges.parse().ok())
        .fold(SeqSet::new(), |all, ranges| all.union(&ranges));
    ranges
        .iter()
        .all(|seq| committed.contains(seq) || waiting.contains(session, stream, seq))
}

/// The same as of now, for an object that is on its way beside us: its frames may have come after our look at the intake
/// log. The log first, then the catalog: a frame leaves the one only when it is in the other.
async fn held_now(
    context: &Arc<Context>,
    session: SessionId,
    stream: StreamNo,
    key: &str,
    ranges: &SeqSet,
) -> Result<bool, OpenError> {
    let waiting = intake::look_again(&context.intake_folder).await?;
    let rows = context
        .catalog
        .read(move |tx| segments::list(tx, session))
        .await?;
    Ok(rows.iter().any(|row| row.object == key) || held(&rows, &waiting, session, stream, ranges))
}

/// Folders of sessions that the catalog does not have, and objects that are of no session at all.
pub(crate) async fn check_folders(
    context: &Arc<Context>,
    tenant: TenantId,
    known: &[SessionId],
    lost: &BTreeMap<SessionId, u64>,
) -> Result<(), OpenError> {
    let known: HashSet<SessionId> = known.iter().copied().collect();
    let mut listed = context.objects.list(&format!("tenants/{tenant}/sessions/"));
    while let Some(object) = listed.try_next().await? {
        let Ok(
            ObjectKey::Segment { session, .. }
            | ObjectKey::OpenLine { session, .. }
            | ObjectKey::SealLine { session, .. },
        ) = ObjectKey::parse(&object.key)
        else {
            let what = "its name is none this program gives";
            context.report(Finding::new(FindingKind::ObjectUnknown, &object.key, what));
            continue;
        };
        // Of a lost session the ledger tells; its objects go when no backup can hold its key any more.
        if known.contains(&session) || lost.contains_key(&session) {
            continue;
        }
        // Opened since the sessions were listed?
        let now_known = context
            .catalog
            .read(move |tx| crate::catalog::sessions::get(tx, tenant, session).map(|row| row.is_some()))
            .await?;
        if now_known {
            continue;
        }
        if matches!(
            context.objects.head(&object.key).await,
            Err(ObjectError::NotFound { .. })
        ) {
            // Its session was opened and deleted, or it was an orphan, since it was listed.
            continue;
        }
        let is_open_line = matches!(ObjectKey::parse(&object.key), Ok(ObjectKey::OpenLine { .. }));
        let in_ledger = context
            .catalog
            .read(move |tx| {
                crate::catalog::ledger::by_session(tx, tenant, session).map(|rows| !rows.is_empty())
            })
            .await?;
        let finding = if is_open_line && !in_ledger && opens(context, &object.key).await? {
            Finding::new(
                FindingKind::Orphan,
                &object.key,
                "a crash left it before the session was opened",
            )
        } else {
            Finding::new(
                FindingKind::ObjectUnknown,
                &object.key,
                "the catalog does not have its session",
            )
        };
        context.report(finding.in_session(session));
    }
    Ok(())
}

async fn opens(context: &Arc<Context>, key: &str) -> Result<bool, OpenError> {
    match context.objects.get(key).await {
        Ok(object) => Ok(matches!(ChainLine::parse(&object), Ok(ChainLine::Open(_)))),
        Err(ObjectError::NotFound { .. }) => Ok(true),
        Err(error) => Err(error.into()),
    }
}
