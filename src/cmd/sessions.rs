//! `obhut sessions`: what is in the archive.

use std::process::ExitCode;

use clap::Args;

use crate::cli::Common;
use crate::config::Config;
use crate::control::client::{Client, Need};
use crate::control::protocol::{ListSessions, SessionEntry, SessionPage};
use crate::failure::Failure;
use crate::service::Duties;
use crate::show;

/// Which sessions to list.
#[derive(Debug, Args)]
pub(crate) struct SessionsArgs {
    /// Only this tenant's
    #[arg(long, value_name = "NAME")]
    tenant: Option<String>,
    /// Only this device's, by name or id
    #[arg(long, value_name = "DEVICE")]
    device: Option<String>,
    /// Only those in this state
    #[arg(long, value_parser = ["open", "sealing", "sealed"])]
    state: Option<String>,
}

pub(crate) async fn run(common: &Common, config: Config, args: SessionsArgs) -> Result<ExitCode, Failure> {
    let client = Client::connect(&config, Need::Existing(Duties::Answer)).await?;
    let done = list(&client, common, args).await;
    client.close().await;
    done?;
    Ok(ExitCode::SUCCESS)
}

async fn list(client: &Client, common: &Common, args: SessionsArgs) -> Result<(), Failure> {
    let SessionsArgs {
        tenant,
        device,
        state,
    } = args;
    let mut ask = ListSessions {
        tenant,
        device,
        state,
        after: None,
    };
    let mut rows = Vec::new();
    loop {
        let page: SessionPage = client.call("/sessions/list", &ask).await?;
        if common.json {
            page.sessions.iter().try_for_each(show::json)?;
        } else {
            rows.extend(page.sessions.iter().map(cells));
        }
        match page.next {
            Some(next) => ask.after = Some(next),
            None => break,
        }
    }
    if common.json {
        return Ok(());
    }
    let head = [
        "SESSION", "TENANT", "STATE", "FRAMES", "ORIGINAL", "STORED", "METHODS", "DEADLINE", "HOLD",
    ];
    show::table(
        head,
        [false, false, false, true, true, true, false, false, false],
        &rows,
    )
}

fn cells(entry: &SessionEntry) -> [String; 9] {
    let methods = [
        (entry.methods.stored, "stored"),
        (entry.methods.duplicate, "duplicate"),
        (entry.waiting, "waiting"),
    ];
    let methods: Vec<String> = methods
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, name)| format!("{count} {name}"))
        .collect();
    let state = match entry.how {
        Some(how) if entry.state == "sealed" && how.to_string() != "sealed" => format!("sealed ({how})"),
        _ => entry.state.clone(),
    };
    [
        entry.session.to_string(),
        entry.tenant.clone(),
        state,
        entry.frames.to_string(),
        show::bytes(entry.original_bytes),
        show::bytes(entry.stored_bytes),
        if methods.is_empty() {
            "-".to_owned()
        } else {
            methods.join(", ")
        },
        entry
            .retain_until
            .map_or_else(|| "-".to_owned(), |at| at.to_string()),
        if entry.hold { "held" } else { "-" }.to_owned(),
    ]
}
