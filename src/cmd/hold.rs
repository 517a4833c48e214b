//! `obhut hold`: sessions that must not be deleted, whatever their deadline says.

use std::process::ExitCode;

use clap::Subcommand;
use obhut_format::ids::{HoldId, SessionId};

use crate::cli::Common;
use crate::config::Config;
use crate::control::client::{Client, Need};
use crate::control::protocol::{
    AskHolds, DEFAULT_TENANT, HoldEntries, HoldEntry, PlaceHold, ReleaseHolds, Released,
};
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
        /// The day to look at it again, as 2026-11-30; not one that is over
        #[arg(long, value_name = "DATE")]
        review: Option<String>,
    },
    /// Release a session from its holds, or from one of them
    Release {
        /// The session's id
        session: SessionId,
        /// Which hold, where there are several [default: all]
        #[arg(long, value_name = "ID")]
        hold: Option<HoldId>,
        /// Why; sealed, and committed to in the ledger
        #[arg(long)]
        reason: Option<String>,
    },
    /// List holds: those in force, the earliest review first, then released ones, the newest first
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
        HoldCommand::Release {
            session,
            hold,
            reason,
        } => {
            let ask = ReleaseHolds {
                session,
                hold,
                reason,
            };
            let released: Released = client.call("/holds/release", &ask).await?;
            if common.json {
                return show::json(&released);
            }
            show::line(&format!("{} released", released.session))
        }
        HoldCommand::List { tenant } => {
            let mut rows: Vec<HoldEntry> = Vec::new();
            let mut ask = AskHolds { tenant, after: None };
            loop {
                let page: HoldEntries = client.call("/holds/list", &ask).await?;
                rows.extend(page.holds);
                ask.after = page.next;
                if ask.after.is_none() {
                    return list(common, &rows);
                }
            }
        }
    }
}

fn list(common: &Common, rows: &[HoldEntry]) -> Result<(), Failure> {
    if common.json {
        return rows.iter().try_for_each(show::json);
    }
    // A row is a line, whatever was written.
    let said = |text: &Option<String>| {
        let text = text.as_ref().map(|text| text.replace('\n', " "));
        text.unwrap_or_else(|| "-".to_owned())
    };
    let cells = |row: &HoldEntry| {
        [
            row.hold.to_string(),
            row.session.to_string(),
            row.placed_at.to_string(),
            said(&row.placed_by),
            said(&row.reason),
            said(&row.owner),
            said(&row.review),
            said(&row.released_at.map(|at| at.to_string())),
            said(&row.released_by),
            said(&row.release_reason),
        ]
    };
    let rows: Vec<_> = rows.iter().map(cells).collect();
    let head = [
        "HOLD", "SESSION", "PLACED", "BY", "REASON", "OWNER", "REVIEW", "RELEASED", "BY", "REASON",
    ];
    show::table(head, [false; 10], &rows)
}
