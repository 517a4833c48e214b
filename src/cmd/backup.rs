//! `obhut backup`: catalog, keys and what waits in the intake log, encrypted to somebody else than the archive.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use bytes::Bytes;
use clap::Args;
use obhut_archive::BackupMade;
use serde::Serialize;
use tokio::sync::mpsc;

use crate::cli::Common;
use crate::cmd::partial::Place;
use crate::cmd::target;
use crate::config::Config;
use crate::control::client::{Client, Need};
use crate::control::protocol::{BackupAsk, BackupLine, BackupTo};
use crate::control::restored::Parts;
use crate::failure::Failure;
use crate::service::Duties;
use crate::show;

/// Fewer characters are no passphrase: who has the file can try as often as he likes.
const LEAST_PASSPHRASE: usize = 12;

/// Where to, and who can open it.
#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("sealed").required(true).multiple(true)))]
pub(crate) struct BackupArgs {
    /// The file to write; nothing is overwritten
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
    /// An age public key that can open it; may be given more than once
    #[arg(long, value_name = "age1…", group = "sealed")]
    recipient: Vec<String>,
    /// A file of age public keys, one a line
    #[arg(long, value_name = "FILE", group = "sealed")]
    recipient_file: Vec<PathBuf>,
    /// A file whose first line is a passphrase that opens it
    #[arg(long, value_name = "FILE", group = "sealed", conflicts_with_all = ["recipient", "recipient_file"])]
    passphrase_file: Option<PathBuf>,
    /// For how many days it is to be kept; later it is not recovered from, and its file has to go
    #[arg(long, default_value_t = 7, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=30))]
    days: u32,
    /// Leave the root key file out; a recovery needs it then besides
    #[arg(long)]
    without_root_key: bool,
}

/// What the command prints.
#[derive(Debug, Serialize)]
struct Printed {
    #[serde(flatten)]
    made: BackupMade,
    to: PathBuf,
}

pub(crate) async fn run(common: &Common, config: Config, args: BackupArgs) -> Result<ExitCode, Failure> {
    let ask = BackupAsk {
        to: sealed_to(&args)?,
        days: args.days,
        root_key: !args.without_root_key,
        configuration: Config::text(&common.data, common.config.as_deref())?,
    };
    target::outside(&args.to, &config)?;
    let (file, place) = Place::begin(&args.to, "--to")?;
    let client = Client::connect(&config, Need::Existing(Duties::Answer)).await?;
    let done = receive(&client, &ask, file, place).await;
    client.close().await;
    let made = done?;
    if common.json {
        show::json(&Printed { made, to: args.to })?;
    } else {
        show::line(&in_words(&made, &args.to))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn in_words(made: &BackupMade, to: &Path) -> String {
    let key = if made.root_key { "with" } else { "without" };
    let configuration = if made.configuration { "with" } else { "without" };
    format!(
        "{}: {}, {key} the root key, {configuration} a configuration file; delete it by {}",
        to.display(),
        show::bytes(made.bytes),
        made.until
    )
}

fn sealed_to(args: &BackupArgs) -> Result<BackupTo, Failure> {
    if let Some(file) = &args.passphrase_file {
        let passphrase = first_line(file)?;
        if passphrase.trim() != passphrase {
            return Err(Failure::new(
                format!(
                    "the passphrase in {} begins or ends with a blank, which nobody sees who types it later",
                    file.display()
                ),
                "remove the blank",
            ));
        }
        if passphrase.chars().count() < LEAST_PASSPHRASE {
            return Err(Failure::new(
                format!(
                    "the passphrase in {} is shorter than {LEAST_PASSPHRASE} characters",
                    file.display()
                ),
                "choose a longer one, or encrypt to an age key with --recipient",
            ));
        }
        return Ok(BackupTo::Passphrase(passphrase));
    }
    let mut keys = args.recipient.clone();
    for file in &args.recipient_file {
        let text = read(file)?;
        let lines = text.lines().map(str::trim);
        keys.extend(
            lines
                .filter(|line| !line.is_empty() && !line.starts_with('#'))
                .map(str::to_owned),
        );
    }
    Ok(BackupTo::Recipients(keys))
}

fn read(file: &Path) -> Result<String, Failure> {
    let text = std::fs::read_to_string(file).map_err(|error| {
        Failure::new(
            format!("{} can't be read: {error}", file.display()),
            "name a text file that you may read",
        )
    })?;
    // Some editors begin a file with a mark that nobody sees.
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// The first line of a passphrase file.
pub(super) fn first_line(file: &Path) -> Result<String, Failure> {
    let text = read(file)?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

/// Receives the backup; its file gets its name when all of it is durable.
async fn receive(client: &Client, ask: &BackupAsk, file: File, place: Place) -> Result<BackupMade, Failure> {
    let mut parts: Parts<BackupLine> = Parts::new(client.stream("/backups", ask).await?);
    let (pieces, writing) = mpsc::channel(4);
    let writer = tokio::task::spawn_blocking(move || write(file, place, writing));
    let came = take(&mut parts, pieces).await;
    // What can't be written is why the rest was not received, and not the other way round.
    let (file, place) = writer.await.map_err(Failure::internal)??;
    let Some(made) = came? else {
        return Err(Failure::internal("the backup was written only in part"));
    };
    tokio::task::spawn_blocking(move || place.put(&file))
        .await
        .map_err(Failure::internal)??;
    Ok(made)
}

fn write(mut file: File, place: Place, mut pieces: mpsc::Receiver<Bytes>) -> Result<(File, Place), Failure> {
    while let Some(piece) = pieces.blocking_recv() {
        if let Err(error) = file.write_all(&piece) {
            return Err(place.cannot_write(&error));
        }
    }
    Ok((file, place))
}

/// `None` when it can't be written any more.
async fn take(
    parts: &mut Parts<BackupLine>,
    pieces: mpsc::Sender<Bytes>,
) -> Result<Option<BackupMade>, Failure> {
    loop {
        let part = parts.next().await?;
        match part.line {
            BackupLine::Bytes { .. } => {
                if pieces.send(part.bytes).await.is_err() {
                    return Ok(None);
                }
            }
            BackupLine::Failed { failure } => return Err(failure),
            BackupLine::End { made } => return Ok(Some(made)),
        }
    }
}
