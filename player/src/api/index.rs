//! `GET /v1/sessions/{session}/streams/{stream}/index`: which frames there are, and when they were captured.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use obhut_archive::{DamagedRange, IndexedFrame, StreamIndex};
use obhut_format::ids::Seq;
use obhut_listener::place::{InPath, InQuery};
use obhut_listener::{ApiError, json};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::ApiState;
use super::opened::Opened;
use super::visitor::Visitor;
use super::words::SessionStateName;
use crate::problem::ProblemDocument;

/// Numbers of one damaged range that stand in `seq`. No segment has so many frames: a longer range is damage itself, and
/// stands in `damaged` alone beyond them.
const NUMBERS_OF_A_RANGE: usize = 1 << 16;

/// From where.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct IndexQuery {
    /// Only frames behind this number.
    #[param(value_type = Option<u64>)]
    after: Option<Seq>,
}

/// Whether a request asks what came since: the page does so by itself, every few seconds.
pub(super) fn follows(asked: &Uri) -> bool {
    let query = asked.query().unwrap_or_default();
    asked.path().ends_with("/index") && query.split('&').any(|pair| pair.starts_with("after="))
}

/// A stream's frames within the grant, in columns: `seq`, `at`, `bytes` and `type` have a value for each.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StreamIndex)]
pub(super) struct IndexBody {
    /// The session's state: once it is sealed, no frame comes any more.
    #[schema(value_type = SessionStateName)]
    state: &'static str,
    /// The numbers, ascending.
    #[schema(value_type = Vec<u64>)]
    seq: Vec<Seq>,
    /// The capture instants in milliseconds since 1970; 0 where damage hides it.
    at: Vec<i64>,
    /// The originals' sizes; 0 where damage hides it.
    bytes: Vec<u64>,
    /// The places of the media types in `types`.
    r#type: Vec<usize>,
    /// The media types that occur; an empty one stands for what damage hides.
    types: Vec<String>,
    /// Numbers of images that end after their header, as they came.
    #[schema(value_type = Vec<u64>)]
    cut: Vec<Seq>,
    /// Frames of which not even the description can be read.
    damaged: Vec<DamagedBody>,
}

/// A run of damaged frames.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DamagedRange)]
pub(super) struct DamagedBody {
    #[schema(value_type = u64)]
    first: Seq,
    #[schema(value_type = u64)]
    last: Seq,
    /// What does not check.
    why: String,
}

impl From<StreamIndex> for IndexBody {
    fn from(index: StreamIndex) -> Self {
        let mut rows: Vec<(Seq, Option<&IndexedFrame>)> = index
            .frames
            .iter()
            .map(|frame| (frame.seq, Some(frame)))
            .collect();
        for range in &index.damaged {
            let numbers = range.first.get()..=range.last.get();
            let numbers = numbers.take(NUMBERS_OF_A_RANGE);
            rows.extend(numbers.filter_map(|n| Seq::new(n).ok()).map(|seq| (seq, None)));
        }
        // A number that is known from elsewhere comes first, and stands once.
        rows.sort_by_key(|(seq, _)| *seq);
        rows.dedup_by_key(|(seq, _)| *seq);
        let hidden: Arc<str> = Arc::from("");
        let mut types = Types::default();
        let r#type = rows
            .iter()
            .map(|(_, frame)| types.place(frame.map_or(&hidden, |frame| &frame.media_type)))
            .collect();
        let instant = |frame: &IndexedFrame| frame.at.get().div_euclid(1_000);
        Self {
            state: index.state.as_str(),
            seq: rows.iter().map(|(seq, _)| *seq).collect(),
            at: rows.iter().map(|(_, frame)| frame.map_or(0, instant)).collect(),
            bytes: rows
                .iter()
                .map(|(_, frame)| frame.map_or(0, |frame| frame.bytes))
                .collect(),
            r#type,
            types: types.names,
            cut: index
                .frames
                .iter()
                .filter(|frame| frame.cut)
                .map(|frame| frame.seq)
                .collect(),
            damaged: index.damaged.into_iter().map(DamagedBody::from).collect(),
        }
    }
}

impl From<DamagedRange> for DamagedBody {
    fn from(range: DamagedRange) -> Self {
        Self {
            first: range.first,
            last: range.last,
            why: range.why,
        }
    }
}

/// Media types in the order in which they are met.
#[derive(Debug, Default)]
struct Types {
    names: Vec<String>,
    places: HashMap<Arc<str>, usize>,
}

impl Types {
    fn place(&mut self, name: &Arc<str>) -> usize {
        let Self { names, places } = self;
        *places.entry(name.clone()).or_insert_with(|| {
            names.push(name.to_string());
            names.len() - 1
        })
    }
}

/// Which frames there are, and when they were captured. It shows no picture.
#[utoipa::path(
    get, path = "/v1/sessions/{session}/streams/{stream}/index", tag = "content",
    params(
        ("session" = String, Path, format = Uuid),
        ("stream" = u32, Path),
        IndexQuery,
        ("Grant" = Option<String>, Header, format = Uuid, description = "The opening's id"),
    ),
    responses(
        (status = 200, body = IndexBody),
        (status = 400, body = ProblemDocument, content_type = "application/problem+json",
            description = "request-malformed"),
        (status = 403, body = ProblemDocument, content_type = "application/problem+json",
            description = "grant-required, grant-expired, outside-grant"),
        (status = 404, body = ProblemDocument, content_type = "application/problem+json", description = "not-found"),
        (status = 500, body = ProblemDocument, content_type = "application/problem+json",
            description = "frame-damaged: the description or the index as a whole"),
    )
)]
pub(super) async fn index(
    State(state): State<ApiState>,
    Extension(visitor): Extension<Visitor>,
    InPath((named, stream)): InPath<(String, String)>,
    InQuery(asked): InQuery<IndexQuery>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let opened = Opened::find(&state, &visitor, &named, &headers).await?;
    let stream = opened.stream(&stream)?;
    let reader = opened.reader_of(&state, stream).await?;
    let index = reader
        .index(stream, asked.after)
        .await
        .map_err(|error| state.session_trouble(opened.at, "the index", &error))?;
    Ok(json::answer(StatusCode::OK, &IndexBody::from(index)))
}

#[cfg(test)]
mod tests {
    use obhut_archive::catalog::sessions::SessionState;
    use obhut_format::time::UtcMicros;

    use super::*;

    fn seq(n: u64) -> Seq {
        Seq::new(n).expect("a number")
    }

    fn body(frames: &[u64], damaged: &[(u64, u64)]) -> IndexBody {
        let frame = |n: &u64| IndexedFrame {
            seq: seq(*n),
            at: UtcMicros::parse("2026-11-02T10:00:00Z").expect("an instant"),
            bytes: 7,
            media_type: "image/png".into(),
            cut: false,
        };
        let range = |(first, last): &(u64, u64)| DamagedRange {
            first: seq(*first),
            last: seq(*last),
            why: "it does not check".to_owned(),
        };
        IndexBody::from(StreamIndex {
            state: SessionState::Sealed,
            frames: frames.iter().map(frame).collect(),
            damaged: damaged.iter().map(range).collect(),
        })
    }

    #[test]
    fn damaged_frames_stand_among_the_others_without_what_is_hidden() {
        let body = body(&[1, 2, 5], &[(3, 4)]);
        assert_eq!(body.seq, [1, 2, 3, 4, 5].map(seq));
        assert_eq!(body.bytes, [7, 7, 0, 0, 7]);
        let types: Vec<&str> = body.r#type.iter().map(|place| &*body.types[*place]).collect();
        assert_eq!(types, ["image/png", "image/png", "", "", "image/png"]);
    }

    #[test]
    fn a_frame_that_is_known_from_elsewhere_stands_once() {
        let body = body(&[2], &[(1, 3)]);
        assert_eq!(body.seq, [1, 2, 3].map(seq));
        assert_eq!(body.bytes, [0, 7, 0]);
    }

    #[test]
    fn a_range_that_no_segment_can_have_fills_no_memory() {
        let body = body(&[], &[(0, Seq::MAX.get())]);
        assert_eq!(body.seq.len(), NUMBERS_OF_A_RANGE);
        assert_eq!(body.damaged[0].last, Seq::MAX);
    }
}
