//! `obhut tenant`: the clients whose sessions are kept apart.

use std::process::ExitCode;

use clap::Subcommand;
use obhut_archive::ExportApprovals;

use crate::cli::Common;
use crate::config::Config;
use crate::control::client::{Client, Need};
use crate::control::protocol::{AddTenant, AskPolicy, PolicyEntry, TenantEntry};
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
    /// Show a tenant's policy, or change it
    Policy {
        /// The tenant
        name: String,
        /// How many people beside the one who asks have to approve an export before its bundle is made: 0 or 1
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(0..=1))]
        export_approvals: Option<u8>,
    },
}

pub(crate) async fn run(
    common: &Common,
    config: Config,
    command: TenantCommand,
) -> Result<ExitCode, Failure> {
    let need = match command {
        TenantCommand::Add { .. } => Need::AnyOrNew(Duties::Answer),
        TenantCommand::List | TenantCommand::Policy { .. } => Need::Existing(Duties::Answer),
    };
    let client = Client::connect(&config, need).await?;
    let asked = match command {
        TenantCommand::Add { name } => add(&client, name).await,
        TenantCommand::List => client.call("/tenants/list", &()).await,
        TenantCommand::Policy {
            name,
            export_approvals,
        } => {
            let told = policy(&client, common, name, export_approvals).await;
            client.close().await;
            return told.map(|()| ExitCode::SUCCESS);
        }
    };
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

async fn policy(
    client: &Client,
    common: &Common,
    tenant: String,
    approvals: Option<u8>,
) -> Result<(), Failure> {
    let ask = AskPolicy {
        tenant,
        export_approvals: approvals
            .map(ExportApprovals::try_from)
            .transpose()
            .map_err(Failure::internal)?,
    };
    let policy: PolicyEntry = client.call("/tenants/policy", &ask).await?;
    if common.json {
        return show::json(&policy);
    }
    let row = [
        policy.tenant,
        policy.default_class,
        policy.minimum_days.to_string(),
        policy.access_days.to_string(),
        u8::from(policy.export_approvals).to_string(),
    ];
    let head = [
        "TENANT",
        "CLASS",
        "MINIMUM DAYS",
        "ACCESS DAYS",
        "EXPORT APPROVALS",
    ];
    show::table(head, [false, false, true, true, true], &[row])
}

async fn add(client: &Client, name: String) -> Result<Vec<TenantEntry>, Failure> {
    Ok(vec![client.call("/tenants/add", &AddTenant { name }).await?])
}
