//! Restoring: the access record is committed, then the session's originals are streamed.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use obhut_archive::{
    AccessRange, AccessRequest, Archive, FrameInfo, Grant, ReadError, ReadFrame, Reason, SessionReader,
    SessionRef,
};
use serde_json::Value;
use tokio::sync::mpsc;

use crate::control::protocol::{RestoreLine, RestoreRequest};
use crate::failure::Failure;

/// Parts read ahead of the client.
const AHEAD: usize = 1;

/// The client hung up; there is nobody to tell.
struct HungUp;

type Out = mpsc::Sender<Bytes>;

pub(super) async fn restore(
    State(archive): State<Archive>,
    Json(ask): Json<RestoreRequest>,
) -> Result<Response, Failure> {
    let grant = grant(&archive, &ask).await?;
    let reader = archive.reader(grant).await?;
    if let Some(n) = ask.stream
        && !reader.streams().iter().any(|stream| stream.n == n)
    {
        return Err(Failure::new(
            format!("session {} has no stream {n}", ask.session),
            "leave --stream out to restore every stream",
        ));
    }
    let (out, lines) = mpsc::channel(4);
    tokio::spawn(async move {
        // A client that hangs up ends the reading; it knows better than we why.
        let _ = send(Arc::new(reader), out).await;
    });
    let body = stream::unfold(lines, |mut lines| async {
        lines
            .recv()
            .await
            .map(|bytes| (Ok::<_, std::convert::Infallible>(bytes), lines))
    });
    Ok(Response::new(Body::from_stream(body)))
}

/// Finds the session's tenant and commits the access record.
async fn grant(archive: &Archive, ask: &RestoreRequest) -> Result<Grant, Failure> {
    let reason = Reason::new(&ask.purpose, ask.case.as_deref())?;
    for tenant in archive.tenants().await? {
        let request = AccessRequest {
            session: SessionRef {
                tenant: tenant.tenant,
                session: ask.session,
            },
            range: AccessRange {
                stream: ask.stream,
                frames: None,
            },
            who: "command line".to_owned(),
            reason: reason.clone(),
        };
        match archive.record_access(request).await {
            Err(ReadError::NoSuchSession(_)) => {}
            other => return Ok(other?),
        }
    }
    Err(ReadError::NoSuchSession(ask.session).into())
}

async fn send(reader: Arc<SessionReader>, out: Out) -> Result<(), HungUp> {
    say(
        &out,
        &RestoreLine::Folders {
            empty: empty_folders(&reader.description().text),
        },
    )
    .await?;
    for info in reader.streams() {
        let head = RestoreLine::Stream {
            n: info.n,
            kind: info.kind,
            name: info.name.clone(),
        };
        say(&out, &head).await?;
        let parts = match reader.parts(info.n).await {
            Ok(parts) => parts,
            Err(error) => {
                damage(&out, &format!("stream {}", info.n), &error).await?;
                continue;
            }
        };
        // The next part is read while this one is written out.
        let read = |part| {
            let reader = reader.clone();
            async move { read_or_salvage(&reader, &part).await }
        };
        let mut reads = stream::iter(parts).map(read).buffered(1 + AHEAD);
        while let Some((frames, trouble)) = reads.next().await {
            for frame in frames {
                give(&out, frame).await?;
            }
            if let Some((frames, error)) = trouble {
                let place = match frames.as_str() {
                    "" => format!("stream {}", info.n),
                    frames => format!("stream {} frames {frames}", info.n),
                };
                damage(&out, &place, &error).await?;
            }
        }
    }
    say(&out, &RestoreLine::End).await
}

/// A part's frames; of a damaged part those that are sound, which frames are not, and why.
async fn read_or_salvage(
    reader: &SessionReader,
    part: &FrameInfo,
) -> (Vec<ReadFrame>, Option<(String, ReadError)>) {
    let error = match reader.read(part).await {
        Ok(frames) => return (frames, None),
        Err(error) => error,
    };
    match reader.salvage(part).await {
        Ok(salvaged) => (salvaged.frames, Some((salvaged.damaged.to_string(), error))),
        Err(_) => (Vec::new(), Some((String::new(), error))),
    }
}

async fn give(out: &Out, frame: ReadFrame) -> Result<(), HungUp> {
    let ReadFrame { record, body } = frame;
    let line = RestoreLine::Frame {
        seq: record.seq,
        at: record.at,
        name: record.name,
        media_type: record.media_type,
        bytes: body.len() as u64,
    };
    say(out, &line).await?;
    if body.is_empty() {
        Ok(())
    } else {
        out.send(body).await.map_err(|_| HungUp)
    }
}

async fn damage(out: &Out, what: &str, error: &ReadError) -> Result<(), HungUp> {
    // The command tells its user; this is for the server's log.
    tracing::warn!(%error, "{what} could not be restored");
    say(
        out,
        &RestoreLine::Damage {
            what: format!("{what}: {error}"),
        },
    )
    .await
}

async fn say(out: &Out, line: &RestoreLine) -> Result<(), HungUp> {
    let mut text = serde_json::to_vec(line).map_err(|_| HungUp)?;
    text.push(b'\n');
    out.send(Bytes::from(text)).await.map_err(|_| HungUp)
}

/// The folders that an import found empty.
fn empty_folders(description: &Value) -> Vec<String> {
    let listed = description.get("empty_folders").and_then(Value::as_array);
    listed
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}
