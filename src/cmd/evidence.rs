//! `obhut evidence verify`: checks a bundle from its file alone. It opens no archive and no network.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use obhut_evidence_verify::{Contents, Finding, Trust, Trusted, Verdict, verify};
use serde::Serialize;

use crate::cli::Common;
use crate::failure::{DAMAGE, Failure};
use crate::show;

/// A file of keys is never longer.
const LONGEST_KEYS: u64 = 1 << 20;

/// What to do with bundles.
#[derive(Debug, Subcommand)]
pub(crate) enum EvidenceCommand {
    /// Check an evidence bundle, without an archive
    Verify(VerifyArgs),
}

/// Which bundle, and whose it has to be.
#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// The zip
    bundle: PathBuf,
    /// The archive's key: a file that holds it (as `obhut keys show` prints it, or as OpenSSH has it), the key itself, or its
    /// id. Without it, the bundle's own is named and taken on trust
    #[arg(long, value_name = "FILE|ID")]
    key: Option<String>,
}

/// The last line of `--json`.
#[derive(Debug, Serialize)]
struct Totals<'a> {
    #[serde(flatten)]
    contents: Option<&'a Contents>,
    files: u64,
    bytes: u64,
    key: Option<&'a str>,
    public_key: Option<&'a str>,
    trusted: Trusted,
    findings: usize,
}

pub(crate) async fn run(common: &Common, command: EvidenceCommand) -> Result<ExitCode, Failure> {
    let EvidenceCommand::Verify(args) = command;
    let trust = args.key.as_deref().map_or(Ok(Trust::Own), trust)?;
    let path = args.bundle.clone();
    let checked = tokio::task::spawn_blocking(move || {
        let file = File::open(&path)?;
        if !file.metadata()?.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no file"));
        }
        verify(io::BufReader::with_capacity(1 << 17, file), &trust)
    });
    let verdict = checked.await.map_err(Failure::internal)?.map_err(|error| {
        Failure::new(
            format!("{} can't be read: {error}", args.bundle.display()),
            "name the zip that `obhut export` wrote",
        )
    })?;
    print(common, &args.bundle, &verdict)?;
    if verdict.findings.is_empty() {
        Ok(ExitCode::SUCCESS)
    } else {
        Ok(ExitCode::from(DAMAGE))
    }
}

/// Reads what `--key` names.
fn trust(text: &str) -> Result<Trust, Failure> {
    let refuse = |what: &dyn std::fmt::Display| {
        Failure::new(
            format!("--key {text}: {what}"),
            "name a file with the archive's public key, the key, or its id of 8 hex digits; `obhut keys show` prints them",
        )
    };
    match File::open(text) {
        Ok(file) => {
            let mut keys = String::new();
            io::Read::read_to_string(&mut io::Read::take(file, LONGEST_KEYS), &mut keys)
                .map_err(|error| refuse(&error))?;
            Trust::keys_in(&keys).map_err(|error| refuse(&error))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Trust::named(text).map_err(|_| refuse(&"no such file, and no key or key id"))
        }
        Err(error) => Err(refuse(&error)),
    }
}

fn print(common: &Common, bundle: &Path, verdict: &Verdict) -> Result<(), Failure> {
    let (key, public_key) = match &verdict.key {
        Some((id, public)) => (Some(id.as_str()), Some(public.as_str())),
        None => (None, None),
    };
    if common.json {
        verdict.findings.iter().try_for_each(show::json)?;
        return show::json(&Totals {
            contents: verdict.contents.as_ref(),
            files: verdict.files,
            bytes: verdict.bytes,
            key,
            public_key,
            trusted: verdict.trusted,
            findings: verdict.findings.len(),
        });
    }
    for finding in &verdict.findings {
        show::line(&line(finding))?;
    }
    if !verdict.findings.is_empty() {
        show::note(format_args!(
            "{} is not what was exported: {} findings",
            bundle.display(),
            verdict.findings.len()
        ));
        eprintln!("ask for the bundle again, and for the archive's key by another way");
        return Ok(());
    }
    if let Some(contents) = &verdict.contents {
        show::line(&format!(
            "session {}: {} frames, {} files, {}, proved to {} leaves of the ledger",
            contents.session,
            contents.frames,
            verdict.files,
            show::bytes(verdict.bytes),
            contents.checkpoint
        ))?;
        if contents.damaged > 0 {
            show::line(&format!(
                "{} frames were damaged in the archive and are not in the bundle",
                contents.damaged
            ))?;
        }
    }
    let key = key.unwrap_or_default();
    match verdict.trusted {
        Trusted::Given => show::line(&format!("signed with key {key}, which is the one given")),
        Trusted::Id => show::line(&format!(
            "signed with key {key}, which has the id given: {}\nan id is short enough to be forged: against forgery, name the key with --key",
            public_key.unwrap_or_default()
        )),
        Trusted::No => show::line(&format!(
            "signed with key {key}, taken on trust: {}\ncompare it with the key that you know, or name that with --key",
            public_key.unwrap_or_default()
        )),
    }
}

fn line(finding: &Finding) -> String {
    let kind = serde_json::to_value(finding.kind).unwrap_or_default();
    let kind = kind.as_str().unwrap_or_default();
    if finding.file.is_empty() {
        format!("{kind}: {}", finding.what)
    } else {
        format!("{kind}: {:?}: {}", finding.file, finding.what)
    }
}
