//! What a tenant's sessions take, summed up. Part of [`sessions`](super::sessions).

use obhut_format::ids::TenantId;
use obhut_format::time::UtcMicros;

use super::engine::{CatalogError, Query, Value};
use super::sessions::SessionState;

/// Sessions by state, and what they hold under committed lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StorageSums {
    /// Sessions that take data.
    pub open: u64,
    /// Sessions whose last frames are being packed.
    pub sealing: u64,
    /// Sessions that have their last chain line.
    pub sealed: u64,
    /// Frames, or blocks of recordings.
    pub frames: u64,
    /// Bytes of these as they came.
    pub original_bytes: u64,
    /// Bytes of the objects that hold them.
    pub stored_bytes: u64,
}

impl StorageSums {
    /// Adds others to these.
    pub fn add(&mut self, other: &Self) {
        self.open += other.open;
        self.sealing += other.sealing;
        self.sealed += other.sealed;
        self.frames += other.frames;
        self.original_bytes += other.original_bytes;
        self.stored_bytes += other.stored_bytes;
    }
}

const OPENED_BEHIND: &str = "
SELECT opened_at_us
FROM sessions
WHERE tenant_id = :tenant AND opened_at_us > :from
ORDER BY opened_at_us
LIMIT 1 OFFSET :skip";

const SUMS: &str = "
SELECT state, COUNT(*) AS sessions, SUM(frames) AS frames, SUM(original_bytes) AS original_bytes,
       SUM(stored_bytes) AS stored_bytes
FROM sessions
WHERE tenant_id = :tenant AND opened_at_us >= :from AND opened_at_us < :until
GROUP BY state";

/// An instant about so many sessions behind `from` in the order of opening; `None` where fewer are left.
pub fn opened_behind(
    query: &dyn Query,
    tenant: TenantId,
    from: UtcMicros,
    skip: u32,
) -> Result<Option<UtcMicros>, CatalogError> {
    let params = [
        (":tenant", (&tenant).into()),
        (":from", from.into()),
        (":skip", skip.into()),
    ];
    query.optional(OPENED_BEHIND, &params, |row| row.get("opened_at_us"))
}

/// The sums over the tenant's sessions opened at `from` or later and before `until`.
pub fn sums(
    query: &dyn Query,
    tenant: TenantId,
    from: UtcMicros,
    until: Option<UtcMicros>,
) -> Result<StorageSums, CatalogError> {
    let params = [
        (":tenant", (&tenant).into()),
        (":from", from.into()),
        (":until", until.map_or(Value::Int(i64::MAX), Value::from)),
    ];
    let mut sums = StorageSums::default();
    query.all(SUMS, &params, |row| {
        let sessions = row.get("sessions")?;
        let mut part = StorageSums {
            frames: row.get("frames")?,
            original_bytes: row.get("original_bytes")?,
            stored_bytes: row.get("stored_bytes")?,
            ..StorageSums::default()
        };
        match row.get::<SessionState>("state")? {
            SessionState::Open => part.open = sessions,
            SessionState::Sealing => part.sealing = sessions,
            SessionState::Sealed => part.sealed = sessions,
        }
        sums.add(&part);
        Ok(())
    })?;
    Ok(sums)
}
