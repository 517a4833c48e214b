//! `GET /openapi.json`: this interface as an `OpenAPI` 3.1 document.

use std::sync::LazyLock;

use axum::response::Response;
use obhut_listener::openapi::{answer, pretty};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

use super::{SealReceiptBody, SealedStreamBody, whole_document};
use crate::problem::ProblemDocument;

/// What the derived parts are put into.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Obhut intake",
        description = "What agents speak to. A frame that was answered with 201 is durable, and never lost.",
        version = "1",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    tags(
        (name = "sessions", description = "Opening, filling and sealing sessions; with a device token"),
        (name = "service", description = "How the service is"),
    ),
    components(schemas(ProblemDocument, SealReceiptBody, SealedStreamBody)),
    modifiers(&DeviceToken),
)]
pub(super) struct Document;

/// Adds the one way to prove who asks.
struct DeviceToken;

impl Modify for DeviceToken {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("A device's token, as `obhut device add` shows it once"))
            .build();
        openapi
            .components
            .get_or_insert_default()
            .add_security_scheme("device_token", SecurityScheme::Http(scheme));
    }
}

static TEXT: LazyLock<String> = LazyLock::new(document);

/// The document, as it is answered and as it stands in `docs/reference/openapi-intake.json`.
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
