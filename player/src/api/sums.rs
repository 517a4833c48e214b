//! What tenants' sessions take, kept for a while: to sum it up walks over all of them.

use std::collections::HashMap;
use std::time::Duration;

use obhut_archive::StorageSums;
use obhut_format::ids::TenantId;
use obhut_listener::ApiError;
use tokio::sync::Mutex;

use super::ApiState;

/// Sums by tenant, and when each was made, by the clock's uptime.
#[derive(Debug, Default)]
pub(super) struct Sums(Mutex<HashMap<TenantId, (Duration, StorageSums)>>);

impl ApiState {
    /// What a tenant's sessions take. Held while it is summed up, so that however many ask, one walks.
    pub(super) async fn sums(&self, tenant: TenantId) -> Result<StorageSums, ApiError> {
        let mut kept = self.kept_sums().0.lock().await;
        let now = self.archive().clock().uptime();
        if let Some((at, sums)) = kept.get(&tenant)
            && now.saturating_sub(*at) < self.config().sums_kept
        {
            return Ok(*sums);
        }
        let storage = self.archive().storage(&[tenant]).await;
        let storage = storage.map_err(|error| self.catalog_trouble(&error))?;
        let sums = storage.first().map(|storage| storage.sums).unwrap_or_default();
        kept.insert(tenant, (now, sums));
        Ok(sums)
    }
}
