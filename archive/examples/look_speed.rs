//! How long a look takes: one frame out of a packed session, with nothing of it at hand and with its segment's head at
//! hand; the index; and committing the record that comes before.
//!
//! `cargo run --release -p obhut-archive --example look_speed PICTURES [FOLDER]`

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use obhut_archive::{
    AccessRange, Archive, ArchiveOptions, ClaimLimits, NewFrame, NewLogin, NewSession, NewStream, NewUser,
    OpenGrant, PasswordHash, Reason, ReviewGrant, SessionRef, SystemClock,
};
use obhut_format::chain::{SessionKind, StreamKind};
use obhut_format::digest::Sha256Digest;
use obhut_format::ids::{Seq, StreamNo};
use obhut_format::time::{SignedMicros, UtcMicros};

type Failure = Box<dyn std::error::Error + Send + Sync>;

const LOOKS: u64 = 200;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let pictures = PathBuf::from(arguments.next().ok_or("which pictures?")?);
    let folder = arguments.next().map_or_else(std::env::temp_dir, PathBuf::from);
    let folder = tempfile::tempdir_in(folder)?;
    let archive = open(folder.path()).await?;
    let (at, count) = fill(&archive, &pictures).await?;
    let grant = grant(&archive, at).await?;

    let (mut recording, mut warm) = (Vec::new(), Vec::new());
    let mut state = 1u64;
    let mut pick = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        Seq::new(1 + (state >> 33) % count)
    };
    let reader = archive
        .reader(archive.record_view(&grant, AccessRange::ALL).await?)
        .await?;
    reader.frame(StreamNo::ZERO, Seq::new(1)?).await?;
    for _ in 0..LOOKS {
        let seq = pick()?;
        let started = Instant::now();
        archive
            .record_view(&grant, AccessRange::frame(StreamNo::ZERO, seq))
            .await?;
        recording.push(started.elapsed());
        let started = Instant::now();
        reader.frame(StreamNo::ZERO, seq).await?;
        warm.push(started.elapsed());
    }
    let started = Instant::now();
    let reader = Arc::new(reader);
    let mut run = reader
        .frames(StreamNo::ZERO, Seq::new(1)?, Seq::new(count)?)
        .await?;
    let mut bytes = 0;
    while let Some((_, frame)) = run.next().await {
        bytes += frame?.body.len();
    }
    let all = started.elapsed();
    drop((run, reader));
    archive.close().await;
    drop(archive);

    // Each on an archive that was just opened: nothing but the operating system remembers anything.
    let (mut cold, mut index) = (Vec::new(), Vec::new());
    for n in 0..LOOKS / 4 {
        let archive = open(folder.path()).await?;
        let grant = archive
            .review_grant(at, grant.id())
            .await?
            .ok_or("the grant is gone")?;
        let view = archive.record_view(&grant, AccessRange::ALL).await?;
        let reader = archive.reader(view).await?;
        let started = Instant::now();
        if n % 2 == 0 {
            reader.frame(StreamNo::ZERO, pick()?).await?;
            cold.push(started.elapsed());
        } else {
            reader.index(StreamNo::ZERO, None).await?;
            index.push(started.elapsed());
        }
        archive.close().await;
    }
    println!("{count} frames, {bytes} bytes, in a run of all of them: {all:?}");
    for (what, times) in [
        ("a frame, nothing at hand", cold),
        ("a frame, its segment's head at hand", warm),
        ("the index, nothing at hand", index),
        ("the record of a look, durable", recording),
    ] {
        say(what, times);
    }
    Ok(())
}

fn say(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |part: usize| times.get(times.len() * part / 100).copied().unwrap_or_default();
    println!("{what}: median {:?}, p99 {:?}", at(50), at(99));
}

async fn open(data: &Path) -> Result<Archive, Failure> {
    Ok(
        Archive::open(ArchiveOptions::embedded(data), Arc::new(SystemClock))
            .await?
            .0,
    )
}

/// A session of these pictures, packed.
async fn fill(archive: &Archive, pictures: &Path) -> Result<(SessionRef, u64), Failure> {
    let tenant = archive.tenant("default").await?.tenant;
    let device = archive.import_device(tenant, "measuring").await?.device;
    let new = NewSession {
        tenant,
        device,
        kind: SessionKind::Training,
        started_at: archive.clock().now(),
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
    let at = SessionRef { tenant, session };
    let mut paths = std::fs::read_dir(pictures)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()?;
    paths.retain(|path| path.extension().is_some_and(|end| end == "png" || end == "jpg"));
    paths.sort();
    let mut count = 0;
    for path in paths {
        let body = Bytes::from(std::fs::read(&path)?);
        count += 1;
        let frame = NewFrame {
            at: archive.clock().now(),
            name: None,
            media_type: "image/png".to_owned(),
            cut: false,
            sha256: Sha256Digest::of(&body),
            body,
        };
        archive
            .put_frame(at, StreamNo::ZERO, Seq::new(count)?, frame)
            .await?;
    }
    let limits = ClaimLimits {
        age: Duration::ZERO,
        ..ClaimLimits::default()
    };
    while let Some(claim) = archive.claim(&limits) {
        archive.pack(claim).await?;
    }
    Ok((at, count))
}

async fn grant(archive: &Archive, at: SessionRef) -> Result<ReviewGrant, Failure> {
    let new = NewUser {
        name: "measuring".to_owned(),
        password: PasswordHash::new("$argon2id$none").ok_or("no argon2id")?,
        must_change: false,
        assignments: Vec::new(),
    };
    let user = archive.add_user(new).await?;
    let login = NewLogin {
        user: user.user,
        proved: PasswordHash::new("$argon2id$none").ok_or("no argon2id")?,
        token_hash: [0; 32],
        lasts: Duration::from_hours(1),
    };
    let login = archive.start_login(login).await?.ok_or("no login")?;
    let until = archive.clock().now().checked_add(SignedMicros::from_secs(3600));
    let new = OpenGrant {
        session: at,
        login: login.login,
        user: user.user,
        who: user.name,
        reason: Reason::new("measuring", None)?,
        ranges: vec![AccessRange::ALL],
        until: until.unwrap_or(UtcMicros::MAX),
    };
    Ok(archive.open_grant(new).await?)
}
