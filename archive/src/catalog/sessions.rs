//! Sessions: their rows and the steps of their lives. Listing is in [`session_list`](super::session_list),
//! sums in [`session_sums`](super::session_sums).

use obhut_format::chain::{ClassRef, SealHow, SessionKind};
use obhut_format::digest::Link;
use obhut_format::ids::{DeviceId, SessionId, TenantId};
use obhut_format::time::UtcMicros;

use super::deks::DekId;
use super::engine::{CatalogError, FromValue, Query, Row, Tx, Value};
use super::expect_one;

pub use super::session_list::{SessionCursor, SessionFilter, SessionOrder, count, list, list_merged};
pub use super::session_sums::{StorageSums, opened_behind, sums};

/// Where a session is in its life. The only ways are open → sealing → sealed and open → sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SessionState {
    /// It takes data.
    Open,
    /// It takes no more; what it has is being packed.
    Sealing,
    /// Its chain has its last line.
    Sealed,
}

impl SessionState {
    /// The state's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Sealing => "sealing",
            Self::Sealed => "sealed",
        }
    }
}

impl std::fmt::Display for SessionState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<SessionState> for Value<'_> {
    fn from(state: SessionState) -> Self {
        Self::Text(state.as_str())
    }
}

impl FromValue for SessionState {
    const EXPECTED: &'static str = "a session's state";

    fn from_value(value: Value<'_>) -> Option<Self> {
        [Self::Open, Self::Sealing, Self::Sealed]
            .into_iter()
            .find(|state| value == Value::Text(state.as_str()))
    }
}

/// A session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// Its id.
    pub session: SessionId,
    /// Whose session.
    pub tenant: TenantId,
    /// What recorded it.
    pub device: DeviceId,
    /// Its data-encryption key.
    pub dek: DekId,
    /// What kind of activity.
    pub kind: SessionKind,
    /// Its retention class, in the version bound when it opened.
    pub class: ClassRef,
    /// Where it is in its life.
    pub state: SessionState,
    /// How it ended; with [`SessionState::Sealed`].
    pub how: Option<SealHow>,
    /// When the activity began, by the agent's clock.
    pub started_at: UtcMicros,
    /// When it was opened, by the server's clock.
    pub opened_at: UtcMicros,
    /// When data or events last came, by the server's clock.
    pub last_activity_at: UtcMicros,
    /// Session end; with [`SessionState::Sealed`].
    pub ended_at: Option<UtcMicros>,
    /// When the seal was committed; with [`SessionState::Sealed`].
    pub sealed_at: Option<UtcMicros>,
    /// From when it may be deleted; with [`SessionState::Sealed`].
    pub retain_until: Option<UtcMicros>,
    /// Chain lines committed.
    pub lines: u64,
    /// The link of the last of them.
    pub link: Link,
    /// What describes it, sealed under its DEK.
    pub describe: Vec<u8>,
    /// Hash of the agent's Idempotency-Key.
    pub request_key: Option<[u8; 32]>,
    /// What the agent said when it asked for the seal, sealed under the DEK.
    pub seal_request: Option<Vec<u8>>,
    /// Frames (or blocks of recordings) under committed lines.
    pub frames: u64,
    /// Bytes of these as they came.
    pub original_bytes: u64,
    /// Bytes of the objects that hold them.
    pub stored_bytes: u64,
    /// Since when it is being purged: it takes and shows nothing any more.
    pub purging_at: Option<UtcMicros>,
}

impl SessionRow {
    /// Where it is in its life, in one word.
    pub fn state_word(&self) -> &'static str {
        if self.purging_at.is_some() {
            "purging"
        } else {
            self.state.as_str()
        }
    }
}

/// A chain line more, and what it brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advance {
    /// Which session.
    pub session: SessionId,
    /// The lines it must have before; one more afterwards.
    pub lines_before: u64,
    /// The link of the new line.
    pub link: Link,
    /// Frames under the new line.
    pub frames: u64,
    /// Bytes of these as they came.
    pub original_bytes: u64,
    /// Bytes of the object.
    pub stored_bytes: u64,
}

/// The last chain line, and what it settles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// Which session.
    pub session: SessionId,
    /// How it ended.
    pub how: SealHow,
    /// Session end.
    pub ended_at: UtcMicros,
    /// When the seal is committed.
    pub sealed_at: UtcMicros,
    /// From when it may be deleted.
    pub retain_until: UtcMicros,
    /// The lines it must have before; one more afterwards.
    pub lines_before: u64,
    /// The link of the seal line.
    pub link: Link,
}

const INSERT: &str = "
INSERT INTO sessions (
    session_id, tenant_id, device_id, dek_id, kind, class_name, class_version, class_days, state, how,
    started_at_us, opened_at_us, last_activity_us, ended_at_us, sealed_at_us, retain_until_us,
    lines, link, describe, request_key, seal_request, frames, original_bytes, stored_bytes
) VALUES (
    :session, :tenant, :device, :dek, :kind, :class_name, :class_version, :class_days, :state, :how,
    :started_at, :opened_at, :last_activity, :ended_at, :sealed_at, :retain_until,
    :lines, :link, :describe, :request_key, :seal_request, :frames, :original_bytes, :stored_bytes
)";

/// The columns of a [`SessionRow`].
macro_rules! select_session {
    ($rest:expr) => {
        concat!(
            "
SELECT session_id, tenant_id, device_id, dek_id, kind, class_name, class_version, class_days, state, how,
       started_at_us, opened_at_us, last_activity_us, ended_at_us, sealed_at_us, retain_until_us,
       lines, link, describe, request_key, seal_request, frames, original_bytes, stored_bytes, purging_at_us
FROM sessions",
            $rest
        )
    };
}
pub(super) use select_session;

const GET: &str = select_session!(
    "
WHERE session_id = :session AND tenant_id = :tenant"
);

const BY_REQUEST_KEY: &str = select_session!(
    "
WHERE device_id = :device AND request_key = :request_key AND tenant_id = :tenant"
);

const OPEN_OR_SEALING: &str = select_session!(
    "
WHERE state <> 'sealed'
ORDER BY tenant_id, opened_at_us, session_id"
);

const DEKS_AFTER: &str = "
SELECT dek_id, session_id
FROM sessions
WHERE tenant_id = :tenant AND dek_id > :after AND purging_at_us IS NULL
ORDER BY dek_id
LIMIT :limit";

const TOUCH: &str = "
UPDATE sessions
SET last_activity_us = :at
WHERE session_id = :session AND last_activity_us < :at AND state <> 'sealed'";

const BEGIN_SEAL: &str = "
UPDATE sessions
SET state = 'sealing', seal_request = :seal_request
WHERE session_id = :session AND state = 'open'";

const ADVANCE: &str = "
UPDATE sessions
SET lines = lines + 1, link = :link, frames = frames + :frames,
    original_bytes = original_bytes + :original_bytes, stored_bytes = stored_bytes + :stored_bytes
WHERE session_id = :session AND lines = :lines_before AND state <> 'sealed'";

const SEAL: &str = "
UPDATE sessions
SET state = 'sealed', how = :how, ended_at_us = :ended_at, sealed_at_us = :sealed_at, retain_until_us = :retain_until,
    lines = lines + 1, link = :link
WHERE session_id = :session AND lines = :lines_before AND state <> 'sealed'";

/// Adds a session; its key must be in [`deks`](super::deks). A request key that the device has used is a conflict.
pub fn insert(tx: &mut Tx<'_>, row: &SessionRow) -> Result<(), CatalogError> {
    let params = [
        (":session", (&row.session).into()),
        (":tenant", (&row.tenant).into()),
        (":device", (&row.device).into()),
        (":dek", row.dek.into()),
        (":kind", row.kind.into()),
        (":class_name", (&row.class.name).into()),
        (":class_version", row.class.version.into()),
        (":class_days", row.class.days.into()),
        (":state", row.state.into()),
        (":how", row.how.into()),
        (":started_at", row.started_at.into()),
        (":opened_at", row.opened_at.into()),
        (":last_activity", row.last_activity_at.into()),
        (":ended_at", row.ended_at.into()),
        (":sealed_at", row.sealed_at.into()),
        (":retain_until", row.retain_until.into()),
        (":lines", row.lines.into()),
        (":link", (&row.link).into()),
        (":describe", (&row.describe).into()),
        (":request_key", row.request_key.as_ref().into()),
        (":seal_request", row.seal_request.as_ref().into()),
        (":frames", row.frames.into()),
        (":original_bytes", row.original_bytes.into()),
        (":stored_bytes", row.stored_bytes.into()),
    ];
    tx.execute(INSERT, &params).map(drop)
}

/// The tenant's session with this id, while it is kept: one that is being purged is gone for whoever sends or looks.
pub fn kept(
    query: &dyn Query,
    tenant: TenantId,
    session: SessionId,
) -> Result<Option<SessionRow>, CatalogError> {
    Ok(get(query, tenant, session)?.filter(|row| row.purging_at.is_none()))
}

/// The tenant's session with this id.
pub fn get(
    query: &dyn Query,
    tenant: TenantId,
    session: SessionId,
) -> Result<Option<SessionRow>, CatalogError> {
    query.optional(
        GET,
        &[(":tenant", (&tenant).into()), (":session", (&session).into())],
        from_row,
    )
}

/// The session that the device opened with this Idempotency-Key.
pub fn by_request_key(
    query: &dyn Query,
    tenant: TenantId,
    device: DeviceId,
    request_key: &[u8; 32],
) -> Result<Option<SessionRow>, CatalogError> {
    let params = [
        (":tenant", (&tenant).into()),
        (":device", (&device).into()),
        (":request_key", request_key.into()),
    ];
    query.optional(BY_REQUEST_KEY, &params, from_row)
}

/// Every tenant's sessions that are not sealed: what a start takes up again.
pub fn open_or_sealing(query: &dyn Query) -> Result<Vec<SessionRow>, CatalogError> {
    query.all(OPEN_OR_SEALING, &[], from_row)
}

/// The next keys of a tenant's sessions in ascending order, for a walk over all of them that are kept.
pub fn deks_after(
    query: &dyn Query,
    tenant: TenantId,
    after: DekId,
    limit: u32,
) -> Result<Vec<(DekId, SessionId)>, CatalogError> {
    let params = [
        (":tenant", (&tenant).into()),
        (":after", after.into()),
        (":limit", limit.into()),
    ];
    query.all(DEKS_AFTER, &params, |row| {
        Ok((row.get("dek_id")?, row.get("session_id")?))
    })
}

/// Records that data or events came. Time does not run backwards, and a sealed session stays as it is.
pub fn touch(tx: &mut Tx<'_>, session: SessionId, at: UtcMicros) -> Result<(), CatalogError> {
    tx.execute(TOUCH, &[(":session", (&session).into()), (":at", at.into())])
        .map(drop)
}

/// Closes the session for data. `false` if it was closed before.
pub fn begin_seal(tx: &mut Tx<'_>, session: SessionId, seal_request: &[u8]) -> Result<bool, CatalogError> {
    let params = [
        (":session", (&session).into()),
        (":seal_request", seal_request.into()),
    ];
    Ok(tx.execute(BEGIN_SEAL, &params)? == 1)
}

/// Moves the session's chain on by one line; a conflict if it is not where the caller thinks, or sealed.
pub fn advance(tx: &mut Tx<'_>, step: &Advance) -> Result<(), CatalogError> {
    let params = [
        (":session", (&step.session).into()),
        (":lines_before", step.lines_before.into()),
        (":link", (&step.link).into()),
        (":frames", step.frames.into()),
        (":original_bytes", step.original_bytes.into()),
        (":stored_bytes", step.stored_bytes.into()),
    ];
    let changed = tx.execute(ADVANCE, &params)?;
    expect_one(changed, || not_at(step.session, step.lines_before))
}

/// Ends the session's chain; a conflict if it is not where the caller thinks, or sealed.
pub fn seal(tx: &mut Tx<'_>, step: &Sealed) -> Result<(), CatalogError> {
    let params = [
        (":session", (&step.session).into()),
        (":how", step.how.into()),
        (":ended_at", step.ended_at.into()),
        (":sealed_at", step.sealed_at.into()),
        (":retain_until", step.retain_until.into()),
        (":lines_before", step.lines_before.into()),
        (":link", (&step.link).into()),
    ];
    let changed = tx.execute(SEAL, &params)?;
    expect_one(changed, || not_at(step.session, step.lines_before))
}

fn not_at(session: SessionId, lines: u64) -> String {
    format!("session {session} is sealed or not at chain line {lines}")
}

pub(super) fn from_row(row: &Row<'_>) -> Result<SessionRow, CatalogError> {
    Ok(SessionRow {
        session: row.get("session_id")?,
        tenant: row.get("tenant_id")?,
        device: row.get("device_id")?,
        dek: row.get("dek_id")?,
        kind: row.get("kind")?,
        class: ClassRef {
            name: row.get("class_name")?,
            version: row.get("class_version")?,
            days: row.get("class_days")?,
        },
        state: row.get("state")?,
        how: row.get("how")?,
        started_at: row.get("started_at_us")?,
        opened_at: row.get("opened_at_us")?,
        last_activity_at: row.get("last_activity_us")?,
        ended_at: row.get("ended_at_us")?,
        sealed_at: row.get("sealed_at_us")?,
        retain_until: row.get("retain_until_us")?,
        lines: row.get("lines")?,
        link: row.get("link")?,
        describe: row.get("describe")?,
        request_key: row.get("request_key")?,
        seal_request: row.get("seal_request")?,
        frames: row.get("frames")?,
        original_bytes: row.get("original_bytes")?,
        stored_bytes: row.get("stored_bytes")?,
        purging_at: row.get("purging_at_us")?,
    })
}
