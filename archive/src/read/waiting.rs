//! Frames that wait in the intake log, as readers see them.

use std::sync::Arc;

use obhut_format::digest::Blake3Digest;
use obhut_format::ids::{Seq, StreamNo};
use obhut_format::record::Record;

use super::ReadError;
use super::frames::{ReadFrame, SessionReader};
use crate::write::{Known, LiveSession, Pending, Slot, WriteError};

/// The numbers of a stream that wait, from the first to the last of a run, in order; damaged ones too.
pub(super) fn waiting(live: &LiveSession, stream: StreamNo, (first, last): (Seq, Seq)) -> Vec<Seq> {
    let streams = live.streams.lock();
    let Some(held) = streams.get(&stream).filter(|_| first <= last) else {
        return Vec::new();
    };
    let durable = held
        .slots
        .range(first..=last)
        .filter(|(_, slot)| !matches!(slot, Slot::Writing(_)));
    durable.map(|(seq, _)| *seq).collect()
}

/// Bytes of the largest frame of a run that waits, as it is stored.
pub(super) fn largest_waiting(live: &LiveSession, stream: StreamNo, (first, last): (Seq, Seq)) -> u64 {
    let streams = live.streams.lock();
    let Some(held) = streams.get(&stream).filter(|_| first <= last) else {
        return 0;
    };
    let bytes = held.slots.range(first..=last).map(|(_, slot)| match slot {
        Slot::Pending(pending) | Slot::Packing(pending) => pending.bytes,
        Slot::Writing(_) | Slot::Damaged => 0,
    });
    bytes.max().unwrap_or(0)
}

/// How errors name an entry of the intake log.
fn entry_name(live: &LiveSession, stream: StreamNo, seq: Seq) -> String {
    format!(
        "intake entry of session {} stream {stream} frame {seq}",
        live.at.session
    )
}

/// Where a waiting frame is; `None` when it does not wait any more.
fn pending(live: &LiveSession, stream: StreamNo, seq: Seq) -> Result<Option<Pending>, ReadError> {
    match live
        .streams
        .lock()
        .get(&stream)
        .and_then(|held| held.slots.get(&seq))
    {
        Some(Slot::Pending(pending) | Slot::Packing(pending)) => Ok(Some(pending.clone())),
        Some(Slot::Damaged) => Err(ReadError::damaged(
            entry_name(live, stream, seq),
            "its bytes no longer check",
        )),
        Some(Slot::Writing(_)) | None => Ok(None),
    }
}

/// What an entry that could not be read means; `None` when it was released meanwhile: then it is committed.
fn trouble(live: &LiveSession, stream: StreamNo, seq: Seq, error: WriteError) -> Option<ReadError> {
    let streams = live.streams.lock();
    if !streams
        .get(&stream)
        .is_some_and(|held| held.slots.contains_key(&seq))
    {
        return None;
    }
    Some(match error {
        WriteError::Intake(error) => error.into(),
        error => ReadError::damaged(entry_name(live, stream, seq), error),
    })
}

impl SessionReader {
    /// A frame that is still in the intake log; `None` when it has moved on to a segment.
    pub(super) async fn waiting_frame(
        &self,
        live: &Arc<LiveSession>,
        stream: StreamNo,
        seq: Seq,
    ) -> Result<Option<ReadFrame>, ReadError> {
        let Some(pending) = pending(live, stream, seq)? else {
            return Ok(None);
        };
        let entry = match self.archive.read_entry(live, stream, seq, &pending).await {
            Ok(entry) => entry,
            Err(error) => return trouble(live, stream, seq, error).map_or(Ok(None), Err),
        };
        let head = entry.head.clone();
        let body = entry.into_body();
        let record = Record {
            stream,
            seq,
            at: head.at,
            received: head.received,
            name: head.name,
            media_type: head.media_type,
            bytes: body.len() as u64,
            sha256: head.sha256,
            blake3: Blake3Digest::of(&body),
            salt: self.key.salt(stream, seq),
            cut: head.cut,
        };
        Ok(Some(ReadFrame { record, body }))
    }

    /// What is known of a frame that is still in the intake log; `None` when it has moved on to a segment.
    pub(super) async fn waiting_known(
        &self,
        live: &Arc<LiveSession>,
        stream: StreamNo,
        seq: Seq,
    ) -> Result<Option<Known>, ReadError> {
        let Some(pending) = pending(live, stream, seq)? else {
            return Ok(None);
        };
        if let Some(known) = pending.known {
            return Ok(Some(known));
        }
        match self.archive.learn(live, stream, seq, &pending).await {
            Ok(known) => Ok(Some(known)),
            Err(error) => trouble(live, stream, seq, error).map_or(Ok(None), Err),
        }
    }
}
