//! What a path and a query name.

use axum::extract::{FromRequestParts, Path, Query};
use axum::http::request::Parts;
use obhut_format::ids::{Seq, StreamNo};
use serde::de::DeserializeOwned;

use crate::error::ApiError;
use crate::problem::Problem;

/// The parts of a path. One that is no text names nothing that is here.
#[derive(Debug)]
pub struct InPath<T>(
    /// The parts.
    pub T,
);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for InPath<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let path = Path::<T>::from_request_parts(parts, state).await;
        path.map(|Path(named)| Self(named))
            .map_err(|_| Problem::not_found().into())
    }
}

/// A stream's number. One that can't be is one that is not there.
pub fn stream(text: &str) -> Result<StreamNo, Problem> {
    text.parse().map_err(|_| Problem::not_found())
}

/// A frame's number.
pub fn seq(text: &str) -> Result<Seq, Problem> {
    text.parse().map_err(|_| {
        Problem::request_malformed(format!(
            "the frame's number must be a decimal number from 0 to {}",
            Seq::MAX
        ))
    })
}

/// The fields of a query. What can't be read is named by its field, and never by its value.
#[derive(Debug)]
pub struct InQuery<T>(
    /// The fields.
    pub T,
);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for InQuery<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let query = Query::<T>::from_request_parts(parts, state).await;
        query.map(|Query(named)| Self(named)).map_err(|refusal| {
            let text = refusal.body_text();
            let names_a_field = ["missing field", "unknown field", "duplicate field"]
                .iter()
                .find_map(|start| text.find(start));
            let what = names_a_field.and_then(|at| text.get(at..));
            Problem::request_malformed(what.unwrap_or("a field of the query can't be read")).into()
        })
    }
}
