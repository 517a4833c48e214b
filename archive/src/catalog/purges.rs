//! Deletions under way, what goes with a session's rows, and what is left of it.

use obhut_format::ids::{SessionId, TenantId};
use obhut_format::time::UtcMicros;

use super::deks::DekId;
use super::engine::{CatalogError, FromValue, Query, Row, Tx, Value};
use super::expect_one;

/// How far a deletion is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PurgeStep {
    /// The intent is in the ledger, and the session takes and shows nothing any more. Key, objects and rows may be there or
    /// not.
    Intended,
    /// Key, objects and rows are gone, and the tombstone is in the ledger; the certificate is not signed yet.
    Forgotten,
}

impl PurgeStep {
    /// The step's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Intended => "intended",
            Self::Forgotten => "forgotten",
        }
    }
}

impl From<PurgeStep> for Value<'_> {
    fn from(step: PurgeStep) -> Self {
        Self::Text(step.as_str())
    }
}

impl FromValue for PurgeStep {
    const EXPECTED: &'static str = "a step of a deletion";

    fn from_value(value: Value<'_>) -> Option<Self> {
        [Self::Intended, Self::Forgotten]
            .into_iter()
            .find(|step| value == Value::Text(step.as_str()))
    }
}

/// A deletion under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PurgeRow {
    /// The session.
    pub session: SessionId,
    /// Whose session.
    pub tenant: TenantId,
    /// Its key's place.
    pub dek: DekId,
    /// How far it is.
    pub step: PurgeStep,
    /// What the certificate will say, as far as it is known, as JSON.
    pub record: String,
}

/// What is left of a session that was deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateRow {
    /// The session that was.
    pub session: SessionId,
    /// Whose session it was.
    pub tenant: TenantId,
    /// The tombstone's number in the ledger.
    pub leaf_n: u64,
    /// The tombstone's instant.
    pub purged_at: UtcMicros,
    /// The signed certificate.
    pub certificate: String,
}

const MARK: &str = "
UPDATE sessions
SET purging_at_us = :at
WHERE session_id = :session AND tenant_id = :tenant AND state = 'sealed' AND purging_at_us IS NULL";

const MARK_AGAIN: &str = "
UPDATE sessions
SET purging_at_us = :at, state = 'sealed', how = COALESCE(how, 'lost'), ended_at_us = COALESCE(ended_at_us, :ended_at),
    sealed_at_us = COALESCE(sealed_at_us, :ended_at), retain_until_us = COALESCE(retain_until_us, :ended_at)
WHERE session_id = :session AND tenant_id = :tenant AND purging_at_us IS NULL";

const REMARK: &str = "
UPDATE purges
SET record = :record
WHERE session_id = :session AND tenant_id = :tenant";

const INSERT: &str = "
INSERT INTO purges (session_id, tenant_id, dek_id, step, record)
VALUES (:session, :tenant, :dek, :step, :record)";

const LIST: &str = "
SELECT session_id, tenant_id, dek_id, step, record
FROM purges
ORDER BY tenant_id, session_id";

const GET: &str = "
SELECT session_id, tenant_id, dek_id, step, record
FROM purges
WHERE session_id = :session AND tenant_id = :tenant";

const FORGET: &str = "
UPDATE purges
SET step = 'forgotten', record = :record
WHERE session_id = :session AND tenant_id = :tenant AND step = 'intended'";

const END: &str = "
DELETE FROM purges
WHERE session_id = :session AND tenant_id = :tenant AND step = 'forgotten'";

const DELETE_SEGMENTS: &str = "
DELETE FROM segments
WHERE session_id = :session";

const DELETE_EVENTS: &str = "
DELETE FROM events
WHERE session_id = :session";

const DELETE_LINES: &str = "
DELETE FROM chain_lines
WHERE session_id = :session";

const DELETE_STREAMS: &str = "
DELETE FROM streams
WHERE session_id = :session";

const DELETE_SESSION: &str = "
DELETE FROM sessions
WHERE session_id = :session AND tenant_id = :tenant AND purging_at_us IS NOT NULL";

const INSERT_CERTIFICATE: &str = "
INSERT INTO certificates (session_id, tenant_id, leaf_n, purged_at_us, certificate)
VALUES (:session, :tenant, :leaf_n, :purged_at, :certificate)";

const CERTIFICATE: &str = "
SELECT session_id, tenant_id, leaf_n, purged_at_us, certificate
FROM certificates
WHERE session_id = :session AND tenant_id = :tenant";

const CERTIFICATES: &str = "
SELECT session_id, tenant_id, leaf_n, purged_at_us, certificate
FROM certificates
WHERE tenant_id = :tenant AND leaf_n >= :from
ORDER BY leaf_n
LIMIT :limit";

const NEWEST_CERTIFICATES: &str = "
SELECT session_id, tenant_id, leaf_n, purged_at_us, certificate
FROM certificates
WHERE tenant_id = :tenant AND (purged_at_us, session_id) < (:before_at, :before_session)
ORDER BY purged_at_us DESC, session_id DESC
LIMIT :limit";

const WAS_PURGED: &str = "
SELECT EXISTS (SELECT 1 FROM purges WHERE session_id = :session)
    OR EXISTS (SELECT 1 FROM certificates WHERE session_id = :session) AS purged";

/// Marks a session as being purged, and begins its deletion; a conflict where it is not sealed, or is being purged.
pub fn begin(tx: &mut Tx<'_>, row: &PurgeRow, at: UtcMicros) -> Result<(), CatalogError> {
    let session = row.session;
    let mark = [
        (":session", (&session).into()),
        (":tenant", (&row.tenant).into()),
        (":at", at.into()),
    ];
    let changed = tx.execute(MARK, &mark)?;
    expect_one(changed, || {
        format!("session {session} is not sealed, or is being purged")
    })?;
    insert(tx, row)
}

/// Begins a deletion again that a recovery found in the ledger's copies, whatever state the backup knows the session in.
pub fn begin_again(
    tx: &mut Tx<'_>,
    row: &PurgeRow,
    at: UtcMicros,
    ended_at: UtcMicros,
) -> Result<(), CatalogError> {
    let session = row.session;
    let mark = [
        (":session", (&session).into()),
        (":tenant", (&row.tenant).into()),
        (":at", at.into()),
        (":ended_at", ended_at.into()),
    ];
    let changed = tx.execute(MARK_AGAIN, &mark)?;
    expect_one(changed, || format!("session {session} is being purged"))?;
    insert(tx, row)
}

/// Replaces what a deletion under way knows.
pub fn put_record(
    tx: &mut Tx<'_>,
    tenant: TenantId,
    session: SessionId,
    record: &str,
) -> Result<(), CatalogError> {
    let params = [
        (":session", (&session).into()),
        (":tenant", (&tenant).into()),
        (":record", record.into()),
    ];
    let changed = tx.execute(REMARK, &params)?;
    expect_one(changed, || format!("session {session} has no deletion under way"))
}

fn insert(tx: &mut Tx<'_>, row: &PurgeRow) -> Result<(), CatalogError> {
    let params = [
        (":session", (&row.session).into()),
        (":tenant", (&row.tenant).into()),
        (":dek", row.dek.into()),
        (":step", row.step.into()),
        (":record", (&row.record).into()),
    ];
    tx.execute(INSERT, &params).map(drop)
}

/// Every deletion under way.
pub fn list(query: &dyn Query) -> Result<Vec<PurgeRow>, CatalogError> {
    query.all(LIST, &[], from_row)
}

/// The deletion of a session, where one is under way.
pub fn get(
    query: &dyn Query,
    tenant: TenantId,
    session: SessionId,
) -> Result<Option<PurgeRow>, CatalogError> {
    let params = [(":session", (&session).into()), (":tenant", (&tenant).into())];
    query.optional(GET, &params, from_row)
}

/// Deletes all rows of a session that is being purged, and moves its deletion on.
pub fn forget(
    tx: &mut Tx<'_>,
    tenant: TenantId,
    session: SessionId,
    record: &str,
) -> Result<(), CatalogError> {
    // What refers to others goes first.
    for statement in [DELETE_SEGMENTS, DELETE_EVENTS, DELETE_LINES, DELETE_STREAMS] {
        tx.execute(statement, &[(":session", (&session).into())])?;
    }
    let params = [(":session", (&session).into()), (":tenant", (&tenant).into())];
    let changed = tx.execute(DELETE_SESSION, &params)?;
    expect_one(changed, || format!("session {session} is not being purged"))?;
    let params = [
        (":session", (&session).into()),
        (":tenant", (&tenant).into()),
        (":record", record.into()),
    ];
    let changed = tx.execute(FORGET, &params)?;
    expect_one(changed, || format!("session {session} has no deletion under way"))
}

/// Ends a deletion: its certificate takes its place.
pub fn end(tx: &mut Tx<'_>, row: &CertificateRow) -> Result<(), CatalogError> {
    let session = row.session;
    let params = [(":session", (&session).into()), (":tenant", (&row.tenant).into())];
    let changed = tx.execute(END, &params)?;
    expect_one(changed, || {
        format!("the deletion of session {session} is not that far")
    })?;
    insert_certificate(tx, row)
}

/// Adds a certificate; one a session.
pub fn insert_certificate(tx: &mut Tx<'_>, row: &CertificateRow) -> Result<(), CatalogError> {
    let params = [
        (":session", (&row.session).into()),
        (":tenant", (&row.tenant).into()),
        (":leaf_n", row.leaf_n.into()),
        (":purged_at", row.purged_at.into()),
        (":certificate", (&row.certificate).into()),
    ];
    tx.execute(INSERT_CERTIFICATE, &params).map(drop)
}

/// The certificate of a session's deletion.
pub fn certificate(
    query: &dyn Query,
    tenant: TenantId,
    session: SessionId,
) -> Result<Option<CertificateRow>, CatalogError> {
    let params = [(":session", (&session).into()), (":tenant", (&tenant).into())];
    query.optional(CERTIFICATE, &params, certificate_from_row)
}

/// A tenant's certificates in the ledger's order, from a leaf on.
pub fn certificates(
    query: &dyn Query,
    tenant: TenantId,
    from: u64,
    limit: u32,
) -> Result<Vec<CertificateRow>, CatalogError> {
    let params = [
        (":tenant", (&tenant).into()),
        (":from", from.into()),
        (":limit", limit.into()),
    ];
    query.all(CERTIFICATES, &params, certificate_from_row)
}

/// The place of a certificate in the list: the next page begins after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct CertificateCursor {
    /// When the session was gone.
    pub at: UtcMicros,
    /// The session that was.
    pub session: SessionId,
}

impl CertificateCursor {
    /// Before every other.
    pub const NEWEST: Self = Self {
        at: UtcMicros::MAX,
        session: SessionId::from_bytes([0xff; 16]),
    };

    /// A row's place.
    pub fn of(row: &CertificateRow) -> Self {
        Self {
            at: row.purged_at,
            session: row.session,
        }
    }
}

/// The statement of [`newest_certificates`].
#[cfg(test)]
pub(super) const NEWEST_STATEMENT: &str = NEWEST_CERTIFICATES;

/// A page of a tenant's certificates, newest first.
pub fn newest_certificates(
    query: &dyn Query,
    tenant: TenantId,
    before: CertificateCursor,
    limit: u32,
) -> Result<Vec<CertificateRow>, CatalogError> {
    let params = [
        (":tenant", (&tenant).into()),
        (":before_at", before.at.into()),
        (":before_session", (&before.session).into()),
        (":limit", limit.into()),
    ];
    query.all(NEWEST_CERTIFICATES, &params, certificate_from_row)
}

/// Whether any tenant's session of this id was purged, or is being purged: for entries of the intake log.
pub fn was_purged(query: &dyn Query, session: SessionId) -> Result<bool, CatalogError> {
    let purged: u32 = query.one(WAS_PURGED, &[(":session", (&session).into())], |row| {
        row.get("purged")
    })?;
    Ok(purged == 1)
}

fn from_row(row: &Row<'_>) -> Result<PurgeRow, CatalogError> {
    Ok(PurgeRow {
        session: row.get("session_id")?,
        tenant: row.get("tenant_id")?,
        dek: row.get("dek_id")?,
        step: row.get("step")?,
        record: row.get("record")?,
    })
}

fn certificate_from_row(row: &Row<'_>) -> Result<CertificateRow, CatalogError> {
    Ok(CertificateRow {
        session: row.get("session_id")?,
        tenant: row.get("tenant_id")?,
        leaf_n: row.get("leaf_n")?,
        purged_at: row.get("purged_at_us")?,
        certificate: row.get("certificate")?,
    })
}
