//! Intake: eight writers, each with its own device, session and connection, beside the limit.
//!
//! A round sends the same number of frames that the limit is then measured with. The packer works while frames come
//! in; while the limit is measured the server is held (SIGSTOP), so that each side has the machine to itself and the packer's
//! backlog stays as it is from round to round.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::Options;
use crate::disk::{number, settle};
use crate::frames::{self, Frame};
use crate::http::Connection;
use crate::limit::{self, Limit};
use crate::program::{Program, Server};
use crate::report::Report;

const PART: &str = "intake";
const WRITERS: usize = 8;

/// Different frames; more than a segment holds, so that no segment holds one twice.
const DIFFERENT: usize = 400;

/// When all frames were taken; the order alone matters.
const CAPTURED: &str = "2026-01-01T00:00:00.000000Z";

/// A writer: who it is, where it sends, and what number comes next.
struct Writer {
    origin: String,
    token: String,
    session: String,
    next: u64,
}

/// A round as the writers saw it.
struct Round {
    took: Duration,
    /// Of every frame, from its first byte sent to its receipt.
    latencies: Vec<Duration>,
}

pub(crate) fn measure(options: &Options, program: &Program, work: &Path, report: &mut Report) -> Result<()> {
    let data = work.join("intake");
    let frames = frames::noise(DIFFERENT);
    let bytes: usize = frames.iter().map(|frame| frame.bytes.len()).sum();
    let frame_bytes = number((bytes / frames.len()) as u64);
    let writers = usize::try_from(options.round_mb * 1_000_000 / (bytes / frames.len()) as u64)? / WRITERS;
    let count = writers * WRITERS;
    let server = program.serve(&data)?;
    let mut senders = enrol(program, &server, &data)?;
    // The first frames find caches cold and files small; they are not counted.
    send(&mut senders, &frames, writers / 5)?;
    for round in 0..options.rounds {
        eprintln!("intake: round {} of {}", round + 1, options.rounds);
        settle();
        let sent = send(&mut senders, &frames, writers)?;
        server.hold()?;
        let limit = limits(&frames, count, work);
        server.go_on()?;
        let [both, disk, cipher] = limit?;
        let rate = |took: Duration| number(count as u64) / took.as_secs_f64();
        let megabytes = |took: Duration| rate(took) * frame_bytes / 1e6;
        report.add(PART, "frames acknowledged", "1/s", rate(sent.took));
        report.add(PART, "bytes acknowledged", "MB/s", megabytes(sent.took));
        for (what, part) in [("latency p50", 0.5), ("latency p99", 0.99)] {
            report.add(PART, what, "ms", quantile(&sent.latencies, part));
        }
        report.add(PART, "limit: cipher, then disk, one thread", "1/s", rate(both));
        report.add(PART, "limit: the disk alone", "MB/s", megabytes(disk));
        report.add(PART, "limit: the cipher alone", "MB/s", megabytes(cipher));
        let share = both.as_secs_f64() / sent.took.as_secs_f64();
        report.ratio(PART, "acknowledged / limit", Some((0.5, 0.7)), share);
    }
    let packed = count_of(&server, "obhut_packer_frames_total ")?;
    let all: u64 = senders.iter().map(|sender| sender.next).sum();
    report.note(format!(
        "intake: {WRITERS} writers, {count} frames of {frame_bytes:.0} bytes a round, the packer beside them: {packed:.0} of \
         {all} frames were packed when the last round ended"
    ));
    Ok(())
}

fn enrol(program: &Program, server: &Server, data: &Path) -> Result<Vec<Writer>> {
    let enrol = |n: usize| {
        let (out, _) = program.run(data, &["device", "add", &format!("writer-{n}"), "--json"])?;
        let device: Value = serde_json::from_str(&out).context("device add")?;
        let token = device["token"].as_str().context("no token")?.to_owned();
        let wish = json!({
            "kind": "monitoring", "started_at": CAPTURED, "purpose": "measuring",
            "streams": [{"n": 0, "name": "screen"}],
        });
        let head = format!(
            "POST /v1/sessions HTTP/1.1\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\n\
             idempotency-key: writer-{n}\r\n"
        );
        let (status, body) = Connection::to(server.intake())?.ask(&head, wish.to_string().as_bytes())?;
        let answer: Value = serde_json::from_slice(&body).context("the answer is no JSON")?;
        if status != 201 {
            bail!("no session: {status} {answer}");
        }
        let session = answer["session"].as_str().context("no session")?.to_owned();
        Ok(Writer {
            origin: server.intake().to_owned(),
            token,
            session,
            next: 0,
        })
    };
    (0..WRITERS).map(enrol).collect()
}

/// Every writer sends `count` frames, each when the one before it was acknowledged.
fn send(writers: &mut [Writer], frames: &[Frame], count: usize) -> Result<Round> {
    let begun = Instant::now();
    let latencies = std::thread::scope(|scope| {
        let running: Vec<_> = writers
            .iter_mut()
            .enumerate()
            .map(|(n, writer)| {
                // Each at another frame, so that no two send the same bytes at a time.
                let own = frames.iter().cycle().skip(
                    n * frames.len() / WRITERS + usize::try_from(writer.next).unwrap_or(0) % frames.len(),
                );
                scope.spawn(move || writer.send(own.take(count)))
            })
            .collect();
        let mut all = Vec::new();
        for writer in running {
            let own = writer
                .join()
                .map_err(|_| anyhow::anyhow!("a writer panicked"))??;
            all.extend(own);
        }
        anyhow::Ok(all)
    })?;
    Ok(Round {
        took: begun.elapsed(),
        latencies,
    })
}

impl Writer {
    fn send<'a>(&mut self, frames: impl Iterator<Item = &'a Frame>) -> Result<Vec<Duration>> {
        let mut connection = Connection::to(&self.origin)?;
        let mut latencies = Vec::new();
        for frame in frames {
            let head = format!(
                "PUT /v1/sessions/{}/streams/0/frames/{} HTTP/1.1\r\nauthorization: Bearer {}\r\n\
                 content-type: image/png\r\ncontent-digest: {}\r\ncaptured-at: {CAPTURED}\r\n",
                self.session, self.next, self.token, frame.digest
            );
            let begun = Instant::now();
            let (status, body) = connection.ask(&head, &frame.bytes)?;
            latencies.push(begun.elapsed());
            if status != 201 {
                bail!("frame {}: {status} {}", self.next, String::from_utf8_lossy(&body));
            }
            self.next += 1;
        }
        Ok(latencies)
    }
}

fn limits(frames: &[Frame], count: usize, work: &Path) -> Result<[Duration; 3]> {
    settle();
    let both = limit::run(Limit::Both, frames, count, work)?;
    let disk = limit::run(Limit::Disk, frames, count, work)?;
    let cipher = limit::run(Limit::Cipher, frames, count, work)?;
    Ok([both, disk, cipher])
}

/// In milliseconds.
fn quantile(latencies: &[Duration], part: f64) -> f64 {
    let mut sorted = latencies.to_vec();
    sorted.sort_unstable();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of a length, from 0 to 1"
    )]
    let at = (number(sorted.len() as u64) * part) as usize;
    let at = at.min(sorted.len().saturating_sub(1));
    sorted.get(at).map_or(f64::NAN, |time| time.as_secs_f64() * 1e3)
}

/// A counter of the server's own.
fn count_of(server: &Server, name: &str) -> Result<f64> {
    let (_, body) = Connection::to(server.intake())?.ask("GET /metrics HTTP/1.1\r\n", b"")?;
    let text = String::from_utf8_lossy(&body);
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    Ok(line.and_then(|value| value.trim().parse().ok()).unwrap_or(0.0))
}
