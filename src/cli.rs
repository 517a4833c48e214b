//! The command line: what can be asked for.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::cmd;

/// Self-hosted archive for screen sessions.
#[derive(Debug, Parser)]
#[command(name = "obhut", version, about, disable_help_subcommand = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub common: Common,
    #[command(subcommand)]
    pub command: Command,
}

/// What every command takes.
#[derive(Debug, Clone, Args)]
pub(crate) struct Common {
    /// Print JSON, one object a line
    #[arg(long, global = true)]
    pub json: bool,
    /// The data folder
    #[arg(
        long,
        global = true,
        env = "OBHUT_DATA",
        default_value = "./obhut-data",
        value_name = "DIR"
    )]
    pub data: PathBuf,
    /// The configuration file [default: obhut.toml in the data folder, where there is one]
    #[arg(long, global = true, env = "OBHUT_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Take in what agents send, until SIGTERM
    Serve(cmd::serve::ServeArgs),
    /// Import folders of screenshots and recordings, each as one session
    Import(cmd::import::ImportArgs),
    /// Write a session's originals to a folder, bit for bit
    Restore(cmd::restore::RestoreArgs),
    /// Write a session as an evidence bundle, a signed zip that can be checked without the archive
    Export(cmd::export::ExportArgs),
    /// Check evidence bundles
    #[command(subcommand)]
    Evidence(cmd::evidence::EvidenceCommand),
    /// List sessions
    Sessions(cmd::sessions::SessionsArgs),
    /// Recompute everything that is stored and report what is damaged
    Verify(cmd::verify::VerifyArgs),
    /// Write catalog, keys and what is not packed yet to an encrypted file
    Backup(cmd::backup::BackupArgs),
    /// Make a new data folder of a backup, and apply what the ledger says was deleted since
    Recover(cmd::recover::RecoverArgs),
    /// Show the archive's public keys, or rotate the keys that wrap others
    #[command(subcommand)]
    Keys(cmd::keys::KeysCommand),
    /// Add or list tenants
    #[command(subcommand)]
    Tenant(cmd::tenant::TenantCommand),
    /// Add, list or revoke devices
    #[command(subcommand)]
    Device(cmd::device::DeviceCommand),
    /// Add, list or disable the people who log in, and set their roles and passwords
    #[command(subcommand)]
    User(cmd::user::UserCommand),
    /// Keep sessions from being deleted, or release them
    #[command(subcommand)]
    Hold(cmd::hold::HoldCommand),
    /// Say how long sessions are kept, and see what is due
    #[command(subcommand)]
    Retention(cmd::retention::RetentionCommand),
    /// List the files of the intake log, or discard one that does not go by itself
    #[command(subcommand)]
    Intake(cmd::intake::IntakeCommand),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::Cli;

    #[test]
    fn no_two_arguments_of_a_command_are_in_each_others_way() {
        Cli::command().debug_assert();
    }
}
