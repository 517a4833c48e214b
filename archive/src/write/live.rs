//! Sessions that are open or being sealed, in memory: their keys, which frames are where, and the chain's tail.
//!
//! A session's state moves one way: open → sealing → sealed. A frame's slot moves writing → pending → (packing →)
//! committed; a failed step goes back one, never past what is durable.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use obhut_format::chain::StreamKind;
use obhut_format::digest::Sha256Digest;
use obhut_format::ids::{DeviceId, SegmentNo, Seq, SessionId, StreamNo, TenantId};
use obhut_format::key::{SessionKey, WrapKey};
use obhut_format::seqset::SeqSet;
use obhut_format::time::UtcMicros;
use parking_lot::Mutex;
use tokio::sync::{RwLock, watch};

use super::intake_entry::EntryHead;
use super::{ChainTail, Ended, SealRequest, SessionRef};
use crate::intake::Location;

/// What of a frame is kept in memory while it waits in the intake log.
#[derive(Debug, Clone)]
pub(crate) struct Pending {
    pub location: Location,
    /// Bytes of the sealed entry, close to the frame's own.
    pub bytes: u64,
    /// When it came, in the clock's uptime, for the packer's ten minutes; after a restart zero.
    pub since: Duration,
    /// What its description says; `None` after a restart until somebody asks.
    pub known: Option<Known>,
}

/// What is known of a frame without its bytes.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub sha256: Sha256Digest,
    /// The instant of intake.
    pub received: UtcMicros,
    /// The capture instant.
    pub at: UtcMicros,
    /// Bytes of the frame.
    pub bytes: u64,
    pub media_type: Arc<str>,
    pub cut: bool,
}

impl Known {
    /// What the description of a frame of so many bytes says.
    pub(crate) fn of(head: &EntryHead, bytes: usize) -> Self {
        Self {
            sha256: head.sha256,
            received: head.received,
            at: head.at,
            bytes: bytes as u64,
            media_type: Arc::from(&head.media_type[..]),
            cut: head.cut,
        }
    }
}

/// Where an uncommitted frame is.
#[derive(Debug)]
pub(crate) enum Slot {
    /// On its way to the disk; the watch ends when it got there or failed.
    Writing(watch::Receiver<()>),
    /// Durable in the intake log.
    Pending(Pending),
    /// Claimed by the packer; still in the intake log.
    Packing(Pending),
    /// Its bytes in the intake log no longer check. It is not packed again and again; `verify` names it, and the
    /// seal counts it as missing.
    Damaged,
}

/// One stream's frames.
#[derive(Debug)]
pub(crate) struct LiveStream {
    pub kind: StreamKind,
    /// Committed to segments.
    pub committed: SeqSet,
    /// Not yet committed.
    pub slots: BTreeMap<Seq, Slot>,
    pub next_segment: SegmentNo,
    /// Sums over `Slot::Pending`, kept so that the packer need not count.
    pub pending_frames: usize,
    pub pending_bytes: u64,
}

impl LiveStream {
    pub(crate) fn new(kind: StreamKind, committed: SeqSet, next_segment: SegmentNo) -> Self {
        Self {
            kind,
            committed,
            slots: BTreeMap::new(),
            next_segment,
            pending_frames: 0,
            pending_bytes: 0,
        }
    }

    /// Puts a durable frame into its slot.
    pub(crate) fn set_pending(&mut self, seq: Seq, pending: Pending) {
        self.pending_frames += 1;
        self.pending_bytes += pending.bytes;
        self.slots.insert(seq, Slot::Pending(pending));
    }

    /// Takes a durable frame for packing.
    pub(crate) fn claim(&mut self, seq: Seq) -> Option<Pending> {
        let slot = self.slots.get_mut(&seq)?;
        let Slot::Pending(pending) = slot else { return None };
        let pending = pending.clone();
        self.pending_frames -= 1;
        self.pending_bytes -= pending.bytes;
        *slot = Slot::Packing(pending.clone());
        Some(pending)
    }

    /// Takes a durable frame out.
    pub(crate) fn take_pending(&mut self, seq: Seq) -> Option<Pending> {
        let pending = self.claim(seq)?;
        self.slots.remove(&seq);
        Some(pending)
    }

    /// Sets a frame aside that was acknowledged and whose bytes no longer check.
    pub(crate) fn set_damaged(&mut self, seq: Seq) {
        self.slots.insert(seq, Slot::Damaged);
    }

    /// Gives a claimed frame back.
    pub(crate) fn unclaim(&mut self, seq: Seq) {
        if let Some(Slot::Packing(pending)) = self.slots.get(&seq) {
            let pending = pending.clone();
            self.set_pending(seq, pending);
        }
    }
}

/// The phase a session is in. The lock around it is held for reading through every acknowledgement, so that the
/// step to `Sealing` waits for frames on their way and none slips in behind it.
#[derive(Debug)]
pub(crate) enum Phase {
    Open,
    Sealing(Box<SealRequest>),
    Sealed(Ended),
}

/// One session.
#[derive(Debug)]
pub(crate) struct LiveSession {
    pub at: SessionRef,
    pub device: DeviceId,
    pub key: SessionKey,
    pub describe_key: Arc<WrapKey>,
    pub opened_at: UtcMicros,
    /// Days the class keeps it after its end; `None`: at once.
    pub class_days: Option<u32>,
    pub phase: RwLock<Phase>,
    pub streams: Mutex<HashMap<StreamNo, LiveStream>>,
    /// The chain's one writer holds this.
    pub tail: tokio::sync::Mutex<ChainTail>,
    /// In the clock's uptime, so that silence counts only while intake is up.
    pub last_activity: Mutex<Duration>,
    /// Ticks when a pack of this session was committed or failed; a seal waits on it.
    pub packed: watch::Sender<u64>,
    /// One seal at a time.
    pub sealing: tokio::sync::Mutex<()>,
}

impl LiveSession {
    /// Notes that the agent was heard.
    pub(crate) fn touch(&self, uptime: Duration) {
        *self.last_activity.lock() = uptime;
    }

    /// Frames not yet in a committed segment that can still get there.
    pub(crate) fn uncommitted(&self) -> u64 {
        self.counts().1
    }

    /// Frames under committed lines, and frames that are not: of one moment, so that none is counted twice or missed
    /// while it moves.
    pub(crate) fn counts(&self) -> (u64, u64) {
        let streams = self.streams.lock();
        let committed = streams.values().map(|stream| stream.committed.len()).sum();
        let slots = streams.values().flat_map(|stream| stream.slots.values());
        (
            committed,
            slots.filter(|slot| !matches!(slot, Slot::Damaged)).count() as u64,
        )
    }

    /// Frames of each stream, committed or not, of one moment.
    pub(crate) fn stream_counts(&self) -> HashMap<StreamNo, u64> {
        let streams = self.streams.lock();
        let count = |stream: &LiveStream| {
            let slots = stream.slots.values();
            let waiting = slots.filter(|slot| !matches!(slot, Slot::Damaged)).count();
            stream.committed.len() + waiting as u64
        };
        streams.iter().map(|(n, stream)| (*n, count(stream))).collect()
    }

    /// The tenant.
    pub(crate) fn tenant(&self) -> TenantId {
        self.at.tenant
    }

    /// The session.
    pub(crate) fn id(&self) -> SessionId {
        self.at.session
    }
}

/// All sessions that are open or being sealed.
#[derive(Debug, Default)]
pub(crate) struct LiveSessions {
    by_id: Mutex<HashMap<SessionId, Arc<LiveSession>>>,
    /// Held while a session is brought in from the catalog.
    door: tokio::sync::Mutex<()>,
    /// Sessions that a start found damaged: they are not brought in before the next one.
    left_alone: Mutex<HashSet<SessionId>>,
}

impl LiveSessions {
    pub(crate) fn get(&self, at: SessionRef) -> Option<Arc<LiveSession>> {
        self.by_id
            .lock()
            .get(&at.session)
            .filter(|live| live.at.tenant == at.tenant)
            .cloned()
    }

    /// Keeps others from bringing a session in meanwhile.
    pub(crate) async fn door(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.door.lock().await
    }

    /// Keeps a session from being brought in.
    pub(crate) fn leave_alone(&self, session: SessionId) {
        self.left_alone.lock().insert(session);
    }

    /// Whether a start found it damaged.
    pub(crate) fn is_left_alone(&self, session: SessionId) -> bool {
        self.left_alone.lock().contains(&session)
    }

    /// Adds a session; where it is there already, that one stays: a chain has one writer.
    pub(crate) fn insert_if_absent(&self, live: Arc<LiveSession>) -> Arc<LiveSession> {
        self.by_id.lock().entry(live.at.session).or_insert(live).clone()
    }

    pub(crate) fn remove(&self, session: SessionId) {
        self.by_id.lock().remove(&session);
    }

    pub(crate) fn all(&self) -> Vec<Arc<LiveSession>> {
        self.by_id.lock().values().cloned().collect()
    }

    pub(crate) fn count(&self) -> usize {
        self.by_id.lock().len()
    }
}
