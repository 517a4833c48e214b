//! An archive of many sessions, made through the library: over HTTP their making would take longer than all that is
//! measured.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use obhut_archive::{
    Actor, Archive, ArchiveOptions, Clock, NewHold, NewSession, NewStream, SealRequest, SessionRef, SetClock,
    SystemClock,
};
use obhut_format::chain::{SealHow, SessionKind, StreamKind};
use obhut_format::ids::{DeviceId, StreamNo, TenantId};
use obhut_format::time::{SignedMicros, UtcMicros};

pub(super) const DEVICES: usize = 50;

/// Makers at work at a time.
const MAKERS: usize = 64;

/// Of the last sessions, which are less than a day old, so many are left open one in [`OPEN_EVERY`]: as in life, few.
const RECENT: usize = 1_400;
const OPEN_EVERY: usize = 7;

/// Between the beginnings of two sessions.
const APART: Duration = Duration::from_secs(30);

/// The server is to leave open what is open, and to say nothing of it.
const SETTINGS: &str = "[sessions]\nlost_after = \"24h\"\n[log]\nlevel = \"error\"\n";

/// What a folder was filled with.
pub(super) struct Filled {
    /// The devices' ids.
    pub(super) devices: Vec<String>,
    /// When the first session began.
    pub(super) begun: UtcMicros,
}

/// Fills a folder with sessions that end now.
pub(super) fn fill(data: &Path, sessions: usize) -> Result<Filled> {
    fs::create_dir_all(data)?;
    fs::write(data.join("obhut.toml"), SETTINGS)?;
    let long = i64::try_from(sessions as u64 * APART.as_secs())?;
    let begun = SystemClock.now().checked_add(SignedMicros::from_secs(-long));
    let begun = begun.context("fewer sessions")?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let clock = Arc::new(SetClock::at(begun));
        let (archive, _) = Archive::open(ArchiveOptions::embedded(data), clock.clone()).await?;
        let tenant = archive.tenant("default").await?.tenant;
        let mut devices = Vec::new();
        for n in 0..DEVICES {
            devices.push(archive.add_device(tenant, &format!("PC {n}")).await?.0.device);
        }
        let makers: Vec<_> = (0..MAKERS)
            .map(|maker| {
                let (archive, clock, devices) = (archive.clone(), clock.clone(), devices.clone());
                tokio::spawn(async move {
                    for n in (maker..sessions).step_by(MAKERS) {
                        clock.advance(APART);
                        let is_open = sessions - n <= RECENT && n.is_multiple_of(OPEN_EVERY);
                        make(&archive, tenant, devices[n % DEVICES], n, is_open).await?;
                    }
                    anyhow::Ok(())
                })
            })
            .collect();
        for maker in makers {
            maker.await.context("a maker panicked")??;
        }
        archive.close().await;
        let devices = devices.iter().map(ToString::to_string).collect();
        Ok(Filled { devices, begun })
    })
}

async fn make(archive: &Archive, tenant: TenantId, device: DeviceId, n: usize, is_open: bool) -> Result<()> {
    const KINDS: [SessionKind; 4] = [
        SessionKind::Monitoring,
        SessionKind::Support,
        SessionKind::Meeting,
        SessionKind::Training,
    ];
    let new = NewSession {
        tenant,
        device,
        kind: KINDS[n / DEVICES % KINDS.len()],
        started_at: archive.clock().now(),
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
    if is_open {
        return Ok(());
    }
    if n % 200 == 1 {
        let hold = NewHold {
            session: at,
            reason: "a matter".to_owned(),
            owner: None,
            review_on: None,
            by: Actor::command_line(),
        };
        archive.place_hold(hold).await?;
    }
    let request = SealRequest {
        how: SealHow::Sealed,
        trusted_end: None,
        said: serde_json::Map::new(),
        declared: Vec::new(),
    };
    archive.seal(at, request, Duration::from_mins(1)).await?;
    Ok(())
}
