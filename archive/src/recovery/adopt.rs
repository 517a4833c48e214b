//! Sessions that were open when the backup was made: what was packed and chained since lies in object storage, and the
//! key that opens it is in the backup. The chain goes on from there.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::TryStreamExt;
use obhut_format::aad;
use obhut_format::certificate::LeafAt;
use obhut_format::chain::{self, ChainLine, SealLine};
use obhut_format::digest::Link;
use obhut_format::ids::StreamNo;
use obhut_format::key::SessionKey;
use obhut_format::ledger::LeafType;
use obhut_format::object_key::{self, ObjectKey};
use obhut_format::seqset::SeqSet;
use obhut_format::time::UtcMicros;
use serde_json::json;

use super::{Outcome, RecoverError};
use crate::catalog::chain_lines::{self, ChainLineRow};
use crate::catalog::segments::{self, SegmentRow};
use crate::catalog::sessions::{self, Advance, Sealed, SessionRow, SessionState};
use crate::catalog::{Catalog, CatalogError, deks};
use crate::keys::{KeyError, Keys};
use crate::ledger::{self, Draft, Scope};
use crate::objects::{ObjectError, Objects};
use crate::read::{NamedSegment, VerifiedSegment};
use crate::rng::OsRandom;
use crate::write::{SEAL_REQUEST, kept_seal};

/// What adopting needs.
pub(super) struct Adopter<'a> {
    pub(super) catalog: &'a Catalog,
    pub(super) objects: &'a Objects,
    pub(super) keys: &'a Arc<Keys>,
    pub(super) now: UtcMicros,
}

/// A session's chain as far as it was followed.
struct Tail {
    lines: u64,
    link: Link,
    held: BTreeMap<StreamNo, SeqSet>,
}

impl Adopter<'_> {
    /// Goes on with the chain of a session; `seals` are the leaves of its seal, where the copies have any. `None` where nothing
    /// came after the backup.
    pub(super) async fn adopt(
        &self,
        row: &SessionRow,
        seals: &[LeafAt],
    ) -> Result<Option<Outcome>, RecoverError> {
        let key = self.key(row).await?;
        let session = row.session;
        let known = self.catalog.read(move |tx| segments::list(tx, session)).await?;
        let mut tail = Tail {
            lines: row.lines,
            link: row.link,
            held: BTreeMap::new(),
        };
        for segment in &known {
            let ranges: SeqSet = segment
                .ranges
                .parse()
                .map_err(|_| CatalogError::Damaged(format!("the row of object {}", segment.object)))?;
            let held = tail.held.entry(segment.stream).or_default();
            *held = held.union(&ranges);
        }
        let mut waiting = self.unnamed(row, &known).await?;
        let mut adopted = 0u64;
        while let Some(next) = follow(&mut waiting, &tail) {
            if !self.add(row, &key, &mut tail, next).await? {
                break;
            }
            adopted += 1;
        }
        if seals.is_empty() {
            return Ok((adopted > 0).then_some(Outcome::Continued { segments: adopted }));
        }
        let sealed = self.seal(row, &key, &tail, seals).await?;
        let outcome = if sealed {
            Outcome::Sealed { segments: adopted }
        } else {
            Outcome::SealMissing { segments: adopted }
        };
        Ok(Some(outcome))
    }

    async fn key(&self, row: &SessionRow) -> Result<Arc<SessionKey>, RecoverError> {
        let (keys, tenant, session, dek) = (self.keys.clone(), row.tenant, row.session, row.dek);
        let key = self
            .catalog
            .read(move |tx| {
                let wrapped = deks::get(tx, dek)?.ok_or_else(|| KeyError::Missing {
                    what: format!("key of session {session}"),
                })?;
                keys.open_session_key(tx, tenant, session, &wrapped)
            })
            .await?;
        Ok(Arc::new(key))
    }

    /// The head lines of the segments in a session's folder that the backup does not know.
    async fn unnamed(
        &self,
        row: &SessionRow,
        known: &[SegmentRow],
    ) -> Result<Vec<NamedSegment>, RecoverError> {
        let mut found = Vec::new();
        let folder = object_key::session_folder(row.tenant, row.session);
        let mut listed = self.objects.list(&folder);
        while let Some(object) = listed.try_next().await? {
            let is_segment = matches!(ObjectKey::parse(&object.key), Ok(ObjectKey::Segment { .. }));
            if !is_segment || known.iter().any(|row| row.object == object.key) {
                continue;
            }
            let body = self.objects.get(&object.key).await?;
            let Some(end) = body.iter().position(|byte| *byte == b'\n') else {
                continue;
            };
            if let Ok(named) = NamedSegment::parse(body[..end].to_vec())
                && named.line.object == object.key
                && (named.line.tenant, named.line.session) == (row.tenant, row.session)
            {
                found.push(named);
            }
        }
        Ok(found)
    }

    /// Adds a segment to the chain, once its object is seen to be whole. `false` where it is not.
    async fn add(
        &self,
        row: &SessionRow,
        key: &Arc<SessionKey>,
        tail: &mut Tail,
        named: NamedSegment,
    ) -> Result<bool, RecoverError> {
        let object = self.objects.get(&named.line.object).await?;
        let (owned, key) = (named.clone(), key.clone());
        let opened = tokio::task::spawn_blocking(move || VerifiedSegment::open(&owned, &object, &key))
            .await
            .map_err(|error| RecoverError::Task(error.to_string()))?;
        let segment = match opened {
            Ok(segment) => segment,
            Err(error) => {
                tracing::error!(session.id = %row.session, object = named.line.object, %error, "a segment from after the backup is damaged");
                return Ok(false);
            }
        };
        let line = &named.line;
        let held = tail.held.entry(line.stream).or_default();
        let union = held.union(&line.ranges);
        if union.len() != held.len() + line.ranges.len() {
            return Ok(false);
        }
        *held = union;
        let at = |of: fn(_) -> Option<UtcMicros>| {
            of(segment.records.iter().map(|record| record.at).collect::<Vec<_>>())
        };
        let index = SegmentRow {
            session: line.session,
            stream: line.stream,
            segment: line.segment,
            n: line.n,
            object: line.object.clone(),
            kind: line.kind,
            first: line.first,
            last: line.last,
            count: line.count,
            ranges: line.ranges.to_string(),
            first_at: at(|all| all.into_iter().min()).unwrap_or(line.at),
            last_at: at(|all| all.into_iter().max()).unwrap_or(line.at),
            object_bytes: line.bytes,
            original_bytes: segment.records.iter().map(|record| record.bytes).sum(),
            stored_frames: line.count.saturating_sub(segment.duplicates),
            duplicate_frames: segment.duplicates,
        };
        let advance = Advance {
            session: line.session,
            lines_before: tail.lines,
            link: chain::link(&named.text),
            frames: index.count,
            original_bytes: index.original_bytes,
            stored_bytes: index.object_bytes,
        };
        (tail.lines, tail.link) = (tail.lines + 1, advance.link);
        let (came, text) = (line.at, named.text.clone());
        self.catalog
            .write(move |tx| {
                sessions::advance(tx, &advance)?;
                sessions::touch(tx, index.session, came)?;
                let line = ChainLineRow {
                    session: index.session,
                    n: index.n,
                    line: text,
                };
                chain_lines::insert(tx, &line)?;
                segments::insert(tx, &index)
            })
            .await?;
        Ok(true)
    }

    /// Ends the chain with the sealing line, where it follows and a leaf of the seal is of the same instant. That leaf's own
    /// detail is lost: another commits to the line again.
    async fn seal(
        &self,
        row: &SessionRow,
        key: &SessionKey,
        tail: &Tail,
        seals: &[LeafAt],
    ) -> Result<bool, RecoverError> {
        let text = match self
            .objects
            .get(&object_key::seal_line(row.tenant, row.session))
            .await
        {
            Ok(text) => text,
            Err(ObjectError::NotFound { .. }) => return Ok(false),
            Err(error) => return Err(error.into()),
        };
        let Ok(ChainLine::Seal(line)) = ChainLine::parse(&text) else {
            return Ok(false);
        };
        let follows = (line.tenant, line.session, line.n, line.prev)
            == (row.tenant, row.session, tail.lines, tail.link)
            && seals.iter().any(|leaf| leaf.at == line.at)
            && counts(&line, tail);
        if !follows {
            return Ok(false);
        }
        let describe = Arc::new(key.describe_key());
        let request = if row.state == SessionState::Open {
            let aad = aad::describe(row.tenant, row.session, SEAL_REQUEST);
            Some(describe.seal(&mut OsRandom, aad, &kept_seal(&line)))
        } else {
            None
        };
        let link = chain::link(&text);
        let sealed = Sealed {
            session: row.session,
            how: line.how,
            ended_at: line.end,
            sealed_at: line.at,
            retain_until: crate::policy::retain_until(line.end, row.class.days),
            lines_before: tail.lines,
            link,
        };
        let (keys, tenant, now) = (self.keys.clone(), row.tenant, self.now);
        let text = text.to_vec();
        self.catalog
            .write(move |tx| {
                let session = sealed.session;
                if let Some(request) = request {
                    sessions::begin_seal(tx, session, &request)?;
                }
                sessions::seal(tx, &sealed)?;
                let row = ChainLineRow {
                    session,
                    n: line.n,
                    line: text,
                };
                chain_lines::insert(tx, &row)?;
                let scope = Scope::Session(describe);
                let detail = json!({ "session": session, "link": link, "lines": line.n + 1 });
                let draft = Draft {
                    tenant,
                    t: LeafType::Seal,
                    at: now,
                    session: Some(session),
                    scope: &scope,
                    detail: &detail,
                };
                ledger::append(tx, &keys.ledger_signer(), &draft)?;
                Ok::<_, RecoverError>(())
            })
            .await?;
        Ok(true)
    }
}

/// The segment that goes on from the tail. Where a crash left two, the one that others go on from, or else the later.
fn follow(waiting: &mut Vec<NamedSegment>, tail: &Tail) -> Option<NamedSegment> {
    let goes_on = |of: &NamedSegment| {
        let link = chain::link(&of.text);
        waiting.iter().any(|other| other.line.prev == link)
    };
    let next = waiting
        .iter()
        .enumerate()
        .filter(|(_, named)| (named.line.n, named.line.prev) == (tail.lines, tail.link))
        .max_by_key(|(_, named)| (goes_on(named), named.line.at));
    let at = next.map(|(at, _)| at)?;
    Some(waiting.swap_remove(at))
}

/// Whether the sealing line counts what the chain holds.
fn counts(line: &SealLine, tail: &Tail) -> bool {
    let empty = SeqSet::new();
    line.streams.iter().all(|stream| {
        let held = tail.held.get(&stream.n).unwrap_or(&empty);
        stream.count == held.len()
    })
}
