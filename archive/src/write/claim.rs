//! Which frames are packed together: planning, and giving back what could not be packed.

use std::sync::Arc;
use std::time::Duration;

use obhut_format::chain::StreamKind;
use obhut_format::ids::{Seq, StreamNo};

use super::live::{LiveSession, LiveStream, Pending, Phase};
use super::{RECORDING_BLOCK, SessionRef};
use crate::Archive;

/// When a run of frames is ready, and how large it may be (DESIGN 6).
#[derive(Debug, Clone, Copy)]
pub struct ClaimLimits {
    /// Frames in a timeline segment.
    pub frames: usize,
    /// Original bytes in a timeline segment, about.
    pub bytes: u64,
    /// How long a frame waits for company.
    pub age: Duration,
}

impl Default for ClaimLimits {
    fn default() -> Self {
        Self {
            frames: 96,
            bytes: 32 << 20,
            age: Duration::from_mins(10),
        }
    }
}

/// Blocks in a segment of a recording or attachment: 16 MiB.
const RECORDING_BLOCKS: usize = (16 << 20) / RECORDING_BLOCK;

/// Frames taken for packing. When it is dropped without having been committed, they go back and are packed later.
#[derive(Debug)]
pub struct Claim {
    pub(crate) live: Arc<LiveSession>,
    pub(crate) stream: StreamNo,
    pub(crate) kind: StreamKind,
    pub(crate) frames: Vec<(Seq, Pending)>,
    pub(crate) committed: bool,
}

impl Claim {
    /// The session.
    pub fn session(&self) -> SessionRef {
        self.live.at
    }

    /// Frames claimed.
    pub fn frames(&self) -> usize {
        self.frames.len()
    }

    /// Bytes that packing it holds in memory, about: the frames and their segment.
    pub fn memory_bytes(&self) -> u64 {
        self.frames.iter().map(|(_, pending)| pending.bytes).sum::<u64>() * 2
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        if !self.committed
            && let Some(stream) = self.live.streams.lock().get_mut(&self.stream)
        {
            for (seq, _) in &self.frames {
                stream.unclaim(*seq);
            }
        }
        self.live.packed.send_modify(|ticks| *ticks += 1);
    }
}

impl Archive {
    /// The next run of frames that is ready to be packed, if any. Sessions being sealed come first and at once.
    pub fn claim(&self, limits: &ClaimLimits) -> Option<Claim> {
        let uptime = self.clock().uptime();
        let mut all = self.live().all();
        let sealing = |live: &LiveSession| {
            // A phase that can't be read right now is changing; the next look finds it changed.
            live.phase
                .try_read()
                .is_ok_and(|phase| matches!(*phase, Phase::Sealing(_)))
        };
        // The order of ids is the order of age: nobody starves.
        all.sort_by_cached_key(|live| (!sealing(live), live.at.session));
        all.iter().find_map(|live| {
            let at_once = sealing(live);
            let mut streams = live.streams.lock();
            streams.iter_mut().find_map(|(number, stream)| {
                let ready = stream.pending_frames > 0 && (at_once || is_ready(stream, limits, uptime));
                ready.then(|| take(live, *number, stream, limits)).flatten()
            })
        })
    }

    /// Whether any frame waits that no claim holds.
    pub fn has_unclaimed(&self) -> bool {
        self.live()
            .all()
            .iter()
            .any(|live| live.streams.lock().values().any(|s| s.pending_frames > 0))
    }
}

fn is_ready(stream: &LiveStream, limits: &ClaimLimits, uptime: Duration) -> bool {
    if stream.kind != StreamKind::Timeline {
        return stream.pending_frames >= RECORDING_BLOCKS || is_old(stream, limits, uptime);
    }
    stream.pending_frames >= limits.frames
        || stream.pending_bytes >= limits.bytes
        || is_old(stream, limits, uptime)
}

fn is_old(stream: &LiveStream, limits: &ClaimLimits, uptime: Duration) -> bool {
    stream.slots.values().any(|slot| match slot {
        super::live::Slot::Pending(pending) => uptime.saturating_sub(pending.since) >= limits.age,
        _ => false,
    })
}

/// Takes the lowest numbers first, up to the limits; at least one.
fn take(
    live: &Arc<LiveSession>,
    number: StreamNo,
    stream: &mut LiveStream,
    limits: &ClaimLimits,
) -> Option<Claim> {
    let (most, bytes) = match stream.kind {
        StreamKind::Timeline => (limits.frames, limits.bytes),
        StreamKind::Recording | StreamKind::Attachment => (RECORDING_BLOCKS, u64::MAX),
    };
    let waiting: Vec<Seq> = stream
        .slots
        .iter()
        .filter(|(_, slot)| matches!(slot, super::live::Slot::Pending(_)))
        .map(|(seq, _)| *seq)
        .take(most)
        .collect();
    let mut frames: Vec<(Seq, Pending)> = Vec::with_capacity(waiting.len());
    let mut sum = 0u64;
    for seq in waiting {
        if sum >= bytes {
            break;
        }
        let pending = stream.claim(seq)?;
        sum += pending.bytes;
        frames.push((seq, pending));
    }
    (!frames.is_empty()).then(|| Claim {
        live: live.clone(),
        stream: number,
        kind: stream.kind,
        frames,
        committed: false,
    })
}
