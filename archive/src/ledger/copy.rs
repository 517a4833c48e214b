//! The ledger's copy in object storage: runs of leaf lines, each run an object of its own.
//!
//! An object holds the lines `first..=last`, each ending in a newline; when the run reaches the tree's end an
//! empty line and the signed tree head of that size follow. A run that was written but
//! not recorded, because of a crash between the two, is recorded at the next start.

use std::collections::HashSet;

use bytes::Bytes;
use futures_util::TryStreamExt;
use obhut_format::ids::{ObjectId, TenantId};
use obhut_format::object_key::{self, ObjectKey};

use crate::catalog::ledger::{self as rows, CopyRow};
use crate::catalog::{Catalog, CatalogError, tenants};
use crate::clock::Clock;
use crate::objects::{ObjectError, Objects};
use crate::rng::OsRandom;

/// Most leaves in one object.
const RUN: u32 = 4096;

/// Why leaves were not copied.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The object store.
    #[error(transparent)]
    Object(#[from] ObjectError),
    /// The catalog.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
}

/// Copies leaves that are only in the catalog. One at a time runs, so that no run is copied twice for nothing.
#[derive(Debug, Default)]
pub(crate) struct Copier {
    /// The tenants whose left-over run was looked for since the start.
    looked: tokio::sync::Mutex<HashSet<TenantId>>,
}

impl Copier {
    /// Copies all tenants' new leaves; returns how many.
    pub(crate) async fn copy_all(
        &self,
        catalog: &Catalog,
        objects: &Objects,
        clock: &dyn Clock,
    ) -> Result<u64, CopyError> {
        let mut copied = 0;
        for tenant in catalog.read(|tx| tenants::list(tx)).await? {
            copied += self.copy(catalog, objects, clock, tenant.tenant).await?;
        }
        Ok(copied)
    }

    /// Copies one tenant's new leaves; when it returns, every leaf committed before the call is durable there.
    pub(crate) async fn copy(
        &self,
        catalog: &Catalog,
        objects: &Objects,
        clock: &dyn Clock,
        tenant: TenantId,
    ) -> Result<u64, CopyError> {
        let mut looked = self.looked.lock().await;
        if !looked.contains(&tenant) {
            adopt(catalog, objects, tenant).await?;
            looked.insert(tenant);
        }
        let mut copied = 0;
        loop {
            let (first, leaves, head) = catalog
                .read(move |tx| {
                    let first = rows::covered_to(tx, tenant)?;
                    let leaves = rows::range(tx, tenant, first, RUN)?;
                    Ok::<_, CatalogError>((first, leaves, rows::head(tx, tenant)?))
                })
                .await?;
            let Some(last) = leaves.last().map(|leaf| leaf.n) else {
                return Ok(copied);
            };
            let mut body = Vec::new();
            for leaf in &leaves {
                body.extend_from_slice(&leaf.line);
                body.push(b'\n');
            }
            if let Some(head) = head.filter(|head| head.size == last + 1) {
                body.push(b'\n');
                body.extend_from_slice(head.checkpoint.as_bytes());
            }
            let id = ObjectId::v7(clock.now(), OsRandom.bytes());
            let object = object_key::ledger_copy(tenant, first, last, id);
            let blake3 = *blake3::hash(&body).as_bytes();
            objects.put(&object, vec![Bytes::from(body)]).await?;
            let row = CopyRow {
                tenant,
                first,
                last,
                object,
                blake3,
            };
            catalog.write(move |tx| rows::insert_copy(tx, &row)).await?;
            copied += last + 1 - first;
        }
    }
}

/// Records the run that a crash left between writing and recording it, so that it need not be written again beside
/// itself. Only a run that says exactly what the ledger says is taken; any other is left for `verify` to name.
async fn adopt(catalog: &Catalog, objects: &Objects, tenant: TenantId) -> Result<(), CopyError> {
    let first = catalog.read(move |tx| rows::covered_to(tx, tenant)).await?;
    // Keys sort by their first leaf: nothing before this one can begin where the recorded runs end.
    let after = format!("tenants/{tenant}/ledger/{first:016}");
    let mut listed = objects.list_after(&format!("tenants/{tenant}/ledger/"), Some(&after));
    while let Some(found) = listed.try_next().await? {
        let Ok(ObjectKey::LedgerCopy {
            first: begins, last, ..
        }) = ObjectKey::parse(&found.key)
        else {
            continue;
        };
        let count = last
            .checked_sub(first)
            .and_then(|more| u32::try_from(more).ok())
            .filter(|more| *more < RUN);
        let Some(count) = count.filter(|_| begins == first) else {
            continue;
        };
        let body = objects.get(&found.key).await?;
        let leaves = catalog
            .read(move |tx| rows::range(tx, tenant, first, count + 1))
            .await?;
        let (lines, _) = parse_copy(&body);
        let same = leaves.len() == lines.len()
            && leaves.last().is_some_and(|leaf| leaf.n == last)
            && leaves.iter().zip(&lines).all(|(leaf, line)| leaf.line == **line);
        if same {
            let row = CopyRow {
                tenant,
                first,
                last,
                object: found.key,
                blake3: *blake3::hash(&body).as_bytes(),
            };
            catalog.write(move |tx| rows::insert_copy(tx, &row)).await?;
            return Ok(());
        }
    }
    Ok(())
}

/// Splits a copy into its lines and, where it has one, the tree head.
pub(crate) fn parse_copy(body: &[u8]) -> (Vec<&[u8]>, Option<&[u8]>) {
    let end = body.windows(2).position(|pair| pair == b"\n\n");
    let (lines, head) = match end {
        Some(end) => (body.get(..end), body.get(end + 2..)),
        None => (body.strip_suffix(b"\n"), None),
    };
    (
        lines.unwrap_or_default().split(|byte| *byte == b'\n').collect(),
        head,
    )
}
