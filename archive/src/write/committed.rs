//! Which frames of a session are in committed segments: what decides, at a start, whether an entry of the intake log is done
//! with.
//!
//! The index's row says it. A row that does not hold together is not believed: then the chain line of the segment says it,
//! from which the row was made. Where neither can be read it is not known, and nothing of the session is released.

use std::collections::HashMap;

use obhut_format::chain::ChainLine;
use obhut_format::ids::{SegmentNo, SessionId, StreamNo};
use obhut_format::seqset::SeqSet;

use super::WriteError;
use crate::catalog::segments::{self, SegmentRow};
use crate::catalog::{Query, chain_lines};

/// What is committed of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Committed {
    /// The numbers.
    pub frames: SeqSet,
    /// The number of the next segment.
    pub next: SegmentNo,
}

impl Default for Committed {
    fn default() -> Self {
        Self {
            frames: SeqSet::new(),
            next: SegmentNo::ZERO,
        }
    }
}

/// What is committed of each stream of a session.
pub(crate) fn committed(
    query: &dyn Query,
    session: SessionId,
) -> Result<HashMap<StreamNo, Committed>, WriteError> {
    let mut streams: HashMap<StreamNo, Committed> = HashMap::new();
    for row in segments::list(query, session)? {
        let stream = streams.entry(row.stream).or_default();
        stream.frames = stream.frames.union(&frames_of(query, &row)?);
        stream.next = stream.next.max(row.segment.next().unwrap_or(row.segment));
    }
    Ok(streams)
}

fn frames_of(query: &dyn Query, row: &SegmentRow) -> Result<SeqSet, WriteError> {
    let said: Option<SeqSet> = row.ranges.parse().ok();
    let holds_together = |said: &SeqSet| {
        (said.first(), said.last(), said.len()) == (Some(row.first.get()), Some(row.last.get()), row.count)
    };
    if let Some(said) = said.filter(holds_together) {
        return Ok(said);
    }
    let line = chain_lines::get(query, row.session, row.n)?;
    match line.map(|row| ChainLine::parse(&row.line)) {
        Some(Ok(ChainLine::Segment(line)))
            if (line.session, line.stream, line.segment) == (row.session, row.stream, row.segment) =>
        {
            Ok(line.ranges)
        }
        _ => Err(WriteError::Damaged {
            session: row.session,
            what: format!(
                "neither the row nor the chain line of segment {} of stream {} can be read",
                row.segment, row.stream
            ),
        }),
    }
}
