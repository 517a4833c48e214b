//! `obhut retention`: how long sessions are kept, and what is due.

use std::collections::HashSet;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use obhut_format::ids::SessionId;
use obhut_format::time::UtcMicros;
use serde::Serialize;

use crate::cli::Common;
use crate::config::Config;
use crate::control::client::{Client, Need};
use crate::control::protocol::{
    AccessDays, AddClass, AddTenant, AskCertificates, AskPlan, CertificateEntry, CertificatePage,
    ChooseClass, ClassEntry, DEFAULT_TENANT, DueEntry, DuePage, MinimumDays, NameSession, PolicyEntry,
    RunRound,
};
use crate::failure::Failure;
use crate::service::Duties;
use crate::show;

/// What to do about retention.
#[derive(Debug, Subcommand)]
pub(crate) enum RetentionCommand {
    /// Add or list retention classes, or say which sessions get which
    #[command(subcommand)]
    Class(ClassCommand),
    /// Say how few days a class of a tenant may keep sessions
    Minimum {
        /// The days
        #[arg(value_name = "DAYS")]
        days: u32,
        /// Of which tenant
        #[arg(long, default_value = DEFAULT_TENANT, value_name = "NAME")]
        tenant: String,
    },
    /// Say for how many days it is kept who looked at a tenant's sessions, and why
    Access {
        /// The days, counted from the end of the month
        #[arg(value_name = "DAYS")]
        days: u32,
        /// Of which tenant
        #[arg(long, default_value = DEFAULT_TENANT, value_name = "NAME")]
        tenant: String,
    },
    /// Show what is due, and what keeps it; nothing is changed
    Plan(PlanArgs),
    /// Delete what is due now, and go on with deletions that were broken off
    Run,
    /// Show or list the signed proofs of deletions
    #[command(subcommand)]
    Certificate(CertificateCommand),
}

/// What to do with classes.
#[derive(Debug, Subcommand)]
pub(crate) enum ClassCommand {
    /// Add a class, or change it for sessions that are opened from now on
    Add {
        /// Its name
        name: String,
        #[command(flatten)]
        kept: Kept,
        /// Of which tenant
        #[arg(long, default_value = DEFAULT_TENANT, value_name = "NAME")]
        tenant: String,
    },
    /// List classes, and whose sessions get them
    List {
        /// Of which tenant
        #[arg(long, default_value = DEFAULT_TENANT, value_name = "NAME")]
        tenant: String,
    },
    /// Give the sessions of a device or of a whole tenant a class, where they name none themselves
    Choose {
        /// The class
        #[arg(required_unless_present = "none")]
        name: Option<String>,
        /// Only the sessions of this device, by name or id
        #[arg(long, value_name = "DEVICE")]
        device: Option<String>,
        /// The device's sessions get the tenant's class again
        #[arg(long, requires = "device", conflicts_with = "name")]
        none: bool,
        /// Of which tenant
        #[arg(long, default_value = DEFAULT_TENANT, value_name = "NAME")]
        tenant: String,
    },
}

/// What to do with certificates.
#[derive(Debug, Subcommand)]
pub(crate) enum CertificateCommand {
    /// Print the certificate of a session's deletion: a signed line of JSON
    Show {
        /// The session that was
        session: SessionId,
        /// Print a page to be printed on paper instead
        #[arg(long)]
        html: bool,
    },
    /// List a tenant's certificates
    List {
        /// Of which tenant
        #[arg(long, default_value = DEFAULT_TENANT, value_name = "NAME")]
        tenant: String,
    },
}

/// How long a class keeps sessions.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Kept {
    /// Days after the session's end
    #[arg(long, value_name = "N")]
    days: Option<u32>,
    /// Not at all: sessions are deleted as soon as they have ended
    #[arg(long)]
    at_once: bool,
}

/// Of when, and whose.
#[derive(Debug, Args)]
pub(crate) struct PlanArgs {
    /// As of this instant, as 2026-11-30T00:00:00Z [default: now]
    #[arg(long, value_name = "T", value_parser = instant)]
    at: Option<UtcMicros>,
    /// Only this tenant's
    #[arg(long, value_name = "NAME")]
    tenant: Option<String>,
}

fn instant(text: &str) -> Result<UtcMicros, String> {
    UtcMicros::parse(text).map_err(|_| "write an instant as 2026-11-30T00:00:00Z".to_owned())
}

/// Runs the command.
pub(crate) async fn run(
    common: &Common,
    config: Config,
    command: RetentionCommand,
) -> Result<ExitCode, Failure> {
    let client = Client::connect(&config, Need::Existing(Duties::Answer)).await?;
    let done = match command {
        RetentionCommand::Class(command) => classes(&client, common, command).await,
        RetentionCommand::Minimum { days, tenant } => minimum(&client, common, days, tenant).await,
        RetentionCommand::Access { days, tenant } => access(&client, common, days, tenant).await,
        RetentionCommand::Plan(args) => plan(&client, common, args).await,
        RetentionCommand::Run => run_now(&client, common).await,
        RetentionCommand::Certificate(command) => certificates(&client, common, command).await,
    };
    client.close().await;
    done?;
    Ok(ExitCode::SUCCESS)
}

async fn classes(client: &Client, common: &Common, command: ClassCommand) -> Result<(), Failure> {
    let rows: Vec<ClassEntry> = match command {
        ClassCommand::Add { name, kept, tenant } => {
            // The two exclude each other, and one is there: no days is at once.
            let ask = AddClass {
                tenant,
                name,
                days: kept.days,
            };
            vec![client.call("/retention/classes/add", &ask).await?]
        }
        ClassCommand::List { tenant } => {
            client
                .call("/retention/classes/list", &AddTenant { name: tenant })
                .await?
        }
        ClassCommand::Choose {
            name,
            device,
            none: _,
            tenant,
        } => {
            let ask = ChooseClass {
                tenant,
                device,
                class: name,
            };
            client.call("/retention/classes/choose", &ask).await?
        }
    };
    if common.json {
        return rows.iter().try_for_each(show::json);
    }
    let cells = |row: &ClassEntry| {
        let mut whose = row.devices.clone();
        if row.default {
            whose.insert(0, "(tenant)".to_owned());
        }
        [
            row.name.clone(),
            row.days
                .map_or_else(|| "at once".to_owned(), |days| days.to_string()),
            row.version.to_string(),
            row.since.to_string(),
            if whose.is_empty() {
                "-".to_owned()
            } else {
                whose.join(", ")
            },
        ]
    };
    let rows: Vec<_> = rows.iter().map(cells).collect();
    let head = ["CLASS", "DAYS", "VERSION", "SINCE", "FOR"];
    show::table(head, [false, true, true, false, false], &rows)
}

async fn minimum(client: &Client, common: &Common, days: u32, tenant: String) -> Result<(), Failure> {
    let ask = MinimumDays { tenant, days };
    let policy: PolicyEntry = client.call("/retention/minimum", &ask).await?;
    if common.json {
        return show::json(&policy);
    }
    show::line(&format!(
        "classes of {} keep sessions {} days at least",
        policy.tenant, policy.minimum_days
    ))
}

async fn access(client: &Client, common: &Common, days: u32, tenant: String) -> Result<(), Failure> {
    let ask = AccessDays { tenant, days };
    let policy: PolicyEntry = client.call("/retention/access", &ask).await?;
    if common.json {
        return show::json(&policy);
    }
    show::line(&format!(
        "who looked at sessions of {}, and why, is kept for {} days after the end of the month",
        policy.tenant, policy.access_days
    ))
}

async fn plan(client: &Client, common: &Common, args: PlanArgs) -> Result<(), Failure> {
    let mut ask = AskPlan {
        tenant: args.tenant,
        at: args.at,
        after: None,
    };
    let (mut rows, mut months) = (Vec::new(), Vec::new());
    loop {
        let page: DuePage = client.call("/retention/plan", &ask).await?;
        if common.json {
            page.months.iter().try_for_each(show::json)?;
            page.due.iter().try_for_each(show::json)?;
        } else {
            // Those that stay are many, and no news.
            let gone = page.months.iter().filter(|month| month.verdict == "expire");
            months.extend(gone.map(|month| format!("{} of {}", month.month, month.tenant)));
            rows.extend(page.due.iter().map(cells));
        }
        // Every page is of the same instant.
        ask.at = Some(page.at);
        match page.next {
            Some(next) => ask.after = Some(next),
            None => break,
        }
    }
    if common.json {
        return Ok(());
    }
    if !months.is_empty() {
        show::line(&format!("who looked, and why, expires: {}", months.join(", ")))?;
    }
    show::table(
        ["SESSION", "TENANT", "CLASS", "DEADLINE", "VERDICT", "WHY"],
        [false; 6],
        &rows,
    )
}

fn cells(entry: &DueEntry) -> [String; 6] {
    let reasons: Vec<&str> = entry.reasons.iter().map(|reason| &reason.says[..]).collect();
    [
        entry.session.to_string(),
        entry.tenant.clone(),
        entry.class.clone(),
        entry
            .retain_until
            .map_or_else(|| "-".to_owned(), |at| at.to_string()),
        entry.verdict.clone(),
        reasons.join("; "),
    ]
}

/// What a run did, in numbers.
#[derive(Debug, Default, Serialize)]
struct Sums {
    deleted: u64,
    waiting: u64,
    failed: u64,
    /// Due sessions that holds keep.
    held: u64,
    /// Months of which it was forgotten who looked.
    expired: u64,
}

async fn run_now(client: &Client, common: &Common) -> Result<(), Failure> {
    let mut sums = Sums::default();
    let mut told = HashSet::new();
    let stopped = loop {
        let round: RunRound = client.call("/retention/run", &()).await?;
        for outcome in &round.outcomes {
            // What waits is met again in each round.
            if !told.insert((outcome.session, outcome.outcome.clone())) {
                continue;
            }
            match &outcome.outcome[..] {
                "deleted" => sums.deleted += 1,
                "waiting" => sums.waiting += 1,
                _ => sums.failed += 1,
            }
            if common.json {
                show::json(outcome)?;
            } else {
                let why = outcome
                    .why
                    .as_ref()
                    .map_or_else(String::new, |why| format!(": {why}"));
                show::line(&format!("{} {}{why}", outcome.session, outcome.outcome))?;
            }
        }
        sums.held = round.held;
        sums.expired += round.expired.len() as u64;
        for gone in &round.expired {
            if common.json {
                show::json(gone)?;
            } else {
                let line = format!(
                    "who looked in {} at sessions of tenant {} has expired",
                    gone.month, gone.tenant
                );
                show::line(&line)?;
            }
        }
        if round.stopped.is_some() || !round.more {
            break round.stopped;
        }
    };
    if common.json {
        show::json(&sums)?;
    } else {
        show::line(&format!(
            "{} deleted, {} waiting, {} failed, {} held",
            sums.deleted, sums.waiting, sums.failed, sums.held
        ))?;
    }
    if let Some(failure) = stopped {
        return Err(failure);
    }
    if sums.failed > 0 {
        return Err(Failure::new(
            format!("{} sessions could not be deleted", sums.failed),
            "they take and show nothing any more; run it again when what failed is put right",
        ));
    }
    Ok(())
}

async fn certificates(client: &Client, common: &Common, command: CertificateCommand) -> Result<(), Failure> {
    match command {
        CertificateCommand::Show { session, html } => {
            let ask = NameSession { session };
            let entry: CertificateEntry = client.call("/retention/certificates/show", &ask).await?;
            if html {
                show::line(entry.html.trim_end())
            } else {
                show::line(&entry.line)
            }
        }
        CertificateCommand::List { tenant } => list_certificates(client, common, tenant).await,
    }
}

async fn list_certificates(client: &Client, common: &Common, tenant: String) -> Result<(), Failure> {
    let mut ask = AskCertificates { tenant, from: 0 };
    let mut rows = Vec::new();
    loop {
        let page: CertificatePage = client.call("/retention/certificates/list", &ask).await?;
        if common.json {
            page.certificates
                .iter()
                .try_for_each(|entry| show::line(&entry.line))?;
        } else {
            rows.extend(page.certificates.into_iter().map(|entry| {
                [
                    entry.session.to_string(),
                    entry.class,
                    entry.ended_at.to_string(),
                    entry.deleted_at.to_string(),
                    entry.tombstone.to_string(),
                ]
            }));
        }
        match page.next {
            Some(next) => ask.from = next,
            None => break,
        }
    }
    if common.json {
        return Ok(());
    }
    let head = ["SESSION", "CLASS", "ENDED", "DELETED", "TOMBSTONE"];
    show::table(head, [false, false, false, false, true], &rows)
}
