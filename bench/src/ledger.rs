//! The ledger: access records, each with its leaf, its sealed detail and the signed tree head in one durable transaction.
//!
//! Through the library, because every command that appends does much else. Beside it stands what the catalog's group
//! commit is bound by: the same folder's syncs of one page.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use obhut_archive::{
    AccessRange, AccessRequest, Archive, ArchiveOptions, NewSession, NewStream, Reason, SessionRef,
    SystemClock,
};
use obhut_format::chain::{SessionKind, StreamKind};
use obhut_format::ids::StreamNo;
use obhut_format::time::UtcMicros;

use crate::Options;
use crate::disk::{number, settle};
use crate::report::Report;

const PART: &str = "ledger";

/// Who ask at the same time: one alone, a busy server, a crowd.
const CROWDS: [usize; 3] = [1, 64, 1_024];

/// How long each crowd asks in a round.
const ROUND: Duration = Duration::from_secs(2);

/// Rounds at most; more tell nothing new.
const ROUNDS: usize = 3;

pub(crate) fn measure(options: &Options, work: &Path, report: &mut Report) -> Result<()> {
    let data = work.join("ledger");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let (archive, _) = Archive::open(ArchiveOptions::embedded(&data), Arc::new(SystemClock)).await?;
        let at = session(&archive).await?;
        for round in 0..options.rounds.min(ROUNDS) {
            eprintln!("ledger: round {} of {}", round + 1, options.rounds.min(ROUNDS));
            for crowd in CROWDS {
                settle();
                let (records, took) = ask(&archive, at, crowd).await?;
                let what = format!("durable leaves, {crowd} asking");
                let rate = number(records) / took.as_secs_f64();
                report.add(PART, &what, "1/s", rate);
                if crowd == 1_024 {
                    report.ratio(
                        PART,
                        "durable leaves of 10,000 a second",
                        Some((1.0, 1.0)),
                        rate / 1e4,
                    );
                }
            }
            report.add(PART, "syncs of a page", "1/s", syncs(&data)?);
        }
        archive.close().await;
        anyhow::Ok(())
    })
}

async fn session(archive: &Archive) -> Result<SessionRef> {
    let tenant = archive.tenant("default").await?.tenant;
    let (device, _) = archive.add_device(tenant, "bench").await?;
    let new = NewSession {
        tenant,
        device: device.device,
        kind: SessionKind::Monitoring,
        started_at: UtcMicros::UNIX_EPOCH,
        class: None,
        streams: vec![NewStream {
            n: StreamNo::ZERO,
            kind: StreamKind::Timeline,
            name: None,
        }],
        consent: None,
        description: serde_json::Map::new(),
        request_key: None,
    };
    let session = archive.open_session(new).await?.session;
    Ok(SessionRef { tenant, session })
}

/// Each of the crowd asks again when its record is durable.
async fn ask(archive: &Archive, at: SessionRef, crowd: usize) -> Result<(u64, Duration)> {
    let begun = Instant::now();
    let reason = Reason::new("measuring", None)?;
    let asking: Vec<_> = (0..crowd)
        .map(|n| {
            let (archive, reason) = (archive.clone(), reason.clone());
            tokio::spawn(async move {
                let mut records = 0;
                while begun.elapsed() < ROUND {
                    let request = AccessRequest {
                        session: at,
                        range: AccessRange::ALL,
                        who: format!("reviewer {n}"),
                        reason: reason.clone(),
                    };
                    archive.record_access(request).await?;
                    records += 1;
                }
                Ok::<u64, obhut_archive::ReadError>(records)
            })
        })
        .collect();
    let mut records = 0;
    for one in asking {
        records += one.await.context("a reviewer panicked")??;
    }
    Ok((records, begun.elapsed()))
}

/// How often a second one page can be appended and made durable.
fn syncs(folder: &Path) -> Result<f64> {
    let path = folder.join("page");
    let mut file = File::create(&path)?;
    let begun = Instant::now();
    let mut count = 0;
    while begun.elapsed() < ROUND / 2 {
        file.write_all(&[7; 4_096])?;
        file.sync_data()?;
        count += 1;
    }
    let rate = number(count) / begun.elapsed().as_secs_f64();
    std::fs::remove_file(&path)?;
    Ok(rate)
}
