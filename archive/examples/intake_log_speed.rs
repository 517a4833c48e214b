//! How fast the intake log takes frames, beside plain writes of the same bytes to the same disk in the same run.
//!
//! `cargo run --release -p obhut-archive --example intake_log_speed -- FOLDER [MB] [WRITERS] [FRAME_BYTES]`

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use obhut_archive::intake::{EntryHeader, EntryKind, IntakeLog, IntakeOptions};
use obhut_format::ids::{Seq, SessionId, StreamNo, TenantId};

const ROUNDS: usize = 5;

struct Load {
    frames: u64,
    writers: u64,
    bytes: usize,
}

impl Load {
    #[expect(clippy::cast_precision_loss, reason = "megabytes a second, to one digit")]
    fn megabytes_a_second(&self, since: Instant) -> f64 {
        (self.frames * self.bytes as u64) as f64 / 1e6 / since.elapsed().as_secs_f64()
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("name a folder on the disk to measure")?;
    let mut number = |default: u64| arguments.next().map_or(Ok(default), |text| text.parse());
    let (megabytes, writers, bytes) = (number(400)?, number(8)?, number(200_000)?);
    let load = Load {
        frames: megabytes * 1_000_000 / bytes,
        writers,
        bytes: usize::try_from(bytes)?,
    };
    let folder = Path::new(&folder);
    println!("{} frames of {bytes} bytes, {writers} writers; MB/s", load.frames);
    println!(
        "{:>28} {:>28} {:>10}",
        "write+fdatasync a frame", "write+fdatasync a group", "intake"
    );
    // Everything stays until the end: the disk would discard deleted blocks in the midst of the next measurement.
    for round in 0..ROUNDS {
        let alone = plain(&folder.join(format!("frames-{round}")), &load, 1)?;
        let grouped = plain(&folder.join(format!("groups-{round}")), &load, load.writers)?;
        let (log, groups) = intake(&folder.join(format!("intake-{round}")), &load)?;
        println!(
            "{alone:>28.1} {grouped:>28.1} {log:>10.1}   {groups} groups, {:.0} %",
            100.0 * log / grouped
        );
    }
    for round in 0..ROUNDS {
        std::fs::remove_file(folder.join(format!("frames-{round}")))?;
        std::fs::remove_file(folder.join(format!("groups-{round}")))?;
        std::fs::remove_dir_all(folder.join(format!("intake-{round}")))?;
    }
    Ok(())
}

/// One thread that writes `group` frames and syncs, over and over.
fn plain(path: &Path, load: &Load, group: u64) -> io::Result<f64> {
    let mut file = OpenOptions::new()
        .create(true)
        .write(true)
        .truncate(true)
        .open(path)?;
    let frame = vec![0x5a; load.bytes];
    file.sync_all()?;
    let begin = Instant::now();
    for written in 1..=load.frames {
        file.write_all(&frame)?;
        if written % group == 0 || written == load.frames {
            file.sync_data()?;
        }
    }
    Ok(load.megabytes_a_second(begin))
}

/// Writers that each wait for their frame before they send the next.
fn intake(path: &Path, load: &Load) -> Result<(f64, u64), Box<dyn std::error::Error>> {
    let (log, found, _) = IntakeLog::open(path, IntakeOptions::default())?;
    if !found.is_empty() {
        return Err("the folder holds an intake log with entries".into());
    }
    let log = Arc::new(log);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .build()?;
    let begin = Instant::now();
    runtime.block_on(async {
        let mut writers = tokio::task::JoinSet::new();
        for writer in 0..load.writers {
            let log = Arc::clone(&log);
            let (bytes, step, frames) = (load.bytes, load.writers, load.frames);
            writers.spawn(async move {
                let mut seq = writer;
                while seq < frames {
                    log.append(header(seq), vec![0x5a; bytes]).await?;
                    seq += step;
                }
                Ok::<_, obhut_archive::intake::IntakeError>(())
            });
        }
        while let Some(done) = writers.join_next().await {
            done??;
        }
        Ok::<_, Box<dyn std::error::Error>>(())
    })?;
    let speed = load.megabytes_a_second(begin);
    let groups = log.stats().counts().groups;
    Ok((speed, groups))
}

fn header(seq: u64) -> EntryHeader {
    EntryHeader {
        tenant: TenantId::from_bytes([1; 16]),
        session: SessionId::from_bytes([2; 16]),
        stream: StreamNo::new(0).expect("0 is a stream"),
        seq: Seq::new(seq).expect("a small number"),
        kind: EntryKind::FRAME,
        flags: 0,
    }
}
