//! `obhut hold`: sessions that must not be deleted, whatever their deadline says.

use std::process::ExitCode;

use clap::Subcommand;
use obhut_format::ids::SessionId;

use crate::cli::Common;
use crate::config::Config;
use crate::control::client::{Client, Need};
use crate::control::protocol::{AddTenant, DEFAULT_TENANT, HoldEntry, NameSession, PlaceHold, Released};
use crate::failure::Failure;
use crate::service::Duties;
use crate::show;

/// What to do with holds.
#[derive(Debug, Subcommand)]
pub(crate) enum HoldCommand {
    /// Place a hold on a session
    Place {
        /// The session's id
        session: SessionId,
        /// Why; sealed, and committed to in the ledger
        #[arg(long)]
        reason: String,
        /// Who answers for it; sealed too
        #[arg(long)]
        owner: Option<String>,
        /// The day to look at it again, as 2026-11-30
        #[arg(long, value_name = "DATE")]
        review: Option<String>,
    },
    /// Release a session from its holds
    Release {
        /// The session's id
        session: SessionId,
    },
    /// List holds, released ones too
    List {
        /// Of which tenant
        #[arg(long, default_value = DEFAULT_TENANT, value_name = "NAME")]
        tenant: String,
    },
}

/// Runs the command.
pub(crate) async fn run(common: &Common, config: Config, command: HoldCommand) -> Result<ExitCode, Failure> {
    let client = Client::connect(&config, Need::Existing(Duties::Answer)).await?;
    let done = carry_out(&client, common, command).await;
    client.close().await;
    done?;
    Ok(ExitCode::SUCCESS)
}

async fn carry_out(client: &Client, common: &Common, command: HoldCommand) -> Result<(), Failure> {
    match command {
        HoldCommand::Place {
            session,
            reason,
            owner,
            review,
        } => {
            let ask = PlaceHold {
                session,
                reason,
                owner,
                review,
            };
            let placed: HoldEntry = client.call("/holds/place", &ask).await?;
            list(common, &[placed])
        }
        HoldCommand::Release { session } => {
            let released: Released = client.call("/holds/release", &NameSession { session }).await?;
            if common.json {
                return show::json(&released);
            }
            show::line(&format!("{} released", released.session))
        }
        HoldCommand::List { tenant } => {
            let rows: Vec<HoldEntry> = client.call("/holds/list", &AddTenant { name: tenant }).await?;
            list(common, &rows)
        }
    }
}

fn list(common: &Common, rows: &[HoldEntry]) -> Result<(), Failure> {
    if common.json {
        return rows.iter().try_for_each(show::json);
    }
    let or_dash = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    let cells = |row: &HoldEntry| {
        [
            row.session.to_string(),
            row.placed_at.to_string(),
            or_dash(row.review.clone()),
            or_dash(row.released_at.map(|at| at.to_string())),
        ]
    };
    let rows: Vec<_> = rows.iter().map(cells).collect();
    show::table(["SESSION", "PLACED", "REVIEW", "RELEASED"], [false; 4], &rows)
}
