//! `obhut recover`: a new data folder made of a backup, with every deletion applied again before anything is served.

mod told;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use obhut_archive::{
    BackupError, Clock, OpenedBackup, Opener, RecoverError, Recovered, RecoveryPlace, SystemClock,
};
use zeroize::Zeroizing;

use crate::cli::Common;
use crate::cmd::backup::first_line;
use crate::config::Config;
use crate::failure::Failure;
use crate::{log, show};

/// What to recover, and what opens it.
#[derive(Debug, Args)]
pub(crate) struct RecoverArgs {
    /// The backup
    file: PathBuf,
    /// The age identity file that opens it
    #[arg(long, value_name = "FILE", required_unless_present = "passphrase_file")]
    identity: Option<PathBuf>,
    /// A file whose first line is the passphrase that opens it
    #[arg(long, value_name = "FILE", conflicts_with = "identity")]
    passphrase_file: Option<PathBuf>,
    /// Recover also from a backup whose time is over
    #[arg(long)]
    expired: bool,
}

pub(crate) async fn run(common: &Common, args: RecoverArgs) -> Result<ExitCode, Failure> {
    let opener = opener(&args)?;
    let file = args.file.clone();
    let backup = tokio::task::spawn_blocking(move || OpenedBackup::open(&file, &opener))
        .await
        .map_err(Failure::internal)?;
    let backup = backup.map_err(|error| of_backup(&args.file, &error))?;
    refuse_expired(&args, &backup)?;
    let recovered = recover(common, backup).await?;
    told::tell(common, &recovered.report, recovered.archive.clock().now())?;
    recovered.archive.close().await;
    Ok(ExitCode::SUCCESS)
}

fn opener(args: &RecoverArgs) -> Result<Opener, Failure> {
    if let Some(file) = &args.passphrase_file {
        return Ok(Opener::Passphrase(Zeroizing::new(first_line(file)?)));
    }
    let file = args.identity.as_deref().unwrap_or(Path::new(""));
    let text = std::fs::read_to_string(file).map_err(|error| {
        Failure::new(
            format!("identity file {} can't be read: {error}", file.display()),
            "name the age identity file with --identity",
        )
    })?;
    Ok(Opener::Identities(Zeroizing::new(text)))
}

fn refuse_expired(args: &RecoverArgs, backup: &OpenedBackup) -> Result<(), Failure> {
    let until = backup.manifest().until;
    if SystemClock.now() <= until {
        return Ok(());
    }
    let what = format!(
        "{} was to be kept until {until}, and may hold keys that it should not",
        args.file.display()
    );
    if args.expired {
        show::note(&what);
        return Ok(());
    }
    Err(Failure::new(
        what,
        "delete it; where there is no later one, --expired recovers from it all the same",
    ))
}

async fn recover(common: &Common, backup: OpenedBackup) -> Result<Recovered, Failure> {
    let mut place = RecoveryPlace::take(&common.data)?;
    let given = common.config.is_some() || common.data.join("obhut.toml").exists();
    if let (false, Some(text)) = (given, backup.configuration()) {
        place.put_configuration(text)?;
    }
    let config = match Config::load(&common.data, common.config.as_deref()) {
        Ok(config) => config,
        Err(failure) => {
            place.give_up()?;
            return Err(failure);
        }
    };
    log::start(&config.log, false);
    let recovering = place
        .recover(backup, config.archive, Arc::new(SystemClock))
        .await?;
    let archive = recovering.archive().clone();
    let ran = obhut_retention::run::after_recovery(&archive, recovering.intended_and_lost()).await?;
    drop(archive);
    if let Some(failed) = ran.failed.first() {
        return Err(Failure::new(
            format!(
                "session {} was not deleted again: {}",
                failed.session.session, failed.why
            ),
            AGAIN,
        ));
    }
    Ok(recovering.finish().await?)
}

const AGAIN: &str = "nothing is served from the folder; put right what is named, and run the same command again, it starts over";

fn of_backup(file: &Path, error: &BackupError) -> Failure {
    let advice = match error {
        BackupError::Locked(_) => "give the identity or the passphrase that it was made for",
        BackupError::Identity(_) => "name an age identity file with --identity",
        BackupError::Read(_) => "check the path; if it was copied, copy it again",
        _ => "take another backup; this one is not as it was written",
    };
    Failure::new(format!("{}: {error}", file.display()), advice)
}

impl From<RecoverError> for Failure {
    fn from(error: RecoverError) -> Self {
        let advice = match error {
            RecoverError::Open(error) => return error.into(),
            RecoverError::Occupied(_) => "name a new folder with --data",
            RecoverError::Folder { .. } => "check that the folder exists and that you may write in it",
            RecoverError::Backup(_) | RecoverError::Contradiction(_) => {
                "take another backup; nothing is served from the folder"
            }
            RecoverError::CopyMissing(_) => {
                "check that the configuration names the archive's own object storage; without it nobody knows what was deleted since"
            }
            RecoverError::Gap { .. } | RecoverError::Copy { .. } => {
                "bring object storage back as it was, or move that object out of it and keep it; then run the same command again"
            }
            RecoverError::Key(_) => {
                "move what stands where root_key says away, and the backup's own is put there; where it has none, put the root key there as it was when the backup was made"
            }
            _ => AGAIN,
        };
        Self::new(error, advice)
    }
}
