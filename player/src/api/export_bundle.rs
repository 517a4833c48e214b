//! `GET /v1/exports/{export}/bundle`: the evidence bundle, made while it is sent.

use std::time::Duration;

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use bytes::Bytes;
use futures_util::{Stream, stream};
use obhut_archive::{NewBundle, SessionFate, SessionRef, Under};
use obhut_format::bundle::top_folder;
use obhut_listener::ApiError;
use obhut_listener::place::InPath;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::ApiState;
use super::export_entry::find;
use super::visitor::{Visitor, touch};
use crate::bundles::NoBundle;
use crate::downloads::Lane;
use crate::problem::{self, Problem, ProblemDocument, SESSION_DAMAGED};

/// Pieces of the zip on their way; each is a file of the bundle or less.
const ON_THEIR_WAY: usize = 2;

/// The evidence bundle of an approved export, to the user who asked for it.
///
/// It is made while it is sent: everything is judged again, the session's objects are compared with its chain, and the
/// access record is committed before the first byte. What ends the right to it, and the deletion of its session, break the answer off;
/// so does whatever goes wrong in the middle. A client sees that as an incomplete body: only a whole answer is a whole bundle.
#[utoipa::path(
    get, path = "/v1/exports/{export}/bundle", tag = "custody",
    params(("export" = String, Path, format = Uuid)),
    responses(
        (status = 200, description = "A zip", content_type = "application/zip", headers(
            ("Content-Disposition" = String, description = "`attachment`, with the bundle's name"),
        )),
        (status = 403, body = ProblemDocument, content_type = "application/problem+json",
            description = "not-own-request"),
        (status = 404, body = ProblemDocument, content_type = "application/problem+json", description = "not-found"),
        (status = 409, body = ProblemDocument, content_type = "application/problem+json",
            description = "export-not-approved, session-damaged, session-purging"),
        (status = 410, body = ProblemDocument, content_type = "application/problem+json",
            description = "export-expired, session-deleted"),
        (status = 429, body = ProblemDocument, content_type = "application/problem+json",
            description = "exports-too-many"),
        (status = 500, body = ProblemDocument, content_type = "application/problem+json",
            description = "export-damaged"),
    )
)]
pub(super) async fn bundle(
    State(state): State<ApiState>,
    Extension(visitor): Extension<Visitor>,
    InPath(named): InPath<String>,
) -> Result<Response, ApiError> {
    let entry = find(&state, &visitor, &named).await?;
    let new = NewBundle {
        session: entry.session,
        under: Under::Request {
            export: entry.export,
            by: Some(visitor.by_login()),
        },
    };
    let lane = state.downloads().lane(visitor.user.user);
    let lane = lane.ok_or_else(|| problem::exports_too_many(state.config().retry_after))?;
    let turn = state.downloads().comparing().await;
    let prepared = state.archive().prepare_export(new.clone()).await;
    prepared.map_err(|error| state.export_trouble(&error))?;
    drop(turn);
    // To compare a long session takes its time.
    let visitor = visitor.still(&state, entry.session.tenant).await?;
    let (zip, mut made) = mpsc::channel(ON_THEIR_WAY);
    let making = Making(tokio::spawn(state.bundles().make(new, zip)));
    let Some(first) = made.recv().await else {
        let ended = making.ended().await;
        return Err(ended.map_or_else(
            |error| trouble(&state, &error),
            |()| ApiError::internal("a bundle without a byte"),
        ));
    };
    let (out, body) = mpsc::channel(1);
    let courier = Courier {
        judged_at: state.archive().clock().uptime(),
        state,
        visitor,
        at: entry.session,
        making,
        made,
        out,
        _lane: lane,
    };
    tokio::spawn(courier.carry(first));
    let name = format!(
        "attachment; filename=\"{}.zip\"",
        top_folder(entry.session.session)
    );
    let mut response = Response::new(Body::from_stream(pieces(body)));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/zip"));
    let name = HeaderValue::try_from(name).map_err(ApiError::internal)?;
    headers.insert(header::CONTENT_DISPOSITION, name);
    Ok(response)
}

/// What is told of a bundle that did not begin.
fn trouble(state: &ApiState, error: &NoBundle) -> ApiError {
    match error {
        NoBundle::Refused(refused) => state.export_trouble(refused),
        NoBundle::Damaged(_) => ApiError::caused(Problem::of(&SESSION_DAMAGED), error),
        NoBundle::HungUp | NoBundle::Failed(_) => ApiError::internal(error),
    }
}

/// What goes to the client.
#[derive(Debug)]
enum Piece {
    Bytes(Bytes),
    /// The zip is whole.
    End,
}

/// The answer ends before the zip does. The connection is cut, so that nobody takes it for whole.
#[derive(Debug, thiserror::Error)]
#[error("an evidence bundle is broken off")]
struct BrokenOff;

/// The body. Without its end it is broken off.
fn pieces(body: mpsc::Receiver<Piece>) -> impl Stream<Item = Result<Bytes, BrokenOff>> + Send + 'static {
    stream::unfold(Some(body), |body| async {
        let mut body = body?;
        match body.recv().await {
            Some(Piece::Bytes(bytes)) => Some((Ok(bytes), Some(body))),
            Some(Piece::End) => None,
            None => Some((Err(BrokenOff), None)),
        }
    })
}

/// A bundle that is being made; it ends with this.
#[derive(Debug)]
struct Making(JoinHandle<Result<(), NoBundle>>);

impl Making {
    async fn ended(mut self) -> Result<(), NoBundle> {
        let ended = (&mut self.0).await;
        ended.unwrap_or_else(|error| Err(NoBundle::Failed(error.to_string())))
    }
}

impl Drop for Making {
    fn drop(&mut self) {
        // What reads the session lets go of it at once: its deletion may be waiting.
        self.0.abort();
    }
}

/// Carries a bundle from where it is made to the client, who may take their time. Meanwhile it is looked at again and again
/// whether it may go on, also while the client takes nothing.
#[derive(Debug)]
struct Courier {
    state: ApiState,
    visitor: Visitor,
    at: SessionRef,
    making: Making,
    made: mpsc::Receiver<Bytes>,
    out: mpsc::Sender<Piece>,
    /// When it was last looked at.
    judged_at: Duration,
    _lane: Lane,
}

/// Why a bundle is broken off.
#[derive(Debug, thiserror::Error)]
enum Ended {
    #[error("its client went away")]
    Client,
    #[error("the right to it ended: {0}")]
    Right(&'static str),
    #[error("its session is being deleted")]
    Session,
    #[error(transparent)]
    Bundle(#[from] NoBundle),
}

impl Courier {
    async fn carry(mut self, first: Bytes) {
        let session = self.at.session;
        let carried = self.pieces(first).await;
        let Self { making, out, .. } = self;
        let ended = match carried {
            Ok(()) => making.ended().await.map_err(Ended::from),
            Err(ended) => {
                drop(making);
                Err(ended)
            }
        };
        match ended {
            // Whoever went away at the last moment misses only the end.
            Ok(()) => _ = out.send(Piece::End).await,
            Err(Ended::Client) => {
                tracing::info!(session.id = %session, "a client left in the middle of a bundle");
            }
            Err(error) => tracing::warn!(session.id = %session, %error, "a bundle is broken off"),
        }
    }

    async fn pieces(&mut self, first: Bytes) -> Result<(), Ended> {
        let mut next = Some(first);
        while let Some(bytes) = next {
            self.hand_over(bytes).await?;
            next = self.receive().await?;
        }
        Ok(())
    }

    async fn hand_over(&mut self, bytes: Bytes) -> Result<(), Ended> {
        let out = self.out.clone();
        let permit = loop {
            let waiting = out.reserve();
            if let Ok(room) = tokio::time::timeout(self.patience(), waiting).await {
                break room.map_err(|_| Ended::Client)?;
            }
            self.judge().await?;
        };
        permit.send(Piece::Bytes(bytes));
        self.judge_now_and_then().await
    }

    async fn receive(&mut self) -> Result<Option<Bytes>, Ended> {
        loop {
            if let Ok(next) = tokio::time::timeout(self.patience(), self.made.recv()).await {
                return Ok(next);
            }
            self.judge().await?;
            if self.out.is_closed() {
                return Err(Ended::Client);
            }
        }
    }

    fn patience(&self) -> Duration {
        self.state.config().downloads.judged_every
    }

    /// Looks again when it is time. Who takes the bundle uses their login.
    async fn judge_now_and_then(&mut self) -> Result<(), Ended> {
        let now = self.state.archive().clock().uptime();
        if now.saturating_sub(self.judged_at) < self.patience() {
            return Ok(());
        }
        self.judge().await?;
        touch(&self.state, &self.visitor.login).await;
        Ok(())
    }

    async fn judge(&mut self) -> Result<(), Ended> {
        let right = |error: ApiError| Ended::Right(error.problem().problem_type().slug);
        self.judged_at = self.state.archive().clock().uptime();
        let still = self.visitor.still(&self.state, self.at.tenant).await;
        self.visitor = still.map_err(right)?;
        let (tenants, session) = ([self.at.tenant], self.at.session);
        match self.state.archive().session_fate(&tenants, session).await {
            Ok(Some((_, SessionFate::Kept(_)))) => Ok(()),
            Ok(_) => Err(Ended::Session),
            Err(error) => Err(right(self.state.catalog_trouble(&error))),
        }
    }
}
