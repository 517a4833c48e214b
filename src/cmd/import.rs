//! `obhut import`: each path becomes one session, sealed and packed before the command ends.

mod target;

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::str::FromStr;
use std::time::Duration;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use obhut_format::chain::SessionKind;
use obhut_format::ids::SessionId;
use obhut_ingest::import::watch::{WatchError, WatchOptions, WatchReport, watch};
use obhut_ingest::import::{ImportOptions, ImportTarget, Imported, Plan, SendError, plan, send};
use serde::Serialize;

use crate::cli::Common;
use crate::config::Config;
use crate::control::client::{Client, Need};
use crate::control::protocol::DEFAULT_TENANT;
use crate::failure::Failure;
use crate::service::{Duties, asked_to_end};
use crate::show;
use target::ControlTarget;

/// What to import, and as what.
#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// Folders of screenshots (with a manifest.ndjson, or in the order of their names) and recordings; each becomes one session
    #[arg(required_unless_present = "watch", value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Watch a folder instead: import each file and subfolder that appears in it, once, until SIGTERM
    #[arg(long, value_name = "DIR", conflicts_with = "paths")]
    watch: Option<PathBuf>,
    /// How many seconds nothing about an item may change before --watch imports it
    #[arg(long, value_name = "SECONDS", default_value_t = 5, requires = "watch")]
    quiet: u64,
    /// The tenant whose sessions these are
    #[arg(long, default_value = DEFAULT_TENANT, value_name = "NAME")]
    tenant: String,
    /// The device they were recorded on; added when there is none of that name
    #[arg(long, default_value = "import", value_name = "NAME")]
    device: String,
    /// What kind of sessions they are: monitoring, support, meeting or training
    #[arg(long, default_value = "monitoring", value_parser = SessionKind::from_str, value_name = "KIND")]
    kind: SessionKind,
    /// The retention class [default: the tenant's]
    #[arg(long, value_name = "CLASS")]
    class: Option<String>,
    /// Let retention count from the last capture instant instead of the import
    #[arg(long)]
    trust_times: bool,
}

/// The line of an imported session.
#[derive(Serialize)]
struct ImportLine<'a> {
    session: SessionId,
    frames: u64,
    bytes: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    item: Option<&'a str>,
}

pub(crate) async fn run(common: &Common, config: Config, args: ImportArgs) -> Result<ExitCode, Failure> {
    let options = ImportOptions {
        tenant: args.tenant,
        device: args.device,
        kind: args.kind,
        class: args.class,
        trust_times: args.trust_times,
    };
    if let Some(folder) = args.watch {
        let options = WatchOptions {
            import: options,
            quiet: Duration::from_secs(args.quiet),
        };
        return watch_folder(common, &config, &folder, &options).await;
    }
    // All of them are looked at before the first is sent: what can't be imported is known before anything was.
    let mut plans = Vec::new();
    for path in args.paths {
        let planned = tokio::task::spawn_blocking(move || plan(&path))
            .await
            .map_err(Failure::internal)?;
        plans.push(
            planned.map_err(|error| {
                Failure::new(error, "put that right and import again; nothing was imported")
            })?,
        );
    }
    let client = Client::connect(&config, Need::AnyOrNew(Duties::Pack)).await?;
    let done = import_all(common, &client, &options, &plans).await;
    client.close().await;
    done?;
    Ok(ExitCode::SUCCESS)
}

async fn import_all(
    common: &Common,
    client: &Client,
    options: &ImportOptions,
    plans: &[Plan],
) -> Result<(), Failure> {
    let target = ControlTarget::new(client);
    for plan in plans {
        for skipped in &plan.skipped {
            show::note(format_args!(
                "{} is left out: it is no regular file",
                skipped.0.display()
            ));
        }
        let bar = bar(plan);
        let imported = send(plan, options, &target, &|bytes| bar.inc(bytes))
            .await
            .map_err(send_failure);
        let imported = match imported {
            Ok(imported) => imported,
            Err(failure) => {
                bar.abandon();
                return Err(failure);
            }
        };
        bar.set_message("packing");
        let sealed = target.seal(imported.session, plan.end(options)).await;
        bar.finish_and_clear();
        sealed?;
        tell(common, &plan.path.display().to_string(), None, imported)?;
    }
    Ok(())
}

fn send_failure(error: SendError<Failure>) -> Failure {
    match error {
        SendError::Target(failure) => failure,
        error => Failure::new(
            error,
            "what was sent of it is sealed as lost; import it again when it stays as it is",
        ),
    }
}

fn tell(common: &Common, path: &str, item: Option<&str>, imported: Imported) -> Result<(), Failure> {
    let Imported {
        session,
        frames,
        bytes,
    } = imported;
    let session = session.session;
    if common.json {
        return show::json(&ImportLine {
            session,
            frames,
            bytes,
            item,
        });
    }
    show::line(&format!(
        "{session}  {frames} frames, {}  {path}",
        show::bytes(bytes)
    ))
}

fn bar(plan: &Plan) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(plan.bytes());
    let template = "{prefix} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {msg}";
    bar.set_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.set_prefix(
        plan.path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default(),
    );
    bar
}

async fn watch_folder(
    common: &Common,
    config: &Config,
    folder: &Path,
    options: &WatchOptions,
) -> Result<ExitCode, Failure> {
    let ends = asked_to_end();
    let client = Client::connect(config, Need::AnyOrNew(Duties::All)).await?;
    let target = ControlTarget::new(&client);
    let report = |report: WatchReport<'_>| match report {
        WatchReport::Imported { item, imported } => {
            // Standard output is gone: the sessions are in the archive all the same.
            let _ = tell(common, item, Some(item), imported);
        }
        WatchReport::Failed { item, why } => show::note(format_args!("{item} was not imported: {why}")),
        WatchReport::LeftOut { path } => {
            show::note(format_args!(
                "{} is left out: it is no regular file",
                path.display()
            ));
        }
        WatchReport::ChangedLater { item } => show::note(format_args!(
            "{item} was changed after it was imported; rename it to import it again"
        )),
    };
    let outcome = tokio::select! {
        ended = ends => ended,
        Err(error) = watch(folder, options, &target, &report) => Err(watch_failure(&error)),
    };
    client.close().await;
    outcome?;
    Ok(ExitCode::SUCCESS)
}

fn watch_failure(error: &WatchError) -> Failure {
    let advice = match error {
        WatchError::Folder { .. } => "name a folder that you may read",
        WatchError::Done { .. } => {
            "what was imported is written down there, so you must be able to write in the folder"
        }
        WatchError::Malformed { .. } => "it says what was imported from this folder; put it back as it was",
    };
    Failure::new(error, advice)
}
