//! `GET /openapi.json`: this interface as an `OpenAPI` 3.1 document.

use std::sync::LazyLock;

use axum::response::Response;
use obhut_listener::openapi::{answer, pretty};
use obhut_listener::problem::ProblemDocument;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
use utoipa::{Modify, OpenApi};

use super::declare::LOGIN;
use super::whole_document;
use super::words::{HoldStateName, LanguageName, SessionOrderName};
use crate::login::COOKIE;

/// What the derived parts are put into.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Obhut review",
        description = "What people and monitoring speak to, on an address of its own, so that the intake's may face the \
            internet and this one not. No byte of content is answered that no access record covers.",
        version = "1",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    tags(
        (name = "login", description = "Logging in and out"),
        (name = "sessions", description = "Which sessions there are"),
        (name = "content", description = "Opening sessions and looking, each look on record"),
        (name = "access", description = "Who looked at what"),
        (name = "custody", description = "What is held, what is to be deleted, what was, and what was exported"),
        (name = "state", description = "How the archive is"),
        (name = "service", description = "How the service is"),
    ),
    components(schemas(ProblemDocument, HoldStateName, LanguageName, SessionOrderName)),
    modifiers(&LoginCookie),
)]
pub(super) struct Document;

/// Adds the one way to prove who asks.
struct LoginCookie;

impl Modify for LoginCookie {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let cookie = ApiKeyValue::with_description(COOKIE, "The login's cookie, as `POST /v1/login` sets it");
        openapi
            .components
            .get_or_insert_default()
            .add_security_scheme(LOGIN, SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    }
}

static TEXT: LazyLock<String> = LazyLock::new(document);

/// The document, as it is answered and as it stands in `docs/reference/openapi-review.json`.
pub fn document() -> String {
    pretty(&whole_document())
}

/// This interface as an `OpenAPI` 3.1 document.
#[utoipa::path(
    get, path = "/openapi.json", tag = "service",
    responses((status = 200, description = "An OpenAPI document", content_type = "application/json"))
)]
pub(super) async fn openapi() -> Response {
    answer(TEXT.as_str())
}
