//! `GET /v1/certificates/{session}`: the proof that a session was deleted.

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use obhut_archive::FoundCertificate;
use obhut_format::certificate::{Disposed, LeafAt};
use obhut_format::ids::{SessionId, TenantId};
use obhut_format::sign::KeyId;
use obhut_format::time::UtcMicros;
use obhut_listener::place::InPath;
use obhut_listener::problem::ProblemDocument;
use obhut_listener::{ApiError, json};
use serde::Serialize;
use utoipa::ToSchema;

use super::ApiState;
use super::visitor::Visitor;
use crate::problem::{CERTIFICATE_DAMAGED, Problem};

/// A certificate.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Certificate)]
pub(super) struct CertificateBody {
    facts: Facts,
    /// The signed line, as `docs/format/certificate.md` has it; without newline.
    signed: String,
    /// The id of the key that signed it.
    #[schema(value_type = String)]
    key: KeyId,
    /// Whether the archive's key signed it, and the ledger has the tombstone that it names.
    valid: bool,
}

/// What a certificate says, under the names that it has in the line.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CertificateFacts)]
pub(super) struct Facts {
    #[schema(value_type = String, format = Uuid)]
    tenant: TenantId,
    #[schema(value_type = String, format = Uuid)]
    session: SessionId,
    class: RetentionClass,
    #[schema(value_type = String, format = DateTime)]
    ended_at: UtcMicros,
    #[schema(value_type = String, format = DateTime)]
    retain_until: UtcMicros,
    /// `period-over` or `at-once`.
    rule: String,
    of: DisposedCounts,
    intent: LeafPlace,
    #[schema(value_type = String, format = DateTime)]
    key_destroyed_at: UtcMicros,
    #[schema(value_type = String, format = DateTime)]
    objects_gone_at: UtcMicros,
    #[schema(value_type = String, format = DateTime)]
    intake_gone_at: UtcMicros,
    tombstone: LeafPlace,
    #[schema(value_type = String, format = DateTime)]
    at: UtcMicros,
}

/// A retention class, in the version that was bound when a session opened.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RetentionClass {
    name: String,
    version: u32,
    /// Null: sessions go at once when they have ended.
    #[schema(required)]
    days: Option<u32>,
}

impl From<obhut_format::chain::ClassRef> for RetentionClass {
    fn from(class: obhut_format::chain::ClassRef) -> Self {
        Self {
            name: class.name,
            version: class.version,
            days: class.days,
        }
    }
}

/// What there was of a session.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DisposedCounts {
    lines: u64,
    objects: u64,
    frames: u64,
    original_bytes: u64,
    stored_bytes: u64,
}

/// A leaf of the tenant's ledger.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LeafPlace {
    n: u64,
    #[schema(value_type = String, format = DateTime)]
    at: UtcMicros,
}

impl From<LeafAt> for LeafPlace {
    fn from(leaf: LeafAt) -> Self {
        Self {
            n: leaf.n,
            at: leaf.at,
        }
    }
}

impl From<Disposed> for Facts {
    fn from(said: Disposed) -> Self {
        Self {
            tenant: said.tenant,
            session: said.session,
            class: said.decided.class.into(),
            ended_at: said.decided.ended_at,
            retain_until: said.decided.retain_until,
            rule: said.decided.rule,
            of: DisposedCounts {
                lines: said.decided.of.lines,
                objects: said.decided.of.objects,
                frames: said.decided.of.frames,
                original_bytes: said.decided.of.original_bytes,
                stored_bytes: said.decided.of.stored_bytes,
            },
            intent: said.intent.into(),
            key_destroyed_at: said.key_destroyed_at,
            objects_gone_at: said.objects_gone_at,
            intake_gone_at: said.intake_gone_at,
            tombstone: said.tombstone.into(),
            at: said.at,
        }
    }
}

/// The certificate of a session's deletion, with every fact in it, and as it was signed.
#[utoipa::path(
    get, path = "/v1/certificates/{session}", tag = "custody",
    params(("session" = String, Path, format = Uuid)),
    responses(
        (status = 200, body = CertificateBody),
        (status = 404, body = ProblemDocument, content_type = "application/problem+json", description = "not-found"),
        (status = 500, body = ProblemDocument, content_type = "application/problem+json",
            description = "certificate-damaged"),
    )
)]
pub(super) async fn certificate(
    State(state): State<ApiState>,
    Extension(visitor): Extension<Visitor>,
    InPath(named): InPath<String>,
) -> Result<Response, ApiError> {
    let FoundCertificate { certificate, valid } = find(&state, &visitor, &named).await?;
    let body = CertificateBody {
        signed: certificate.to_line(),
        key: certificate.key,
        facts: certificate.disposed.into(),
        valid,
    };
    Ok(json::answer(StatusCode::OK, &body))
}

/// The certificate of the session that a path names. One in a tenant that the login does not see is one that is not there.
pub(super) async fn find(
    state: &ApiState,
    visitor: &Visitor,
    named: &str,
) -> Result<FoundCertificate, ApiError> {
    let session: SessionId = named.parse().map_err(|_| Problem::not_found())?;
    let tenants = visitor.tenants_seen(state).await?;
    let found = state.archive().certificate_row(&tenants, session).await;
    let found = found.map_err(|error| state.catalog_trouble(&error))?;
    let row = found.ok_or_else(Problem::not_found)?;
    visitor.expect(row.tenant)?;
    let checked = state.archive().checked_certificate(&row).await;
    let checked = checked.map_err(|error| state.purge_trouble(&error))?;
    checked.ok_or_else(|| damaged(session, "can't be read"))
}

/// A certificate that proves nothing.
pub(super) fn damaged(session: SessionId, how: &str) -> ApiError {
    let cause = format!("the certificate of session {session} {how}");
    ApiError::caused(Problem::of(&CERTIFICATE_DAMAGED), &cause)
}
