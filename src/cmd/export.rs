//! `obhut export`: a session as an evidence bundle.

mod partial;

use std::path::PathBuf;
use std::process::ExitCode;

use bytes::Bytes;
use clap::Args;
use obhut_archive::Reason;
use obhut_evidence::Exported;
use obhut_format::ids::{ExportId, SessionId};
use serde::Serialize;
use tokio::sync::mpsc;

use crate::cli::Common;
use crate::cmd::target;
use crate::config::Config;
use crate::control::client::{Client, Need};
use crate::control::protocol::{ExportAsk, ExportLine};
use crate::control::restored::Parts;
use crate::failure::{DAMAGE, Failure};
use crate::service::Duties;
use crate::show;
use partial::PartialBundle;

/// What to export, where to, and why.
#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// The session's id
    session: SessionId,
    /// The zip to write; nothing is overwritten
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Why; goes on record before the first byte is read, and stands in the bundle
    #[arg(long, default_value = "command line", value_name = "TEXT")]
    purpose: String,
    /// For which matter; goes on record too
    #[arg(long, value_name = "TEXT")]
    case: Option<String>,
    /// Leave out what is damaged and say so in the bundle, instead of refusing
    #[arg(long)]
    damaged: bool,
    /// Under this approved request, which says why, for which matter, and what to do about damage; needed where the tenant's
    /// policy asks for an approval
    #[arg(long, value_name = "ID", conflicts_with_all = ["purpose", "case", "damaged"])]
    request: Option<ExportId>,
}

/// What the command prints.
#[derive(Debug, Serialize)]
struct Printed {
    #[serde(flatten)]
    exported: Exported,
    out: PathBuf,
}

/// What the writing thread is told.
enum Piece {
    File(String),
    Bytes(Bytes),
}

pub(crate) async fn run(common: &Common, config: Config, args: ExportArgs) -> Result<ExitCode, Failure> {
    // Before the file is made; whoever records it checks for themselves.
    Reason::new(&args.purpose, args.case.as_deref())?;
    target::outside(&args.out, &config)?;
    let bundle = PartialBundle::begin(&args.out, args.session)?;
    let client = Client::connect(&config, Need::Existing(Duties::Answer)).await?;
    let done = export(&client, &args, bundle).await;
    client.close().await;
    let exported = done?;
    let damaged = exported.damaged;
    if common.json {
        show::json(&Printed {
            exported,
            out: args.out,
        })?;
    } else {
        show::line(&format!(
            "{}: {} files, {}, signed with key {}",
            args.out.display(),
            exported.files,
            show::bytes(exported.bytes),
            exported.key
        ))?;
    }
    if damaged == 0 {
        return Ok(ExitCode::SUCCESS);
    }
    show::note(format_args!(
        "{damaged} frames or blocks are damaged and are not in the bundle, which says so"
    ));
    eprintln!("run `obhut verify --deep` to see what is damaged");
    Ok(ExitCode::from(DAMAGE))
}

async fn export(client: &Client, args: &ExportArgs, bundle: PartialBundle) -> Result<Exported, Failure> {
    let ask = ExportAsk {
        session: args.session,
        purpose: args.purpose.clone(),
        case: args.case.clone(),
        damaged: args.damaged,
        request: args.request,
    };
    let mut parts: Parts<ExportLine> = Parts::new(client.stream("/exports", &ask).await?);
    let (pieces, writing) = mpsc::channel(4);
    let writer = tokio::task::spawn_blocking(move || write(bundle, writing));
    let came = receive(&mut parts, pieces).await;
    // What can't be written is why the rest was not received, and not the other way round.
    let written = writer.await.map_err(Failure::internal)??;
    let Some(exported) = came? else {
        return Err(Failure::internal("the bundle was written only in part"));
    };
    tokio::task::spawn_blocking(move || written.finish())
        .await
        .map_err(Failure::internal)??;
    Ok(exported)
}

/// Writes what comes until no more does.
fn write(mut bundle: PartialBundle, mut pieces: mpsc::Receiver<Piece>) -> Result<PartialBundle, Failure> {
    while let Some(piece) = pieces.blocking_recv() {
        match piece {
            Piece::File(path) => bundle.file(&path)?,
            Piece::Bytes(bytes) => bundle.write(&bytes)?,
        }
    }
    Ok(bundle)
}

/// Receives the bundle; `None` when it can't be written any more.
async fn receive(
    parts: &mut Parts<ExportLine>,
    pieces: mpsc::Sender<Piece>,
) -> Result<Option<Exported>, Failure> {
    loop {
        let part = parts.next().await?;
        let piece = match part.line {
            ExportLine::File { path } => Piece::File(path),
            ExportLine::Bytes { .. } => Piece::Bytes(part.bytes),
            ExportLine::Damage { what } => {
                show::note(&what);
                continue;
            }
            ExportLine::Failed { failure } => return Err(failure),
            ExportLine::End { exported } => return Ok(Some(exported)),
        };
        if pieces.send(piece).await.is_err() {
            return Ok(None);
        }
    }
}
