//! `obhut verify`: everything recomputed from the bytes, beside a running server or without one.

use std::process::ExitCode;

use clap::Args;
use obhut_archive::verify::{self, Finding, FindingKind, Totals, VerifyOptions, VerifyReport};
use obhut_archive::{Clock, SystemClock};

use crate::cli::Common;
use crate::config::Config;
use crate::failure::{DAMAGE, Failure};
use crate::show;

/// What to verify.
#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// Only this tenant's part
    #[arg(long, value_name = "NAME")]
    tenant: Option<String>,
    /// Also every SHA-256, and every original unpacked and compared with its digest
    #[arg(long)]
    deep: bool,
}

pub(crate) async fn run(common: &Common, config: Config, args: VerifyArgs) -> Result<ExitCode, Failure> {
    let what = VerifyOptions {
        tenant: args.tenant,
        deep: args.deep,
        ..VerifyOptions::default()
    };
    let begun = SystemClock.uptime();
    let mut report = VerifyReport::begin(SystemClock.now(), what.deep, what.tenant.clone());
    let mut printed = Ok(());
    let mut tell = |finding: Finding| {
        report.note(&finding);
        // Tombstones and what a recovery lost are counted at the end; whoever wants each of them asks for JSON.
        let told = common.json || !matches!(finding.kind, FindingKind::Tombstone | FindingKind::Lost);
        if printed.is_ok() && told {
            printed = if common.json {
                show::json(&finding)
            } else {
                show::line(&in_words(&finding))
            };
        }
    };
    let totals = verify::run(&config.archive, &what, &mut tell).await?;
    report.totals = totals;
    report.took_ms =
        u64::try_from(SystemClock.uptime().saturating_sub(begun).as_millis()).unwrap_or(u64::MAX);
    if let Err(error) = report.write(&config.archive.data) {
        // Whoever asked has the answer; only the page of the archive's state goes without.
        show::note(format!(
            "the report could not be written to {}: {error}",
            config.archive.data.display()
        ));
    }
    printed?;
    if common.json {
        show::json(&totals)?;
    } else {
        show::line(&sum(&totals))?;
    }
    Ok(if totals.damage == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(DAMAGE)
    })
}

fn in_words(finding: &Finding) -> String {
    let place = [
        ("session", finding.session.map(|id| id.to_string())),
        ("stream", finding.stream.map(|n| n.to_string())),
        ("segment", finding.segment.map(|n| n.to_string())),
        ("frame", finding.frame.map(|n| n.to_string())),
        ("object", finding.object.clone()),
    ];
    let place = place
        .into_iter()
        .filter_map(|(name, value)| Some(format!(" {name} {}", value?)));
    format!(
        "{}{}: {}",
        finding.kind.as_str(),
        place.collect::<String>(),
        finding.what
    )
}

fn sum(totals: &Totals) -> String {
    let found = match (totals.damage, totals.orphans) {
        (0, 0) => "nothing is wrong".to_owned(),
        (0, orphans) => format!("nothing is wrong; {orphans} orphans will go by themselves"),
        (damage, 0) => format!("{damage} findings of damage"),
        (damage, orphans) => format!("{damage} findings of damage, and {orphans} orphans"),
    };
    let deleted = match totals.deleted {
        0 => String::new(),
        1 => " (1 deleted, with its tombstone)".to_owned(),
        many => format!(" ({many} deleted, each with its tombstone)"),
    };
    let lost = match totals.lost {
        0 => String::new(),
        many => format!(" ({many} lost in a recovery)"),
    };
    format!(
        "{found}: {} tenants, {} sessions{deleted}{lost}, {} chain lines, {} segments with {} frames in {}, {} ledger leaves, {} frames waiting",
        totals.tenants,
        totals.sessions,
        totals.lines,
        totals.segments,
        totals.frames,
        show::bytes(totals.bytes),
        totals.leaves,
        totals.waiting,
    )
}
