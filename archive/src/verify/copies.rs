//! The ledger's copy in object storage against the ledger.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use futures_util::TryStreamExt;
use obhut_format::digest::Sha256Digest;
use obhut_format::ids::TenantId;
use obhut_format::object_key::ObjectKey;

use super::{Context, Finding, FindingKind};
use crate::catalog::ledger::{self as rows, CopyRow};
use crate::ledger::parse_copy;
use crate::objects::ObjectError;
use crate::open::OpenError;

/// Every copy that the catalog names is there and says the same; one that it does not name is explained by a crash
/// or is damage. `roots` are the tree's roots at the sizes where copies end.
pub(crate) async fn check(
    context: &Arc<Context>,
    tenant: TenantId,
    copies: &[CopyRow],
    roots: &BTreeMap<u64, Sha256Digest>,
) -> Result<(), OpenError> {
    let report =
        |object: &str, what: &str| context.report(Finding::new(FindingKind::LedgerCopy, object, what));
    let mut covered = 0;
    for copy in copies {
        if copy.first != covered {
            report(
                &copy.object,
                &format!("the copies leave out leaves from {covered}"),
            );
        }
        covered = copy.last + 1;
        match context.objects.get(&copy.object).await {
            Ok(body) => {
                Context::add(&context.counts.bytes, body.len() as u64);
                if *blake3::hash(&body).as_bytes() != copy.blake3 {
                    report(&copy.object, "its bytes are not those the catalog names");
                } else if !same_leaves(context, tenant, &body, copy.first, copy.last).await? {
                    report(&copy.object, "it does not hold the leaves that the ledger has");
                } else if !head_checks(context, tenant, &body, copy.last + 1, roots) {
                    report(&copy.object, "its signed head does not check");
                }
            }
            Err(ObjectError::NotFound { .. }) => {
                context.report(Finding::new(
                    FindingKind::ObjectMissing,
                    &copy.object,
                    "it is not there",
                ));
            }
            Err(ObjectError::Key { .. }) => report(&copy.object, "its name is none this program gives"),
            Err(ObjectError::Damaged { .. }) => report(&copy.object, "it can't be read whole"),
            Err(error) => return Err(error.into()),
        }
    }
    let named: HashSet<&str> = copies.iter().map(|copy| copy.object.as_str()).collect();
    let listed: Vec<_> = context
        .objects
        .list(&format!("tenants/{tenant}/ledger/"))
        .try_collect()
        .await?;
    for object in listed
        .iter()
        .filter(|object| !named.contains(object.key.as_str()))
    {
        judge(context, tenant, &object.key).await?;
    }
    Ok(())
}

/// Whether a copy holds exactly the leaves `first..=last` of the ledger as it is now.
async fn same_leaves(
    context: &Context,
    tenant: TenantId,
    body: &[u8],
    first: u64,
    last: u64,
) -> Result<bool, OpenError> {
    let (lines, _) = parse_copy(body);
    let Some(count) = (last + 1)
        .checked_sub(first)
        .and_then(|count| u32::try_from(count).ok())
    else {
        return Ok(false);
    };
    if lines.len() != count as usize {
        return Ok(false);
    }
    let leaves = context
        .catalog
        .read(move |tx| rows::range(tx, tenant, first, count))
        .await?;
    let same = leaves
        .iter()
        .zip(&lines)
        .zip(first..)
        .all(|((leaf, line), n)| leaf.n == n && leaf.line == **line);
    Ok(same && leaves.len() == lines.len())
}

/// Whether the signed head that a copy carries, if it carries one, is the tree's at that size.
fn head_checks(
    context: &Context,
    tenant: TenantId,
    body: &[u8],
    size: u64,
    roots: &BTreeMap<u64, Sha256Digest>,
) -> bool {
    match (parse_copy(body).1, roots.get(&size)) {
        (Some(head), Some(root)) => context.signed(tenant, head, size, root),
        // No head, or a copy that is newer than the head we looked at.
        _ => true,
    }
}

/// A copy that the catalog does not name: a crash between writing and recording leaves one, and it holds only leaves
/// that were committed before it was written.
async fn judge(context: &Arc<Context>, tenant: TenantId, key: &str) -> Result<(), OpenError> {
    let report = |kind, what: &str| context.report(Finding::new(kind, key, what));
    let Ok(ObjectKey::LedgerCopy { first, last, .. }) = ObjectKey::parse(key) else {
        report(FindingKind::ObjectUnknown, "its name is none this program gives");
        return Ok(());
    };
    // Recorded since we read the catalog?
    let owned = key.to_owned();
    let recorded = context
        .catalog
        .read(move |tx| rows::copies(tx, tenant).map(|rows| rows.iter().any(|row| row.object == owned)))
        .await?;
    if recorded {
        return Ok(());
    }
    let body = match context.objects.get(key).await {
        Ok(body) => body,
        // Gone since it was listed.
        Err(ObjectError::NotFound { .. }) => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    if same_leaves(context, tenant, &body, first, last).await? {
        report(
            FindingKind::Orphan,
            "a crash left this copy; it says the same as the ledger",
        );
    } else {
        report(
            FindingKind::LedgerCopy,
            "it holds leaves that the ledger does not have",
        );
    }
    Ok(())
}
