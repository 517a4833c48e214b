//! The `obhut` program: command line, configuration and the services' wiring. What is stored, and how, is
//! `obhut-archive`'s; what comes in is `obhut-ingest`'s.
//!
//! Standard output carries nothing but data. Errors are two lines on standard error: what happened, and what to do.

mod bundles;
mod cli;
mod cmd;
mod config;
mod control;
mod disposals;
mod failure;
mod log;
mod service;
mod show;

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use clap::error::ErrorKind;

use crate::cli::{Cli, Command};
use crate::config::Config;
use crate::failure::{COULD_NOT, Failure};

/// The C library's allocator keeps what each thread once freed: importing 3,000 frames it held 340 to 450 MB, of which 110
/// were in use.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&Failure::internal(error)),
    };
    let outcome = runtime.block_on(run(cli));
    // What is still running has nothing left to say: all that was acknowledged is durable.
    runtime.shutdown_timeout(Duration::from_millis(200));
    match outcome {
        Ok(code) => code,
        Err(failure) => fail(&failure),
    }
}

async fn run(cli: Cli) -> Result<ExitCode, Failure> {
    let Cli { common, command } = cli;
    // It works without an archive, and so without its configuration.
    let command = match command {
        Command::Evidence(command) => return cmd::evidence::run(&common, command).await,
        // Its configuration may be in the backup.
        Command::Recover(args) => return cmd::recover::run(&common, args).await,
        other => other,
    };
    let config = Config::load(&common.data, common.config.as_deref())?;
    log::start(&config.log, matches!(command, Command::Serve(_)));
    match command {
        Command::Serve(args) => cmd::serve::run(&common, config, args).await,
        Command::Import(args) => cmd::import::run(&common, config, args).await,
        Command::Restore(args) => cmd::restore::run(&common, config, args).await,
        Command::Export(args) => cmd::export::run(&common, config, args).await,
        Command::Evidence(command) => cmd::evidence::run(&common, command).await,
        Command::Backup(args) => cmd::backup::run(&common, config, args).await,
        Command::Recover(args) => cmd::recover::run(&common, args).await,
        Command::Sessions(args) => cmd::sessions::run(&common, config, args).await,
        Command::Verify(args) => cmd::verify::run(&common, config, args).await,
        Command::Keys(command) => cmd::keys::run(&common, config, command).await,
        Command::Tenant(command) => cmd::tenant::run(&common, config, command).await,
        Command::Device(command) => cmd::device::run(&common, config, command).await,
        Command::User(command) => cmd::user::run(&common, config, command).await,
        Command::Hold(command) => cmd::hold::run(&common, config, command).await,
        Command::Retention(command) => cmd::retention::run(&common, config, command).await,
        Command::Intake(command) => cmd::intake::run(&common, config, command).await,
    }
}

fn fail(failure: &Failure) -> ExitCode {
    eprintln!("{failure}");
    ExitCode::from(failure.code)
}

/// Tells of a command line that can't be read, in the two lines of every other error; help and version as they are.
fn usage(error: &clap::Error) -> ExitCode {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        // A closed pipe is the reader's wish.
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    if matches!(error.kind(), ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand) {
        let _ = error.print();
        return ExitCode::from(COULD_NOT);
    }
    let text = error.to_string();
    let what: Vec<&str> = text
        .lines()
        .take_while(|line| !line.trim().is_empty())
        .map(str::trim)
        .collect();
    let what = what.join(" ");
    let what = what.strip_prefix("error: ").unwrap_or(&what);
    let what = what.strip_suffix('.').unwrap_or(what);
    fail(&Failure::new(
        what,
        "see `obhut --help`, or the command's name and --help",
    ))
}
