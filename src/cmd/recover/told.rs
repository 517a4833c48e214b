//! What a recovery tells: what came after the backup, and what has to be looked after by hand.

use std::collections::BTreeMap;

use obhut_archive::{Outcome, RecoveryReport, SessionOutcome, TenantReport};
use obhut_format::ids::{BackupId, TenantId};
use obhut_format::time::UtcMicros;
use serde::Serialize;

use crate::cli::Common;
use crate::failure::Failure;
use crate::show;

/// A line of JSON.
#[derive(Serialize)]
#[serde(untagged)]
enum Line<'a> {
    Tenant(&'a TenantReport),
    Session {
        tenant: TenantId,
        #[serde(flatten)]
        session: &'a SessionOutcome,
    },
    LostTenant {
        tenant: TenantId,
        outcome: &'static str,
    },
    Warning {
        warning: String,
    },
    End(End),
}

/// The last line.
#[derive(Serialize)]
struct End {
    backup: BackupId,
    made_at: UtcMicros,
    until: UtcMicros,
    recovered_at: UtcMicros,
    /// Leaves that came after the backup.
    leaves: u64,
    lost: u64,
    purged: u64,
    continued: u64,
    sealed: u64,
    held: u64,
    released: u64,
}

pub(super) fn tell(common: &Common, report: &RecoveryReport, now: UtcMicros) -> Result<(), Failure> {
    let end = end(report, now);
    let lines = lines(report);
    if common.json {
        for line in &lines {
            show::json(line)?;
        }
        return show::json(&Line::End(end));
    }
    for line in &lines {
        match line {
            Line::Tenant(tenant) => show::line(&tenant_in_words(tenant))?,
            Line::Session { session, .. } => {
                show::line(&format!(
                    "  session {}: {}",
                    session.session,
                    in_words(session.outcome)
                ))?;
            }
            Line::LostTenant { tenant, .. } => show::line(&format!(
                "tenant {tenant}: added after the backup, and lost with all it had"
            ))?,
            Line::Warning { warning } => show::note(warning),
            Line::End(_) => {}
        }
    }
    show::line(&format!(
        "recovered from a backup of {}: {} sessions lost, {} deleted again, {} went on or were sealed since, {} held, {} released",
        end.made_at,
        end.lost,
        end.purged,
        end.continued + end.sealed,
        end.held,
        end.released
    ))
}

fn lines(report: &RecoveryReport) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    for tenant in &report.tenants {
        lines.push(Line::Tenant(tenant));
        let sessions = tenant.sessions.iter();
        lines.extend(sessions.map(|session| Line::Session {
            tenant: tenant.tenant,
            session,
        }));
    }
    lines.extend(report.lost_tenants.iter().map(|tenant| Line::LostTenant {
        tenant: *tenant,
        outcome: "lost",
    }));
    lines.extend(
        warnings(report)
            .into_iter()
            .map(|warning| Line::Warning { warning }),
    );
    lines
}

fn tenant_in_words(tenant: &TenantReport) -> String {
    if tenant.leaves.is_empty() {
        return format!(
            "tenant {}: the ledger's copies know nothing after the backup",
            tenant.name
        );
    }
    let counted = tenant.leaves.iter().map(|(t, count)| format!("{count} {t}"));
    format!(
        "tenant {}: after the backup came {}, from leaf {} on",
        tenant.name,
        counted.collect::<Vec<_>>().join(", "),
        tenant.first
    )
}

fn in_words(outcome: Outcome) -> String {
    match outcome {
        Outcome::Lost => "lost, it was opened after the backup".to_owned(),
        Outcome::Purged => "deleted again".to_owned(),
        Outcome::Continued { segments } => format!("open, with {segments} segments from after the backup"),
        Outcome::Sealed { segments } => format!("sealed, with {segments} segments from after the backup"),
        Outcome::SealMissing { segments } => {
            format!("open, with {segments} segments from after the backup; its seal was not found")
        }
        Outcome::Held => "held again, the reason is lost".to_owned(),
        Outcome::Released => "released again".to_owned(),
    }
}

/// What nobody but the operator knows.
fn warnings(report: &RecoveryReport) -> Vec<String> {
    let mut of_types: BTreeMap<&str, u64> = BTreeMap::new();
    for (t, count) in report.tenants.iter().flat_map(|tenant| &tenant.leaves) {
        *of_types.entry(t).or_default() += count;
    }
    let mut warnings = vec![
        "users, roles and passwords are as they were in the backup, and every login has ended: see `obhut user list`"
            .to_owned(),
        "what happened after the last copy of a ledger, some seconds before the loss, is known to nobody".to_owned(),
    ];
    for (t, says) in [
        (
            "device-revoked",
            "devices were revoked after the backup and may send again: see `obhut device list`",
        ),
        (
            "device",
            "devices were enrolled after the backup and are unknown: enrol them again",
        ),
        (
            "class",
            "retention classes were changed after the backup: see `obhut retention class list`",
        ),
        (
            "policy",
            "policies, or the classes of devices, were changed after the backup: set them again",
        ),
        (
            "kek",
            "wrapping keys were rotated after the backup, and are the old ones again: see `obhut keys rotate`",
        ),
        (
            "access",
            "looks were on record after the backup; that they were is still in the ledger, whose they were is lost",
        ),
        (
            "event",
            "events of sessions came after the backup, consent or its withdrawal among them perhaps; what they said is lost",
        ),
        (
            "backup",
            "later backups were made: if there is one, recover from that instead",
        ),
    ] {
        if let Some(count) = of_types.get(t) {
            warnings.push(format!("{count}: {says}"));
        }
    }
    warnings
}

fn end(report: &RecoveryReport, now: UtcMicros) -> End {
    let sessions = || report.tenants.iter().flat_map(|tenant| &tenant.sessions);
    let count = |is: fn(Outcome) -> bool| sessions().filter(|session| is(session.outcome)).count() as u64;
    End {
        backup: report.backup,
        made_at: report.made_at,
        until: report.until,
        recovered_at: now,
        leaves: report
            .tenants
            .iter()
            .flat_map(|tenant| tenant.leaves.values())
            .sum(),
        lost: count(|outcome| outcome == Outcome::Lost),
        purged: count(|outcome| outcome == Outcome::Purged),
        continued: count(|outcome| {
            matches!(outcome, Outcome::Continued { .. } | Outcome::SealMissing { .. })
        }),
        sealed: count(|outcome| matches!(outcome, Outcome::Sealed { .. })),
        held: count(|outcome| outcome == Outcome::Held),
        released: count(|outcome| outcome == Outcome::Released),
    }
}
