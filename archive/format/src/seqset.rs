//! Sets of sequence numbers as disjoint ranges, and their compact spelling `448-500,502-543`.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use thiserror::Error;

use crate::ids::decimal;

/// The text is no set in its only spelling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not an ascending list of ranges such as 448-500,502")]
pub struct SeqSetError;

/// A set of numbers, kept as ranges that neither overlap nor touch.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct SeqSet {
    /// First → last, both inclusive.
    ranges: BTreeMap<u64, u64>,
}

impl SeqSet {
    /// The empty set.
    pub const fn new() -> Self {
        Self {
            ranges: BTreeMap::new(),
        }
    }

    /// Adds a number; `false` if it was there.
    pub fn insert(&mut self, value: u64) -> bool {
        if self.contains(value) {
            return false;
        }
        self.insert_range(value..=value);
        true
    }

    /// Adds all numbers of a range.
    pub fn insert_range(&mut self, range: RangeInclusive<u64>) {
        if range.is_empty() {
            return;
        }
        let (mut first, mut last) = range.into_inner();
        // What starts at or before the number behind `last` and ends at or behind the one before `first` merges.
        while let Some((&start, &end)) = self.ranges.range(..=last.saturating_add(1)).next_back() {
            if end < first.saturating_sub(1) {
                break;
            }
            self.ranges.remove(&start);
            first = first.min(start);
            last = last.max(end);
        }
        self.ranges.insert(first, last);
    }

    /// Whether the number is in the set.
    pub fn contains(&self, value: u64) -> bool {
        self.ranges
            .range(..=value)
            .next_back()
            .is_some_and(|(_, &last)| value <= last)
    }

    /// How many numbers; saturates at `u64::MAX`.
    pub fn len(&self) -> u64 {
        self.ranges.iter().fold(0, |sum: u64, (first, last)| {
            sum.saturating_add(last.saturating_sub(*first)).saturating_add(1)
        })
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// The smallest number.
    pub fn first(&self) -> Option<u64> {
        self.ranges.first_key_value().map(|(first, _)| *first)
    }

    /// The largest number.
    pub fn last(&self) -> Option<u64> {
        self.ranges.last_key_value().map(|(_, last)| *last)
    }

    /// The numbers of `within` that are not in the set.
    #[must_use]
    pub fn gaps(&self, within: RangeInclusive<u64>) -> Self {
        let mut gaps = Self::new();
        if within.is_empty() {
            return gaps;
        }
        let (mut from, to) = within.into_inner();
        for range in self.iter_ranges() {
            let (first, last) = range.into_inner();
            if last < from {
                continue;
            }
            if first > to {
                break;
            }
            if from < first {
                gaps.ranges.insert(from, first.saturating_sub(1));
            }
            match last.checked_add(1) {
                Some(next) => from = next,
                None => return gaps,
            }
        }
        if from <= to {
            gaps.ranges.insert(from, to);
        }
        gaps
    }

    /// All numbers of both sets.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        let mut union = self.clone();
        other.iter_ranges().for_each(|range| union.insert_range(range));
        union
    }

    /// The ranges, ascending.
    pub fn iter_ranges(&self) -> impl Iterator<Item = RangeInclusive<u64>> + '_ {
        self.ranges.iter().map(|(first, last)| *first..=*last)
    }

    /// The numbers, ascending.
    pub fn iter(&self) -> impl Iterator<Item = u64> + '_ {
        self.iter_ranges().flatten()
    }

    /// Reads the only spelling: ascending, ranges that touch merged, `a-b` only for `a < b`, no leading zeros; the
    /// empty text is the empty set.
    pub fn parse(text: &str) -> Result<Self, SeqSetError> {
        let mut set = Self::new();
        if text.is_empty() {
            return Ok(set);
        }
        for item in text.split(',') {
            let (first, last) = match item.split_once('-') {
                Some((first, last)) => (
                    decimal(first).ok_or(SeqSetError)?,
                    decimal(last).ok_or(SeqSetError)?,
                ),
                None => decimal(item).map(|value| (value, value)).ok_or(SeqSetError)?,
            };
            let ordered = if item.contains('-') {
                first < last
            } else {
                first == last
            };
            // At least one number has to be missing before the next range, or the two would be one.
            let apart = set.last().is_none_or(|before| first > before.saturating_add(1));
            if !ordered || !apart {
                return Err(SeqSetError);
            }
            set.ranges.insert(first, last);
        }
        Ok(set)
    }
}

impl FromIterator<u64> for SeqSet {
    fn from_iter<I: IntoIterator<Item = u64>>(values: I) -> Self {
        let mut set = Self::new();
        for value in values {
            set.insert(value);
        }
        set
    }
}

impl fmt::Display for SeqSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, (first, last)) in self.ranges.iter().enumerate() {
            let comma = if i == 0 { "" } else { "," };
            if first == last {
                write!(f, "{comma}{first}")?;
            } else {
                write!(f, "{comma}{first}-{last}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for SeqSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SeqSet({self})")
    }
}

impl FromStr for SeqSet {
    type Err = SeqSetError;

    fn from_str(text: &str) -> Result<Self, SeqSetError> {
        Self::parse(text)
    }
}

impl Serialize for SeqSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for SeqSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}
