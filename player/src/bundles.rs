//! What makes evidence bundles, as far as review has to know: the program puts it in.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use bytes::Bytes;
use obhut_archive::{ExportRefused, NewBundle};
use tokio::sync::mpsc;

/// Why there is no bundle, or no whole one.
#[derive(Debug, thiserror::Error)]
pub enum NoBundle {
    /// Nothing allows it, or the archive can't be read.
    #[error(transparent)]
    Refused(#[from] ExportRefused),
    /// Something of the session is damaged.
    #[error("{0}")]
    Damaged(String),
    /// Whoever takes it went away.
    #[error("whoever asked for the bundle went away")]
    HungUp,
    /// A fault of ours.
    #[error("{0}")]
    Failed(String),
}

/// A bundle that is being made.
pub type Making = Pin<Box<dyn Future<Output = Result<(), NoBundle>> + Send>>;

/// What makes bundles.
pub trait Bundles: fmt::Debug + Send + Sync + 'static {
    /// Makes a bundle and sends its zip's bytes, in order. Its access record is committed before the first of them, and they
    /// are a whole zip only when this ends well; what is not taken ends it.
    fn make(&self, new: NewBundle, out: mpsc::Sender<Bytes>) -> Making;
}
