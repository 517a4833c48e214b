//! Frames one by one, and runs of them: from the intake log while they wait there, and else from the blocks of their
//! segments.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use futures_util::Stream;
use obhut_format::ids::{Seq, StreamNo};
use obhut_format::key::SessionKey;
use obhut_format::record::Record;

use super::ReadError;
use super::blocks::FrameSource;
use super::candidate::{Candidate, Flaw, candidates, holding};
use super::frames::{ReadFrame, SessionReader};
use super::segment::NamedSegment;
use super::waiting::waiting;
use crate::Archive;
use crate::catalog::sessions;
use crate::write::SessionRef;

impl Archive {
    /// The record of a committed frame; for the archive's own use: it carries no picture.
    pub(crate) async fn committed_record(
        &self,
        at: SessionRef,
        stream: StreamNo,
        seq: Seq,
    ) -> Result<Option<Record>, ReadError> {
        let _reading = self.in_use().begin(at.session);
        let candidates = self.segments_with(at, stream, (seq, seq)).await?;
        let Some(named) = holding(&candidates, seq)? else {
            return Ok(None);
        };
        let key = Arc::new(self.session_key(at).await?);
        let head = self.heads().head(self.objects(), &named, &key).await?;
        Ok(head.find(seq).map(|(record, _)| record.clone()))
    }

    /// The segments whose span overlaps a run of numbers, each with its chain line or what is wrong with that.
    pub(super) async fn segments_with(
        &self,
        at: SessionRef,
        stream: StreamNo,
        run: (Seq, Seq),
    ) -> Result<Vec<Candidate>, ReadError> {
        self.catalog()
            .read(move |tx| {
                if sessions::get(tx, at.tenant, at.session)?.is_none() {
                    return Err(ReadError::NoSuchSession(at.session));
                }
                candidates(tx, at.session, stream, run)
            })
            .await
    }

    async fn frame_source(
        &self,
        named: Arc<NamedSegment>,
        key: &Arc<SessionKey>,
    ) -> Result<FrameSource, ReadError> {
        let head = self.heads().head(self.objects(), &named, key).await?;
        FrameSource::new(named, head, key)
    }
}

impl SessionReader {
    /// Reads one frame, and of its segment only what it takes to check it.
    pub async fn frame(&self, stream: StreamNo, seq: Seq) -> Result<ReadFrame, ReadError> {
        self.grant.check(stream, seq)?;
        let at = self.grant.session();
        if let Some(live) = self.archive.live().get(at)
            && let Some(frame) = self.waiting_frame(&live, stream, seq).await?
        {
            return Ok(frame);
        }
        let missing = ReadError::NoSuchFrame {
            session: at.session,
            stream,
            seq,
        };
        let candidates = self.archive.segments_with(at, stream, (seq, seq)).await?;
        let Some(named) = holding(&candidates, seq)? else {
            return Err(missing);
        };
        let mut source = self.archive.frame_source(named, &self.key).await?;
        let frame = source.frame(self.archive.objects(), seq, []).await?;
        frame.ok_or(missing)
    }

    /// Begins to read the frames of a run that are there and within the grant, in order.
    pub async fn frames(
        self: &Arc<Self>,
        stream: StreamNo,
        first: Seq,
        last: Seq,
    ) -> Result<FrameRun, ReadError> {
        let at = self.grant.session();
        // What waits is listed before what is committed: a frame that moves in between stands in both lists, never in
        // neither.
        let live = self.archive.live().get(at);
        let waiting = live.map_or_else(Vec::new, |live| waiting(&live, stream, (first, last)));
        let candidates = self.archive.segments_with(at, stream, (first, last)).await?;
        // What is sound comes last, so that it counts where both claim a number.
        let mut places: BTreeMap<Seq, Place> = BTreeMap::new();
        for candidate in &candidates {
            let lost = candidate.listed_within((first, last));
            places.extend(lost.map(|seq| (seq, Place::Damaged(candidate.damaged()))));
        }
        places.extend(waiting.into_iter().map(|seq| (seq, Place::Waiting)));
        for candidate in &candidates {
            if let Some(named) = candidate.named() {
                let held = candidate.held_within((first, last));
                places.extend(held.map(|seq| (seq, Place::In(named.clone()))));
            }
        }
        places.retain(|seq, _| self.grant.check(stream, *seq).is_ok());
        Ok(FrameRun {
            reader: self.clone(),
            stream,
            todo: places.into_iter().collect(),
            source: None,
            failed: None,
        })
    }
}

/// Where a frame was when the run began.
#[derive(Debug, Clone)]
enum Place {
    Waiting,
    In(Arc<NamedSegment>),
    /// In a segment whose chain line does not check.
    Damaged(Flaw),
}

/// Frames being read one after the other, each block of their segments once.
#[derive(Debug)]
pub struct FrameRun {
    reader: Arc<SessionReader>,
    stream: StreamNo,
    todo: VecDeque<(Seq, Place)>,
    source: Option<FrameSource>,
    /// The segment that could not be begun, and why: its frames are not worth another try.
    failed: Option<(String, String)>,
}

impl FrameRun {
    /// The next frame, or what is wrong with it; `None` at the end. Damage of one frame does not end the run.
    pub async fn next(&mut self) -> Option<(Seq, Result<ReadFrame, ReadError>)> {
        let (seq, place) = self.todo.pop_front()?;
        let frame = match place {
            Place::Waiting => self.reader.frame(self.stream, seq).await,
            Place::In(named) => self.segment_frame(named, seq).await,
            Place::Damaged(flaw) => Err(flaw.into()),
        };
        Some((seq, frame))
    }

    /// The same as a stream.
    pub fn into_stream(self) -> impl Stream<Item = (Seq, Result<ReadFrame, ReadError>)> + Send + 'static {
        futures_util::stream::unfold(
            self,
            |mut run| async move { run.next().await.map(|item| (item, run)) },
        )
    }

    async fn segment_frame(&mut self, named: Arc<NamedSegment>, seq: Seq) -> Result<ReadFrame, ReadError> {
        let object = named.line.object.clone();
        if let Some((failed, why)) = &self.failed
            && *failed == object
        {
            return Err(ReadError::damaged(object, why));
        }
        let archive = &self.reader.archive;
        if self
            .source
            .as_ref()
            .is_none_or(|source| source.named().line.object != object)
        {
            self.source = None;
            match archive.frame_source(named, &self.reader.key).await {
                Ok(source) => self.source = Some(source),
                Err(ReadError::Damaged { object, why }) => {
                    self.failed = Some((object.clone(), why.clone()));
                    return Err(ReadError::Damaged { object, why });
                }
                Err(error) => return Err(error),
            }
        }
        let then = self.todo.iter().map_while(|(seq, place)| match place {
            Place::In(named) if named.line.object == object => Some(*seq),
            _ => None,
        });
        let missing = ReadError::NoSuchFrame {
            session: self.reader.grant.session().session,
            stream: self.stream,
            seq,
        };
        let Some(source) = &mut self.source else {
            return Err(missing);
        };
        source.frame(archive.objects(), seq, then).await?.ok_or(missing)
    }
}
