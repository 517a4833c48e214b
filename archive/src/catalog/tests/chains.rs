//! Streams, chain lines, segments and events.

use obhut_format::chain::StreamKind;
use obhut_format::ids::{SegmentNo, Seq, StreamNo};

use super::super::chain_lines::{self, ChainLineRow};
use super::super::events::{self, EventRow};
use super::super::segments::{self, SegmentRow};
use super::super::streams::{self, StreamRow};
use super::{Fixture, at, session_id};

fn stream(n: u32) -> StreamNo {
    StreamNo::new(n).expect("a stream's number")
}

fn seq(n: u64) -> Seq {
    Seq::new(n).expect("a sequence number")
}

fn line(n: u64) -> ChainLineRow {
    ChainLineRow {
        session: session_id(1),
        n,
        line: format!("line {n}").into_bytes(),
    }
}

/// Segment `segment` of stream 0 with the frames `first..=last` under chain line `segment + 1`.
fn segment(segment: u32, first: u64, last: u64) -> SegmentRow {
    SegmentRow {
        session: session_id(1),
        stream: stream(0),
        segment: SegmentNo::new(segment).expect("a segment's number"),
        n: u64::from(segment) + 1,
        object: format!("object {segment}"),
        kind: StreamKind::Timeline,
        first: seq(first),
        last: seq(last),
        count: last - first + 1,
        ranges: format!("{first}-{last}"),
        first_at: at(0),
        last_at: at(1),
        object_bytes: 1_000,
        original_bytes: 10_000,
        stored_frames: 1,
        duplicate_frames: 2,
    }
}

/// A session with two streams and five chain lines.
fn session() -> Fixture {
    let fixture = Fixture::new();
    fixture.tenant(1);
    fixture.session(1);
    fixture.write(|tx| {
        for (n, kind) in [(1, StreamKind::Recording), (0, StreamKind::Timeline)] {
            streams::insert(
                tx,
                &StreamRow {
                    session: session_id(1),
                    stream: stream(n),
                    kind,
                },
            )?;
        }
        (0..5).try_for_each(|n| chain_lines::insert(tx, &line(n)))
    });
    fixture
}

#[test]
fn streams_are_listed_by_number_and_belong_to_a_session() {
    let fixture = session();
    let kinds: Vec<_> = fixture
        .read(|tx| streams::list(tx, session_id(1)))
        .iter()
        .map(|row| (row.stream.get(), row.kind))
        .collect();
    assert_eq!(kinds, [(0, StreamKind::Timeline), (1, StreamKind::Recording)]);
    let row = move |session| StreamRow {
        session,
        stream: stream(0),
        kind: StreamKind::Timeline,
    };
    fixture.conflict(move |tx| streams::insert(tx, &row(session_id(1))));
    fixture.conflict(move |tx| streams::insert(tx, &row(session_id(2))));
}

#[test]
fn chain_lines_are_kept_verbatim_and_once() {
    let fixture = session();
    assert_eq!(
        fixture.read(|tx| chain_lines::all(tx, session_id(1))),
        (0..5).map(line).collect::<Vec<_>>()
    );
    assert_eq!(
        fixture.read(|tx| chain_lines::last(tx, session_id(1))),
        Some(line(4))
    );
    assert_eq!(
        fixture.read(|tx| chain_lines::get(tx, session_id(1), 2)),
        Some(line(2))
    );
    assert_eq!(fixture.read(|tx| chain_lines::get(tx, session_id(1), 5)), None);
    assert_eq!(fixture.read(|tx| chain_lines::last(tx, session_id(2))), None);
    fixture.conflict(|tx| chain_lines::insert(tx, &line(4)));
}

#[test]
fn a_frame_is_found_in_the_segments_that_span_it() {
    let fixture = session();
    // The third holds late frames and spans the second.
    let rows = [
        segment(0, 1, 96),
        segment(1, 97, 192),
        SegmentRow {
            count: 2,
            ..segment(2, 50, 300)
        },
    ];
    let inserted = rows.clone();
    fixture.write(move |tx| inserted.iter().try_for_each(|row| segments::insert(tx, row)));
    let found = |n| {
        fixture
            .read(|tx| segments::containing(tx, session_id(1), stream(0), seq(n)))
            .iter()
            .map(|row| row.segment.get())
            .collect::<Vec<_>>()
    };
    assert!(found(0).is_empty());
    assert_eq!(found(1), [0]);
    assert_eq!(found(96), [0, 2]);
    assert_eq!(found(100), [1, 2]);
    assert_eq!(found(300), [2]);
    assert!(found(301).is_empty());
    assert_eq!(fixture.read(|tx| segments::list(tx, session_id(1))), rows);
    assert_eq!(
        fixture.read(|tx| segments::of_stream(tx, session_id(1), stream(0))),
        rows
    );
    assert_eq!(
        fixture.read(|tx| segments::of_stream(tx, session_id(1), stream(1))),
        []
    );
    assert_eq!(
        fixture.read(|tx| segments::by_object(tx, "object 1")),
        Some(rows[1].clone())
    );
    assert_eq!(fixture.read(|tx| segments::by_object(tx, "object 9")), None);
    assert_eq!(
        fixture
            .read(|tx| segments::next_number(tx, session_id(1), stream(0)))
            .get(),
        3
    );
    assert_eq!(
        fixture
            .read(|tx| segments::next_number(tx, session_id(1), stream(1)))
            .get(),
        0
    );
    assert_eq!(
        fixture.read(|tx| segments::method_counts(tx, session_id(1))),
        (3, 6)
    );
    assert_eq!(
        fixture.read(|tx| segments::method_counts(tx, session_id(2))),
        (0, 0)
    );
}

#[test]
fn a_segment_that_breaks_a_rule_is_refused() {
    let fixture = session();
    fixture.write(|tx| segments::insert(tx, &segment(0, 1, 96)));
    let good = segment(1, 97, 192);
    let broken = [
        SegmentRow {
            object: "object 0".to_owned(),
            ..good.clone()
        },
        SegmentRow { n: 1, ..good.clone() },
        SegmentRow {
            n: 77,
            ..good.clone()
        },
        SegmentRow {
            stream: stream(7),
            ..good.clone()
        },
        SegmentRow {
            count: 0,
            ..good.clone()
        },
        SegmentRow {
            count: 97,
            ..good.clone()
        },
        SegmentRow {
            first: seq(193),
            count: 1,
            ..good.clone()
        },
        SegmentRow {
            ranges: String::new(),
            ..good.clone()
        },
        // Past what a column holds: refused, and never stored as another number.
        SegmentRow {
            original_bytes: u64::MAX,
            ..good.clone()
        },
    ];
    for row in broken {
        fixture.conflict(move |tx| segments::insert(tx, &row));
    }
    fixture.write(move |tx| segments::insert(tx, &good));
}

#[test]
fn an_event_happens_once() {
    let fixture = session();
    let row = |client_id: &str, leaf_n| EventRow {
        session: session_id(1),
        client_id: client_id.to_owned(),
        leaf_n,
        request_hash: [4; 32],
    };
    let rows = [row("b", 3), row("a", 5)];
    let inserted = rows.clone();
    fixture.write(move |tx| inserted.iter().try_for_each(|row| events::insert(tx, row)));
    fixture.conflict(move |tx| events::insert(tx, &row("a", 6)));
    assert_eq!(fixture.read(|tx| events::list(tx, session_id(1))), rows);
    assert_eq!(
        fixture.read(|tx| events::get(tx, session_id(1), "a")),
        Some(rows[1].clone())
    );
    assert_eq!(fixture.read(|tx| events::get(tx, session_id(2), "a")), None);
}
