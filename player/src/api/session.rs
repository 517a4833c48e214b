//! `GET /v1/sessions/{session}`: one session, with its streams.

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use obhut_archive::{HoldFilter, HoldState, SessionDetail, SessionRef};
use obhut_format::chain::StreamKind;
use obhut_format::ids::{SessionId, StreamNo, TenantId};
use obhut_format::seqset::SeqSet;
use obhut_listener::place::InPath;
use obhut_listener::problem::{Problem, ProblemDocument};
use obhut_listener::{ApiError, json};
use serde::Serialize;
use utoipa::ToSchema;

use super::ApiState;
use super::certificate::RetentionClass;
use super::gone::Gone;
use super::hold_entry::HoldEntry;
use super::session_entry::{Beside, SessionEntry};
use super::visitor::Visitor;
use super::words::StreamKindName;
use crate::permission::Permission;
use crate::problem::GoneProblem;

/// A session with its streams.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SessionDetails {
    #[serde(flatten)]
    entry: SessionEntry,
    /// The retention class as it was bound when the session opened.
    retention: RetentionClass,
    /// How many holds keep it.
    hold_count: u64,
    /// The holds that keep it; null for a login that may not see them.
    #[schema(required)]
    holds: Option<Vec<HoldEntry>>,
    streams: Vec<SessionStream>,
    /// What its seal says is missing; null until it is sealed.
    #[schema(required)]
    gaps: Option<Vec<StreamGaps>>,
}

/// A stream.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SessionStream {
    #[schema(value_type = u32)]
    n: StreamNo,
    #[schema(value_type = StreamKindName)]
    kind: StreamKind,
    /// Only under a grant that covers the stream.
    #[schema(required)]
    name: Option<String>,
    frames: u64,
}

/// The numbers that a stream lacks.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StreamGaps {
    #[schema(value_type = u32)]
    n: StreamNo,
    /// Ranges, such as `448-500,502`.
    #[schema(value_type = String)]
    missing: SeqSet,
}

/// A session of a tenant that the login sees.
#[utoipa::path(
    get, path = "/v1/sessions/{session}", tag = "sessions",
    params(("session" = String, Path, format = Uuid)),
    responses(
        (status = 200, body = SessionDetails),
        (status = 404, body = ProblemDocument, content_type = "application/problem+json", description = "not-found"),
        (status = 410, body = GoneProblem, content_type = "application/problem+json",
            description = "session-deleted: to whoever may read certificates"),
    )
)]
pub(super) async fn details(
    State(state): State<ApiState>,
    Extension(visitor): Extension<Visitor>,
    InPath(session): InPath<String>,
) -> Result<Response, ApiError> {
    let session: SessionId = session.parse().map_err(|_| Problem::not_found())?;
    let tenants = visitor.tenants(&state).await?;
    let ids: Vec<TenantId> = tenants.iter().map(|row| row.tenant).collect();
    let found = state.archive().find_session(&ids, session).await;
    let found = found.map_err(|error| state.catalog_trouble(&error))?;
    let Some(found) = found else {
        let gone = Gone::find(&state, &visitor, session).await?;
        return Err(gone.map_or_else(Problem::not_found, |gone| gone.problem()).into());
    };
    let SessionDetail {
        listed,
        streams,
        sealed,
    } = found;
    let at = SessionRef {
        tenant: listed.row.tenant,
        session,
    };
    let retention = listed.row.class.clone().into();
    let (hold_count, holds) = holds(&state, &visitor, at).await?;
    let beside = Beside::of(&state, &visitor, std::slice::from_ref(&listed)).await?;
    let named = beside.titled(session);
    let name = |n: StreamNo| {
        let stream = named?.streams.iter().find(|stream| stream.n == n);
        stream.and_then(|stream| stream.name.clone())
    };
    let streams = streams.into_iter().map(|stream| SessionStream {
        n: stream.n,
        kind: stream.kind,
        name: name(stream.n),
        frames: stream.frames,
    });
    let streams = streams.collect();
    let gaps = sealed.map(|sealed| {
        let lacking = sealed.into_iter().filter(|stream| !stream.gaps.is_empty());
        let gaps = lacking.map(|stream| StreamGaps {
            n: stream.n,
            missing: stream.gaps,
        });
        gaps.collect()
    });
    let details = SessionDetails {
        entry: beside.entry(&tenants, listed),
        retention,
        hold_count,
        holds,
        streams,
        gaps,
    };
    Ok(json::answer(StatusCode::OK, &details))
}

/// How many holds keep a session; and which, where the login may see that.
async fn holds(
    state: &ApiState,
    visitor: &Visitor,
    at: SessionRef,
) -> Result<(u64, Option<Vec<HoldEntry>>), ApiError> {
    if !visitor.reach(Permission::Custody).includes(at.tenant) {
        let count = state.archive().holds_in_force(at).await;
        let count = count.map_err(|error| state.catalog_trouble(&error))?;
        return Ok((count, None));
    }
    let filter = HoldFilter {
        state: Some(HoldState::Active),
        session: Some(at.session),
        after: None,
        limit: u32::MAX - 1,
    };
    let page = state.archive().hold_list(&[at.tenant], filter).await;
    let page = page.map_err(|error| state.hold_trouble(&error))?;
    let holds: Vec<HoldEntry> = page.holds.into_iter().map(HoldEntry::from).collect();
    Ok((holds.len() as u64, Some(holds)))
}
