//! `obhut device`: the computers that send, and their tokens.

use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::cli::Common;
use crate::config::Config;
use crate::control::client::{Client, Need};
use crate::control::protocol::{AddTenant, DEFAULT_TENANT, DeviceEntry, NameDevice, NewDevice};
use crate::failure::Failure;
use crate::service::Duties;
use crate::show;

/// What to do with devices.
#[derive(Debug, Subcommand)]
pub(crate) enum DeviceCommand {
    /// Add a device and print its token, which is shown this once
    Add {
        /// Its name
        name: String,
        #[command(flatten)]
        of: OfTenant,
    },
    /// List a tenant's devices
    List {
        #[command(flatten)]
        of: OfTenant,
    },
    /// Revoke a device: it sends nothing more, and what it sent stays
    Revoke {
        /// Its name or id
        device: String,
        #[command(flatten)]
        of: OfTenant,
    },
}

/// Whose.
#[derive(Debug, Args)]
pub(crate) struct OfTenant {
    /// The tenant's name
    #[arg(long, default_value = DEFAULT_TENANT, value_name = "NAME")]
    tenant: String,
}

pub(crate) async fn run(
    common: &Common,
    config: Config,
    command: DeviceCommand,
) -> Result<ExitCode, Failure> {
    let need = match command {
        DeviceCommand::Add { .. } => Need::AnyOrNew(Duties::Answer),
        _ => Need::Existing(Duties::Answer),
    };
    let client = Client::connect(&config, need).await?;
    let done = carry_out(&client, common, command).await;
    client.close().await;
    done?;
    Ok(ExitCode::SUCCESS)
}

async fn carry_out(client: &Client, common: &Common, command: DeviceCommand) -> Result<(), Failure> {
    match command {
        DeviceCommand::Add { name, of } => {
            let ask = NameDevice {
                tenant: of.tenant,
                device: name,
            };
            let new: NewDevice = client.call("/devices/add", &ask).await?;
            if common.json {
                return show::json(&new);
            }
            show::line(&format!("device  {}", new.device))?;
            show::line(&format!("token   {}", new.token))?;
            show::note("keep the token: it is not shown again");
            Ok(())
        }
        DeviceCommand::List { of } => {
            let rows: Vec<DeviceEntry> = client
                .call("/devices/list", &AddTenant { name: of.tenant })
                .await?;
            list(common, &rows)
        }
        DeviceCommand::Revoke { device, of } => {
            let ask = NameDevice {
                tenant: of.tenant,
                device,
            };
            let row: DeviceEntry = client.call("/devices/revoke", &ask).await?;
            list(common, &[row])
        }
    }
}

fn list(common: &Common, rows: &[DeviceEntry]) -> Result<(), Failure> {
    if common.json {
        return rows.iter().try_for_each(show::json);
    }
    let cells = |row: &DeviceEntry| {
        let revoked = row.revoked_at.map_or_else(|| "-".to_owned(), |at| at.to_string());
        [
            row.name.clone(),
            row.device.to_string(),
            row.tenant.clone(),
            row.created_at.to_string(),
            revoked,
        ]
    };
    let rows: Vec<_> = rows.iter().map(cells).collect();
    show::table(
        ["NAME", "DEVICE", "TENANT", "CREATED", "REVOKED"],
        [false; 5],
        &rows,
    )
}
