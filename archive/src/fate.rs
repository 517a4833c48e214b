//! What became of a session, as far as the catalog knows: kept, being deleted, or deleted.

use obhut_format::ids::{SessionId, TenantId};
use obhut_format::time::UtcMicros;

use crate::Archive;
use crate::catalog::sessions::{self, SessionState};
use crate::catalog::{CatalogError, Query, purges};
use crate::purge::purge_record;
use crate::write::SessionRef;

/// What became of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionFate {
    /// It is kept.
    Kept(SessionState),
    /// It is being deleted.
    Purging {
        /// Since when.
        since: UtcMicros,
    },
    /// It was deleted.
    Deleted {
        /// Since when.
        since: UtcMicros,
        /// Whether its certificate is signed.
        certified: bool,
    },
}

/// What became of the tenant's session with this id; `None` where the tenant never had it.
pub(crate) fn fate(tx: &dyn Query, at: SessionRef) -> Result<Option<SessionFate>, CatalogError> {
    if let Some(row) = sessions::get(tx, at.tenant, at.session)? {
        return Ok(Some(match row.purging_at {
            None => SessionFate::Kept(row.state),
            Some(since) => SessionFate::Purging { since },
        }));
    }
    if let Some(row) = purges::get(tx, at.tenant, at.session)? {
        let damaged =
            || CatalogError::Damaged(format!("the deletion of session {} can't be read", at.session));
        let record = purge_record(&row.record).ok_or_else(damaged)?;
        return Ok(Some(SessionFate::Deleted {
            since: record.tombstone.map_or(record.intent.at, |leaf| leaf.at),
            certified: false,
        }));
    }
    let certificate = purges::certificate(tx, at.tenant, at.session)?;
    Ok(certificate.map(|row| SessionFate::Deleted {
        since: row.purged_at,
        certified: true,
    }))
}

impl Archive {
    /// Which of these tenants has or had the session, and what became of it.
    pub async fn session_fate(
        &self,
        tenants: &[TenantId],
        session: SessionId,
    ) -> Result<Option<(TenantId, SessionFate)>, CatalogError> {
        let tenants = tenants.to_vec();
        self.catalog()
            .read(move |tx| {
                for tenant in tenants {
                    if let Some(fate) = fate(tx, SessionRef { tenant, session })? {
                        return Ok(Some((tenant, fate)));
                    }
                }
                Ok(None)
            })
            .await
    }
}
