//! The index of segments, all of it derived from chain lines and records.

use obhut_format::chain::StreamKind;
use obhut_format::ids::{SegmentNo, Seq, SessionId, StreamNo};
use obhut_format::time::UtcMicros;

use super::engine::{CatalogError, Query, Row, Tx};

/// A segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SegmentRow {
    /// Of which session.
    pub session: SessionId,
    /// Of which stream.
    pub stream: StreamNo,
    /// Its number in the stream, from 0.
    pub segment: SegmentNo,
    /// The number of its chain line.
    pub n: u64,
    /// The key of its object.
    pub object: String,
    /// What it holds.
    pub kind: StreamKind,
    /// The lowest sequence number in it.
    pub first: Seq,
    /// The highest sequence number in it.
    pub last: Seq,
    /// Frames (or blocks) in it.
    pub count: u64,
    /// Which sequence numbers, as a compact list such as `448-500,502-543`.
    pub ranges: String,
    /// The capture instant of its earliest frame.
    pub first_at: UtcMicros,
    /// The capture instant of its latest frame.
    pub last_at: UtcMicros,
    /// Bytes of the whole object, chain line included.
    pub object_bytes: u64,
    /// Bytes of its frames as they came.
    pub original_bytes: u64,
    /// Frames stored as they came.
    pub stored_frames: u64,
    /// Frames whose bytes an earlier frame of the segment holds.
    pub duplicate_frames: u64,
}

const INSERT: &str = "
INSERT INTO segments (
    session_id, stream, segment, n, object, kind, first, last, count, ranges, first_at_us, last_at_us,
    object_bytes, original_bytes, stored_frames, duplicate_frames
) VALUES (
    :session, :stream, :segment, :n, :object, :kind, :first, :last, :count, :ranges, :first_at, :last_at,
    :object_bytes, :original_bytes, :stored_frames, :duplicate_frames
)";

/// The columns of a [`SegmentRow`].
macro_rules! select_segment {
    ($rest:literal) => {
        concat!(
            "
SELECT session_id, stream, segment, n, object, kind, first, last, count, ranges, first_at_us, last_at_us,
       object_bytes, original_bytes, stored_frames, duplicate_frames
FROM segments",
            $rest
        )
    };
}

const LIST: &str = select_segment!(
    "
WHERE session_id = :session
ORDER BY stream, segment"
);

const OF_STREAM: &str = select_segment!(
    "
WHERE session_id = :session AND stream = :stream
ORDER BY segment"
);

const OVERLAPPING: &str = select_segment!(
    "
WHERE session_id = :session AND stream = :stream AND last >= :first AND first <= :last
ORDER BY last"
);

const BY_OBJECT: &str = select_segment!(
    "
WHERE object = :object"
);

const NEXT_NUMBER: &str = "
SELECT COALESCE(MAX(segment) + 1, 0) AS segment
FROM segments
WHERE session_id = :session AND stream = :stream";

const COUNTS: &str = "
SELECT stream, SUM(count) AS frames
FROM segments
WHERE session_id = :session
GROUP BY stream
ORDER BY stream";

const METHOD_COUNTS: &str = "
SELECT COALESCE(SUM(stored_frames), 0) AS stored_frames, COALESCE(SUM(duplicate_frames), 0) AS duplicate_frames
FROM segments
WHERE session_id = :session";

/// Adds a segment; its stream and its chain line must be there.
pub fn insert(tx: &mut Tx<'_>, row: &SegmentRow) -> Result<(), CatalogError> {
    let params = [
        (":session", (&row.session).into()),
        (":stream", row.stream.into()),
        (":segment", row.segment.into()),
        (":n", row.n.into()),
        (":object", (&row.object).into()),
        (":kind", row.kind.into()),
        (":first", row.first.into()),
        (":last", row.last.into()),
        (":count", row.count.into()),
        (":ranges", (&row.ranges).into()),
        (":first_at", row.first_at.into()),
        (":last_at", row.last_at.into()),
        (":object_bytes", row.object_bytes.into()),
        (":original_bytes", row.original_bytes.into()),
        (":stored_frames", row.stored_frames.into()),
        (":duplicate_frames", row.duplicate_frames.into()),
    ];
    tx.execute(INSERT, &params).map(drop)
}

/// The session's segments, by stream and number.
pub fn list(query: &dyn Query, session: SessionId) -> Result<Vec<SegmentRow>, CatalogError> {
    query.all(LIST, &[(":session", (&session).into())], from_row)
}

/// The stream's segments, by number.
pub fn of_stream(
    query: &dyn Query,
    session: SessionId,
    stream: StreamNo,
) -> Result<Vec<SegmentRow>, CatalogError> {
    query.all(
        OF_STREAM,
        &[(":session", (&session).into()), (":stream", stream.into())],
        from_row,
    )
}

/// The segments whose span covers a sequence number. With late frames spans overlap: which of them holds the number is in
/// their `ranges`.
pub fn containing(
    query: &dyn Query,
    session: SessionId,
    stream: StreamNo,
    seq: Seq,
) -> Result<Vec<SegmentRow>, CatalogError> {
    overlapping(query, session, stream, (seq, seq))
}

/// The segments whose span overlaps a run of sequence numbers, in the order of their last ones.
pub fn overlapping(
    query: &dyn Query,
    session: SessionId,
    stream: StreamNo,
    (first, last): (Seq, Seq),
) -> Result<Vec<SegmentRow>, CatalogError> {
    let params = [
        (":session", (&session).into()),
        (":stream", stream.into()),
        (":first", first.into()),
        (":last", last.into()),
    ];
    query.all(OVERLAPPING, &params, from_row)
}

/// The number after the stream's highest.
pub fn next_number(
    query: &dyn Query,
    session: SessionId,
    stream: StreamNo,
) -> Result<SegmentNo, CatalogError> {
    let params = [(":session", (&session).into()), (":stream", stream.into())];
    query.one(NEXT_NUMBER, &params, |row| row.get("segment"))
}

/// The segment that is in this object.
pub fn by_object(query: &dyn Query, object: &str) -> Result<Option<SegmentRow>, CatalogError> {
    query.optional(BY_OBJECT, &[(":object", object.into())], from_row)
}

/// How many frames of each of the session's streams are in segments.
pub fn counts(query: &dyn Query, session: SessionId) -> Result<Vec<(StreamNo, u64)>, CatalogError> {
    query.all(COUNTS, &[(":session", (&session).into())], |row| {
        Ok((row.get("stream")?, row.get("frames")?))
    })
}

/// How many frames of the session are stored as they came, and how many are duplicates.
pub fn method_counts(query: &dyn Query, session: SessionId) -> Result<(u64, u64), CatalogError> {
    query.one(METHOD_COUNTS, &[(":session", (&session).into())], |row| {
        Ok((row.get("stored_frames")?, row.get("duplicate_frames")?))
    })
}

fn from_row(row: &Row<'_>) -> Result<SegmentRow, CatalogError> {
    Ok(SegmentRow {
        session: row.get("session_id")?,
        stream: row.get("stream")?,
        segment: row.get("segment")?,
        n: row.get("n")?,
        object: row.get("object")?,
        kind: row.get("kind")?,
        first: row.get("first")?,
        last: row.get("last")?,
        count: row.get("count")?,
        ranges: row.get("ranges")?,
        first_at: row.get("first_at_us")?,
        last_at: row.get("last_at_us")?,
        object_bytes: row.get("object_bytes")?,
        original_bytes: row.get("original_bytes")?,
        stored_frames: row.get("stored_frames")?,
        duplicate_frames: row.get("duplicate_frames")?,
    })
}
