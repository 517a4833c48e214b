//! `GET /v1/sessions/{session}/streams/{stream}/frames`: a run of frames in one answer, on record before its first byte.

use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use obhut_archive::{FrameRun, ReadError, ReadFrame, ReviewGrant};
use obhut_format::digest::Sha256Digest;
use obhut_format::ids::{Seq, SessionId};
use obhut_format::time::UtcMicros;
use obhut_listener::ApiError;
use obhut_listener::place::{InPath, InQuery};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use super::ApiState;
use super::frame::ACCESS_RECORD;
use super::opened::{Opened, View};
use super::visitor::Visitor;
use crate::problem::{GRANT_EXPIRED, Problem, ProblemDocument};
use crate::reads::Share;

/// Several frames in one answer.
const FRAMES: HeaderValue = HeaderValue::from_static("application/vnd.obhut.frames");

/// Most numbers in one answer.
const NUMBERS: u64 = 256;

/// How often a login is looked at again while an answer goes out.
const JUDGED_EVERY: Duration = Duration::from_secs(1);

/// Which frames.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct FramesQuery {
    /// The first number.
    #[param(value_type = u64)]
    first: Seq,
    /// The last number, at most 255 more than the first.
    #[param(value_type = u64)]
    last: Seq,
}

/// The line before a frame's bytes.
#[derive(Debug, Serialize)]
struct FrameLine<'a> {
    seq: Seq,
    at: UtcMicros,
    r#type: &'a str,
    bytes: usize,
    sha256: Sha256Digest,
}

/// The line that stands for a frame whose bytes don't check.
#[derive(Debug, Serialize)]
struct DamagedLine<'a> {
    seq: Seq,
    damaged: &'a str,
}

/// A run of frames in one answer.
///
/// For each number of the range that the stream has, in order: a line of JSON, `{"seq","at","type","bytes","sha256"}`, and
/// behind its line feed exactly so many bytes, the original's. A frame whose bytes don't check is the line
/// `{"seq","damaged"}` without any. One access record covers the range; it is committed before the first byte is read. An
/// answer that the server can't go on with is broken off, which the client sees as an incomplete body; so is one whose grant
/// or login ends meanwhile.
#[utoipa::path(
    get, path = "/v1/sessions/{session}/streams/{stream}/frames", tag = "content",
    params(
        ("session" = String, Path, format = Uuid),
        ("stream" = u32, Path),
        FramesQuery,
        ("Grant" = Option<String>, Header, format = Uuid, description = "The opening's id"),
    ),
    responses(
        (status = 200, description = "Lines of JSON with bytes between them",
            content_type = "application/vnd.obhut.frames", headers(
                ("Access-Record" = String, description = "The record that was committed for the range"),
            )),
        (status = 400, body = ProblemDocument, content_type = "application/problem+json",
            description = "request-malformed"),
        (status = 403, body = ProblemDocument, content_type = "application/problem+json",
            description = "grant-required, grant-expired, outside-grant"),
        (status = 404, body = ProblemDocument, content_type = "application/problem+json", description = "not-found"),
        (status = 422, body = ProblemDocument, content_type = "application/problem+json",
            description = "request-invalid: the range is empty or too long"),
        (status = 500, body = ProblemDocument, content_type = "application/problem+json",
            description = "frame-damaged: the session's description"),
    )
)]
pub(super) async fn frames(
    State(state): State<ApiState>,
    Extension(visitor): Extension<Visitor>,
    InPath((named, stream)): InPath<(String, String)>,
    InQuery(FramesQuery { first, last }): InQuery<FramesQuery>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let opened = Opened::find(&state, &visitor, &named, &headers).await?;
    let stream = opened.stream(&stream)?;
    if first > last || last.get() - first.get() >= NUMBERS {
        return Err(Problem::request_invalid("first to last must be 1 to 256 numbers").into());
    }
    let View { grant, share } = opened.view(&state, stream, (first, last)).await?;
    let record = HeaderValue::try_from(grant.record().to_string()).map_err(ApiError::internal)?;
    let told = |error: ReadError| state.session_trouble(opened.at, "the description", &error);
    let reader = Arc::new(state.archive().reader(grant).await.map_err(told)?);
    let mut run = reader.frames(stream, first, last).await.map_err(told)?;
    // The first one is read before the answer begins: a store that is down is told by the status.
    let begun = match run.next().await {
        Some((_, Err(error))) if !error.is_damage() => return Err(state.read_trouble(&error)),
        begun => begun,
    };
    let sending = Sending {
        judged_at: state.archive().clock().uptime(),
        state,
        visitor,
        opened: opened.grant,
        run,
        _share: share,
    };
    let mut response = Response::new(Body::from_stream(pieces(begun, sending)));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, FRAMES);
    headers.insert(ACCESS_RECORD, record);
    Ok(response)
}

type Met = (Seq, Result<ReadFrame, ReadError>);

/// The answer ends before its last frame. The connection is cut, so that nobody takes it for whole.
#[derive(Debug, thiserror::Error)]
#[error("an answer of frames is broken off")]
struct BrokenOff;

/// A run on its way out.
#[derive(Debug)]
struct Sending {
    state: ApiState,
    visitor: Visitor,
    /// The opening under which it is.
    opened: ReviewGrant,
    run: FrameRun,
    /// When the login was last looked at.
    judged_at: Duration,
    _share: Share,
}

impl Sending {
    /// The next frame, as long as the login may look. A client may take its time.
    async fn next(&mut self) -> Option<Result<Met, BrokenOff>> {
        if let Err(error) = self.judge().await {
            let why = error.problem().problem_type().slug;
            let cause = error.cause().map(ToString::to_string).unwrap_or_default();
            tracing::warn!(session.id = %self.opened.session().session, why, cause, "an answer of frames is broken off");
            return Some(Err(BrokenOff));
        }
        self.run.next().await.map(Ok)
    }

    async fn judge(&mut self) -> Result<(), ApiError> {
        let clock = self.state.archive().clock();
        if clock.now() >= self.opened.until() {
            return Err(Problem::of(&GRANT_EXPIRED).into());
        }
        let now = clock.uptime();
        if now.saturating_sub(self.judged_at) >= JUDGED_EVERY {
            let visitor = self.visitor.again(&self.state).await?;
            visitor.expect(self.opened.session().tenant)?;
            self.judged_at = now;
        }
        Ok(())
    }
}

/// The body: read as it is sent.
fn pieces(
    begun: Option<Met>,
    sending: Sending,
) -> impl Stream<Item = Result<Bytes, BrokenOff>> + Send + 'static {
    let session = sending.opened.session().session;
    let rest = stream::unfold(sending, |mut sending| async move {
        sending.next().await.map(|met| (met, sending))
    });
    let met = stream::iter(begun).map(Ok).chain(rest);
    met.flat_map(move |met| {
        stream::iter(match met {
            Ok(met) => piece(session, met),
            Err(broken) => vec![Err(broken)],
        })
    })
}

fn piece(session: SessionId, (seq, met): Met) -> Vec<Result<Bytes, BrokenOff>> {
    match met {
        Ok(ReadFrame { record, body }) => {
            let head = line(&FrameLine {
                seq,
                at: record.at,
                r#type: &record.media_type,
                bytes: body.len(),
                sha256: record.sha256,
            });
            vec![head, Ok(body)]
        }
        Err(error) if error.is_damage() => {
            tracing::error!(session.id = %session, frame.seq = %seq, %error, "a frame is damaged");
            vec![line(&DamagedLine {
                seq,
                damaged: error.what_is_damaged(),
            })]
        }
        Err(error) => {
            tracing::error!(session.id = %session, frame.seq = %seq, %error, "an answer of frames is broken off");
            vec![Err(BrokenOff)]
        }
    }
}

fn line(head: &impl Serialize) -> Result<Bytes, BrokenOff> {
    let mut line = serde_json::to_vec(head).map_err(|_| BrokenOff)?;
    line.push(b'\n');
    Ok(line.into())
}
