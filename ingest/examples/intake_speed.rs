//! How fast frames are acknowledged over loopback, the packer running:
//! `cargo run --release -p obhut-ingest --example intake_speed -- [seconds] [writers] [bytes a frame] [folder]`.

use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine;
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use obhut_archive::{Archive, ArchiveOptions, Clock, NewSession, NewStream, SystemClock};
use obhut_format::chain::{SessionKind, StreamKind};
use obhut_format::digest::Sha256Digest;
use obhut_format::ids::StreamNo;
use obhut_ingest::config::{IntakeConfig, PackerConfig};
use obhut_ingest::packer::Packer;
use obhut_ingest::server::Intake;
use obhut_listener::metrics::Metrics;
use tokio::net::TcpStream;

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let mut number = |default: u64| arguments.next().map_or(Ok(default), |text| text.parse());
    let (seconds, writers, bytes) = (number(5)?, number(8)?, number(200_000)?);
    let folder = arguments.next().map_or_else(std::env::temp_dir, Into::into);
    let folder = tempfile::tempdir_in(folder)?;
    let clock = Arc::new(SystemClock);
    let (archive, _) = Archive::open(ArchiveOptions::embedded(folder.path()), clock.clone()).await?;
    let tenant = archive.tenant("default").await?.tenant;
    let (device, token) = archive.add_device(tenant, "speed").await?;
    let packer = Packer::start(archive.clone(), PackerConfig::default());
    let config = IntakeConfig::at(([127, 0, 0, 1], 0).into());
    let intake = Intake::start(archive.clone(), config, Metrics::install()?).await?;
    let until = Instant::now() + Duration::from_secs(seconds);
    let mut tasks = Vec::new();
    for _ in 0..writers {
        let new = NewSession {
            tenant,
            device: device.device,
            kind: SessionKind::Monitoring,
            started_at: clock.now(),
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
        let (address, token, at) = (intake.local_address(), token.expose().to_owned(), clock.now());
        tasks.push(tokio::spawn(async move {
            let stream = TcpStream::connect(address).await?;
            stream.set_nodelay(true)?;
            let (mut client, connection) = http1::handshake(TokioIo::new(stream)).await?;
            tokio::spawn(connection);
            let mut took = Vec::new();
            let mut body = picture(bytes);
            for seq in 0u64.. {
                if Instant::now() >= until {
                    break;
                }
                body[100..108].copy_from_slice(&seq.to_be_bytes());
                let digest = base64::engine::general_purpose::STANDARD.encode(Sha256Digest::of(&body).0);
                let request = Request::put(format!("/v1/sessions/{session}/streams/0/frames/{seq}"))
                    .header("host", "speed")
                    .header("authorization", format!("Bearer {token}"))
                    .header("content-type", "image/png")
                    .header("content-digest", format!("sha-256=:{digest}:"))
                    .header("captured-at", at.to_string())
                    .body(Full::new(Bytes::copy_from_slice(&body)))?;
                let began = Instant::now();
                client.ready().await?;
                let answer = client.send_request(request).await?;
                if answer.status() != 201 {
                    return Err(format!("frame {seq}: {}", answer.status()).into());
                }
                answer.into_body().collect().await?;
                took.push(began.elapsed());
            }
            Ok::<_, Failure>(took)
        }));
    }
    let mut took = Vec::new();
    for task in tasks {
        took.extend(task.await??);
    }
    took.sort();
    let at = |share: usize| took.get(took.len() * share / 100).copied().unwrap_or_default();
    let frames = took.len() as u64 / seconds.max(1);
    println!(
        "{writers} writers, {bytes} bytes a frame: {frames} frames/s, {} MB/s",
        frames * bytes / 1_000_000
    );
    println!(
        "p50 {:?}, p99 {:?}; waiting for the packer: {}",
        at(50),
        at(99),
        archive.stats().waiting_frames
    );
    intake.shutdown().await;
    packer.shutdown().await;
    archive.close().await;
    Ok(())
}

/// Begins as a PNG does; the rest does not matter to the intake.
fn picture(bytes: u64) -> Vec<u8> {
    let mut picture = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x07\x80\0\0\x04\x38\x08\x02\0\0\0".to_vec();
    let mut state = 1u32;
    picture.resize_with(usize::try_from(bytes).unwrap_or(0).max(200), || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    });
    picture
}
