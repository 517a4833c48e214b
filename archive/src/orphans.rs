//! Objects that no chain line names: what they claim, and which of them a crash explains.
//!
//! Gathers, for the orphan plan of `retention`, what there is to judge by, and removes what the plan names: only while
//! the session's one writer stands still and only if nothing has changed since. Decides nothing.

use std::collections::{BTreeSet, HashSet};

use futures_util::TryStreamExt;
use obhut_format::chain::ChainLine;
use obhut_format::digest::Blake3Digest;
use obhut_format::ids::{SegmentNo, Seq, StreamNo};
use obhut_format::ledger::{Leaf, LeafType};
use obhut_format::object_key::{self, ObjectKey};
use obhut_format::seqset::SeqSet;
use obhut_format::time::UtcMicros;
use serde_json::json;

use crate::Archive;
use crate::catalog::sessions::{self, SessionState};
use crate::catalog::{Query, ledger, lost, purges, segments, tenants};
use crate::keys::Period;
use crate::ledger::{Draft, Scope, append};
use crate::objects::{Disposal, ObjectError};
use crate::purge::PurgeError;
use crate::read::ReadError;
use crate::write::{LiveSession, SessionRef, Slot, WriteError, committed};

/// What an object that nothing names says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claimed {
    /// A segment with these frames.
    Frames {
        /// Its stream.
        stream: StreamNo,
        /// Its number.
        segment: SegmentNo,
        /// Its frames.
        ranges: SeqSet,
    },
    /// An opening or sealing line: it holds no frames.
    Nothing,
    /// Not what its key says.
    Unreadable,
}

/// Reads an object's head line and checks that the object is the one it describes.
pub(crate) fn claims(key: &str, object: &[u8]) -> Claimed {
    match ObjectKey::parse(key) {
        Ok(ObjectKey::OpenLine { .. } | ObjectKey::SealLine { .. }) => match ChainLine::parse(object) {
            Ok(ChainLine::Open(_) | ChainLine::Seal(_)) => Claimed::Nothing,
            _ => Claimed::Unreadable,
        },
        Ok(ObjectKey::Segment { .. }) => {
            let Some(end) = object.iter().position(|byte| *byte == b'\n') else {
                return Claimed::Unreadable;
            };
            let (head, rest) = (&object[..end], &object[end + 1..]);
            match ChainLine::parse(head) {
                Ok(ChainLine::Segment(line))
                    if line.object == key && Blake3Digest::of(rest) == line.blake3 =>
                {
                    Claimed::Frames {
                        stream: line.stream,
                        segment: line.segment,
                        ranges: line.ranges,
                    }
                }
                _ => Claimed::Unreadable,
            }
        }
        _ => Claimed::Unreadable,
    }
}

/// What the archive has of a session, apart from an object that nothing names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// The catalog has it.
    Known {
        /// Frames of the object's stream that are under a committed line or durable in the intake log.
        held: SeqSet,
    },
    /// It was deleted: there is a tombstone. What lies there has come back, as when an old copy of the store was put in its place.
    Deleted,
    /// Its key was lost when the archive was recovered.
    Lost {
        /// When that was.
        at: UtcMicros,
    },
    /// The catalog does not have it.
    Unknown {
        /// The ledger does: its rows are missing.
        in_ledger: bool,
    },
}

/// An object that no chain line names, and all there is to judge it by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unnamed {
    /// Its key.
    pub key: String,
    /// The session it lies under.
    pub session: SessionRef,
    /// What it says of itself.
    pub claims: Claimed,
    /// What the archive has besides.
    pub standing: Standing,
}

impl Archive {
    /// Sessions that are open or being sealed.
    pub fn live_sessions(&self) -> Vec<SessionRef> {
        self.live().all().iter().map(|live| live.at).collect()
    }

    /// Lists all objects and returns the sessions under which one lies that no chain line names. A commit under way
    /// looks the same here; [`Self::unnamed_objects`] waits for it.
    pub async fn sessions_with_unnamed_objects(&self) -> Result<BTreeSet<SessionRef>, ReadError> {
        let mut found = BTreeSet::new();
        for tenant in self.catalog().read(|tx| tenants::list(tx)).await? {
            let mut listed = self
                .objects()
                .list(&format!("tenants/{}/sessions/", tenant.tenant));
            // Stores list a session's objects one after the other: one set of names at a time is enough.
            let mut names: Option<(SessionRef, HashSet<String>)> = None;
            while let Some(object) = listed.try_next().await? {
                let Some(at) = session_of(&object.key) else {
                    continue;
                };
                let known = match names.take() {
                    Some((of, known)) if of == at => known,
                    _ => self.catalog().read(move |tx| named(tx, at)).await?,
                };
                if !known.contains(&object.key) {
                    found.insert(at);
                }
                names = Some((at, known));
            }
        }
        Ok(found)
    }

    /// A session's objects that no chain line names. Waits for a commit of the session that is under way.
    pub async fn unnamed_objects(&self, at: SessionRef) -> Result<Vec<Unnamed>, ReadError> {
        let mut found = Vec::new();
        let prefix = format!("tenants/{}/sessions/{}/", at.tenant, at.session);
        let mut listed = self.objects().list(&prefix);
        let live = self.live().get(at);
        // The writer holds this from before it writes an object until after its line is committed.
        let _still = match &live {
            Some(live) => Some(live.tail.lock().await),
            None => None,
        };
        while let Some(object) = listed.try_next().await? {
            if session_of(&object.key) == Some(at)
                && let Some(unnamed) = self.look_at(at, live.as_deref(), object.key).await?
            {
                found.push(unnamed);
            }
        }
        Ok(found)
    }

    /// Removes an object, if all that it was judged by is still so. Returns whether it did.
    pub async fn remove_unnamed(&self, judged: &Unnamed, proof: &Disposal) -> Result<bool, ReadError> {
        let at = judged.session;
        let live = self.live().get(at);
        let _still = match &live {
            Some(live) => Some(live.tail.lock().await),
            None => None,
        };
        let now = self.look_at(at, live.as_deref(), judged.key.clone()).await?;
        // More frames may be held by now; fewer may not.
        let same = now
            .is_some_and(|now| now.claims == judged.claims && holds_as_much(&now.standing, &judged.standing));
        if same && judged.standing == Standing::Deleted {
            // With every version, as the deletion did.
            let folder = object_key::session_folder(at.tenant, at.session);
            self.objects().delete_folder(&folder, proof).await?;
        } else if same {
            self.objects().delete(&judged.key, proof).await?;
        }
        Ok(same)
    }

    /// Deletes all objects of a session whose key was lost in a recovery; where the ledger knows the intent to delete it and
    /// no tombstone, the tombstone is appended.
    pub async fn remove_lost(&self, at: SessionRef, proof: &Disposal) -> Result<(), PurgeError> {
        let SessionRef { tenant, session } = at;
        let known = self
            .catalog()
            .read(move |tx| lost::get(tx, tenant, session))
            .await?;
        if known.is_none() {
            return Err(PurgeError::Kept(session));
        }
        let folder = object_key::session_folder(tenant, session);
        self.objects().delete_folder(&folder, proof).await?;
        let left = self.objects().left_in_folder(&folder).await?;
        if left > 0 {
            return Err(PurgeError::StillThere { session, left });
        }
        let (now, keys) = (self.now(), self.keys().clone());
        self.write_essential(move |tx| {
            let leaves = ledger::by_session(tx, tenant, session)?;
            let leaves: Vec<Leaf> = leaves
                .iter()
                .filter_map(|row| Leaf::parse(&row.line).ok())
                .collect();
            let intent = leaves.iter().find(|leaf| leaf.t == LeafType::PurgeIntent);
            let gone = leaves.iter().any(|leaf| leaf.t == LeafType::Purged);
            let Some(intent) = intent.filter(|_| !gone) else {
                return Ok(());
            };
            let period = Period::month_of(now);
            let scope = Scope::Period(period.clone(), keys.detail_key(tx, tenant, &period, now)?);
            let draft = Draft {
                tenant,
                t: LeafType::Purged,
                at: now,
                session: Some(session),
                scope: &scope,
                detail: &json!({
                    "session": session, "rule": "recovered", "intent": { "n": intent.n, "at": intent.at },
                    "objects_gone_at": now,
                }),
            };
            append(tx, &keys.ledger_signer(), &draft)?;
            Ok::<_, PurgeError>(())
        })
        .await
    }

    /// One object; `None` when it is named, or gone.
    async fn look_at(
        &self,
        at: SessionRef,
        live: Option<&LiveSession>,
        key: String,
    ) -> Result<Option<Unnamed>, ReadError> {
        if self.catalog().read(move |tx| named(tx, at)).await?.contains(&key) {
            return Ok(None);
        }
        let SessionRef { tenant, session } = at;
        if let Some(row) = self
            .catalog()
            .read(move |tx| lost::get(tx, tenant, session))
            .await?
        {
            // Nobody can read it, and what it says of itself decides nothing.
            return Ok(Some(Unnamed {
                key,
                session: at,
                claims: Claimed::Nothing,
                standing: Standing::Lost { at: row.lost_at },
            }));
        }
        let object = match self.objects().get(&key).await {
            Ok(object) => object,
            Err(ObjectError::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let owned = key.clone();
        let claims = tokio::task::spawn_blocking(move || claims(&owned, &object))
            .await
            .map_err(|error| ReadError::Task(error.to_string()))?;
        let stream = match &claims {
            Claimed::Frames { stream, .. } => Some(*stream),
            Claimed::Nothing | Claimed::Unreadable => None,
        };
        let mut standing = self.catalog().read(move |tx| standing(tx, at, stream)).await?;
        if let (Standing::Known { held }, Some(live), Some(stream)) = (&mut standing, live, stream) {
            for seq in durable(live, stream) {
                held.insert(seq.get());
            }
        }
        Ok(Some(Unnamed {
            key,
            session: at,
            claims,
            standing,
        }))
    }
}

/// The session under which an object lies.
fn session_of(key: &str) -> Option<SessionRef> {
    match ObjectKey::parse(key).ok()? {
        ObjectKey::Segment { tenant, session, .. }
        | ObjectKey::OpenLine { tenant, session }
        | ObjectKey::SealLine { tenant, session } => Some(SessionRef { tenant, session }),
        ObjectKey::LedgerCopy { .. } => None,
    }
}

/// The objects that a session's chain names.
fn named(tx: &dyn Query, at: SessionRef) -> Result<HashSet<String>, ReadError> {
    let Some(row) = sessions::get(tx, at.tenant, at.session)? else {
        return Ok(HashSet::new());
    };
    let mut names: HashSet<String> = segments::list(tx, at.session)?
        .into_iter()
        .map(|row| row.object)
        .collect();
    names.insert(object_key::open_line(at.tenant, at.session));
    if row.state == SessionState::Sealed {
        names.insert(object_key::seal_line(at.tenant, at.session));
    }
    Ok(names)
}

fn standing(tx: &dyn Query, at: SessionRef, stream: Option<StreamNo>) -> Result<Standing, ReadError> {
    let SessionRef { tenant, session } = at;
    if sessions::get(tx, tenant, session)?.is_none() {
        let deleted = purges::certificate(tx, tenant, session)?.is_some()
            || purges::get(tx, tenant, session)?.is_some();
        if deleted {
            return Ok(Standing::Deleted);
        }
        let in_ledger = !ledger::by_session(tx, tenant, session)?.is_empty();
        return Ok(Standing::Unknown { in_ledger });
    }
    let Some(stream) = stream else {
        return Ok(Standing::Known { held: SeqSet::new() });
    };
    let committed = committed(tx, session).map_err(|error| match error {
        WriteError::Catalog(error) => error.into(),
        other => ReadError::damaged(format!("session {session}"), other),
    })?;
    let held = committed.get(&stream).map(|stream| stream.frames.clone());
    Ok(Standing::Known {
        held: held.unwrap_or_default(),
    })
}

fn holds_as_much(now: &Standing, before: &Standing) -> bool {
    match (now, before) {
        (Standing::Known { held: now }, Standing::Known { held: before }) => now.union(before) == *now,
        (now, before) => now == before,
    }
}

/// A stream's frames that are durable in the intake log.
fn durable(live: &LiveSession, stream: StreamNo) -> Vec<Seq> {
    let streams = live.streams.lock();
    let slots = streams.get(&stream).into_iter().flat_map(|held| &held.slots);
    slots
        .filter(|(_, slot)| matches!(slot, Slot::Pending(_) | Slot::Packing(_)))
        .map(|(seq, _)| *seq)
        .collect()
}
