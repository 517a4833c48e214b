//! Archives of many small sessions, some of them long over, made through the library's own write path: every session has its
//! key, its chain, its objects and its leaves, and `obhut verify` finds nothing.
//!
//! They are made in memory and copied to the disk when they are whole. A million syncs while they are made would tell nothing
//! of what is measured.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use obhut_archive::{
    Archive, ArchiveOptions, ClaimLimits, NewFrame, NewSession, NewStream, SealOutcome, SealRequest,
    SessionRef, SystemClock,
};
use obhut_format::chain::{SealHow, SessionKind, StreamKind};
use obhut_format::digest::Sha256Digest;
use obhut_format::ids::{DeviceId, Seq, StreamNo, TenantId};
use obhut_format::time::{SignedMicros, UtcMicros};

use crate::frames;
use crate::program::run;

/// Makers at work at a time, and packers.
const MAKERS: usize = 64;
const PACKERS: usize = 2;

/// How long ago the sessions ended that are due: twice the default class's days.
const LONG_AGO: SignedMicros = SignedMicros::from_secs(-60 * 86_400);

/// How long a session is waited for until it is packed.
const PATIENCE: Duration = Duration::from_mins(2);

/// Where files are kept in memory.
const IN_MEMORY: &str = "/dev/shm";

/// Whether the `n`-th of so many sessions is due when `due` of them are: they lie evenly among those that stay, so that
/// everything that goes has neighbours that don't.
pub(super) fn is_due(n: usize, sessions: usize, due: usize) -> bool {
    (n * due) % sessions < due
}

/// Fills a new folder, and gives the sessions that are due.
pub(super) fn fill(data: &Path, sessions: usize, due: usize) -> Result<Vec<SessionRef>> {
    let memory = Path::new(IN_MEMORY);
    let beside = data.parent().context("a folder above")?;
    let place = if memory.is_dir() { memory } else { beside };
    let folder = tempfile::Builder::new()
        .prefix("obhut-bench-")
        .tempdir_in(place)?;
    let made = folder.path().join("data");
    fs::create_dir(&made)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let found = runtime.block_on(fill_through(&made, sessions, due))?;
    drop(runtime);
    let mut copy = std::process::Command::new("cp");
    copy.arg("--archive")
        .arg("--no-target-directory")
        .arg(&made)
        .arg(data);
    run(&mut copy)?;
    Ok(found)
}

async fn fill_through(data: &Path, sessions: usize, due: usize) -> Result<Vec<SessionRef>> {
    let (archive, _) = Archive::open(ArchiveOptions::embedded(data), Arc::new(SystemClock)).await?;
    let tenant = archive.tenant("default").await?.tenant;
    let device = archive.add_device(tenant, "bench").await?.0.device;
    let packers: Vec<_> = (0..PACKERS)
        .map(|_| tokio::spawn(pack(archive.clone())))
        .collect();
    let makers: Vec<_> = (0..MAKERS)
        .map(|maker| {
            let archive = archive.clone();
            tokio::spawn(async move {
                let mut found = Vec::new();
                for n in (maker..sessions).step_by(MAKERS) {
                    let is_due = is_due(n, sessions, due);
                    let at = make(&archive, tenant, device, n, is_due).await?;
                    found.extend(is_due.then_some(at));
                }
                anyhow::Ok(found)
            })
        })
        .collect();
    let mut found = Vec::new();
    for maker in makers {
        found.extend(maker.await.context("a maker panicked")??);
    }
    for packer in &packers {
        packer.abort();
    }
    ensure!(found.len() == due, "{} of {due} sessions are due", found.len());
    archive.close().await;
    Ok(found)
}

/// Packs what is to be sealed, as the program's packer does.
async fn pack(archive: Archive) -> Result<()> {
    loop {
        while let Some(claim) = archive.claim(&ClaimLimits::default()) {
            archive.pack(claim).await?;
        }
        // Whoever is told of work takes all of it; the other looks for itself.
        let _ = tokio::time::timeout(Duration::from_millis(10), archive.work()).await;
    }
}

async fn make(
    archive: &Archive,
    tenant: TenantId,
    device: DeviceId,
    n: usize,
    is_due: bool,
) -> Result<SessionRef> {
    let now = archive.clock().now();
    let end = if is_due {
        now.checked_add(LONG_AGO).context("an earlier instant")?
    } else {
        now
    };
    let new = NewSession {
        tenant,
        device,
        kind: SessionKind::Monitoring,
        started_at: end,
        class: None,
        streams: vec![NewStream {
            n: StreamNo::ZERO,
            kind: StreamKind::Timeline,
            name: None,
        }],
        consent: None,
        description: serde_json::from_value(serde_json::json!({ "purpose": format!("matter {n}") }))?,
        request_key: None,
    };
    let session = archive.open_session(new).await?.session;
    let at = SessionRef { tenant, session };
    put(archive, at, n, end).await?;
    let request = SealRequest {
        how: SealHow::Imported,
        trusted_end: Some(end),
        said: serde_json::Map::new(),
        declared: Vec::new(),
    };
    match archive.seal(at, request, PATIENCE).await? {
        SealOutcome::Sealed(_) => Ok(at),
        SealOutcome::Packing => bail!("session {session} is not packed after {PATIENCE:?}"),
    }
}

async fn put(archive: &Archive, at: SessionRef, n: usize, captured: UtcMicros) -> Result<()> {
    let body = frames::small(n);
    let frame = NewFrame {
        at: captured,
        name: None,
        media_type: "image/png".to_owned(),
        cut: false,
        sha256: Sha256Digest::of(&body),
        body: body.into(),
    };
    archive.put_frame(at, StreamNo::ZERO, Seq::new(1)?, frame).await?;
    Ok(())
}
