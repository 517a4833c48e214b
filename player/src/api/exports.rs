//! `GET /v1/exports`: what was asked for, decided and exported, a page at a time.

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use obhut_archive::{ExportCursor, ExportFilter, ExportState};
use obhut_format::ids::{ExportId, TenantId};
use obhut_listener::place::InQuery;
use obhut_listener::problem::{Problem, ProblemDocument};
use obhut_listener::{ApiError, json};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::ApiState;
use super::export_entry::ExportBody;
use super::field::{self, Place};
use super::visitor::Visitor;
use super::words::ExportStateName;
use crate::permission::Permission;
use crate::problem::ROLE_FORBIDDEN;

/// The letter of this list's cursors.
const LIST: u8 = b'e';

/// Which exports.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct ExportsQuery {
    /// One tenant's; without it those of all in which the login sees exports.
    #[param(value_type = Option<String>, format = Uuid)]
    tenant: Option<String>,
    /// Of this session.
    #[param(value_type = Option<String>, format = Uuid)]
    session: Option<String>,
    #[param(value_type = Option<ExportStateName>)]
    state: Option<String>,
    /// How many at most. Default 50.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<String>,
    /// The `next` of the page before.
    cursor: Option<String>,
}

/// A page of exports.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ExportList {
    exports: Vec<ExportBody>,
    /// Where the next page begins; null at the end. A page may be short, or empty, and still have a next one.
    #[schema(required)]
    next: Option<String>,
}

/// Exports, newest first: those that were asked for, and the bundles that the command line wrote without a request.
#[utoipa::path(
    get, path = "/v1/exports", tag = "custody",
    params(ExportsQuery),
    responses(
        (status = 200, body = ExportList),
        (status = 400, body = ProblemDocument, content_type = "application/problem+json",
            description = "request-malformed"),
        (status = 404, body = ProblemDocument, content_type = "application/problem+json",
            description = "not-found: the tenant"),
    )
)]
pub(super) async fn list(
    State(state): State<ApiState>,
    Extension(visitor): Extension<Visitor>,
    InQuery(query): InQuery<ExportsQuery>,
) -> Result<Response, ApiError> {
    if query.tenant.is_none() && visitor.reach(Permission::Custody).is_nowhere() {
        return Err(Problem::of(&ROLE_FORBIDDEN).into());
    }
    let filter = query.filter()?;
    let tenants = visitor.tenants_asked(&state, query.tenant.as_deref()).await?;
    let ids: Vec<TenantId> = tenants.iter().map(|row| row.tenant).collect();
    let page = state.archive().exports(&ids, filter).await;
    let page = page.map_err(|error| state.read_trouble(&error))?;
    let next = page.next.map(|next| {
        let place = Place {
            list: LIST,
            at: next.at,
            id: *next.export.as_bytes(),
        };
        place.cursor()
    });
    let entries = page.entries.into_iter();
    let exports = entries.map(|entry| ExportBody::of(&visitor, entry)).collect();
    Ok(json::answer(StatusCode::OK, &ExportList { exports, next }))
}

impl ExportsQuery {
    fn filter(&self) -> Result<ExportFilter, Problem> {
        let place = Place::of(LIST, self.cursor.as_deref())?;
        let states = &ExportState::ALL;
        Ok(ExportFilter {
            session: field::id("session", self.session.as_deref())?,
            state: field::word("state", self.state.as_deref(), states, ExportState::as_str)?,
            after: place.map(|place| ExportCursor {
                at: place.at,
                export: ExportId::from_bytes(place.id),
            }),
            limit: field::limit(self.limit.as_deref())?,
        })
    }
}
