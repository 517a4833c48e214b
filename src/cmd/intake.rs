//! `obhut intake`: the files of the intake log, and letting one go that does not go by itself.

use std::process::ExitCode;

use clap::Subcommand;

use crate::cli::Common;
use crate::config::Config;
use crate::control::client::{Client, Need};
use crate::control::protocol::{DiscardFile, IntakeFileEntry};
use crate::failure::Failure;
use crate::service::Duties;
use crate::show;

/// What to do with the intake log's files.
#[derive(Debug, Subcommand)]
pub(crate) enum IntakeCommand {
    /// List the files of the intake log, and what keeps each
    List,
    /// Delete a file that stays because it is damaged or holds frames of sessions that nobody knows
    Discard {
        /// The file's number
        file: u64,
    },
}

/// Runs the command.
pub(crate) async fn run(
    common: &Common,
    config: Config,
    command: IntakeCommand,
) -> Result<ExitCode, Failure> {
    let client = Client::connect(&config, Need::Existing(Duties::Answer)).await?;
    let done = match command {
        IntakeCommand::List => client.call("/intake/list", &()).await,
        IntakeCommand::Discard { file } => client
            .call("/intake/discard", &DiscardFile { file })
            .await
            .map(|discarded| vec![discarded]),
    };
    client.close().await;
    show_files(common, &done?)?;
    Ok(ExitCode::SUCCESS)
}

fn show_files(common: &Common, files: &[IntakeFileEntry]) -> Result<(), Failure> {
    if common.json {
        return files.iter().try_for_each(show::json);
    }
    let yes = |yes: bool| if yes { "yes" } else { "-" }.to_owned();
    let cells = |file: &IntakeFileEntry| {
        [
            file.file.clone(),
            file.bytes.to_string(),
            file.waiting.to_string(),
            file.strays.to_string(),
            yes(file.damaged),
            yes(file.stuck),
        ]
    };
    let rows: Vec<_> = files.iter().map(cells).collect();
    let head = ["FILE", "BYTES", "WAITING", "STRAYS", "DAMAGED", "STUCK"];
    show::table(head, [false, true, true, true, false, false], &rows)
}
