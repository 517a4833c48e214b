//! Why somebody looks, as it goes on record: for ever, so that it must say something to whoever reads it.

use std::ops::RangeInclusive;

use crate::letters::{is_steering, is_visible};

/// Fewest characters of a purpose that can be seen.
const PURPOSE_VISIBLE: usize = 3;
const PURPOSE_CHARS: RangeInclusive<usize> = PURPOSE_VISIBLE..=500;
const CASE_CHARS: usize = 200;

/// Why, and for which matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    purpose: String,
    case: Option<String>,
}

/// What is wrong with a purpose or a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReasonError {
    /// Too short, too long, or nothing to see.
    #[error("purpose must have 3 to 500 characters, 3 of them visible")]
    PurposeLength,
    /// It holds what is no text.
    #[error("purpose must hold no control or format characters but line feeds")]
    PurposeCharacters,
    /// Too long, or nothing to see.
    #[error("case must have at most 200 characters, and a visible one")]
    CaseLength,
    /// It holds what is no text.
    #[error("case must hold no control or format characters")]
    CaseCharacters,
}

impl Reason {
    /// Of what somebody typed; space around it is taken off, and a blank case is none.
    pub fn new(purpose: &str, case: Option<&str>) -> Result<Self, ReasonError> {
        let purpose = purpose.trim();
        if purpose.chars().any(|c| c != '\n' && is_steering(c)) {
            return Err(ReasonError::PurposeCharacters);
        }
        let visible = purpose.chars().filter(|c| is_visible(*c)).count();
        if visible < PURPOSE_VISIBLE || !PURPOSE_CHARS.contains(&purpose.chars().count()) {
            return Err(ReasonError::PurposeLength);
        }
        let case = case.map(str::trim).filter(|case| !case.is_empty());
        Ok(Self {
            purpose: purpose.to_owned(),
            case: case.map(Self::case_of).transpose()?,
        })
    }

    fn case_of(case: &str) -> Result<String, ReasonError> {
        if case.chars().any(is_steering) {
            return Err(ReasonError::CaseCharacters);
        }
        if case.chars().count() > CASE_CHARS || !case.chars().any(is_visible) {
            return Err(ReasonError::CaseLength);
        }
        Ok(case.to_owned())
    }

    /// Why.
    pub fn purpose(&self) -> &str {
        &self.purpose
    }

    /// For which matter.
    pub fn case(&self) -> Option<&str> {
        self.case.as_deref()
    }

    /// Both.
    pub(super) fn into_parts(self) -> (String, Option<String>) {
        (self.purpose, self.case)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn purpose(said: &str) -> Result<String, ReasonError> {
        Reason::new(said, None).map(|reason| reason.purpose)
    }

    #[test]
    fn a_purpose_says_something() {
        assert_eq!(
            purpose(" a complaint\nof a customer \n").as_deref(),
            Ok("a complaint\nof a customer")
        );
        assert_eq!(purpose("苦情処理").as_deref(), Ok("苦情処理"));
        for short in [
            "",
            "ab",
            "  ab  ",
            "a  b",
            "\u{3164}\u{3164}\u{3164}",
            "\u{2800}\u{2800}\u{2800}",
        ] {
            assert_eq!(purpose(short), Err(ReasonError::PurposeLength), "{short:?}");
        }
        assert!(purpose(&"x".repeat(500)).is_ok());
        assert_eq!(purpose(&"x".repeat(501)), Err(ReasonError::PurposeLength));
    }

    #[test]
    fn nothing_in_a_purpose_or_a_case_steers_how_it_is_shown() {
        for c in
            "\0\u{1b}\r\t\u{7f}\u{9b}\u{ad}\u{200b}\u{200e}\u{202e}\u{2028}\u{2029}\u{2066}\u{feff}\u{e0041}"
                .chars()
        {
            let said = format!("why{c}not");
            assert_eq!(purpose(&said), Err(ReasonError::PurposeCharacters), "{c:?}");
            let case = Reason::new("why", Some(&said));
            assert_eq!(case, Err(ReasonError::CaseCharacters), "{c:?}");
        }
        let lines = Reason::new("why", Some("two\nlines"));
        assert_eq!(lines, Err(ReasonError::CaseCharacters));
    }

    #[test]
    fn a_case_says_something_or_is_none() {
        let case = |said: &str| Reason::new("why", Some(said)).map(|reason| reason.case);
        assert_eq!(case(" R-7 "), Ok(Some("R-7".to_owned())));
        assert_eq!(case("  "), Ok(None));
        assert_eq!(case("\u{3164}"), Err(ReasonError::CaseLength));
        assert_eq!(case(&"x".repeat(201)), Err(ReasonError::CaseLength));
    }
}
