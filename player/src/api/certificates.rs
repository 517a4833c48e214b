//! `GET /v1/certificates`: the proofs of what was deleted, a page at a time.

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use obhut_archive::{CertificateCursor, CertificateFilter, ListedCertificate};
use obhut_format::ids::{SessionId, TenantId};
use obhut_format::time::UtcMicros;
use obhut_listener::place::InQuery;
use obhut_listener::problem::{Problem, ProblemDocument};
use obhut_listener::{ApiError, json};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::ApiState;
use super::field::{self, Place};
use super::visitor::Visitor;

/// The letter of this list's cursors.
const LIST: u8 = b'c';

/// Which certificates.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct CertificateQuery {
    /// One tenant's; without it those of all in which the login may see them.
    #[param(value_type = Option<String>, format = Uuid)]
    tenant: Option<String>,
    /// Of this session.
    #[param(value_type = Option<String>, format = Uuid)]
    session: Option<String>,
    /// How many at most. Default 50.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<String>,
    /// The `next` of the page before.
    cursor: Option<String>,
}

/// What a certificate says in short.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CertificateEntry)]
pub(super) struct CertificateShort {
    #[schema(value_type = String, format = Uuid)]
    tenant: TenantId,
    #[schema(value_type = String, format = Uuid)]
    session: SessionId,
    /// The session's retention class. Null, as what follows up to `retain_until`, where the certificate is damaged.
    #[schema(required)]
    class: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime, required)]
    ended_at: Option<UtcMicros>,
    #[schema(value_type = Option<String>, format = DateTime, required)]
    retain_until: Option<UtcMicros>,
    /// When the session's rows went.
    #[schema(value_type = String, format = DateTime)]
    purged_at: UtcMicros,
    /// The tombstone's number in the ledger.
    leaf: u64,
    /// Whether the certificate can't be read, or is filed under what it does not say.
    damaged: bool,
}

/// A page of certificates, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CertificatePage {
    certificates: Vec<CertificateShort>,
    /// The next page's cursor; null at the end.
    #[schema(required)]
    next: Option<String>,
}

/// What was deleted, as its certificates say.
#[utoipa::path(
    get, path = "/v1/certificates", tag = "custody", params(CertificateQuery),
    responses(
        (status = 200, body = CertificatePage),
        (status = 400, body = ProblemDocument, content_type = "application/problem+json",
            description = "request-malformed: names the field"),
        (status = 404, body = ProblemDocument, content_type = "application/problem+json",
            description = "not-found: the tenant"),
    )
)]
pub(super) async fn list(
    State(state): State<ApiState>,
    Extension(visitor): Extension<Visitor>,
    InQuery(asked): InQuery<CertificateQuery>,
) -> Result<Response, ApiError> {
    let filter = asked.filter()?;
    let tenants = visitor.tenants_permitted(&state, asked.tenant.as_deref()).await?;
    let ids: Vec<TenantId> = tenants.iter().map(|row| row.tenant).collect();
    let page = state.archive().certificate_list(&ids, filter).await;
    let page = page.map_err(|error| state.catalog_trouble(&error))?;
    let next = page.next.map(|next| {
        let place = Place {
            list: LIST,
            at: next.at,
            id: *next.session.as_bytes(),
        };
        place.cursor()
    });
    let certificates = page.certificates.into_iter().map(short).collect();
    Ok(json::answer(
        StatusCode::OK,
        &CertificatePage { certificates, next },
    ))
}

fn short(listed: ListedCertificate) -> CertificateShort {
    let row = listed.row;
    let said = listed.certificate.map(|certificate| certificate.disposed);
    CertificateShort {
        tenant: row.tenant,
        session: row.session,
        damaged: said.is_none(),
        ended_at: said.as_ref().map(|said| said.decided.ended_at),
        retain_until: said.as_ref().map(|said| said.decided.retain_until),
        class: said.map(|said| said.decided.class.name),
        purged_at: row.purged_at,
        leaf: row.leaf_n,
    }
}

impl CertificateQuery {
    fn filter(&self) -> Result<CertificateFilter, Problem> {
        let place = Place::of(LIST, self.cursor.as_deref())?;
        Ok(CertificateFilter {
            session: field::id("session", self.session.as_deref())?,
            after: place.map(|place| CertificateCursor {
                at: place.at,
                session: SessionId::from_bytes(place.id),
            }),
            limit: field::limit(self.limit.as_deref())?,
        })
    }
}
