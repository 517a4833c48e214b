//! Exporting: the access record is committed, then the bundle's files are streamed, its signature last.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use bytes::Bytes;
use futures_util::stream;
use obhut_archive::{Archive, NewBundle, ReadError, Reason, SessionRef, Under};
use obhut_evidence::{ExportError, Exported, Part};
use obhut_format::ids::{SessionId, TenantId};
use tokio::sync::mpsc;

use crate::control::protocol::{ExportAsk, ExportLine};
use crate::failure::Failure;

/// Parts on their way; each is a frame or less.
const ON_THEIR_WAY: usize = 4;

type Out = mpsc::Sender<Bytes>;

pub(super) async fn export(
    State(archive): State<Archive>,
    Json(ask): Json<ExportAsk>,
) -> Result<Response, Failure> {
    let under = match ask.request {
        Some(export) => Under::Request { export, by: None },
        None => Under::CommandLine {
            reason: Reason::new(&ask.purpose, ask.case.as_deref())?,
            damaged: ask.damaged,
        },
    };
    let tenants = archive.tenants().await?;
    let (out, lines) = mpsc::channel(ON_THEIR_WAY);
    tokio::spawn(async move {
        let tenants: Vec<TenantId> = tenants.into_iter().map(|tenant| tenant.tenant).collect();
        let last = match send(&archive, &tenants, (ask.session, &under), &out).await {
            Ok(exported) => ExportLine::End { exported },
            Err(ExportError::HungUp) => return,
            Err(error) => ExportLine::Failed {
                failure: error.into(),
            },
        };
        // A client that hangs up knows better than we why.
        let _ = say(&out, &last).await;
    });
    let body = stream::unfold(lines, |mut lines| async {
        let bytes = lines.recv().await?;
        Some((Ok::<_, std::convert::Infallible>(bytes), lines))
    });
    Ok(Response::new(Body::from_stream(body)))
}

/// Finds the session's tenant and makes its bundle.
async fn send(
    archive: &Archive,
    tenants: &[TenantId],
    (session, under): (SessionId, &Under),
    out: &Out,
) -> Result<Exported, ExportError> {
    for tenant in tenants {
        let new = NewBundle {
            session: SessionRef {
                tenant: *tenant,
                session,
            },
            under: under.clone(),
        };
        let (parts, mut made) = mpsc::channel(ON_THEIR_WAY);
        let exporting = obhut_evidence::export(archive, new, parts);
        // With nobody to take them, the next part ends the export.
        let sending = async move {
            while let Some(part) = made.recv().await {
                give(out, part).await?;
            }
            Ok::<_, ExportError>(())
        };
        match tokio::join!(exporting, sending) {
            (Err(ExportError::Read(ReadError::NoSuchSession(_))), Ok(())) => {}
            (_, Err(error)) => return Err(error),
            (done, Ok(())) => return done,
        }
    }
    Err(ReadError::NoSuchSession(session).into())
}

async fn give(out: &Out, part: Part) -> Result<(), ExportError> {
    match part {
        Part::File(path) => say(out, &ExportLine::File { path }).await,
        Part::Damage(what) => {
            // The command tells its user; this is for the server's log.
            tracing::warn!("{what}; left out of an evidence bundle");
            say(out, &ExportLine::Damage { what }).await
        }
        Part::Bytes(bytes) => {
            let line = ExportLine::Bytes {
                bytes: bytes.len() as u64,
            };
            say(out, &line).await?;
            out.send(bytes).await.map_err(|_| ExportError::HungUp)
        }
    }
}

async fn say(out: &Out, line: &ExportLine) -> Result<(), ExportError> {
    let mut text = serde_json::to_vec(line).map_err(|_| ExportError::HungUp)?;
    text.push(b'\n');
    out.send(Bytes::from(text)).await.map_err(|_| ExportError::HungUp)
}
