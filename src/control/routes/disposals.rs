//! Deletions: by hand, and what is left of the sessions that went.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use obhut_archive::{Archive, SessionDisposal};
use obhut_format::certificate::Certificate;
use obhut_retention::certificate_html::{Language, certificate_html};
use obhut_retention::run::{Unfinished, run};

use crate::control::problem::VERIFY;
use crate::control::protocol::{
    AskCertificates, CertificateEntry, CertificatePage, MonthExpired, NameSession, RunOutcome, RunRound,
};
use crate::failure::Failure;

/// How long one answer may take, about; the command asks again.
const ROUND: Duration = Duration::from_secs(5);

/// Certificates in one answer.
const PAGE: u32 = 500;

pub(super) async fn run_now(
    State(archive): State<Archive>,
    Json(()): Json<()>,
) -> Result<Json<RunRound>, Failure> {
    // To its end also when the command goes away.
    let ran = tokio::spawn(async move { run(&archive, Some(ROUND), None).await });
    let ran = ran.await.map_err(Failure::internal)??;
    let mut outcomes = Vec::new();
    outcomes.extend(ran.deleted.iter().map(|certificate| RunOutcome {
        session: certificate.disposed.session,
        outcome: "deleted".to_owned(),
        tombstone: Some(certificate.disposed.tombstone.n),
        why: None,
    }));
    outcomes.extend(ran.waiting.iter().map(|waits| unfinished("waiting", waits)));
    outcomes.extend(ran.failed.iter().map(|failed| unfinished("failed", failed)));
    let expired = ran.expired.into_iter().map(|gone| MonthExpired {
        tenant: gone.tenant,
        month: gone.month,
    });
    let unseen = ran.unseen.into_iter().map(|unseen| Failure::new(unseen, VERIFY));
    Ok(Json(RunRound {
        outcomes,
        held: ran.held,
        expired: expired.collect(),
        more: ran.more,
        stopped: ran.stopped.map(Failure::from).or_else(|| unseen.last()),
    }))
}

fn unfinished(outcome: &str, unfinished: &Unfinished) -> RunOutcome {
    RunOutcome {
        session: unfinished.session.session,
        outcome: outcome.to_owned(),
        tombstone: None,
        why: Some(unfinished.why.to_string()),
    }
}

pub(super) async fn certificate(
    State(archive): State<Archive>,
    Json(ask): Json<NameSession>,
) -> Result<Json<CertificateEntry>, Failure> {
    match archive.disposal(ask.session).await? {
        Some(SessionDisposal::Certified { certificate }) => Ok(Json(entry(&certificate))),
        Some(SessionDisposal::UnderWay { record }) => Err(Failure::new(
            format!(
                "session {} is being deleted since {}",
                ask.session, record.intent.at
            ),
            "its certificate is signed when that has ended; `obhut retention run` goes on with it",
        )),
        None => Err(Failure::new(
            format!("session {} was not deleted here", ask.session),
            "`obhut retention certificate list` shows those that were",
        )),
    }
}

pub(super) async fn certificates(
    State(archive): State<Archive>,
    Json(ask): Json<AskCertificates>,
) -> Result<Json<CertificatePage>, Failure> {
    let tenant = archive.tenant(&ask.tenant).await?.tenant;
    let found = archive.certificates(tenant, ask.from, PAGE).await?;
    let next = found.last().filter(|_| found.len() >= PAGE as usize);
    Ok(Json(CertificatePage {
        next: next.map(|last| last.disposed.tombstone.n + 1),
        certificates: found.iter().map(entry).collect(),
    }))
}

fn entry(certificate: &Certificate) -> CertificateEntry {
    CertificateEntry {
        session: certificate.disposed.session,
        class: certificate.disposed.decided.class.name.clone(),
        ended_at: certificate.disposed.decided.ended_at,
        deleted_at: certificate.disposed.tombstone.at,
        tombstone: certificate.disposed.tombstone.n,
        line: certificate.to_line(),
        html: certificate_html(certificate, Language::English),
    }
}
