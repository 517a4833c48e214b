//! `obhut tenant`: the clients whose sessions are kept apart.

use std::process::ExitCode;

use clap::Subcommand;

use crate::cli::Common;
use crate::config::Config;
use crate::control::client::{Client, Need};
use crate::control::protocol::{AddTenant, TenantEntry};
use crate::failure::Failure;
use crate::service::Duties;
use crate::show;

/// What to do with tenants.
#[derive(Debug, Subcommand)]
pub(crate) enum TenantCommand {
    /// Add a tenant, with its own keys, ledger and policy
    Add {
        /// Its name
        name: String,
    },
    /// List the tenants
    List,
}

pub(crate) async fn run(
    common: &Common,
    config: Config,
    command: TenantCommand,
) -> Result<ExitCode, Failure> {
    let need = match command {
        TenantCommand::Add { .. } => Need::AnyOrNew(Duties::Answer),
        TenantCommand::List => Need::Existing(Duties::Answer),
    };
    let client = Client::connect(&config, need).await?;
    let asked = ask(&client, command).await;
    client.close().await;
    let rows = asked?;
    if common.json {
        rows.iter().try_for_each(show::json)?;
    } else {
        let cells = |row: &TenantEntry| {
            [
                row.name.clone(),
                row.tenant.to_string(),
                row.created_at.to_string(),
            ]
        };
        show::table(
            ["NAME", "TENANT", "CREATED"],
            [false; 3],
            &rows.iter().map(cells).collect::<Vec<_>>(),
        )?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn ask(client: &Client, command: TenantCommand) -> Result<Vec<TenantEntry>, Failure> {
    match command {
        TenantCommand::Add { name } => Ok(vec![client.call("/tenants/add", &AddTenant { name }).await?]),
        TenantCommand::List => client.call("/tenants/list", &()).await,
    }
}
