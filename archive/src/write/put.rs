//! A frame comes in: sealed, durable, acknowledged. The same again is answered with the same receipt.

use std::sync::Arc;
use std::time::Duration;

use obhut_format::aad;
use obhut_format::chain::StreamKind;
use obhut_format::digest::Sha256Digest;
use obhut_format::floe;
use obhut_format::ids::{Seq, StreamNo};
use obhut_format::sign::Receipt;
use obhut_format::time::UtcMicros;
use tokio::sync::watch;

use super::intake_entry::{EntryHead, OpenedEntry};
use super::live::{Known, LiveSession, Pending, Phase, Slot};
use super::{Acknowledged, Ended, MAX_SESSION, NewFrame, SessionRef, WriteError, detached};
use crate::Archive;
use crate::intake::{EntryHeader, EntryKind, IntakeError};
use crate::rng::OsRandom;

/// Frames larger than this are sealed off the runtime's threads.
const INLINE_SEAL: usize = 1 << 20;

/// What there is at a number before a frame is put there.
enum Found {
    Nothing(watch::Sender<()>),
    /// A frame was there; its bytes no longer check.
    Lost(watch::Sender<()>),
    Writing(watch::Receiver<()>),
    Pending(Pending),
    Committed,
}

impl Archive {
    /// Takes a frame. When this returns `Ok`, the frame is durable and the receipt is signed.
    pub async fn put_frame(
        &self,
        at: SessionRef,
        stream: StreamNo,
        seq: Seq,
        frame: NewFrame,
    ) -> Result<Acknowledged, WriteError> {
        let archive = self.clone();
        detached(async move { archive.put_frame_through(at, stream, seq, frame).await }).await
    }

    async fn put_frame_through(
        &self,
        at: SessionRef,
        stream: StreamNo,
        seq: Seq,
        frame: NewFrame,
    ) -> Result<Acknowledged, WriteError> {
        let Some(live) = self.live_session(at).await? else {
            return self.put_after_seal(at, stream, seq, &frame).await;
        };
        // Held to the end: a seal waits until this frame is durable or refused.
        let phase = live.phase.read().await;
        live.touch(self.clock().uptime());
        let ended = self.ended(&live, &phase);
        loop {
            let found = find(&live, stream, seq, ended.is_none())?;
            let was_lost = matches!(found, Some(Found::Lost(_)));
            match found {
                Some(Found::Nothing(done) | Found::Lost(done)) => {
                    let mut taken = Taken {
                        live: &live,
                        stream,
                        seq,
                        was_lost,
                        stored: None,
                        _done: done,
                    };
                    let (pending, receipt) = self.store(&live, stream, seq, &frame).await?;
                    taken.stored = Some(pending);
                    return Ok(Acknowledged { receipt, fresh: true });
                }
                Some(Found::Writing(mut other)) => {
                    // Ends when the other sender's outcome is known; then look again.
                    let _ = other.changed().await;
                }
                Some(Found::Pending(pending)) => {
                    let known = match pending.known.clone() {
                        Some(known) => known,
                        None => match self.learn(&live, stream, seq, &pending).await {
                            Ok(known) => known,
                            // It was committed and left the log while we looked: look again.
                            Err(WriteError::Intake(IntakeError::Gone { .. })) => continue,
                            Err(error) => return Err(error),
                        },
                    };
                    return self.again(at, stream, seq, &frame, known.sha256, known.received);
                }
                Some(Found::Committed) => return self.put_again(at, stream, seq, &frame).await,
                None => {
                    let why = ended.unwrap_or(Ended::Sealed);
                    return Err(WriteError::Ended {
                        session: at.session,
                        why,
                    });
                }
            }
        }
    }

    /// A session takes nothing more once it is being sealed, or a day old.
    fn ended(&self, live: &LiveSession, phase: &Phase) -> Option<Ended> {
        match phase {
            Phase::Sealed(why) => Some(*why),
            Phase::Sealing(request) => Some(match request.how {
                obhut_format::chain::SealHow::Lost => Ended::Lost,
                _ => Ended::Sealed,
            }),
            Phase::Open => {
                let age = self.now().since(live.opened_at).0;
                let max = i64::try_from(MAX_SESSION.as_micros()).unwrap_or(i64::MAX);
                (age >= max).then_some(Ended::DayOld)
            }
        }
    }

    /// Seals the frame and waits until the intake log has it on disk.
    async fn store(
        &self,
        live: &Arc<LiveSession>,
        stream: StreamNo,
        seq: Seq,
        frame: &NewFrame,
    ) -> Result<(Pending, Receipt), WriteError> {
        let received = self.now();
        let described = EntryHead::of(frame, received);
        let head = described.encode();
        let sealed = if frame.body.len() > INLINE_SEAL {
            let (live, body) = (live.clone(), frame.body.clone());
            tokio::task::spawn_blocking(move || seal_entry(&live, stream, seq, &head, &body))
                .await
                .map_err(|error| WriteError::Packing(error.to_string()))?
        } else {
            seal_entry(live, stream, seq, &head, &frame.body)
        };
        let bytes = sealed.len() as u64;
        let kind = match live.streams.lock().get(&stream).map(|held| held.kind) {
            Some(StreamKind::Timeline) => EntryKind::FRAME,
            Some(StreamKind::Recording) => EntryKind::RECORDING,
            Some(StreamKind::Attachment) => EntryKind::ATTACHMENT,
            None => {
                return Err(WriteError::NoSuchStream {
                    session: live.id(),
                    stream,
                });
            }
        };
        let header = EntryHeader {
            tenant: live.tenant(),
            session: live.id(),
            stream,
            seq,
            kind,
            flags: 0,
        };
        let location = self.intake().append(header, sealed).await?;
        let pending = Pending {
            location,
            bytes,
            since: self.clock().uptime(),
            known: Some(Known::of(&described, frame.body.len())),
        };
        Ok((
            pending,
            self.receipt(live.at, stream, seq, frame.sha256, received),
        ))
    }

    /// The signed receipt of a frame; the same every time, Ed25519 being deterministic.
    pub(crate) fn receipt(
        &self,
        at: SessionRef,
        stream: StreamNo,
        seq: Seq,
        sha256: Sha256Digest,
        received: UtcMicros,
    ) -> Receipt {
        Receipt::sign(
            &self.keys().archive_signer(),
            at.session,
            stream,
            seq,
            sha256,
            received,
        )
    }

    /// Reads what is known of a frame that was recovered after a restart.
    pub(crate) async fn learn(
        &self,
        live: &Arc<LiveSession>,
        stream: StreamNo,
        seq: Seq,
        pending: &Pending,
    ) -> Result<Known, WriteError> {
        let entry = self.read_entry(live, stream, seq, pending).await?;
        let known = Known::of(&entry.head, entry.body().len());
        if let Some(Slot::Pending(kept) | Slot::Packing(kept)) = live
            .streams
            .lock()
            .get_mut(&stream)
            .and_then(|s| s.slots.get_mut(&seq))
        {
            kept.known = Some(known.clone());
        }
        Ok(known)
    }

    /// Reads and opens one intake entry.
    pub(crate) async fn read_entry(
        &self,
        live: &Arc<LiveSession>,
        stream: StreamNo,
        seq: Seq,
        pending: &Pending,
    ) -> Result<OpenedEntry, WriteError> {
        let (archive, live, location) = (self.clone(), live.clone(), pending.location);
        tokio::task::spawn_blocking(move || {
            let sealed = archive.intake().read(&location)?;
            open_entry(&live, stream, seq, &sealed)
        })
        .await
        .map_err(|error| WriteError::Packing(error.to_string()))?
    }

    /// Answers a repeated frame: the same receipt for the same bytes, a conflict for others.
    fn again(
        &self,
        at: SessionRef,
        stream: StreamNo,
        seq: Seq,
        frame: &NewFrame,
        sha256: Sha256Digest,
        received: UtcMicros,
    ) -> Result<Acknowledged, WriteError> {
        if sha256 != frame.sha256 {
            return Err(WriteError::SequenceTaken {
                session: at.session,
                stream,
                seq,
            });
        }
        Ok(Acknowledged {
            receipt: self.receipt(at, stream, seq, sha256, received),
            fresh: false,
        })
    }

    /// A frame that is in a committed segment already.
    async fn put_again(
        &self,
        at: SessionRef,
        stream: StreamNo,
        seq: Seq,
        frame: &NewFrame,
    ) -> Result<Acknowledged, WriteError> {
        let record = self.committed_record(at, stream, seq).await?;
        let record = record.ok_or(WriteError::Ended {
            session: at.session,
            why: Ended::Sealed,
        })?;
        self.again(at, stream, seq, frame, record.sha256, record.received)
    }

    /// A frame for a session that is sealed: answered if it is there, refused if not.
    async fn put_after_seal(
        &self,
        at: SessionRef,
        stream: StreamNo,
        seq: Seq,
        frame: &NewFrame,
    ) -> Result<Acknowledged, WriteError> {
        let why = self.sealed_how(at).await?;
        match self.committed_record(at, stream, seq).await? {
            Some(record) => self.again(at, stream, seq, frame, record.sha256, record.received),
            None => Err(WriteError::Ended {
                session: at.session,
                why,
            }),
        }
    }

    /// Sessions nobody was heard of for `silence`, or that are a day old: to be sealed as lost.
    pub fn silent_sessions(&self, silence: Duration) -> Vec<SessionRef> {
        let uptime = self.clock().uptime();
        let open = |live: &LiveSession| {
            live.phase.try_read().is_ok_and(|phase| {
                matches!(*phase, Phase::Open)
                    && (uptime.saturating_sub(*live.last_activity.lock()) >= silence
                        || self.ended(live, &phase).is_some())
            })
        };
        self.live()
            .all()
            .into_iter()
            .filter(|live| open(live))
            .map(|live| live.at)
            .collect()
    }
}

/// Looks at a number, and takes it when it is free. `None`: free, but the session takes nothing more.
fn find(live: &LiveSession, stream: StreamNo, seq: Seq, open: bool) -> Result<Option<Found>, WriteError> {
    let mut streams = live.streams.lock();
    let held = streams.get_mut(&stream).ok_or(WriteError::NoSuchStream {
        session: live.id(),
        stream,
    })?;
    Ok(match held.slots.get(&seq) {
        Some(Slot::Writing(other)) => Some(Found::Writing(other.clone())),
        Some(Slot::Pending(pending) | Slot::Packing(pending)) => Some(Found::Pending(pending.clone())),
        // The agent may still have what we lost: it may come in again while the session is open.
        Some(Slot::Damaged) if open => {
            let (done, watch) = watch::channel(());
            held.slots.insert(seq, Slot::Writing(watch));
            Some(Found::Lost(done))
        }
        Some(Slot::Damaged) => None,
        None if held.committed.contains(seq.get()) => Some(Found::Committed),
        None if !open => None,
        None => {
            let (done, watch) = watch::channel(());
            held.slots.insert(seq, Slot::Writing(watch));
            Some(Found::Nothing(done))
        }
    })
}

/// A number that was taken for a frame on its way. However its write ends, by a panic too, the slot gets the outcome and
/// whoever waits for it is woken.
struct Taken<'a> {
    live: &'a LiveSession,
    stream: StreamNo,
    seq: Seq,
    /// The number stays known as damaged where this write fails too.
    was_lost: bool,
    stored: Option<Pending>,
    _done: watch::Sender<()>,
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        let mut streams = self.live.streams.lock();
        let Some(held) = streams.get_mut(&self.stream) else {
            return;
        };
        held.slots.remove(&self.seq);
        if let Some(pending) = self.stored.take() {
            held.set_pending(self.seq, pending);
        } else if self.was_lost {
            held.set_damaged(self.seq);
        }
    }
}

fn seal_entry(live: &LiveSession, stream: StreamNo, seq: Seq, head: &[u8], body: &[u8]) -> Vec<u8> {
    let mut sealed = Vec::new();
    let aad = aad::intake(live.tenant(), live.id(), stream, seq);
    floe::seal(
        floe::Params::OBHUT,
        &live.key,
        &aad,
        &[head, body],
        &mut OsRandom,
        &mut sealed,
    );
    sealed
}

/// Opens one intake entry.
pub(crate) fn open_entry(
    live: &LiveSession,
    stream: StreamNo,
    seq: Seq,
    sealed: &[u8],
) -> Result<OpenedEntry, WriteError> {
    let aad = aad::intake(live.tenant(), live.id(), stream, seq);
    let damaged = || {
        WriteError::Packing(format!(
            "intake entry of session {} stream {stream} frame {seq} is damaged",
            live.id()
        ))
    };
    let plaintext = floe::open(floe::Params::OBHUT, &live.key, &aad, sealed).map_err(|_| damaged())?;
    OpenedEntry::parse(plaintext).ok_or_else(damaged)
}
