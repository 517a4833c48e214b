//! Segments that may hold what is wanted, as the catalog has them. One whose chain line is damaged hides no other's frames,
//! and its own are told as damaged. So are those that the chain names and no row leads to: nothing vanishes with its row.

use std::sync::Arc;

use obhut_format::chain::ChainLine;
use obhut_format::ids::{Seq, SessionId, StreamNo};
use obhut_format::seqset::SeqSet;

use super::ReadError;
use super::frames::named;
use super::segment::NamedSegment;
use crate::catalog::segments::{self, SegmentRow};
use crate::catalog::{Query, chain_lines};

/// What is said of frames that the chain names and no row leads to.
const NO_ROW: &str = "its row is missing from the catalog";

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
    /// The frames that its chain line lists, or its row where that does not check.
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
        let listed = match &named {
            Ok(named) => named.line.ranges.clone(),
            Err(_) => SeqSet::parse(&row.ranges).unwrap_or_else(|_| whole(row)),
        };
        Ok(Self {
            object: Arc::from(&row.object[..]),
            listed,
            named,
        })
    }

    /// Frames that no row leads to.
    fn without_row(object: &str, listed: SeqSet) -> Self {
        Self {
            object: Arc::from(object),
            listed,
            named: Err(Arc::from(NO_ROW)),
        }
    }

    /// Its chain line, or why what it lists is not to be had from it.
    pub(super) fn sound(&self) -> Result<&Arc<NamedSegment>, Flaw> {
        self.named.as_ref().map_err(|_| self.damaged())
    }

    /// Its chain line, where that is sound.
    pub(super) fn named(&self) -> Option<&Arc<NamedSegment>> {
        self.named.as_ref().ok()
    }

    /// What it lists.
    pub(super) fn listed(&self) -> &SeqSet {
        &self.listed
    }

    /// Why what it lists is not to be had from it.
    pub(super) fn damaged(&self) -> Flaw {
        let why = self.named.as_ref().err().cloned();
        Flaw {
            object: self.object.clone(),
            why: why.unwrap_or_else(|| Arc::from("its chain line does not name it")),
        }
    }

    /// What it lists of a run.
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

/// The segments that may hold some of a run of numbers, each with its chain line or what is wrong with that.
pub(super) fn candidates(
    tx: &dyn Query,
    session: SessionId,
    stream: StreamNo,
    run: (Seq, Seq),
) -> Result<Vec<Candidate>, ReadError> {
    let of = |rows: Vec<SegmentRow>| -> Result<Vec<Candidate>, ReadError> {
        rows.iter().map(|row| Candidate::of(tx, row)).collect()
    };
    let mut found = of(segments::overlapping(tx, session, stream, run)?)?;
    let all = cut(&every(), run);
    if minus(&all, &listed_by(&found)).is_empty() {
        return Ok(found);
    }
    let sealed = sealed_numbers(tx, session, stream)?.map(|sealed| cut(&sealed, run));
    if let Some(sealed) = &sealed {
        if minus(sealed, &listed_by(&found)).is_empty() {
            return Ok(found);
        }
        // A row may name another span than its line, by which it was not found.
        found = of(segments::of_stream(tx, session, stream)?)?;
    }
    let without = without_rows(tx, session, stream, sealed.as_ref(), &found)?;
    found.extend(without);
    found.retain(|candidate| !cut(&candidate.listed, run).is_empty());
    Ok(found)
}

/// What the chain names of a stream and none of its rows, which are all of `found`, leads to: by its lines, and where a line
/// is lost too, by what the seal counts.
pub(super) fn without_rows(
    tx: &dyn Query,
    session: SessionId,
    stream: StreamNo,
    sealed: Option<&SeqSet>,
    found: &[Candidate],
) -> Result<Vec<Candidate>, ReadError> {
    let lines = chain_lines::without_segment(tx, session)?.into_iter();
    let mut without: Vec<Candidate> = lines
        // Of one that does not check, `verify` tells.
        .filter_map(|row| NamedSegment::parse(row.line).ok())
        .filter(|named| (named.line.session, named.line.stream) == (session, stream))
        .map(|named| Candidate::without_row(&named.line.object, named.line.ranges))
        .collect();
    if let Some(sealed) = sealed {
        let known = listed_by(found).union(&listed_by(&without));
        let rest = minus(sealed, &known);
        if !rest.is_empty() {
            let place = format!("segments of session {session} stream {stream}");
            without.push(Candidate::without_row(&place, rest));
        }
    }
    Ok(without)
}

/// The numbers that a stream holds by its session's seal; `None` when it has none that checks.
pub(super) fn sealed_numbers(
    tx: &dyn Query,
    session: SessionId,
    stream: StreamNo,
) -> Result<Option<SeqSet>, ReadError> {
    let Some(last) = chain_lines::last(tx, session)? else {
        return Ok(None);
    };
    let Ok(ChainLine::Seal(seal)) = ChainLine::parse(&last.line) else {
        return Ok(None);
    };
    let counted = seal.streams.iter().find(|counted| counted.n == stream);
    let span = counted.and_then(|counted| Some((counted, counted.first?, counted.last?)));
    Ok(Some(span.map_or_else(SeqSet::new, |(counted, first, last)| {
        counted.gaps.gaps(first.get()..=last.get())
    })))
}

fn every() -> SeqSet {
    let mut set = SeqSet::new();
    set.insert_range(0..=Seq::MAX.get());
    set
}

fn listed_by(candidates: &[Candidate]) -> SeqSet {
    let mut set = SeqSet::new();
    let listed = candidates
        .iter()
        .flat_map(|candidate| candidate.listed.iter_ranges());
    listed.for_each(|range| set.insert_range(range));
    set
}

/// What of a set lies in a run.
pub(super) fn cut(set: &SeqSet, (first, last): (Seq, Seq)) -> SeqSet {
    let mut part = SeqSet::new();
    for range in set.iter_ranges() {
        let (from, to) = (first.get().max(*range.start()), last.get().min(*range.end()));
        if from <= to {
            part.insert_range(from..=to);
        }
    }
    part
}

/// What of a set is not in another.
pub(super) fn minus(set: &SeqSet, other: &SeqSet) -> SeqSet {
    let mut rest = SeqSet::new();
    for range in set.iter_ranges() {
        other
            .gaps(range)
            .iter_ranges()
            .for_each(|range| rest.insert_range(range));
    }
    rest
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
