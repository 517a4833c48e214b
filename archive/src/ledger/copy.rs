//! The ledger's copy in object storage: runs of leaf lines, each run an object of its own.
//!
//! An object holds the lines `first..=last`, each ending in a newline; when the run reaches the tree's end an
//! empty line and the signed tree head of that size follow. Keys are never reused, so a run that was written but
//! not recorded (a crash between the two) stays beside the one written after it and says the same.

use bytes::Bytes;
use obhut_format::ids::{ObjectId, TenantId};
use obhut_format::object_key;

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
    running: tokio::sync::Mutex<()>,
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
        let _alone = self.running.lock().await;
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
