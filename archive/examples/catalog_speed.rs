//! How many rows a second become durable through group commit: 64 writers, each waiting for its row before the next.
//!
//! `cargo run --release -p obhut-archive --example catalog_speed [SECONDS] [FOLDER]`

use std::path::PathBuf;
use std::time::{Duration, Instant};

use obhut_archive::catalog::ledger::{self, LeafRow};
use obhut_archive::catalog::tenants::{self, TenantRow};
use obhut_archive::catalog::{Catalog, CatalogError};
use obhut_format::ids::TenantId;
use obhut_format::time::UtcMicros;

const WRITERS: u8 = 64;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let seconds = arguments.next().map_or(Ok(5), |text| text.parse())?;
    let folder = arguments.next().map_or_else(std::env::temp_dir, PathBuf::from);
    let folder = tempfile::tempdir_in(folder)?;
    let catalog = Catalog::open(&folder.path().join("catalog.db"))?;

    // A tenant a writer, so that each counts its own leaves.
    catalog
        .write(|tx| {
            (0..WRITERS).try_for_each(|n| {
                let row = TenantRow {
                    tenant: TenantId::from_bytes([n; 16]),
                    name: format!("tenant {n}"),
                    created_at: UtcMicros::UNIX_EPOCH,
                };
                tenants::insert(tx, &row)
            })
        })
        .await
        .map_err(|error: CatalogError| error)?;

    let before = catalog.stats().ok_or("the catalog writes")?;
    let started = Instant::now();
    let end = started + Duration::from_secs(seconds);
    let writers: Vec<_> = (0..WRITERS)
        .map(|n| tokio::spawn(write_until(catalog.clone(), n, end)))
        .collect();
    let mut latencies = Vec::new();
    for writer in writers {
        latencies.extend(writer.await??);
    }
    let elapsed = started.elapsed().as_secs_f64();
    let after = catalog.stats().ok_or("the catalog writes")?;

    latencies.sort_unstable();
    let at = |part: usize| {
        latencies
            .get(latencies.len() * part / 1_000)
            .copied()
            .unwrap_or_default()
    };
    let rows = u32::try_from(latencies.len())?;
    let commits = u32::try_from(after.commits - before.commits)?;
    println!(
        "{:.0} durable rows/s of {WRITERS} writers, {rows} rows in {elapsed:.1} s",
        f64::from(rows) / elapsed
    );
    println!(
        "{:.0} commits/s, {:.1} rows a commit",
        f64::from(commits) / elapsed,
        f64::from(rows) / f64::from(commits.max(1))
    );
    println!(
        "a row: median {:?}, p99 {:?}, p99.9 {:?}",
        at(500),
        at(990),
        at(999)
    );
    catalog.close().await;
    Ok(())
}

/// Appends leaf after leaf; gives how long each took.
async fn write_until(catalog: Catalog, writer: u8, end: Instant) -> Result<Vec<Duration>, CatalogError> {
    let mut latencies = Vec::new();
    let mut n = 0;
    while Instant::now() < end {
        let row = LeafRow {
            tenant: TenantId::from_bytes([writer; 16]),
            n,
            line: vec![b'x'; 260],
            scope: "register".to_owned(),
            session: None,
            detail: vec![7; 200],
        };
        let started = Instant::now();
        catalog.write(move |tx| ledger::append(tx, &row)).await?;
        latencies.push(started.elapsed());
        n += 1;
    }
    Ok(latencies)
}
