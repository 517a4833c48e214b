//! Sessions whose time is up, and all there is to judge them by. Decides nothing: that is retention's policy.

use obhut_format::chain::ClassRef;
use obhut_format::ids::{DeviceId, TenantId};
use obhut_format::time::UtcMicros;

use crate::Archive;
use crate::catalog::holds::{self, HoldRow};
use crate::catalog::sessions::{self, SessionCursor, SessionFilter, SessionOrder, SessionRow, SessionState};
use crate::catalog::{CatalogError, Query};
use crate::write::SessionRef;

/// A session, and what decides whether it may be deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expiring {
    /// The session.
    pub session: SessionRef,
    /// What recorded it.
    pub device: DeviceId,
    /// Its retention class, in the version bound when it opened.
    pub class: ClassRef,
    /// Where it is in its life.
    pub state: SessionState,
    /// Session end, the start event; with [`SessionState::Sealed`].
    pub ended_at: Option<UtcMicros>,
    /// From when it may be deleted; with [`SessionState::Sealed`].
    pub retain_until: Option<UtcMicros>,
    /// The holds in force.
    pub holds: Vec<HoldRow>,
}

impl Expiring {
    /// What the catalog says of a session.
    pub(crate) fn load(query: &dyn Query, row: SessionRow) -> Result<Self, CatalogError> {
        Ok(Self {
            holds: holds::active(query, row.tenant, row.session)?,
            session: SessionRef {
                tenant: row.tenant,
                session: row.session,
            },
            device: row.device,
            class: row.class,
            state: row.state,
            ended_at: row.ended_at,
            retain_until: row.retain_until,
        })
    }

    /// The session's place in a list of those that expire.
    pub fn cursor(&self) -> SessionCursor {
        SessionCursor {
            at: self.retain_until.unwrap_or(UtcMicros::MAX),
            session: self.session.session,
        }
    }
}

impl Archive {
    /// A page of a tenant's sessions whose deadline is at `at` or before, the earliest first, without those being purged. What is kept longer costs
    /// nothing here.
    pub async fn expiring(
        &self,
        tenant: TenantId,
        at: UtcMicros,
        after: Option<SessionCursor>,
        limit: u32,
    ) -> Result<Vec<Expiring>, CatalogError> {
        let filter = SessionFilter {
            order: SessionOrder::Deadline {
                from: None,
                before: UtcMicros::new(at.get().saturating_add(1)).ok(),
            },
            after,
            limit,
            kept: true,
            ..SessionFilter::default()
        };
        self.catalog()
            .read(move |tx| {
                let rows = sessions::list(tx, tenant, &filter)?.into_iter();
                rows.map(|row| Expiring::load(tx, row)).collect()
            })
            .await
    }
}
