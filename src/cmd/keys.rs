//! `obhut keys`: public keys to check signatures with, and the rotation of wrapping keys.

use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::cli::Common;
use crate::config::Config;
use crate::control::client::{Client, Need};
use crate::control::protocol::{DEFAULT_TENANT, KeyEntry, RotateKey, Rotated};
use crate::failure::Failure;
use crate::service::Duties;
use crate::show;

/// What to do with keys.
#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// Print the public keys and their ids
    Show,
    /// Replace a wrapping key; everything under it is wrapped anew, no recording is rewritten
    Rotate(RotateArgs),
}

/// Which key.
#[derive(Debug, Args)]
pub(crate) struct RotateArgs {
    #[command(subcommand)]
    key: Option<RotateWhich>,
}

/// Which key.
#[derive(Debug, Subcommand)]
pub(crate) enum RotateWhich {
    /// A tenant's key, which wraps its sessions' keys (the default)
    Kek {
        /// The tenant's name
        #[arg(long, default_value = DEFAULT_TENANT, value_name = "NAME")]
        tenant: String,
    },
    /// The root key, which wraps the tenants' keys and the signing keys; its file is replaced
    Root,
}

pub(crate) async fn run(common: &Common, config: Config, command: KeysCommand) -> Result<ExitCode, Failure> {
    let client = Client::connect(&config, Need::Existing(Duties::Answer)).await?;
    let done = carry_out(&client, common, command).await;
    client.close().await;
    done?;
    Ok(ExitCode::SUCCESS)
}

async fn carry_out(client: &Client, common: &Common, command: KeysCommand) -> Result<(), Failure> {
    let which = match command {
        KeysCommand::Show => return show_keys(client, common).await,
        KeysCommand::Rotate(args) => args.key,
    };
    let ask = match which {
        Some(RotateWhich::Root) => RotateKey::Root,
        Some(RotateWhich::Kek { tenant }) => RotateKey::Kek { tenant },
        None => RotateKey::Kek {
            tenant: DEFAULT_TENANT.to_owned(),
        },
    };
    let rotated: Rotated = client.call("/keys/rotate", &ask).await?;
    if common.json {
        return show::json(&rotated);
    }
    let of = rotated
        .tenant
        .map(|tenant| format!(" of tenant {tenant}"))
        .unwrap_or_default();
    show::line(&format!(
        "{} key{of}: version {}, {} wrapped anew",
        rotated.key, rotated.version, rotated.rewrapped
    ))
}

async fn show_keys(client: &Client, common: &Common) -> Result<(), Failure> {
    let keys: Vec<KeyEntry> = client.call("/keys/list", &()).await?;
    if common.json {
        return keys.iter().try_for_each(show::json);
    }
    let cells = |key: &KeyEntry| {
        [
            key.purpose.clone(),
            key.algorithm.clone(),
            key.id.clone(),
            key.public_key.clone(),
        ]
    };
    let rows: Vec<_> = keys.iter().map(cells).collect();
    show::table(
        ["PURPOSE", "ALGORITHM", "KEY ID", "PUBLIC KEY"],
        [false; 4],
        &rows,
    )
}
