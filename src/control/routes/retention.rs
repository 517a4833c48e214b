//! Retention: classes, who gets which, and what is due.

use axum::Json;
use axum::extract::State;
use obhut_archive::catalog::classes::ClassRow;
use obhut_archive::catalog::session_list::SessionCursor;
use obhut_archive::{Archive, DetailMonth, Expiring, TenantPolicy};
use obhut_format::time::UtcMicros;
use obhut_retention::due::{Due, Place};
use obhut_retention::months;
use obhut_retention::policy::{self, KeptBy, Rule};

use crate::control::problem::VERIFY;
use crate::control::protocol::{
    AccessDays, AddClass, AddTenant, AskPlan, ChooseClass, ClassEntry, DueEntry, DuePage, DueReason,
    MinimumDays, MonthEntry, PageEnd, PolicyEntry,
};
use crate::failure::Failure;

pub(super) async fn add_class(
    State(archive): State<Archive>,
    Json(ask): Json<AddClass>,
) -> Result<Json<ClassEntry>, Failure> {
    let tenant = archive.tenant(&ask.tenant).await?.tenant;
    let row = archive.add_class(tenant, &ask.name, ask.days).await?;
    let all = listed(&archive, &ask.tenant).await?;
    let name = row.name;
    let entry = all.into_iter().find(|entry| entry.name == name);
    entry
        .map(Json)
        .ok_or_else(|| Failure::internal("the class that was added is not listed"))
}

pub(super) async fn list_classes(
    State(archive): State<Archive>,
    Json(ask): Json<AddTenant>,
) -> Result<Json<Vec<ClassEntry>>, Failure> {
    Ok(Json(listed(&archive, &ask.name).await?))
}

pub(super) async fn choose_class(
    State(archive): State<Archive>,
    Json(ask): Json<ChooseClass>,
) -> Result<Json<Vec<ClassEntry>>, Failure> {
    let tenant = archive.tenant(&ask.tenant).await?.tenant;
    match (&ask.device, ask.class) {
        (Some(device), class) => {
            let device = archive.device(tenant, device).await?.device;
            archive.set_device_class(tenant, device, class).await?;
        }
        (None, Some(class)) => {
            archive.set_default_class(tenant, &class).await?;
        }
        (None, None) => {
            return Err(Failure::new(
                "a tenant always has a class",
                "name the class its sessions are to get",
            ));
        }
    }
    Ok(Json(listed(&archive, &ask.tenant).await?))
}

pub(super) async fn minimum(
    State(archive): State<Archive>,
    Json(ask): Json<MinimumDays>,
) -> Result<Json<PolicyEntry>, Failure> {
    let tenant = archive.tenant(&ask.tenant).await?.tenant;
    let policy = archive.set_minimum_days(tenant, ask.days).await?;
    Ok(Json(policy_entry(ask.tenant, policy)))
}

pub(super) async fn access(
    State(archive): State<Archive>,
    Json(ask): Json<AccessDays>,
) -> Result<Json<PolicyEntry>, Failure> {
    let tenant = archive.tenant(&ask.tenant).await?.tenant;
    let policy = archive.set_access_days(tenant, ask.days).await?;
    Ok(Json(policy_entry(ask.tenant, policy)))
}

/// A policy as commands show it.
pub(super) fn policy_entry(tenant: String, policy: TenantPolicy) -> PolicyEntry {
    PolicyEntry {
        tenant,
        default_class: policy.default_class,
        minimum_days: policy.minimum_days,
        access_days: policy.access_days,
        export_approvals: policy.export_approvals,
    }
}

/// A tenant's classes with whose sessions get them.
async fn listed(archive: &Archive, name: &str) -> Result<Vec<ClassEntry>, Failure> {
    let tenant = archive.tenant(name).await?.tenant;
    let all = archive.classes(tenant).await?;
    let devices = archive.devices(tenant).await?;
    let entry = |row: ClassRow| {
        let theirs = all
            .devices
            .iter()
            .filter(|given| given.class.as_ref() == Some(&row.name));
        let named = theirs.filter_map(|given| devices.iter().find(|device| device.device == given.device));
        ClassEntry {
            devices: named.map(|device| device.name.clone()).collect(),
            default: row.name == all.policy.default_class,
            name: row.name,
            tenant: name.to_owned(),
            days: row.days,
            version: row.version,
            since: row.created_at,
        }
    };
    Ok(all.classes.iter().cloned().map(entry).collect())
}

pub(super) async fn plan(
    State(archive): State<Archive>,
    Json(ask): Json<AskPlan>,
) -> Result<Json<DuePage>, Failure> {
    let tenants = match &ask.tenant {
        Some(name) => vec![archive.tenant(name).await?],
        None => archive.tenants().await?,
    };
    let at = ask.at.unwrap_or_else(|| archive.clock().now());
    let mut answer = DuePage {
        at,
        months: Vec::new(),
        due: Vec::new(),
        next: None,
    };
    if ask.after.is_none() {
        for tenant in &tenants {
            let all = archive.detail_months(tenant.tenant).await?.into_iter();
            let over = all.filter(|month| month.ends_at <= at);
            answer
                .months
                .extend(over.map(|month| month_entry(&month, &tenant.name, at)));
        }
    }
    let mut due = Due::of(&archive, tenants, at);
    if let Some(after) = ask.after {
        due = due.after(Place {
            tenant: after.tenant,
            session: SessionCursor {
                at: after.opened_at,
                session: after.session,
            },
        });
    }
    // Short pages together in one answer; a full one ends it.
    while answer.next.is_none()
        && let Some(page) = due.next().await
    {
        let page = page.map_err(|unseen| Failure::new(unseen, VERIFY))?;
        let gone = page.plan.deletions().iter();
        let gone = gone.map(|gone| entry(gone.session(), &page.tenant.name, Ok(gone.rule())));
        answer.due.extend(gone);
        let kept = page.plan.kept_sessions().iter();
        let kept = kept.map(|kept| entry(&kept.session, &page.tenant.name, Err(&kept.by)));
        answer.due.extend(kept);
        answer.next = page.end.map(|end| PageEnd {
            tenant: end.tenant,
            opened_at: end.session.at,
            session: end.session.session,
        });
    }
    Ok(Json(answer))
}

fn month_entry(month: &DetailMonth, tenant: &str, at: UtcMicros) -> MonthEntry {
    let judged = months::judge(month, at);
    let why = match &judged {
        Ok(since) => months::reason(month, *since),
        Err(kept) => kept.reason(),
    };
    MonthEntry {
        month: month.month.clone(),
        tenant: tenant.to_owned(),
        verdict: if judged.is_ok() { "expire" } else { "keep" }.to_owned(),
        reasons: vec![told(why)],
    }
}

fn told(reason: policy::Reason) -> DueReason {
    DueReason {
        rule: reason.rule.to_owned(),
        says: reason.says,
    }
}

fn entry(session: &Expiring, tenant: &str, judged: Result<&Rule, &Vec<KeptBy>>) -> DueEntry {
    DueEntry {
        session: session.session.session,
        tenant: tenant.to_owned(),
        class: session.class.name.clone(),
        days: session.class.days,
        ended_at: session.ended_at,
        retain_until: session.retain_until,
        verdict: if judged.is_ok() { "delete" } else { "keep" }.to_owned(),
        reasons: match judged {
            Ok(rule) => vec![told(rule.reason())],
            Err(kept) => kept.iter().map(|kept| told(kept.reason())).collect(),
        },
    }
}
