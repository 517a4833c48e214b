//! `obhut restore`: a session's originals, bit for bit, under their names.

mod folder;
mod names;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use obhut_archive::Reason;
use obhut_format::ids::{SessionId, StreamNo};
use serde::Serialize;

use crate::cli::Common;
use crate::cmd::target;
use crate::config::Config;
use crate::control::client::{Client, Need};
use crate::control::protocol::{RestoreLine, RestoreRequest};
use crate::control::restored::Parts;
use crate::failure::{DAMAGE, Failure};
use crate::service::Duties;
use crate::show;
use folder::TargetFolder;
use names::StreamNames;

/// What to restore, where to, and why.
#[derive(Debug, Args)]
pub(crate) struct RestoreArgs {
    /// The session's id
    session: SessionId,
    /// Where to; made when it is missing, and nothing in it is overwritten
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
    /// Only this stream
    #[arg(long, value_name = "N")]
    stream: Option<StreamNo>,
    /// Why; goes on record before the first byte is read
    #[arg(long, default_value = "command line", value_name = "TEXT")]
    purpose: String,
    /// For which matter; goes on record too
    #[arg(long, value_name = "TEXT")]
    case: Option<String>,
}

/// What was restored.
#[derive(Debug, Default, Serialize)]
struct Restored {
    session: Option<SessionId>,
    files: u64,
    bytes: u64,
    damaged: u64,
}

pub(crate) async fn run(common: &Common, config: Config, args: RestoreArgs) -> Result<ExitCode, Failure> {
    // Before the target is made; whoever records it checks for themselves.
    Reason::new(&args.purpose, args.case.as_deref())?;
    target::outside(&args.to, &config)?;
    let target = TargetFolder::open(&args.to)?;
    let client = Client::connect(&config, Need::Existing(Duties::Answer)).await?;
    let done = restore(&client, args, target).await;
    client.close().await;
    let restored = done?;
    if common.json {
        show::json(&restored)?;
    } else {
        show::line(&format!(
            "{} files, {}",
            restored.files,
            show::bytes(restored.bytes)
        ))?;
    }
    if restored.damaged == 0 {
        return Ok(ExitCode::SUCCESS);
    }
    show::note(format_args!(
        "{} parts are damaged; everything else was restored",
        restored.damaged
    ));
    eprintln!("run `obhut verify --deep` to see what is damaged");
    Ok(ExitCode::from(DAMAGE))
}

async fn restore(client: &Client, args: RestoreArgs, mut target: TargetFolder) -> Result<Restored, Failure> {
    let session = args.session;
    let ask = RestoreRequest {
        session,
        stream: args.stream,
        purpose: args.purpose,
        case: args.case,
    };
    let mut parts: Parts<RestoreLine> = Parts::new(client.stream("/restores", &ask).await?);
    let mut restored = Restored {
        session: Some(session),
        ..Restored::default()
    };
    let mut stream: Option<StreamNames> = None;
    loop {
        let part = parts.next().await?;
        match part.line {
            RestoreLine::Folders { empty } => empty.iter().try_for_each(|name| target.make_folder(name))?,
            RestoreLine::Stream { n, kind, name } => {
                restored.files += target.finish_file().await?;
                stream = Some(StreamNames::new(n, kind, name));
            }
            RestoreLine::Frame {
                seq,
                at,
                name,
                media_type,
                bytes,
            } => {
                let names = stream
                    .as_mut()
                    .ok_or_else(|| Failure::internal("a frame came before its stream"))?;
                restored.bytes += bytes;
                let file = names.file_of(seq, name.as_deref(), &media_type);
                if names.in_blocks() {
                    target.append(&file, seq, at, part.bytes).await?;
                } else {
                    target.write(&file, at, part.bytes).await?;
                    restored.files += 1;
                }
            }
            RestoreLine::Damage { what } => {
                show::note(&what);
                restored.damaged += 1;
                target.damaged();
            }
            RestoreLine::End => {
                restored.files += target.finish_file().await?;
                target.finish()?;
                return Ok(restored);
            }
        }
    }
}
