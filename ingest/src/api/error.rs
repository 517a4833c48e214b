//! From what went wrong to what a client reads, and to what the log keeps of it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use axum::response::{IntoResponse, Response};
use obhut_archive::catalog::CatalogError;
use obhut_archive::intake::IntakeError;
use obhut_archive::objects::ObjectError;
use obhut_archive::{AdminError, Ended, KeyError, LedgerError, ReadError, WriteError};

use crate::captured_at::CapturedAtError;
use crate::digest_header::DigestHeaderError;
use crate::image::ImageError;
use crate::problem::Problem;

/// A problem, and its cause where the server has one of its own.
#[derive(Debug)]
pub(crate) struct ApiError {
    problem: Problem,
    cause: Option<Cause>,
}

/// Why the server failed; for the log alone. In the extensions of the answer, where the one that logs finds it.
#[derive(Debug, Clone)]
pub(crate) struct Cause(Arc<str>);

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl ApiError {
    /// A failure of ours.
    pub(crate) fn internal(cause: impl fmt::Display) -> Self {
        Self::caused(Problem::Internal, cause)
    }

    fn caused(problem: Problem, cause: impl fmt::Display) -> Self {
        Self {
            problem,
            cause: Some(Cause(cause.to_string().into())),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.problem.into_response();
        if let Some(cause) = self.cause {
            response.extensions_mut().insert(cause);
        }
        response
    }
}

impl From<Problem> for ApiError {
    fn from(problem: Problem) -> Self {
        Self { problem, cause: None }
    }
}

impl From<DigestHeaderError> for ApiError {
    fn from(error: DigestHeaderError) -> Self {
        Problem::from(error).into()
    }
}

impl From<CapturedAtError> for ApiError {
    fn from(error: CapturedAtError) -> Self {
        Problem::from(error).into()
    }
}

impl From<ImageError> for ApiError {
    fn from(error: ImageError) -> Self {
        Problem::from(error).into()
    }
}

/// An error of the archive.
#[derive(Debug)]
pub(crate) enum Trouble {
    Admin(AdminError),
    Write(WriteError),
}

impl From<AdminError> for Trouble {
    fn from(error: AdminError) -> Self {
        Self::Admin(error)
    }
}

impl From<WriteError> for Trouble {
    fn from(error: WriteError) -> Self {
        Self::Write(error)
    }
}

impl Trouble {
    /// The answer to it.
    pub(crate) fn answer(self, retry_after: Duration) -> ApiError {
        match self {
            Self::Admin(error) => of_machinery(Machinery::of_admin(&error), &error, retry_after),
            Self::Write(error) => match of_request(&error) {
                Some(problem) => problem.into(),
                None => of_machinery(Machinery::of_write(&error), &error, retry_after),
            },
        }
    }
}

/// What the client did, if it was the client.
fn of_request(error: &WriteError) -> Option<Problem> {
    Some(match error {
        WriteError::NoSuchSession(_) | WriteError::NoSuchStream { .. } => Problem::NotFound,
        WriteError::Ended {
            why: Ended::Sealed, ..
        } => Problem::SessionSealed,
        WriteError::Ended {
            why: Ended::Lost | Ended::DayOld,
            ..
        } => Problem::SessionEnded,
        WriteError::SequenceTaken { .. } => Problem::NumberTaken,
        WriteError::RequestTaken(_) => Problem::KeyReused,
        WriteError::NoSuchClass(_) => {
            Problem::RequestInvalid("`class` names no retention class of this tenant".to_owned())
        }
        // Revoked since its token was looked at.
        WriteError::NoSuchDevice(_) => Problem::TokenInvalid,
        WriteError::BadStreams => Problem::RequestInvalid(
            "`streams` needs at least one stream, each with a number of its own".to_owned(),
        ),
        _ => return None,
    })
}

/// How the machinery behind a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Machinery {
    /// No room; goes away by itself when there is some.
    Full,
    /// Down, busy or stopping; goes away by itself.
    Unavailable,
    /// Broken: somebody has to look.
    Broken,
}

fn of_machinery(state: Machinery, cause: &impl fmt::Display, retry_after: Duration) -> ApiError {
    match state {
        // Said by its status and by the metrics; the log would repeat it at every frame.
        Machinery::Full => Problem::Full { retry_after }.into(),
        Machinery::Unavailable => ApiError::caused(Problem::Unavailable { retry_after }, cause),
        Machinery::Broken => ApiError::internal(cause),
    }
}

impl Machinery {
    /// Behind a write.
    pub(crate) fn of_write(error: &WriteError) -> Self {
        match error {
            WriteError::StoreSilent => Self::Unavailable,
            WriteError::Intake(error) => Self::of_intake(error),
            WriteError::Object(error) => Self::of_object(error),
            WriteError::Catalog(error) => Self::of_catalog(error),
            WriteError::Key(error) => Self::of_key(error),
            WriteError::Ledger(error) => Self::of_ledger(error),
            WriteError::Read(error) => Self::of_read(error),
            _ => Self::Broken,
        }
    }

    fn of_admin(error: &AdminError) -> Self {
        match error {
            AdminError::Catalog(error) => Self::of_catalog(error),
            AdminError::Key(error) => Self::of_key(error),
            AdminError::Ledger(error) => Self::of_ledger(error),
            _ => Self::Broken,
        }
    }

    fn of_intake(error: &IntakeError) -> Self {
        match error {
            IntakeError::Full => Self::Full,
            IntakeError::Failed(_) | IntakeError::Closed => Self::Unavailable,
            _ => Self::Broken,
        }
    }

    fn of_object(error: &ObjectError) -> Self {
        match error {
            ObjectError::Full { .. } => Self::Full,
            ObjectError::Unavailable { .. } => Self::Unavailable,
            _ => Self::Broken,
        }
    }

    fn of_catalog(error: &CatalogError) -> Self {
        match error {
            CatalogError::Full => Self::Full,
            CatalogError::Busy | CatalogError::Closed => Self::Unavailable,
            _ => Self::Broken,
        }
    }

    fn of_key(error: &KeyError) -> Self {
        match error {
            KeyError::Catalog(error) => Self::of_catalog(error),
            _ => Self::Broken,
        }
    }

    fn of_ledger(error: &LedgerError) -> Self {
        match error {
            LedgerError::Catalog(error) => Self::of_catalog(error),
            _ => Self::Broken,
        }
    }

    fn of_read(error: &ReadError) -> Self {
        match error {
            ReadError::Object(error) => Self::of_object(error),
            ReadError::Intake(error) => Self::of_intake(error),
            ReadError::Catalog(error) => Self::of_catalog(error),
            ReadError::Key(error) => Self::of_key(error),
            ReadError::Ledger(error) => Self::of_ledger(error),
            _ => Self::Broken,
        }
    }
}

#[cfg(test)]
mod tests {
    use obhut_format::ids::SessionId;
    use rstest::rstest;

    use super::*;

    fn ended(why: Ended) -> WriteError {
        WriteError::Ended {
            session: SessionId::from_bytes([1; 16]),
            why,
        }
    }

    #[rstest]
    #[case(ended(Ended::Sealed), "session-sealed")]
    #[case(ended(Ended::Lost), "session-ended")]
    #[case(ended(Ended::DayOld), "session-ended")]
    #[case(WriteError::NoSuchClass("Erika".to_owned()), "request-invalid")]
    #[case(WriteError::RequestTaken("Erika".to_owned()), "key-reused")]
    fn what_the_client_did_is_told_without_its_words_and_not_logged(
        #[case] error: WriteError,
        #[case] slug: &str,
    ) {
        let answer = Trouble::from(error).answer(Duration::ZERO);
        assert_eq!(answer.problem.problem_type().slug, slug);
        assert!(answer.cause.is_none());
        assert!(!format!("{:?}", answer.problem.document()).contains("Erika"));
    }

    #[rstest]
    #[case(IntakeError::Full.into(), "full", false)]
    #[case(CatalogError::Full.into(), "full", false)]
    #[case(ObjectError::Full { key: "k".to_owned() }.into(), "full", false)]
    #[case(LedgerError::Catalog(CatalogError::Full).into(), "full", false)]
    #[case(IntakeError::Failed(Arc::new(std::io::Error::other("EIO"))).into(), "unavailable", true)]
    #[case(IntakeError::Closed.into(), "unavailable", true)]
    #[case(CatalogError::Busy.into(), "unavailable", true)]
    #[case(ReadError::Catalog(CatalogError::Busy).into(), "unavailable", true)]
    #[case(CatalogError::Damaged("row 7".to_owned()).into(), "internal", true)]
    #[case(WriteError::Packing("a step failed".to_owned()), "internal", true)]
    fn what_the_server_could_not_do_is_logged_and_its_cause_never_told(
        #[case] error: WriteError,
        #[case] slug: &str,
        #[case] logged: bool,
    ) {
        let text = error.to_string();
        let answer = Trouble::from(error).answer(Duration::from_secs(3));
        assert_eq!(answer.problem.problem_type().slug, slug);
        assert_eq!(
            answer.cause.as_ref().map(ToString::to_string),
            logged.then_some(text)
        );
        assert_eq!(answer.problem.document().detail, None);
    }
}
