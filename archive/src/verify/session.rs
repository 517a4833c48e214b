//! One session: its key, its chain, its rows, its objects.

use std::collections::HashSet;
use std::sync::Arc;

use futures_util::{StreamExt, TryStreamExt};
use obhut_format::ids::{SessionId, TenantId};
use obhut_format::key::SessionKey;
use obhut_format::ledger::{Leaf, LeafType};
use obhut_format::object_key;
use obhut_format::time::UtcMicros;

use super::session_loaded::{Chain, Rows, follow, load};
use super::{Context, Finding, FindingKind, orphan, segment, session_rows};
use crate::catalog::chain_lines::ChainLineRow;
use crate::catalog::{CatalogError, purges, sessions};
use crate::objects::ObjectError;
use crate::open::OpenError;

/// Segments of one session looked at at a time.
const SEGMENTS_AT_ONCE: usize = 4;

/// Checks a session. One that has gone since it was listed is no finding, nor is what a deletion does to it meanwhile.
pub(crate) async fn check(
    context: &Arc<Context>,
    tenant: TenantId,
    session: SessionId,
) -> Result<(), OpenError> {
    context.hold_back(session);
    let looked = look(context, tenant, session).await;
    let mut found = context.held_back(session);
    looked?;
    if !found.is_empty() {
        let now = context
            .catalog
            .read(move |tx| {
                let row = sessions::get(tx, tenant, session)?;
                let purged = purges::was_purged(tx, session)?;
                Ok::<_, CatalogError>((row.is_some(), purged))
            })
            .await?;
        match now {
            // Deleted while we looked; the ledger's part tells of it.
            (false, true) => return Ok(()),
            (true, true) => {
                context.hold_back(session);
                let looked = look(context, tenant, session).await;
                found = context.held_back(session);
                looked?;
            }
            _ => {}
        }
    }
    for finding in found {
        context.report(finding);
    }
    Ok(())
}

/// Whether the ledger tells, at this very instant, of the intent to delete the session.
fn intended(rows: &Rows) -> Option<UtcMicros> {
    let leaves = rows.leaves.iter().filter_map(|row| Leaf::parse(&row.line).ok());
    let mut intents = leaves.filter(|leaf| leaf.t == LeafType::PurgeIntent);
    intents.next_back().map(|leaf| leaf.at)
}

async fn look(context: &Arc<Context>, tenant: TenantId, session: SessionId) -> Result<(), OpenError> {
    let rows = match load(context, tenant, session).await {
        Ok(Some(rows)) => rows,
        Ok(None) => return Ok(()),
        Err(CatalogError::Damaged(what)) => {
            context.report(Finding::new(FindingKind::Session, "sessions", what).in_session(session));
            return Ok(());
        }
        Err(error) => return Err(error.into()),
    };
    Context::add(&context.counts.sessions, 1);
    Context::add(&context.counts.lines, rows.lines.len() as u64);
    let report = |finding: Finding| context.report(finding.in_session(session));
    let purging = rows.session.purging_at;
    if purging != intended(&rows) {
        let what = "whether and since when it is being deleted is not what the ledger says";
        report(Finding::new(FindingKind::Session, "sessions", what));
    }
    // A deletion takes the key first and the objects then; until the rows go, they must still say what the chain says.
    let key = match purging {
        None => open_key(context, &rows).await?,
        Some(_) => None,
    };
    let chain = follow(&rows, &report);
    session_rows::compare(&rows, &chain, key.as_deref(), &report);
    if purging.is_some() {
        return Ok(());
    }
    let waiting = context.waiting.uncommitted(session, &chain);
    Context::add(&context.counts.waiting, waiting);
    // A session is sealed only when everything that was acknowledged is committed.
    if waiting > 0 && chain.whole && chain.seal.is_some() {
        let what = format!("{waiting} frames stand in it that the sealed session does not hold");
        report(Finding::new(FindingKind::Intake, "intake", what));
    }

    line_object(
        context,
        &object_key::open_line(tenant, session),
        rows.lines.first(),
        session,
    )
    .await?;
    if chain.seal.is_some() {
        line_object(
            context,
            &object_key::seal_line(tenant, session),
            rows.lines.last(),
            session,
        )
        .await?;
    }
    let mut checks = Vec::with_capacity(chain.segments.len());
    for named in &chain.segments {
        let row = rows.segments.iter().find(|row| row.n == named.line.n).cloned();
        checks.push(segment::check(context.clone(), named.clone(), row, key.clone()));
    }
    futures_util::stream::iter(checks)
        .buffer_unordered(SEGMENTS_AT_ONCE)
        .try_collect::<Vec<()>>()
        .await?;
    unnamed_objects(context, tenant, &rows, &chain).await
}

async fn open_key(context: &Context, rows: &Rows) -> Result<Option<Arc<SessionKey>>, OpenError> {
    let session = rows.session.session;
    let finding = |what: &str| Finding::new(FindingKind::Key, "deks", what).in_session(session);
    let Some(wrapped) = rows.wrapped else {
        context.report(finding("the session's key is missing"));
        return Ok(None);
    };
    let keys = context.keys.clone();
    let tenant = rows.session.tenant;
    let opened = context
        .catalog
        .read(move |tx| keys.open_session_key(tx, tenant, session, &wrapped))
        .await;
    match opened {
        Ok(key) => Ok(Some(Arc::new(key))),
        Err(crate::KeyError::Catalog(error)) => Err(error.into()),
        Err(error) => {
            context.report(finding(&error.to_string()));
            Ok(None)
        }
    }
}

/// The copy of the first or last line in object storage.
async fn line_object(
    context: &Context,
    key: &str,
    row: Option<&ChainLineRow>,
    session: SessionId,
) -> Result<(), OpenError> {
    let report = |kind, what: &str| context.report(Finding::new(kind, key, what).in_session(session));
    match context.objects.get(key).await {
        Ok(object) => {
            Context::add(&context.counts.bytes, object.len() as u64);
            if row.is_none_or(|row| row.line != object[..]) {
                report(
                    FindingKind::ObjectDamaged,
                    "it is not the chain line that the catalog holds",
                );
            }
            Ok(())
        }
        Err(ObjectError::NotFound { .. }) => {
            report(FindingKind::ObjectMissing, "it is not there");
            Ok(())
        }
        Err(ObjectError::Damaged { .. }) => {
            report(FindingKind::ObjectDamaged, "it can't be read whole");
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}

/// Objects in the session's folder that its chain does not name.
async fn unnamed_objects(
    context: &Arc<Context>,
    tenant: TenantId,
    rows: &Rows,
    chain: &Chain,
) -> Result<(), OpenError> {
    let session = rows.session.session;
    let mut named: HashSet<String> = chain
        .segments
        .iter()
        .map(|named| named.line.object.clone())
        .collect();
    // The index is a witness too: where the chain is cut, what it names is missing from the chain, not unknown.
    named.extend(rows.segments.iter().map(|row| row.object.clone()));
    named.insert(object_key::open_line(tenant, session));
    named.insert(object_key::seal_line(tenant, session));
    let prefix = format!("tenants/{tenant}/sessions/{session}/");
    let listed: Vec<_> = context.objects.list(&prefix).try_collect().await?;
    for object in listed.into_iter().filter(|object| !named.contains(&object.key)) {
        orphan::judge(context, tenant, session, &object.key).await?;
    }
    Ok(())
}
