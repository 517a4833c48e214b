//! `obhut serve`: takes in what agents send, packs it, and answers commands, until it is asked to end.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Args;
use obhut_archive::{Archive, ArchiveOptions, LockError, OpenError, Recovery, SystemClock};
use obhut_ingest::server::{Intake, StartError};
use obhut_listener::ListenerError;
use obhut_listener::metrics::Metrics;
use obhut_player::first::{FIRST, first_administrator};
use obhut_player::login::Passwords;
use obhut_player::server::Review;
use serde::Serialize;
use tokio::sync::watch;

use crate::bundles::BundlesOf;
use crate::cli::Common;
use crate::config::{Config, DEFAULT_REVIEW};
use crate::control::desk::Desk;
use crate::control::server;
use crate::disposals::Retention;
use crate::failure::Failure;
use crate::service::{Duties, Service, asked_to_end};
use crate::show;

/// How long a command that has the archive open is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where to listen.
#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// Where agents send to [default: 127.0.0.1:7480, or the configuration's]; port 0 lets the system choose
    #[arg(long, value_name = "ADDR:PORT")]
    intake: Option<SocketAddr>,
    /// Where people look at sessions, and monitoring asks how the service is [default: 127.0.0.1:7481, or the
    /// configuration's]; port 0 lets the
    /// system choose
    #[arg(long, value_name = "ADDR:PORT")]
    review: Option<SocketAddr>,
}

/// The line that says the server is ready: only what listens.
#[derive(Serialize)]
struct Ready<'a> {
    intake: &'a str,
    review: &'a str,
}

pub(crate) async fn run(_common: &Common, config: Config, args: ServeArgs) -> Result<ExitCode, Failure> {
    let Config {
        archive: options,
        mut intake,
        mut review,
        beside,
        ..
    } = config;
    if let Some(address) = args.intake {
        intake.address = address;
    }
    if let Some(address) = args.review {
        review.address = address;
    } else if intake.address.port() == 0 && review.address == DEFAULT_REVIEW {
        // Who lets the system choose for the one has no use for a fixed port of the other.
        review.address.set_port(0);
    }
    let data = options.data.clone();
    // From the first moment on: a server that is asked to end while it starts ends too.
    let ends = tokio::spawn(asked_to_end());
    let metrics = Metrics::install().map_err(Failure::internal)?;
    let (archive, recovery) = open_when_free(options).await?;
    tracing::info!(
        sessions.open = recovery.sessions,
        sessions.left_alone = recovery.left_alone,
        frames.waiting = recovery.waiting,
        frames.released = recovery.released,
        frames.stray = recovery.strays,
        frames.damaged = recovery.damaged,
        "archive opened"
    );
    let service = Service::start(archive, &beside, Duties::All);
    let started = async {
        let control = server::bind(&data).map_err(|error| listener_failure(&error))?;
        let desk = Desk::new(service.archive().clone())?;
        greet_first_administrator(service.archive(), &desk.passwords).await?;
        let passwords = desk.passwords.clone();
        let archive = service.archive().clone();
        let bundles = Arc::new(BundlesOf(archive.clone()));
        let retention = Arc::new(Retention(beside.retention));
        let review = Review::start(archive, review, metrics.clone(), passwords, bundles, retention)
            .await
            .map_err(|error| listener_failure(&error))?;
        let intake = Intake::start(service.archive().clone(), intake, metrics)
            .await
            .map_err(|e| start_failure(&e))?;
        Ok::<_, Failure>((control, desk, review, intake))
    };
    let (control, desk, review, intake) = match started.await {
        Ok(all) => all,
        Err(failure) => {
            service.stop().await;
            return Err(failure);
        }
    };
    let (stop, mut stopped) = watch::channel(false);
    let router = server::router(desk);
    let control = tokio::spawn(control.serve(router, async move {
        let _ = stopped.wait_for(|stop| *stop).await;
    }));
    show::json(&Ready {
        intake: intake.origin(),
        review: review.origin(),
    })?;
    let ended = ends.await.map_err(Failure::internal)?;

    tracing::info!("asked to end");
    stop.send_replace(true);
    let (cut, _, _) = tokio::join!(intake.shutdown(), review.shutdown(), control);
    if cut.cut > 0 {
        tracing::warn!(
            connections.cut = cut.cut,
            "requests outlasted the shutdown; their clients send again"
        );
    }
    service.stop().await;
    ended?;
    Ok(ExitCode::SUCCESS)
}

/// Where nobody can log in yet: adds who can, and shows the one-time password. On standard error and not in the log, which is
/// sent on and kept; under systemd both are the journal's, which is why it is good for three days and for one change alone.
async fn greet_first_administrator(archive: &Archive, passwords: &Passwords) -> Result<(), Failure> {
    let added = first_administrator(archive, passwords).await;
    if let Some(password) = added.map_err(Failure::internal)? {
        show::note(format!(
            "first log-in: name {FIRST}, one-time password {}; it is good for 72 hours and changed at the first log-in.\n\
             If it gets lost, `obhut user reset-password {FIRST}` gives a new one.",
            password.expose()
        ));
    }
    Ok(())
}

/// Opens the archive; a command that has it for a moment is waited for, another server is not.
async fn open_when_free(options: ArchiveOptions) -> Result<(Archive, Recovery), OpenError> {
    let start = Instant::now();
    loop {
        match Archive::open(options.clone(), Arc::new(SystemClock)).await {
            Err(OpenError::Lock(LockError::InUse { .. }))
                if start.elapsed() < PATIENCE && !server::answers(&options.data).await =>
            {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            other => return other,
        }
    }
}

fn start_failure(error: &StartError) -> Failure {
    match error {
        StartError::Config(problems) => {
            let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
            Failure::new(
                lines.join("\n  "),
                "correct the configuration; see docs/reference/configuration.md",
            )
        }
        StartError::Listener(error) => listener_failure(error),
    }
}

pub(super) fn listener_failure(error: &ListenerError) -> Failure {
    let advice = match error {
        ListenerError::ClearText { .. } => {
            "set `tls` in that section of the configuration, or listen on loopback behind a proxy that has a certificate"
        }
        ListenerError::Bind { .. } => {
            "choose another address or port with --intake or --review, or end what uses it"
        }
        ListenerError::Tls { .. } => "check the files that `tls` in that section of the configuration names",
    };
    Failure::new(error, advice)
}
