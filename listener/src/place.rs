//! What a path names.

use axum::extract::{FromRequestParts, Path};
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
