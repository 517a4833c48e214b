//! Walks over everything a tenant has, for `verify` and the orphan plan.

use obhut_format::ids::{SessionId, TenantId};

use super::access::{self, AccessRow};
use super::engine::{CatalogError, Query};

const SESSION_IDS: &str = "
SELECT session_id
FROM sessions
WHERE tenant_id = :tenant
ORDER BY session_id";

/// The ids of all of a tenant's sessions, in order.
pub fn session_ids(query: &dyn Query, tenant: TenantId) -> Result<Vec<SessionId>, CatalogError> {
    query.all(SESSION_IDS, &[(":tenant", (&tenant).into())], |row| {
        row.get("session_id")
    })
}

const SESSION_EXISTS: &str = "
SELECT 1 AS present
FROM sessions
WHERE session_id = :session";

/// Whether any tenant has this session: for entries of the intake log, whose tenant is as doubtful as the rest.
pub fn session_exists(query: &dyn Query, session: SessionId) -> Result<bool, CatalogError> {
    let found: Option<i64> = query.optional(SESSION_EXISTS, &[(":session", (&session).into())], |row| {
        row.get("present")
    })?;
    Ok(found.is_some())
}

const TENANTS_NAMED: &str = "
SELECT tenant_id FROM ledger_heads
UNION
SELECT tenant_id FROM keks
UNION
SELECT tenant_id FROM sessions
ORDER BY tenant_id";

/// Every tenant that a ledger, a key or a session names, whether or not it has a row of its own.
pub fn tenants_named(query: &dyn Query) -> Result<Vec<TenantId>, CatalogError> {
    query.all(TENANTS_NAMED, &[], |row| row.get("tenant_id"))
}

/// Access records read in one go.
const PAGE: u32 = 4096;

/// All of a tenant's access records.
pub fn access_records(query: &dyn Query, tenant: TenantId) -> Result<Vec<AccessRow>, CatalogError> {
    let mut all: Vec<AccessRow> = Vec::new();
    loop {
        let page = access::list(query, tenant, all.last().map(|row| row.leaf_n), PAGE)?;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page);
    }
}
