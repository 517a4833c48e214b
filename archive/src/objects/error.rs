//! What can go wrong, and how the stores' errors are told apart.

use std::error::Error;
use std::io;

use object_store::client::{HttpError, HttpErrorKind};
use thiserror::Error as ThisError;

type Cause = Box<dyn Error + Send + Sync>;

/// Why an object could not be read or written.
#[derive(Debug, ThisError)]
pub enum ObjectError {
    /// There is no such object.
    #[error("object {key} is not there")]
    NotFound {
        /// Its key.
        key: String,
    },
    /// There is another object under this key.
    #[error("object {key} exists already with other bytes")]
    Exists {
        /// Its key.
        key: String,
    },
    /// The store does not answer, or says that it cannot now; it was asked several times.
    #[error("object storage does not answer for {key}: {cause}")]
    Unavailable {
        /// The key asked for.
        key: String,
        /// The last answer.
        #[source]
        cause: Cause,
    },
    /// Fewer bytes came than were announced.
    #[error("object {key} is cut short: {cause}")]
    Damaged {
        /// Its key.
        key: String,
        /// What came.
        #[source]
        cause: Cause,
    },
    /// No room on the disk.
    #[error("no room for object {key}")]
    Full {
        /// Its key.
        key: String,
    },
    /// No key that this archive makes.
    #[error("{key:?} is no object key")]
    Key {
        /// What was given.
        key: String,
    },
    /// Anything else.
    #[error("object {key}: {cause}")]
    Other {
        /// The key asked for.
        key: String,
        /// What the store said.
        #[source]
        cause: Cause,
    },
}

/// In which direction the bytes went; an object can only be cut on its way in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doing {
    Read,
    Write,
    /// The answer is no object: whether there is one, and which there are.
    Ask,
}

impl ObjectError {
    pub(super) fn of(key: &str, doing: Doing, error: object_store::Error) -> Self {
        let key = key.to_owned();
        match error {
            object_store::Error::NotFound { .. } => Self::NotFound { key },
            object_store::Error::AlreadyExists { .. } => Self::Exists { key },
            error if has_no_space(&error) => Self::Full { key },
            error if is_unavailable(&error) || (doing != Doing::Read && is_cut_off(&error)) => {
                Self::Unavailable {
                    key,
                    cause: error.into(),
                }
            }
            error if doing == Doing::Read && is_cut_body(&error) => Self::Damaged {
                key,
                cause: error.into(),
            },
            error => Self::Other {
                key,
                cause: error.into(),
            },
        }
    }

    pub(super) fn of_io(key: &str, error: io::Error) -> Self {
        let key = key.to_owned();
        match error.kind() {
            io::ErrorKind::NotFound => Self::NotFound { key },
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full { key },
            _ => Self::Other {
                key,
                cause: error.into(),
            },
        }
    }
}

/// The error and all that it says it comes from.
fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error: &&'a (dyn Error + 'static)| (*error).source())
}

fn has_no_space(error: &object_store::Error) -> bool {
    chain(error)
        .filter_map(|error| error.downcast_ref::<io::Error>())
        .any(|error| {
            matches!(
                error.kind(),
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
            )
        })
}

fn is_unavailable(error: &object_store::Error) -> bool {
    chain(error).any(|error| {
        if let Some(http) = error.downcast_ref::<HttpError>() {
            return matches!(http.kind(), HttpErrorKind::Connect | HttpErrorKind::Timeout)
                || http.kind() == HttpErrorKind::Request;
        }
        // The type that carries the status is private to the client; its text is all there is. A test holds it.
        let text = error.to_string();
        [
            "Server returned non-2xx status code: 5",
            "Server returned non-2xx status code: 429",
        ]
        .iter()
        .any(|start| text.starts_with(start))
            || text.starts_with("Server returned error response")
    })
}

/// The connection ended before the answer did.
fn is_cut_off(error: &object_store::Error) -> bool {
    chain(error)
        .filter_map(|error| error.downcast_ref::<HttpError>())
        .any(|http| http.kind() == HttpErrorKind::Interrupted)
}

fn is_cut_body(error: &object_store::Error) -> bool {
    chain(error).any(|error| error.downcast_ref::<HttpError>().is_some())
}
