//! Carrying out a plan: a session is opened, its files are sent with several on their way, it is sealed.

use std::fmt::Display;
use std::fs::File;
use std::future::Future;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};
use obhut_archive::{RECORDING_BLOCK, SessionRef};
use obhut_format::chain::{SessionKind, StreamKind};
use obhut_format::ids::{Seq, StreamNo};
use obhut_format::time::UtcMicros;
use serde_json::{Map, Value, json};
use tokio::sync::Semaphore;

use super::plan::{Plan, PlannedFile, PlannedFrame, PlannedStream, StreamFiles};
use crate::image::inspect;

/// Frames on their way at once: enough to fill a group that is made durable together.
const IN_FLIGHT: usize = 8;

/// Bytes on their way at once, so that large pictures don't fill the memory. In KiB, as the semaphore counts them.
const IN_FLIGHT_KIB: u32 = 32 << 10;

/// Where an import goes.
pub trait ImportTarget: Sync {
    /// Why it was not taken.
    type Error: Display + Send;

    /// Opens a session.
    fn open(&self, new: NewImport<'_>) -> impl Future<Output = Result<SessionRef, Self::Error>> + Send;

    /// Sends a frame or a block; durable when this returns.
    fn put(
        &self,
        session: SessionRef,
        stream: StreamNo,
        seq: Seq,
        frame: SendFrame,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// Ends the session, and waits until all of it is packed.
    fn seal(
        &self,
        session: SessionRef,
        end: SessionEnd,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send;
}

/// A session to open.
#[derive(Debug)]
pub struct NewImport<'a> {
    /// What was asked for.
    pub options: &'a ImportOptions,
    /// The first capture instant.
    pub started_at: UtcMicros,
    /// Its streams.
    pub streams: Vec<(StreamNo, StreamKind, Option<String>)>,
    /// What else describes it.
    pub description: Map<String, Value>,
}

/// A frame or a block, with its bytes.
#[derive(Debug)]
pub struct SendFrame {
    /// The capture instant.
    pub at: UtcMicros,
    /// The file's name.
    pub name: Option<String>,
    /// Its media type.
    pub media_type: String,
    /// Whether a picture ends before its format says so.
    pub cut: bool,
    /// The bytes.
    pub body: Bytes,
}

/// How an import's session ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionEnd {
    /// All of it was sent. Retention counts from this instant, or from the seal.
    Complete(Option<UtcMicros>),
    /// It broke off.
    BrokenOff,
}

/// What is asked of an import.
#[derive(Debug, Clone)]
pub struct ImportOptions {
    /// The tenant's name.
    pub tenant: String,
    /// The device's name.
    pub device: String,
    /// The session's kind.
    pub kind: SessionKind,
    /// The retention class, or the tenant's default.
    pub class: Option<String>,
    /// Whether retention counts from the last capture instant instead of the import.
    pub trust_times: bool,
}

/// What was imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Imported {
    /// The session.
    pub session: SessionRef,
    /// Frames of its timelines.
    pub frames: u64,
    /// Bytes of all its files.
    pub bytes: u64,
}

/// Why an import broke off.
#[derive(Debug, thiserror::Error)]
pub enum SendError<E: Display> {
    /// The archive did not take it.
    #[error("{0}")]
    Target(E),
    /// A file could not be read any more.
    #[error("{} can't be read: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's word.
        source: std::io::Error,
    },
    /// A file is not as long as it was.
    #[error("{} was changed while it was imported", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
}

/// Something to send: a frame, or a block of a file.
enum Unit<'a> {
    Frame(StreamNo, &'a PlannedFrame),
    Block {
        stream: StreamNo,
        seq: Seq,
        file: &'a PlannedFile,
        offset: u64,
        bytes: u64,
    },
}

/// Opens a session and sends everything; when this returns `Ok` all of it is durable, and the session is still open.
/// `progress` hears of each frame's or block's bytes. When it fails the session that was begun is sealed as broken off.
pub async fn send<T: ImportTarget>(
    plan: &Plan,
    options: &ImportOptions,
    target: &T,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Imported, SendError<T::Error>> {
    let streams = plan
        .streams
        .iter()
        .map(|stream| (stream.n, stream.kind, stream.name.clone()));
    let new = NewImport {
        options,
        started_at: plan.captured().map_or(UtcMicros::UNIX_EPOCH, |(first, _)| first),
        streams: streams.collect(),
        description: describe(plan),
    };
    let session = target.open(new).await.map_err(SendError::Target)?;
    match send_all(plan, session, target, progress).await {
        Ok(()) => Ok(Imported {
            session,
            frames: plan.frames(),
            bytes: plan.bytes(),
        }),
        Err(error) => {
            if let Err(error) = target.seal(session, SessionEnd::BrokenOff).await {
                // The server seals it after silence.
                tracing::warn!(session.id = %session.session, %error, "a broken import could not be sealed");
            }
            Err(error)
        }
    }
}

/// How the session of a plan ends when all of it was sent.
pub(super) fn end_of(plan: &Plan, options: &ImportOptions) -> SessionEnd {
    SessionEnd::Complete(
        plan.captured()
            .map(|(_, last)| last)
            .filter(|_| options.trust_times),
    )
}

impl Plan {
    /// How its session ends when all of it was sent.
    pub fn end(&self, options: &ImportOptions) -> SessionEnd {
        end_of(self, options)
    }
}

/// What is kept, sealed, of where the session came from.
fn describe(plan: &Plan) -> Map<String, Value> {
    let name = plan
        .path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    let mut map = Map::new();
    map.insert(
        "source".to_owned(),
        json!({ "program": "obhut import", "name": name }),
    );
    if !plan.empty_folders.is_empty() {
        map.insert("empty_folders".to_owned(), json!(plan.empty_folders));
    }
    map
}

async fn send_all<T: ImportTarget>(
    plan: &Plan,
    session: SessionRef,
    target: &T,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<(), SendError<T::Error>> {
    let memory = Arc::new(Semaphore::new(IN_FLIGHT_KIB as usize));
    let units = plan.streams.iter().flat_map(units);
    stream::iter(units)
        .map(|unit| {
            let memory = memory.clone();
            async move {
                let kib = u32::try_from(unit.bytes().div_ceil(1 << 10))
                    .unwrap_or(u32::MAX)
                    .clamp(1, IN_FLIGHT_KIB);
                // Never closed, so it is always given.
                let _share = memory.acquire_many_owned(kib).await;
                let (stream, seq, frame) = unit.read().await?;
                let bytes = frame.body.len() as u64;
                target
                    .put(session, stream, seq, frame)
                    .await
                    .map_err(SendError::Target)?;
                progress(bytes);
                Ok::<_, SendError<T::Error>>(())
            }
        })
        .buffer_unordered(IN_FLIGHT)
        .try_collect()
        .await
}

fn units(stream: &PlannedStream) -> Box<dyn Iterator<Item = Unit<'_>> + Send + '_> {
    match &stream.files {
        StreamFiles::Frames(frames) => Box::new(frames.iter().map(|frame| Unit::Frame(stream.n, frame))),
        StreamFiles::File(file) => {
            let block = RECORDING_BLOCK as u64;
            // An empty file is one empty block, so that it exists.
            let blocks = file.bytes.div_ceil(block).max(1);
            Box::new((0..blocks).filter_map(move |n| {
                let offset = n * block;
                let bytes = block.min(file.bytes - offset);
                Some(Unit::Block {
                    stream: stream.n,
                    seq: Seq::new(n).ok()?,
                    file,
                    offset,
                    bytes,
                })
            }))
        }
    }
}

impl Unit<'_> {
    fn bytes(&self) -> u64 {
        match self {
            Self::Frame(_, frame) => frame.file.bytes,
            Self::Block { bytes, .. } => *bytes,
        }
    }

    /// Reads its bytes, which must be as many as were planned.
    async fn read<E: Display>(&self) -> Result<(StreamNo, Seq, SendFrame), SendError<E>> {
        match *self {
            Self::Frame(stream, frame) => {
                let body = read_at(&frame.file.path, 0, frame.file.bytes, true).await?;
                let cut = inspect(frame.format.media_type(), &body).is_ok_and(|info| info.cut);
                let name = Some(frame.file.name.clone());
                let media_type = frame.file.media_type.clone();
                Ok((
                    stream,
                    frame.seq,
                    SendFrame {
                        at: frame.file.at,
                        name,
                        media_type,
                        cut,
                        body,
                    },
                ))
            }
            Self::Block {
                stream,
                seq,
                file,
                offset,
                bytes,
            } => {
                let last = offset + bytes == file.bytes;
                let body = read_at(&file.path, offset, bytes, last).await?;
                let media_type = file.media_type.clone();
                // The stream has the file's name; a block has none of its own.
                Ok((
                    stream,
                    seq,
                    SendFrame {
                        at: file.at,
                        name: None,
                        media_type,
                        cut: false,
                        body,
                    },
                ))
            }
        }
    }
}

/// Reads a part of a file, and after the `last` part that nothing follows.
async fn read_at<E: Display>(
    path: &std::path::Path,
    offset: u64,
    bytes: u64,
    last: bool,
) -> Result<Bytes, SendError<E>> {
    let owned = path.to_owned();
    let read = tokio::task::spawn_blocking(move || -> std::io::Result<Option<Vec<u8>>> {
        let file = File::open(&owned)?;
        let mut body = vec![0u8; usize::try_from(bytes).map_err(std::io::Error::other)?];
        match file.read_exact_at(&mut body, offset) {
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => return Ok(None),
            other => other?,
        }
        let grown = last && file.metadata()?.len() != offset + bytes;
        Ok((!grown).then_some(body))
    });
    match read.await.map_err(std::io::Error::other).and_then(|read| read) {
        Ok(Some(body)) => Ok(Bytes::from(body)),
        Ok(None) => Err(SendError::Changed {
            path: path.to_owned(),
        }),
        Err(source) => Err(SendError::Unreadable {
            path: path.to_owned(),
            source,
        }),
    }
}
