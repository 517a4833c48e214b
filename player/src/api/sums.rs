//! What tenants' sessions take, and how many of them are overdue, kept for a while: to sum it up walks over all of them.

use std::collections::HashMap;
use std::time::Duration;

use obhut_archive::{Overdue, StorageSums};
use obhut_format::ids::TenantId;
use obhut_listener::ApiError;
use tokio::sync::Mutex;

use super::ApiState;

/// What is summed up of a tenant.
#[derive(Debug, Clone, Copy)]
pub(super) struct TenantSums {
    /// What its sessions take.
    pub(super) storage: StorageSums,
    /// What is still there of them though its time was up.
    pub(super) overdue: Overdue,
}

/// Sums by tenant, and when each was made, by the clock's uptime.
#[derive(Debug, Default)]
pub(super) struct Sums(Mutex<HashMap<TenantId, (Duration, TenantSums)>>);

impl ApiState {
    /// A tenant's sums. Held while it is summed up, so that however many ask, one walks.
    pub(super) async fn sums(&self, tenant: TenantId) -> Result<TenantSums, ApiError> {
        let mut kept = self.kept_sums().0.lock().await;
        let now = self.archive().clock().uptime();
        if let Some((at, sums)) = kept.get(&tenant)
            && now.saturating_sub(*at) < self.config().sums_kept
        {
            return Ok(*sums);
        }
        let storage = self.archive().storage(&[tenant]).await;
        let storage = storage.map_err(|error| self.catalog_trouble(&error))?;
        let overdue = self.archive().overdue(&[tenant]).await;
        let sums = TenantSums {
            storage: storage.first().map(|storage| storage.sums).unwrap_or_default(),
            overdue: overdue.map_err(|error| self.catalog_trouble(&error))?,
        };
        kept.insert(tenant, (now, sums));
        Ok(sums)
    }
}
