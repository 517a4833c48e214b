//! `GET /v1/access`: who looked at what, a page at a time.

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use obhut_archive::catalog::tenants::TenantRow;
use obhut_archive::{AccessCursor, AccessFilter, AccessPage, Action};
use obhut_format::ids::{AccessId, Seq, SessionId, StreamNo, TenantId};
use obhut_format::time::UtcMicros;
use obhut_listener::place::InQuery;
use obhut_listener::problem::{Problem, ProblemDocument};
use obhut_listener::{ApiError, json};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::ApiState;
use super::field::{self, Place};
use super::visitor::Visitor;
use super::words::ActionName;

/// The letter of this list's cursors.
const LIST: u8 = b'a';

/// Longest part of a name that is looked for.
const WHO_CHARS: usize = 200;

/// Which looks.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct AccessQuery {
    /// At this session.
    #[param(value_type = Option<String>, format = Uuid)]
    session: Option<String>,
    /// At one tenant's; without it at those of all in which the login may see who looked.
    #[param(value_type = Option<String>, format = Uuid)]
    tenant: Option<String>,
    /// By somebody with this in their name, in any case.
    #[param(max_length = 200)]
    who: Option<String>,
    #[param(value_type = Option<ActionName>)]
    action: Option<String>,
    /// At this instant or later.
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<String>,
    /// Before this instant.
    #[param(value_type = Option<String>, format = DateTime)]
    until: Option<String>,
    /// How many at most. Default 50.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<String>,
    /// The `next` of the page before.
    cursor: Option<String>,
}

/// One look.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AccessEntry {
    #[schema(value_type = String, format = Uuid)]
    pub(super) access: AccessId,
    #[schema(value_type = String, format = Uuid)]
    pub(super) tenant: TenantId,
    pub(super) tenant_name: String,
    #[schema(value_type = String, format = Uuid)]
    pub(super) session: SessionId,
    #[schema(value_type = String, format = DateTime)]
    pub(super) at: UtcMicros,
    #[schema(value_type = ActionName)]
    pub(super) action: &'static str,
    /// Null: every stream.
    #[schema(value_type = Option<u32>, required)]
    pub(super) stream: Option<StreamNo>,
    /// Null: every frame.
    #[schema(value_type = Option<u64>, required)]
    pub(super) first: Option<Seq>,
    #[schema(value_type = Option<u64>, required)]
    pub(super) last: Option<Seq>,
    /// Null, as what follows, when that month's details have expired, or when the record is damaged.
    #[schema(required)]
    pub(super) who: Option<String>,
    #[schema(required)]
    pub(super) purpose: Option<String>,
    #[schema(required)]
    pub(super) case: Option<String>,
    /// The opening under which it was viewed.
    #[schema(value_type = Option<String>, format = Uuid, required)]
    pub(super) grant: Option<AccessId>,
    /// Whether the record is not what the ledger commits to.
    pub(super) damaged: bool,
}

/// A page of looks, the newest first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AccessPage)]
pub(super) struct Looks {
    access: Vec<AccessEntry>,
    /// The next page's cursor; null at the end. A page may be short, or empty, and still have a next one.
    #[schema(required)]
    next: Option<String>,
}

/// Who looked, at what, and why.
#[utoipa::path(
    get, path = "/v1/access", tag = "access", params(AccessQuery),
    responses(
        (status = 200, body = Looks),
        (status = 400, body = ProblemDocument, content_type = "application/problem+json",
            description = "request-malformed: names the field"),
        (status = 404, body = ProblemDocument, content_type = "application/problem+json",
            description = "not-found: the tenant"),
    )
)]
pub(super) async fn list(
    State(state): State<ApiState>,
    Extension(visitor): Extension<Visitor>,
    InQuery(asked): InQuery<AccessQuery>,
) -> Result<Response, ApiError> {
    let filter = asked.filter()?;
    let tenants = visitor.tenants_permitted(&state, asked.tenant.as_deref()).await?;
    let page = page(&state, &tenants, filter).await?;
    let next = page.next.map(|next| {
        let place = Place {
            list: LIST,
            at: next.at,
            id: *next.access.as_bytes(),
        };
        place.cursor()
    });
    let access = entries(&tenants, page).collect();
    Ok(json::answer(StatusCode::OK, &Looks { access, next }))
}

/// A page of these tenants' looks.
pub(super) async fn page(
    state: &ApiState,
    tenants: &[TenantRow],
    filter: AccessFilter,
) -> Result<AccessPage, ApiError> {
    let ids: Vec<TenantId> = tenants.iter().map(|row| row.tenant).collect();
    let page = state.archive().access_list(&ids, filter).await;
    page.map_err(|error| state.read_trouble(&error))
}

/// A page's looks, with their tenants' names.
pub(super) fn entries(tenants: &[TenantRow], page: AccessPage) -> impl Iterator<Item = AccessEntry> {
    page.entries.into_iter().map(|entry| {
        let row = entry.row;
        let tenant = tenants.iter().find(|tenant| tenant.tenant == row.tenant);
        let detail = entry.detail;
        let (who, purpose, case) = match detail {
            Some(detail) => (Some(detail.who), Some(detail.purpose), detail.case),
            None => (None, None, None),
        };
        AccessEntry {
            access: row.access,
            tenant: row.tenant,
            tenant_name: tenant.map(|tenant| tenant.name.clone()).unwrap_or_default(),
            session: row.session,
            at: row.at,
            action: row.action.as_str(),
            stream: row.stream,
            first: row.first,
            last: row.last,
            who,
            purpose,
            case,
            grant: row.grant,
            damaged: entry.damaged,
        }
    })
}

impl AccessQuery {
    fn filter(&self) -> Result<AccessFilter, Problem> {
        let place = Place::of(LIST, self.cursor.as_deref())?;
        let who = field::read("who", self.who.as_deref(), "at most 200 characters", |who| {
            (who.chars().count() <= WHO_CHARS).then(|| who.to_owned())
        })?;
        Ok(AccessFilter {
            session: field::id("session", self.session.as_deref())?,
            action: field::word("action", self.action.as_deref(), &Action::ALL, Action::as_str)?,
            who,
            from: field::instant("from", self.from.as_deref())?,
            until: field::instant("until", self.until.as_deref())?,
            after: place.map(|place| AccessCursor {
                at: place.at,
                access: AccessId::from_bytes(place.id),
            }),
            limit: field::limit(self.limit.as_deref())?,
        })
    }

    /// The tenant that is named, and everything else as a filter; of all pages.
    pub(super) fn whole(self) -> Result<(Option<String>, AccessFilter), Problem> {
        let filter = AccessFilter {
            after: None,
            ..self.filter()?
        };
        Ok((self.tenant, filter))
    }
}
