//! From what went wrong to what a client reads, and to what the log keeps of it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use axum::response::{IntoResponse, Response};
use obhut_archive::catalog::CatalogError;
use obhut_archive::intake::IntakeError;
use obhut_archive::objects::ObjectError;
use obhut_archive::{AdminError, HoldError, KeyError, LedgerError, PurgeError, ReadError, WriteError};

use crate::problem::Problem;

/// A problem, and its cause where the server has one of its own.
#[derive(Debug)]
pub struct ApiError {
    problem: Problem,
    cause: Option<Cause>,
}

/// Why the server failed; for the log alone. In the extensions of the answer, where the one that logs finds it.
#[derive(Debug, Clone)]
pub struct Cause(Arc<str>);

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl ApiError {
    /// A failure of ours.
    pub fn internal(cause: impl fmt::Display) -> Self {
        Self::caused(Problem::internal(), cause)
    }

    /// A problem that has a cause for the log.
    pub fn caused(problem: Problem, cause: impl fmt::Display) -> Self {
        Self {
            problem,
            cause: Some(Cause(cause.to_string().into())),
        }
    }

    /// What the client reads.
    pub fn problem(&self) -> &Problem {
        &self.problem
    }

    /// What the log keeps.
    pub fn cause(&self) -> Option<&Cause> {
        self.cause.as_ref()
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

/// How the machinery behind a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Machinery {
    /// No room; goes away by itself when there is some.
    Full,
    /// Down, busy or stopping; goes away by itself.
    Unavailable,
    /// Broken: somebody has to look.
    Broken,
}

impl Machinery {
    /// What a client is told of it, and what the log.
    pub fn answer(self, cause: &impl fmt::Display, retry_after: Duration) -> ApiError {
        match self {
            // Said by its status and by the metrics; the log would repeat it at every frame.
            Self::Full => Problem::full(retry_after).into(),
            Self::Unavailable => ApiError::caused(Problem::unavailable(retry_after), cause),
            Self::Broken => ApiError::internal(cause),
        }
    }

    /// Behind a write.
    pub fn of_write(error: &WriteError) -> Self {
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

    /// Behind what is administered.
    pub fn of_admin(error: &AdminError) -> Self {
        match error {
            AdminError::Catalog(error) => Self::of_catalog(error),
            AdminError::Key(error) => Self::of_key(error),
            AdminError::Ledger(error) => Self::of_ledger(error),
            _ => Self::Broken,
        }
    }

    /// Behind holds.
    pub fn of_hold(error: &HoldError) -> Self {
        match error {
            HoldError::Catalog(error) => Self::of_catalog(error),
            HoldError::Key(error) => Self::of_key(error),
            HoldError::Ledger(error) => Self::of_ledger(error),
            _ => Self::Broken,
        }
    }

    /// Behind what is told of deletions.
    pub fn of_purge(error: &PurgeError) -> Self {
        match error {
            PurgeError::Catalog(error) => Self::of_catalog(error),
            PurgeError::Key(error) => Self::of_key(error),
            PurgeError::Ledger(error) => Self::of_ledger(error),
            _ => Self::Broken,
        }
    }

    /// Behind a read.
    pub fn of_read(error: &ReadError) -> Self {
        match error {
            ReadError::Object(error) => Self::of_object(error),
            ReadError::Intake(error) => Self::of_intake(error),
            ReadError::Catalog(error) => Self::of_catalog(error),
            ReadError::Key(error) => Self::of_key(error),
            ReadError::Ledger(error) => Self::of_ledger(error),
            _ => Self::Broken,
        }
    }

    /// Of the catalog.
    pub fn of_catalog(error: &CatalogError) -> Self {
        match error {
            CatalogError::Full => Self::Full,
            CatalogError::Busy | CatalogError::Closed => Self::Unavailable,
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
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

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
        let answer = Machinery::of_write(&error).answer(&error, Duration::from_secs(3));
        assert_eq!(answer.problem.problem_type().slug, slug);
        assert_eq!(
            answer.cause.as_ref().map(ToString::to_string),
            logged.then_some(error.to_string())
        );
        assert_eq!(answer.problem.document().detail, None);
    }
}
