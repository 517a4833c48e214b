//! Bringing sessions into memory: at start from the catalog and the intake log, later on demand.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;
use std::time::Duration;

use obhut_format::ids::{DeviceId, StreamNo};
use parking_lot::Mutex;
use tokio::sync::{RwLock, watch};

use super::committed::{Committed, committed};
use super::live::{LiveSession, LiveStream, Pending, Phase};
use super::{ChainTail, Ended, SessionRef, WriteError};
use crate::Archive;
use crate::catalog::sessions::{self, SessionRow, SessionState};
use crate::catalog::{Query, deks, purges, streams};
use crate::intake::{EntryHeader, Recovered};
use crate::keys::KeyError;

/// What start-up found.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct Recovery {
    /// Sessions that are open or being sealed.
    pub sessions: u64,
    /// Frames in the intake log that wait to be packed.
    pub waiting: u64,
    /// Entries that a committed segment holds already, or whose session was deleted, released now.
    pub released: u64,
    /// Entries of sessions the catalog does not know, or that were left alone, kept where they are.
    pub strays: u64,
    /// Open sessions that can't be gone on with, because what the catalog says of them is damaged. They and their entries are
    /// left as they are.
    pub left_alone: u64,
    /// Frames of open sessions that were acknowledged and whose bytes in the intake log no longer check.
    pub damaged: u64,
}

/// What is read of a session to bring it into memory.
struct Loaded {
    row: SessionRow,
    wrapped: obhut_format::key::WrappedKey,
    streams: Vec<streams::StreamRow>,
    committed: HashMap<StreamNo, Committed>,
}

fn load(tx: &dyn Query, row: SessionRow) -> Result<Loaded, WriteError> {
    let what = || KeyError::Missing {
        what: format!("key of session {}", row.session),
    };
    let wrapped = deks::get(tx, row.dek)?.ok_or_else(what)?;
    let streams = streams::list(tx, row.session)?;
    let committed = committed(tx, row.session)?;
    Ok(Loaded {
        row,
        wrapped,
        streams,
        committed,
    })
}

impl Archive {
    /// Takes up every open session and every frame in the intake log. Runs once, before anything is served.
    pub(crate) async fn recover(
        &self,
        entries: Vec<Recovered>,
        lost: &[EntryHeader],
    ) -> Result<Recovery, WriteError> {
        let mut found = Recovery::default();
        for row in self.catalog().read(|tx| sessions::open_or_sealing(tx)).await? {
            let at = SessionRef {
                tenant: row.tenant,
                session: row.session,
            };
            match self.bring_in(row).await {
                Ok(live) => {
                    self.live().insert_if_absent(live);
                    found.sessions += 1;
                }
                // One session's damage is no reason to keep the others from being served.
                Err(error) if error.is_damage() => {
                    tracing::error!(session.id = %at.session, %error, "an open session is damaged and left alone; run obhut verify");
                    self.live().leave_alone(at.session);
                    found.left_alone += 1;
                }
                Err(error) => return Err(error),
            }
        }
        let mut sealed: HashMap<SessionRef, Option<HashMap<StreamNo, Committed>>> = HashMap::new();
        for entry in entries {
            let at = SessionRef {
                tenant: entry.header.tenant,
                session: entry.header.session,
            };
            let (stream, seq) = (entry.header.stream, entry.header.seq);
            if let Some(live) = self.live().get(at) {
                let mut streams = live.streams.lock();
                match streams.get_mut(&stream) {
                    Some(held) if held.committed.contains(seq.get()) => {
                        self.intake().release(&entry.location);
                        found.released += 1;
                    }
                    Some(held) => {
                        // Entries come oldest first. Of two with one number the earlier was never acknowledged
                        // (else the later had been refused or answered from it), so the later one counts.
                        if let Some(earlier) = held.take_pending(seq) {
                            self.intake().release(&earlier.location);
                            found.released += 1;
                            found.waiting -= 1;
                        }
                        let bytes = u64::from(entry.location.ciphertext_bytes());
                        let since = Duration::ZERO;
                        held.set_pending(
                            seq,
                            Pending {
                                location: entry.location,
                                bytes,
                                since,
                                known: None,
                            },
                        );
                        found.waiting += 1;
                    }
                    None => {
                        self.intake().note_stray(&entry.location, at.session);
                        found.strays += 1;
                    }
                }
                continue;
            }
            if let Entry::Vacant(unknown) = sealed.entry(at) {
                unknown.insert(self.committed_of(at).await?);
            }
            let committed = sealed
                .get(&at)
                .and_then(Option::as_ref)
                .and_then(|streams| streams.get(&stream));
            if committed.is_some_and(|stream| stream.frames.contains(seq.get())) {
                self.intake().release(&entry.location);
                found.released += 1;
            } else if self
                .catalog()
                .read(move |tx| purges::was_purged(tx, at.session))
                .await?
            {
                // Its file goes like any other; what it says cannot be read any more.
                self.intake().release(&entry.location);
                found.released += 1;
            } else {
                self.intake().note_stray(&entry.location, at.session);
                found.strays += 1;
            }
        }
        found.damaged = self.set_lost_aside(lost);
        Ok(found)
    }

    /// Names the frames whose entries no longer check, so that readers are told of them, and says how many. What stands in a
    /// segment or in another entry, because it was packed before or sent again, is not lost.
    fn set_lost_aside(&self, lost: &[EntryHeader]) -> u64 {
        let mut damaged = 0;
        for header in lost {
            let at = SessionRef {
                tenant: header.tenant,
                session: header.session,
            };
            let Some(live) = self.live().get(at) else { continue };
            let mut streams = live.streams.lock();
            let Some(held) = streams.get_mut(&header.stream) else {
                continue;
            };
            if !held.committed.contains(header.seq.get()) && !held.slots.contains_key(&header.seq) {
                held.set_damaged(header.seq);
                damaged += 1;
            }
        }
        damaged
    }

    /// Which numbers of a session are in committed segments; `None` where there is no such session, or it can't be told.
    async fn committed_of(&self, at: SessionRef) -> Result<Option<HashMap<StreamNo, Committed>>, WriteError> {
        let found = self
            .catalog()
            .read(move |tx| match sessions::get(tx, at.tenant, at.session)? {
                Some(_) => committed(tx, at.session).map(Some),
                None => Ok(None),
            })
            .await;
        match found {
            Err(error) if error.is_damage() => {
                tracing::error!(session.id = %at.session, %error, "its entries in the intake log are kept; run obhut verify");
                Ok(None)
            }
            other => other,
        }
    }

    /// The session in memory, brought there if it is open; `None` when it is sealed.
    pub(crate) async fn live_session(&self, at: SessionRef) -> Result<Option<Arc<LiveSession>>, WriteError> {
        if let Some(live) = self.live().get(at) {
            return Ok(Some(live));
        }
        if self.live().is_left_alone(at.session) {
            // Also when its rows were mended since: what of it waits in the intake log is only found at a start.
            return Err(WriteError::Damaged {
                session: at.session,
                what: "it was found damaged at the start".to_owned(),
            });
        }
        if self.unsealed(at).await?.is_none() {
            return Ok(None);
        }
        // One at a time, and looked at again: whoever holds this session in memory while it is sealed got it through
        // this door, so what is read here as open is not sealed before it stands in the list.
        let _door = self.live().door().await;
        if let Some(live) = self.live().get(at) {
            return Ok(Some(live));
        }
        match self.unsealed(at).await? {
            Some(row) => Ok(Some(self.live().insert_if_absent(self.bring_in(row).await?))),
            None => Ok(None),
        }
    }

    /// The session's row while it is open or being sealed.
    async fn unsealed(&self, at: SessionRef) -> Result<Option<SessionRow>, WriteError> {
        let row = self
            .catalog()
            .read(move |tx| sessions::kept(tx, at.tenant, at.session))
            .await?;
        let row = row.ok_or(WriteError::NoSuchSession(at.session))?;
        Ok((row.state != SessionState::Sealed).then_some(row))
    }

    async fn bring_in(&self, row: SessionRow) -> Result<Arc<LiveSession>, WriteError> {
        let keys = self.keys().clone();
        let (loaded, key) = self
            .catalog()
            .read(move |tx| {
                let loaded = load(tx, row)?;
                let at = (loaded.row.tenant, loaded.row.session);
                let key = keys.open_session_key(tx, at.0, at.1, &loaded.wrapped)?;
                Ok::<_, WriteError>((loaded, key))
            })
            .await?;
        let Loaded {
            row,
            streams: declared,
            mut committed,
            ..
        } = loaded;
        let streams = declared.into_iter().map(|stream| {
            let Committed { frames, next } = committed.remove(&stream.stream).unwrap_or_default();
            (stream.stream, LiveStream::new(stream.kind, frames, next))
        });
        let streams: HashMap<_, _> = streams.collect();
        let describe_key = Arc::new(key.describe_key());
        let live = LiveSession {
            at: SessionRef {
                tenant: row.tenant,
                session: row.session,
            },
            device: row.device,
            key,
            describe_key,
            opened_at: row.opened_at,
            class_days: row.class.days,
            phase: RwLock::new(Phase::Open),
            streams: Mutex::new(streams),
            tail: tokio::sync::Mutex::new(ChainTail {
                lines: row.lines,
                link: row.link,
            }),
            last_activity: Mutex::new(self.clock().uptime()),
            packed: watch::Sender::new(0),
            sealing: tokio::sync::Mutex::new(()),
        };
        if row.state == SessionState::Sealing {
            let sealed = row.seal_request.unwrap_or_default();
            let request = Self::reopen_seal(&live, &sealed)?;
            *live.phase.write().await = Phase::Sealing(Box::new(request));
        }
        Ok(Arc::new(live))
    }

    /// The device a session was recorded on: no other may write to it.
    pub async fn session_device(&self, at: SessionRef) -> Result<DeviceId, WriteError> {
        if let Some(live) = self.live().get(at) {
            return Ok(live.device);
        }
        let row = self
            .catalog()
            .read(move |tx| sessions::kept(tx, at.tenant, at.session))
            .await?;
        row.map(|row| row.device)
            .ok_or(WriteError::NoSuchSession(at.session))
    }

    /// In which way a session that is not open has ended.
    pub(crate) async fn sealed_how(&self, at: SessionRef) -> Result<Ended, WriteError> {
        let row = self
            .catalog()
            .read(move |tx| sessions::kept(tx, at.tenant, at.session))
            .await?;
        let row = row.ok_or(WriteError::NoSuchSession(at.session))?;
        Ok(row.how.map_or(Ended::Sealed, super::seal::ended_by))
    }

    /// How many open sessions there are.
    pub fn open_sessions(&self) -> usize {
        self.live().count()
    }
}
