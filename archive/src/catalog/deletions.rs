//! Sessions counted by when they may be deleted, and those of them that holds keep.
//!
//! Counting walks the index by deadline and no row. What holds keep is few and looked up from the holds.

use obhut_format::ids::{SessionId, TenantId};
use obhut_format::time::UtcMicros;

use super::engine::{CatalogError, Query};

const DUE_BETWEEN: &str = "
SELECT COUNT(*) AS sessions
FROM sessions
WHERE tenant_id = :tenant AND retain_until_us IS NOT NULL AND retain_until_us >= :from AND retain_until_us < :until";

const HELD_SESSIONS: &str = "
SELECT DISTINCT session_id
FROM holds
WHERE tenant_id = :tenant AND released_at_us IS NULL AND session_id > :after
ORDER BY session_id
LIMIT :limit";

const DEADLINE: &str = "
SELECT retain_until_us
FROM sessions
WHERE session_id = :session AND tenant_id = :tenant AND retain_until_us IS NOT NULL";

const DUE_AND_HELD: &str = "
SELECT COUNT(*) AS sessions
FROM sessions
WHERE tenant_id = :tenant AND retain_until_us IS NOT NULL AND retain_until_us < :until
  AND EXISTS (SELECT 1 FROM holds WHERE holds.session_id = sessions.session_id AND holds.released_at_us IS NULL)";

/// The statements, for the tests of their plans.
#[cfg(test)]
pub(super) const STATEMENTS: [&str; 3] = [DUE_BETWEEN, HELD_SESSIONS, DUE_AND_HELD];

/// How many of a tenant's sessions may be deleted from an instant of this range on, those being deleted included.
pub fn due_between(
    query: &dyn Query,
    tenant: TenantId,
    from: UtcMicros,
    until: UtcMicros,
) -> Result<u64, CatalogError> {
    let params = [
        (":tenant", (&tenant).into()),
        (":from", from.into()),
        (":until", until.into()),
    ];
    query.one(DUE_BETWEEN, &params, |row| row.get("sessions"))
}

/// A page of a tenant's sessions that are held, by id, after this one.
pub fn held_sessions(
    query: &dyn Query,
    tenant: TenantId,
    after: SessionId,
    limit: u32,
) -> Result<Vec<SessionId>, CatalogError> {
    let params = [
        (":tenant", (&tenant).into()),
        (":after", (&after).into()),
        (":limit", limit.into()),
    ];
    query.all(HELD_SESSIONS, &params, |row| row.get("session_id"))
}

/// From when on a session may be deleted; `None` where it has no deadline yet.
pub fn deadline(
    query: &dyn Query,
    tenant: TenantId,
    session: SessionId,
) -> Result<Option<UtcMicros>, CatalogError> {
    let params = [(":tenant", (&tenant).into()), (":session", (&session).into())];
    query.optional(DEADLINE, &params, |row| row.get("retain_until_us"))
}

/// How many of a tenant's sessions might have been deleted before an instant, were they not held.
pub fn due_and_held(query: &dyn Query, tenant: TenantId, until: UtcMicros) -> Result<u64, CatalogError> {
    let params = [(":tenant", (&tenant).into()), (":until", until.into())];
    query.one(DUE_AND_HELD, &params, |row| row.get("sessions"))
}
