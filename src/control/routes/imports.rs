//! Importing: a session is opened, takes frames, and is sealed and packed before the command hears of its end.

use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use obhut_archive::{Archive, NewFrame, NewSession, NewStream, SealOutcome, SealRequest, SessionRef};
use obhut_format::digest::Sha256Digest;
use obhut_format::ids::{Seq, SessionId, StreamNo, TenantId};

use crate::control::protocol::{FRAME_HEAD, FrameHead, OpenImport, OpenedImport, SealImport, SealProgress};
use crate::failure::Failure;

/// How long one answer about a seal may take; the command asks again.
const ROUND: Duration = Duration::from_secs(5);

/// Bytes that are hashed without leaving the runtime's thread.
const INLINE_HASH: usize = 1 << 20;

pub(super) async fn open(
    State(archive): State<Archive>,
    Json(ask): Json<OpenImport>,
) -> Result<Json<OpenedImport>, Failure> {
    let tenant = archive.tenant(&ask.tenant).await?.tenant;
    let device = archive.import_device(tenant, &ask.device).await?;
    let streams = ask.streams.into_iter().map(|stream| NewStream {
        n: stream.n,
        kind: stream.kind,
        name: stream.name,
    });
    let new = NewSession {
        tenant,
        device: device.device,
        kind: ask.kind,
        started_at: ask.started_at,
        class: ask.class,
        streams: streams.collect(),
        consent: None,
        description: ask.description,
        request_key: None,
    };
    let opened = archive.open_session(new).await?;
    Ok(Json(OpenedImport {
        tenant,
        session: opened.session,
    }))
}

pub(super) async fn put(
    State(archive): State<Archive>,
    Path((tenant, session, stream, seq)): Path<(TenantId, SessionId, StreamNo, Seq)>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<()>, Failure> {
    let head = headers
        .get(FRAME_HEAD)
        .and_then(|value| BASE64_STANDARD.decode(value).ok());
    let head: Option<FrameHead> = head.and_then(|head| serde_json::from_slice(&head).ok());
    let head = head.ok_or_else(|| Failure::internal("a frame came without its head"))?;
    let sha256 = if body.len() > INLINE_HASH {
        let body = body.clone();
        tokio::task::spawn_blocking(move || Sha256Digest::of(&body))
            .await
            .map_err(Failure::internal)?
    } else {
        Sha256Digest::of(&body)
    };
    let frame = NewFrame {
        at: head.at,
        name: head.name,
        media_type: head.media_type,
        cut: head.cut,
        body,
        sha256,
    };
    archive
        .put_frame(SessionRef { tenant, session }, stream, seq, frame)
        .await?;
    Ok(Json(()))
}

pub(super) async fn seal(
    State(archive): State<Archive>,
    Path((tenant, session)): Path<(TenantId, SessionId)>,
    Json(ask): Json<SealImport>,
) -> Result<Json<SealProgress>, Failure> {
    let request = SealRequest {
        how: ask.how,
        trusted_end: ask.trusted_end,
        said: serde_json::Map::new(),
        declared: Vec::new(),
    };
    let outcome = archive
        .seal(SessionRef { tenant, session }, request, ROUND)
        .await?;
    Ok(Json(SealProgress {
        sealed: matches!(outcome, SealOutcome::Sealed(_)),
        waiting: archive.stats().waiting_frames,
    }))
}
