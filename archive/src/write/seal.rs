//! Sealing a session: no more frames, everything packed, the chain's last line.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use obhut_format::aad;
use obhut_format::chain::{self, ChainLine, DeclaredStream, SealHow, SealLine, SealStream};
use obhut_format::digest::Link;
use obhut_format::ids::Seq;
use obhut_format::ledger::LeafType;
use obhut_format::object_key;
use obhut_format::seqset::SeqSet;
use obhut_format::sign::SealReceipt;
use obhut_format::time::UtcMicros;
use serde_json::json;

use super::live::{LiveSession, Phase};
use super::{ChainTail, Ended, SealOutcome, SealRequest, SessionRef, WriteError, detached};
use crate::Archive;
use crate::catalog::chain_lines::{self, ChainLineRow};
use crate::catalog::sessions::{self, Sealed};
use crate::ledger::{self, Draft, Scope};
use crate::objects::ObjectError;
use crate::rng::OsRandom;

/// The AAD word of a sealed seal request.
pub(crate) const SEAL_REQUEST: &str = "seal-request";

/// What the catalog keeps, sealed, of a seal under way, so that a restart goes on with it.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
struct KeptRequest {
    how: SealHow,
    /// The session end, decided when the seal was asked for.
    end: UtcMicros,
    said: serde_json::Map<String, serde_json::Value>,
    declared: Vec<DeclaredStream>,
}

impl Archive {
    /// Seals a session, waiting at most `patience` for its frames to be packed. Repeatable: a session that is
    /// sealed answers with the same receipt.
    pub async fn seal(
        &self,
        at: SessionRef,
        request: SealRequest,
        patience: Duration,
    ) -> Result<SealOutcome, WriteError> {
        let archive = self.clone();
        detached(async move { archive.seal_through(at, request, patience).await }).await
    }

    async fn seal_through(
        &self,
        at: SessionRef,
        request: SealRequest,
        patience: Duration,
    ) -> Result<SealOutcome, WriteError> {
        let Some(live) = self.live_session(at).await? else {
            return Ok(SealOutcome::Sealed(Box::new(self.seal_receipt(at).await?)));
        };
        self.begin_seal(&live, request).await?;
        let mut packed = live.packed.subscribe();
        self.wake_packer();
        let done = async {
            loop {
                packed.borrow_and_update();
                // Patience ends the waiting, never the last step half way: its object and its commit belong together.
                let (archive, live) = (self.clone(), live.clone());
                if detached(async move { archive.finish_seal(&live).await }).await? {
                    return Ok::<_, WriteError>(());
                }
                if packed.changed().await.is_err() {
                    return Ok(());
                }
            }
        };
        match tokio::time::timeout(patience, done).await {
            Ok(finished) => finished?,
            Err(_) => return Ok(SealOutcome::Packing),
        }
        Ok(SealOutcome::Sealed(Box::new(self.seal_receipt(at).await?)))
    }

    /// Closes the session for frames, durably. Waits for those on their way.
    async fn begin_seal(&self, live: &Arc<LiveSession>, request: SealRequest) -> Result<(), WriteError> {
        let mut phase = live.phase.write().await;
        if !matches!(*phase, Phase::Open) {
            return Ok(());
        }
        let end = request.trusted_end.unwrap_or_else(|| self.now());
        let kept = KeptRequest {
            how: request.how,
            end,
            said: request.said,
            declared: request.declared,
        };
        let text = serde_json::to_vec(&kept).map_err(|error| WriteError::Packing(error.to_string()))?;
        let aad = aad::describe(live.tenant(), live.id(), SEAL_REQUEST);
        let sealed = live.describe_key.seal(&mut OsRandom, &aad, &text);
        let session = live.id();
        self.catalog()
            .write(move |tx| sessions::begin_seal(tx, session, &sealed))
            .await?;
        *phase = Phase::Sealing(Box::new(kept.into_request()));
        Ok(())
    }

    /// The seal that a restart found under way.
    pub(crate) fn reopen_seal(live: &LiveSession, sealed: &[u8]) -> Result<SealRequest, WriteError> {
        let aad = aad::describe(live.tenant(), live.id(), SEAL_REQUEST);
        let damaged = || WriteError::Damaged {
            session: live.id(),
            what: "what its agent said at its end can't be read".to_owned(),
        };
        let text = live.describe_key.open(&aad, sealed).map_err(|_| damaged())?;
        let kept: KeptRequest = serde_json::from_slice(&text).map_err(|_| damaged())?;
        Ok(kept.into_request())
    }

    /// Writes the last line once every frame is committed. Returns whether the session is sealed.
    pub(crate) async fn finish_seal(&self, live: &Arc<LiveSession>) -> Result<bool, WriteError> {
        let _one = live.sealing.lock().await;
        let request = match &*live.phase.read().await {
            Phase::Open => return Ok(false),
            Phase::Sealed(_) => return Ok(true),
            Phase::Sealing(request) => request.clone(),
        };
        if live.uncommitted() > 0 {
            return Ok(false);
        }
        let mut tail = live.tail.lock().await;
        let now = self.now();
        let line = SealLine {
            tenant: live.tenant(),
            session: live.id(),
            n: tail.lines,
            prev: tail.link,
            streams: counts(live, &request.declared),
            declared: (!request.declared.is_empty()).then(|| request.declared.clone()),
            how: request.how,
            end: request.trusted_end.unwrap_or(now),
            at: now,
        };
        let line = self.put_seal_line(line).await?;
        let (now, end) = (line.at, line.end);
        let text = ChainLine::Seal(line).to_line();
        let link = chain::link(text.as_bytes());
        let sealed = Sealed {
            session: live.id(),
            how: request.how,
            ended_at: end,
            sealed_at: now,
            retain_until: crate::policy::retain_until(end, live.class_days),
            lines_before: tail.lines,
            link,
        };
        let n = tail.lines;
        let scope = Scope::Session(live.describe_key.clone());
        let detail = json!({ "session": live.id(), "link": link, "lines": n + 1 });
        let keys = self.keys().clone();
        let tenant = live.tenant();
        self.catalog()
            .write(move |tx| {
                sessions::seal(tx, &sealed)?;
                chain_lines::insert(
                    tx,
                    &ChainLineRow {
                        session: sealed.session,
                        n,
                        line: text.into_bytes(),
                    },
                )?;
                let draft = Draft {
                    tenant,
                    t: LeafType::Seal,
                    at: now,
                    session: Some(sealed.session),
                    scope: &scope,
                    detail: &detail,
                };
                ledger::append(tx, &keys.ledger_signer(), &draft)?;
                Ok::<_, WriteError>(())
            })
            .await?;
        *tail = ChainTail { lines: n + 1, link };
        drop(tail);
        *live.phase.write().await = Phase::Sealed(ended_by(request.how));
        self.live().remove(live.id());
        live.packed.send_modify(|ticks| *ticks += 1);
        Ok(true)
    }

    /// Puts a session's last line into object storage, and returns it. An attempt before whose outcome nobody learnt (its
    /// commit failed, or the program ended) may have committed after all: where its line says the same, it is the line, with
    /// its instant, so that object and catalog agree whichever attempt counts. Any other is overwritten: no commit named it.
    async fn put_seal_line(&self, line: SealLine) -> Result<SealLine, WriteError> {
        let key = object_key::seal_line(line.tenant, line.session);
        match self.objects().get(&key).await {
            Ok(left) => {
                if let Ok(ChainLine::Seal(earlier)) = ChainLine::parse(&left)
                    && (SealLine {
                        at: line.at,
                        ..earlier.clone()
                    }) == line
                {
                    return Ok(earlier);
                }
            }
            Err(ObjectError::NotFound { .. } | ObjectError::Damaged { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        let text = Bytes::from(ChainLine::Seal(line.clone()).to_line());
        self.objects().put_overwrite(&key, vec![text]).await?;
        Ok(line)
    }

    /// Finishes every seal whose frames are all committed; called by the packer, so that a seal whose caller went
    /// away, or that a restart found, ends too.
    pub async fn finish_seals(&self) -> Vec<(SessionRef, WriteError)> {
        let mut failed = Vec::new();
        for live in self.live().all() {
            let sealing = live
                .phase
                .try_read()
                .is_ok_and(|phase| matches!(*phase, Phase::Sealing(_)));
            if sealing
                && live.uncommitted() == 0
                && let Err(error) = self.finish_seal(&live).await
            {
                failed.push((live.at, error));
            }
        }
        failed
    }

    /// The signed receipt of a sealed session, made from its last line.
    async fn seal_receipt(&self, at: SessionRef) -> Result<SealReceipt, WriteError> {
        let row = self.catalog().read(move |tx| {
            if sessions::get(tx, at.tenant, at.session)?.is_none() {
                return Ok(None);
            }
            chain_lines::last(tx, at.session)
        });
        let row = row.await?.ok_or(WriteError::NoSuchSession(at.session))?;
        let not_sealed = || {
            WriteError::Packing(format!(
                "the last chain line of session {} is no seal",
                at.session
            ))
        };
        let ChainLine::Seal(line) = ChainLine::parse(&row.line).map_err(|_| not_sealed())? else {
            return Err(not_sealed());
        };
        let link: Link = chain::link(&row.line);
        Ok(SealReceipt::sign(
            &self.keys().archive_signer(),
            at.session,
            link,
            row.n + 1,
            line.streams,
        ))
    }
}

impl KeptRequest {
    fn into_request(self) -> SealRequest {
        SealRequest {
            how: self.how,
            trusted_end: Some(self.end),
            said: self.said,
            declared: self.declared,
        }
    }
}

/// What a seal request says that ended with this line, as far as the line tells: for a seal that a recovery found.
pub(crate) fn kept_seal(line: &SealLine) -> Vec<u8> {
    let kept = KeptRequest {
        how: line.how,
        end: line.end,
        said: serde_json::Map::new(),
        declared: line.declared.clone().unwrap_or_default(),
    };
    // A struct of plain fields serialises.
    serde_json::to_vec(&kept).unwrap_or_default()
}

pub(crate) fn ended_by(how: SealHow) -> Ended {
    match how {
        SealHow::Lost => Ended::Lost,
        SealHow::Sealed | SealHow::Imported => Ended::Sealed,
    }
}

/// What arrived in each stream, and what is missing between its first frame and the last that is known of.
fn counts(live: &LiveSession, declared: &[DeclaredStream]) -> Vec<SealStream> {
    let streams = live.streams.lock();
    let mut counts: Vec<SealStream> = streams
        .iter()
        .map(|(n, stream)| {
            let said = declared.iter().find(|said| said.n == *n);
            let committed = &stream.committed;
            let first = committed.first();
            let last = committed
                .last()
                .max(said.and_then(|said| said.last).map(Seq::get));
            // So many frames up to that number: those before the first that came are missing too, and all of them where
            // none came.
            let sent = said.and_then(|said| {
                let end = said.last?.get().checked_add(1)?;
                Some(end.saturating_sub(said.count))
            });
            let begin = match (first, sent) {
                (Some(first), Some(sent)) => Some(first.min(sent)),
                (first, sent) => first.or(sent),
            };
            let gaps = match (begin, last) {
                (Some(begin), Some(last)) => committed.gaps(begin..=last),
                _ => SeqSet::new(),
            };
            SealStream {
                n: *n,
                count: committed.len(),
                first: first.and_then(|n| Seq::new(n).ok()),
                last: committed.last().and_then(|n| Seq::new(n).ok()),
                gaps,
            }
        })
        .collect();
    counts.sort_by_key(|stream| stream.n);
    counts
}
