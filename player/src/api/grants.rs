//! `POST /v1/sessions/{session}/grants`: a session is opened, with a purpose and on record. `GET`: what the login has open.

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use obhut_archive::{AccessRange, OpenGrant, Reason, ReviewGrant, SessionDetail};
use obhut_format::ids::{AccessId, Seq, SessionId, StreamNo};
use obhut_format::time::{SignedMicros, UtcMicros};
use obhut_listener::place::InPath;
use obhut_listener::{ApiError, json};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ApiState;
use super::opened::Permitted;
use super::titles;
use super::visitor::Visitor;
use crate::problem::{Problem, ProblemDocument};

const MINUTES: std::ops::RangeInclusive<u32> = 1..=480;
const MINUTES_UNSAID: u32 = 60;
/// Most entries of `streams`: the record keeps them for ever.
const STREAMS: std::ops::RangeInclusive<usize> = 1..=64;

/// Why a session is to be opened, for how long, and what of it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GrantRequest {
    /// Why; stands on record, sealed. At least 3 of its characters can be seen; it holds no control and no format characters
    /// but line feeds.
    #[schema(min_length = 3, max_length = 500, example = "complaint of a customer")]
    purpose: String,
    /// For which matter; without control and format characters.
    #[schema(max_length = 200, example = "2026-0815")]
    case: Option<String>,
    /// For how long; 60 without it. The grant ends with the login at the latest.
    #[schema(minimum = 1, maximum = 480)]
    minutes: Option<u32>,
    /// What of it; everything without it. Ranges that overlap or adjoin become one.
    #[schema(min_items = 1, max_items = 64)]
    streams: Option<Vec<StreamRange>>,
}

/// Some of a stream's frames.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StreamRange {
    #[schema(value_type = u32)]
    n: StreamNo,
    /// From which number; from the first without it.
    #[schema(value_type = Option<u64>)]
    first: Option<Seq>,
    /// Up to which number; to the last without it.
    #[schema(value_type = Option<u64>)]
    last: Option<Seq>,
}

/// A session that is open to one login for some time.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Grant)]
pub(super) struct GrantBody {
    /// Its id: that of the access record.
    #[schema(value_type = String, format = Uuid)]
    grant: AccessId,
    #[schema(value_type = String, format = Uuid)]
    session: SessionId,
    purpose: String,
    #[schema(required)]
    case: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    opened_at: UtcMicros,
    #[schema(value_type = String, format = DateTime)]
    until: UtcMicros,
    /// What may be viewed.
    streams: Vec<StreamRange>,
}

/// Grants.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct GrantList {
    grants: Vec<GrantBody>,
}

impl GrantBody {
    fn of(grant: &ReviewGrant, detail: &SessionDetail) -> Self {
        let streams = grant.ranges().iter().flat_map(|range| {
            let (first, last) = range.frames.unzip();
            let of = move |n| StreamRange {
                n,
                first: first.filter(|first| *first != Seq::ZERO),
                last: last.filter(|last| *last != Seq::MAX),
            };
            let every = detail.streams.iter().map(|stream| stream.n);
            let listed: Vec<StreamNo> = range.stream.map_or_else(|| every.collect(), |n| vec![n]);
            listed.into_iter().map(of)
        });
        Self {
            grant: grant.id(),
            session: grant.session().session,
            purpose: grant.purpose().to_owned(),
            case: grant.case().map(str::to_owned),
            opened_at: grant.opened_at(),
            until: grant.until(),
            streams: streams.collect(),
        }
    }
}

/// Opens a session.
///
/// The opening itself is on record, with who and why. It shows the session's description and index; each frame that is
/// viewed under it is on record besides.
#[utoipa::path(
    post, path = "/v1/sessions/{session}/grants", tag = "content",
    params(("session" = String, Path, format = Uuid)), request_body = GrantRequest,
    responses(
        (status = 201, description = "Opened, and on record", body = GrantBody),
        (status = 400, body = ProblemDocument, content_type = "application/problem+json",
            description = "request-malformed"),
        (status = 404, body = ProblemDocument, content_type = "application/problem+json", description = "not-found"),
        (status = 413, body = ProblemDocument, content_type = "application/problem+json",
            description = "body-too-large"),
        (status = 415, body = ProblemDocument, content_type = "application/problem+json",
            description = "media-type-unsupported"),
        (status = 422, body = ProblemDocument, content_type = "application/problem+json",
            description = "request-invalid"),
        (status = 429, body = ProblemDocument, content_type = "application/problem+json",
            description = "grants-too-many: 100 of the login's are alive"),
    )
)]
pub(super) async fn open(
    State(state): State<ApiState>,
    Extension(visitor): Extension<Visitor>,
    InPath(named): InPath<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let Permitted { at, detail } = Permitted::find(&state, &visitor, &named).await?;
    let asked: GrantRequest = state.json(&headers, body).await?;
    let minutes = asked.minutes.unwrap_or(MINUTES_UNSAID);
    if !MINUTES.contains(&minutes) {
        return Err(Problem::request_invalid("minutes must be 1 to 480").into());
    }
    let ends = SignedMicros::from_secs(i64::from(minutes) * 60);
    let ends = state.archive().clock().now().checked_add(ends);
    let new = OpenGrant {
        session: at,
        login: visitor.login.login,
        user: visitor.user.user,
        who: visitor.user.name.clone(),
        reason: Reason::new(&asked.purpose, asked.case.as_deref())
            .map_err(|error| Problem::request_invalid(error.to_string()))?,
        ranges: ranges(asked.streams.as_deref(), &detail)?,
        until: ends.map_or(visitor.login.expires_at, |ends| {
            ends.min(visitor.login.expires_at)
        }),
    };
    let grant = state.archive().open_grant(new).await;
    let grant = grant.map_err(|error| state.record_trouble(at, &error))?;
    Ok(json::answer(StatusCode::CREATED, &GrantBody::of(&grant, &detail)))
}

/// The session's grants that the login holds, newest first, without those that have ended.
#[utoipa::path(
    get, path = "/v1/sessions/{session}/grants", tag = "content",
    params(("session" = String, Path, format = Uuid)),
    responses(
        (status = 200, body = GrantList),
        (status = 404, body = ProblemDocument, content_type = "application/problem+json", description = "not-found"),
    )
)]
pub(super) async fn held(
    State(state): State<ApiState>,
    Extension(visitor): Extension<Visitor>,
    InPath(named): InPath<String>,
) -> Result<Response, ApiError> {
    let Permitted { at, detail } = Permitted::find(&state, &visitor, &named).await?;
    let live = titles::live(&state, &visitor, &[at]).await?;
    let grants = live.iter().map(|grant| GrantBody::of(grant, &detail)).collect();
    Ok(json::answer(StatusCode::OK, &GrantList { grants }))
}

/// What may be viewed, checked against the session.
fn ranges(asked: Option<&[StreamRange]>, detail: &SessionDetail) -> Result<Vec<AccessRange>, Problem> {
    let Some(asked) = asked else {
        return Ok(vec![AccessRange::ALL]);
    };
    if !STREAMS.contains(&asked.len()) {
        return Err(Problem::request_invalid(
            "streams must have 1 to 64 entries, or be left out",
        ));
    }
    asked.iter().map(|one| range(one, detail)).collect()
}

fn range(asked: &StreamRange, detail: &SessionDetail) -> Result<AccessRange, Problem> {
    let StreamRange { n, first, last } = *asked;
    if !detail.streams.iter().any(|stream| stream.n == n) {
        return Err(Problem::request_invalid(
            "streams must name streams of the session",
        ));
    }
    let frames = match (first, last) {
        (None, None) => None,
        (first, last) => Some((first.unwrap_or(Seq::ZERO), last.unwrap_or(Seq::MAX))),
    };
    if frames.is_some_and(|(first, last)| first > last) {
        return Err(Problem::request_invalid("first must not be behind last"));
    }
    Ok(AccessRange {
        stream: Some(n),
        frames,
    })
}
