//! Segments that may hold what is wanted, as the catalog has them. One whose chain line is damaged hides no other's frames,
//! and its own are told as damaged.

use std::sync::Arc;

use obhut_format::ids::Seq;
use obhut_format::seqset::SeqSet;

use super::ReadError;
use super::frames::named;
use super::segment::NamedSegment;
use crate::catalog::Query;
use crate::catalog::segments::SegmentRow;

/// What does not check, and of what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Flaw {
    object: Arc<str>,
    why: Arc<str>,
}

impl From<Flaw> for ReadError {
    fn from(flaw: Flaw) -> Self {
        Self::damaged(&*flaw.object, flaw.why)
    }
}

/// A segment that may hold some of the wanted frames.
#[derive(Debug)]
pub(super) struct Candidate {
    object: Arc<str>,
    /// The frames that its row lists.
    listed: SeqSet,
    /// Its chain line, or why that does not check.
    named: Result<Arc<NamedSegment>, Arc<str>>,
}

impl Candidate {
    pub(super) fn of(tx: &dyn Query, row: &SegmentRow) -> Result<Self, ReadError> {
        let named = match named(tx, row) {
            Ok(named) => Ok(Arc::new(named)),
            Err(error) if error.is_damage() => Err(Arc::from(error.what_is_damaged())),
            Err(error) => return Err(error),
        };
        let listed = SeqSet::parse(&row.ranges).unwrap_or_else(|_| match &named {
            Ok(named) => named.line.ranges.clone(),
            Err(_) => whole(row),
        });
        Ok(Self {
            object: Arc::from(&row.object[..]),
            listed,
            named,
        })
    }

    /// Its chain line, where that is sound.
    pub(super) fn named(&self) -> Option<&Arc<NamedSegment>> {
        self.named.as_ref().ok()
    }

    /// Why what its row lists is not to be had from it.
    pub(super) fn damaged(&self) -> Flaw {
        let why = self.named.as_ref().err().cloned();
        Flaw {
            object: self.object.clone(),
            why: why.unwrap_or_else(|| Arc::from("its chain line does not name it")),
        }
    }

    /// What its row lists of a run.
    pub(super) fn listed_within(&self, run: (Seq, Seq)) -> impl Iterator<Item = Seq> + '_ {
        within(&self.listed, run)
    }

    /// What its chain line names of a run.
    pub(super) fn held_within(&self, run: (Seq, Seq)) -> impl Iterator<Item = Seq> + '_ {
        let held = self.named().map(|named| within(&named.line.ranges, run));
        held.into_iter().flatten()
    }

    fn holds(&self, seq: Seq) -> bool {
        self.held_within((seq, seq)).next().is_some()
    }
}

/// The segment that holds a number; with late frames, spans overlap.
pub(super) fn holding(candidates: &[Candidate], seq: Seq) -> Result<Option<Arc<NamedSegment>>, ReadError> {
    let sound = candidates.iter().find(|candidate| candidate.holds(seq));
    if let Some(named) = sound.and_then(Candidate::named) {
        return Ok(Some(named.clone()));
    }
    let lost = candidates
        .iter()
        .find(|candidate| candidate.listed_within((seq, seq)).next().is_some());
    lost.map_or(Ok(None), |candidate| Err(candidate.damaged().into()))
}

/// Every number between a segment's first and last, where nothing says which of them it holds.
fn whole(row: &SegmentRow) -> SeqSet {
    let mut set = SeqSet::new();
    set.insert_range(row.first.get()..=row.last.get());
    set
}

fn within(set: &SeqSet, (first, last): (Seq, Seq)) -> impl Iterator<Item = Seq> + '_ {
    let (first, last) = (first.get(), last.get());
    set.iter_ranges().flat_map(move |held| {
        let wanted = first.max(*held.start())..=last.min(*held.end());
        wanted.filter_map(|seq| Seq::new(seq).ok())
    })
}
