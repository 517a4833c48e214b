//! From what the archive did not do to what an agent reads.

use std::time::Duration;

use obhut_archive::{AdminError, Ended, WriteError};
use obhut_listener::{ApiError, Machinery};

use crate::problem::{self, Problem};

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
            Self::Admin(error) => Machinery::of_admin(&error).answer(&error, retry_after),
            Self::Write(error) => match of_request(&error) {
                Some(problem) => problem.into(),
                None => Machinery::of_write(&error).answer(&error, retry_after),
            },
        }
    }
}

/// What the client did, if it was the client.
fn of_request(error: &WriteError) -> Option<Problem> {
    Some(match error {
        WriteError::NoSuchSession(_) | WriteError::NoSuchStream { .. } => Problem::not_found(),
        WriteError::Ended {
            why: Ended::Sealed, ..
        } => Problem::of(&problem::SESSION_SEALED),
        WriteError::Ended {
            why: Ended::Lost | Ended::DayOld,
            ..
        } => Problem::of(&problem::SESSION_ENDED),
        WriteError::SequenceTaken { .. } => Problem::of(&problem::NUMBER_TAKEN),
        WriteError::RequestTaken(_) => Problem::of(&problem::KEY_REUSED),
        WriteError::NoSuchClass(_) => {
            Problem::request_invalid("`class` names no retention class of this tenant")
        }
        // Revoked since its token was looked at.
        WriteError::NoSuchDevice(_) => problem::token_invalid(),
        WriteError::BadStreams => {
            Problem::request_invalid("`streams` needs at least one stream, each with a number of its own")
        }
        _ => return None,
    })
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
        assert_eq!(answer.problem().problem_type().slug, slug);
        assert!(answer.cause().is_none());
        assert!(!format!("{:?}", answer.problem().document()).contains("Erika"));
    }
}
