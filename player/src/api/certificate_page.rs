//! `GET /v1/certificates/{session}/page`: a certificate to print.

use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use obhut_listener::ApiError;
use obhut_listener::place::{InPath, InQuery};
use obhut_listener::problem::ProblemDocument;
use serde::Deserialize;
use utoipa::IntoParams;

use super::ApiState;
use super::certificate;
use super::field;
use super::visitor::Visitor;
use super::words::LanguageName;
use crate::disposals::Language;

/// The page has a style sheet in it and nothing else: it runs nothing, loads nothing, and leads nowhere.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox",
);

/// In which language.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct PageQuery {
    /// Default `en`.
    #[param(value_type = Option<LanguageName>)]
    language: Option<String>,
}

/// The certificate of a session's deletion as a page to print, with the signed line.
#[utoipa::path(
    get, path = "/v1/certificates/{session}/page", tag = "custody",
    params(("session" = String, Path, format = Uuid), PageQuery),
    responses(
        (status = 200, description = "An HTML page that loads nothing", body = String, content_type = "text/html"),
        (status = 400, body = ProblemDocument, content_type = "application/problem+json",
            description = "request-malformed: names the field"),
        (status = 404, body = ProblemDocument, content_type = "application/problem+json", description = "not-found"),
        (status = 500, body = ProblemDocument, content_type = "application/problem+json",
            description = "certificate-damaged"),
    )
)]
pub(super) async fn page(
    State(state): State<ApiState>,
    Extension(visitor): Extension<Visitor>,
    InPath(named): InPath<String>,
    InQuery(asked): InQuery<PageQuery>,
) -> Result<Response, ApiError> {
    let language = field::word(
        "language",
        asked.language.as_deref(),
        &Language::ALL,
        Language::as_str,
    )?;
    let language = language.unwrap_or(Language::English);
    let found = certificate::find(&state, &visitor, &named).await?;
    if !found.valid {
        // On paper nobody sees what `valid` says.
        return Err(certificate::damaged(
            found.certificate.disposed.session,
            "is not what the archive signed, or the ledger has no such tombstone",
        ));
    }
    let page = state.disposals().page(&found.certificate, language);
    let mut answer = Html(page).into_response();
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        header::CONTENT_LANGUAGE,
        HeaderValue::from_static(language.as_str()),
    );
    Ok(answer)
}
