//! Ranges of a session's frames.

use std::collections::BTreeMap;

use obhut_format::ids::{Seq, StreamNo};

/// The frames a record covers: a stream, or with `None` all of them; numbers inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct AccessRange {
    /// The stream; `None`: every stream.
    pub stream: Option<StreamNo>,
    /// First and last frame; `None`: every frame.
    pub frames: Option<(Seq, Seq)>,
}

impl AccessRange {
    /// Everything of a session.
    pub const ALL: Self = Self {
        stream: None,
        frames: None,
    };

    /// One frame.
    pub const fn frame(stream: StreamNo, seq: Seq) -> Self {
        Self {
            stream: Some(stream),
            frames: Some((seq, seq)),
        }
    }

    pub(crate) fn covers(&self, stream: StreamNo, seq: Seq) -> bool {
        self.covers_stream(stream)
            && self
                .frames
                .is_none_or(|(first, last)| first <= seq && seq <= last)
    }

    pub(super) fn covers_stream(&self, stream: StreamNo) -> bool {
        self.stream.is_none_or(|only| only == stream)
    }

    /// Whether everything of `other` is in this range.
    pub(crate) fn contains(&self, other: &Self) -> bool {
        let frames = match (self.frames, other.frames) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some((first, last)), Some((from, to))) => first <= from && to <= last,
        };
        frames && (self.stream.is_none() || self.stream == other.stream)
    }

    /// The same ranges in order, each frame in one of them only: what overlaps or adjoins becomes one.
    pub fn merged(ranges: &[Self]) -> Vec<Self> {
        if ranges.contains(&Self::ALL) {
            return vec![Self::ALL];
        }
        let mut by_stream: BTreeMap<Option<StreamNo>, Vec<(Seq, Seq)>> = BTreeMap::new();
        for range in ranges {
            let frames = range.frames.unwrap_or(EVERY);
            by_stream.entry(range.stream).or_default().push(frames);
        }
        let of_stream = |(stream, frames)| {
            let merged = runs(frames).into_iter();
            merged.map(move |run| Self {
                stream,
                frames: (run != EVERY).then_some(run),
            })
        };
        by_stream.into_iter().flat_map(of_stream).collect()
    }
}

/// Every number that a frame can have.
pub(super) const EVERY: (Seq, Seq) = (Seq::ZERO, Seq::MAX);

/// Runs of numbers in order, those that overlap or adjoin as one.
pub(super) fn runs(runs: impl IntoIterator<Item = (Seq, Seq)>) -> Vec<(Seq, Seq)> {
    let mut runs: Vec<(Seq, Seq)> = runs.into_iter().collect();
    runs.sort_unstable();
    let mut merged: Vec<(Seq, Seq)> = Vec::with_capacity(runs.len());
    for (first, last) in runs {
        match merged.last_mut() {
            Some((_, end)) if end.next().is_none_or(|next| first <= next) => *end = last.max(*end),
            _ => merged.push((first, last)),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(stream: Option<u32>, frames: Option<(u64, u64)>) -> AccessRange {
        let seq = |n| Seq::new(n).expect("a number");
        AccessRange {
            stream: stream.map(|n| StreamNo::new(n).expect("a stream")),
            frames: frames.map(|(first, last)| (seq(first), seq(last))),
        }
    }

    #[test]
    fn what_overlaps_or_adjoins_becomes_one() {
        let asked = [
            range(Some(1), Some((7, 9))),
            range(Some(0), Some((5, 6))),
            range(Some(0), Some((1, 2))),
            range(Some(0), Some((2, 3))),
            range(Some(1), Some((8, 8))),
            range(Some(0), Some((4, 4))),
            range(Some(0), Some((8, 8))),
        ];
        let merged = [
            range(Some(0), Some((1, 6))),
            range(Some(0), Some((8, 8))),
            range(Some(1), Some((7, 9))),
        ];
        assert_eq!(AccessRange::merged(&asked), merged);
    }

    #[test]
    fn a_whole_stream_takes_its_ranges_in_and_everything_takes_all_in() {
        let asked = [range(Some(0), Some((5, 6))), range(Some(0), None)];
        assert_eq!(AccessRange::merged(&asked), [range(Some(0), None)]);
        let halves = [
            range(Some(0), Some((0, 4))),
            AccessRange {
                frames: Some((Seq::new(5).expect("a number"), Seq::MAX)),
                ..range(Some(0), None)
            },
        ];
        assert_eq!(AccessRange::merged(&halves), [range(Some(0), None)]);
        let all = [range(Some(0), Some((5, 6))), AccessRange::ALL];
        assert_eq!(AccessRange::merged(&all), [AccessRange::ALL]);
        assert_eq!(AccessRange::merged(&[]), []);
    }
}
