//! The `Captured-At` header: when the agent took the frame, RFC 3339.

use axum::http::{HeaderMap, HeaderName};
use obhut_format::time::{SignedMicros, UtcMicros};

/// The header's name.
pub const CAPTURED_AT: HeaderName = HeaderName::from_static("captured-at");

/// How far an agent's clock may run ahead of the server's.
pub const MOST_AHEAD: SignedMicros = SignedMicros::from_secs(600);

/// Why a capture instant is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CapturedAtError {
    /// No header, or more than one.
    #[error("exactly one captured-at header is needed, not {0}")]
    NotOne(usize),
    /// Not RFC 3339, or out of the range that can be shown.
    #[error("captured-at is not an instant of RFC 3339")]
    Malformed,
    /// Further ahead of the server's clock than [`MOST_AHEAD`].
    #[error("captured-at {0} is more than 10 minutes ahead of the server's clock")]
    Ahead(UtcMicros),
}

/// Reads the header. Agents may be late by any time; they may be ahead of `now` by [`MOST_AHEAD`].
pub fn captured_at(headers: &HeaderMap, now: UtcMicros) -> Result<UtcMicros, CapturedAtError> {
    let mut values = headers.get_all(CAPTURED_AT).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return Err(CapturedAtError::NotOne(
            headers.get_all(CAPTURED_AT).iter().count(),
        ));
    };
    let text = value.to_str().map_err(|_| CapturedAtError::Malformed)?;
    let at = UtcMicros::parse(text).map_err(|_| CapturedAtError::Malformed)?;
    if at.since(now) > MOST_AHEAD {
        return Err(CapturedAtError::Ahead(at));
    }
    Ok(at)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use rstest::rstest;

    use super::*;

    fn headers(values: &[&'static str]) -> HeaderMap {
        values
            .iter()
            .map(|value| (CAPTURED_AT, HeaderValue::from_static(value)))
            .collect()
    }

    fn noon() -> UtcMicros {
        UtcMicros::parse("2026-11-02T12:00:00Z").expect("an instant")
    }

    #[rstest]
    #[case::late_by_years("2019-01-01T00:00:00Z", "2019-01-01T00:00:00.000000Z")]
    #[case::now("2026-11-02T12:00:00Z", "2026-11-02T12:00:00.000000Z")]
    #[case::another_offset("2026-11-02T12:30:00.5+01:00", "2026-11-02T11:30:00.500000Z")]
    #[case::ten_minutes_ahead("2026-11-02T12:10:00.0000009Z", "2026-11-02T12:10:00.000000Z")]
    fn an_agent_may_be_late_and_a_little_ahead(#[case] text: &'static str, #[case] read: &str) {
        assert_eq!(
            captured_at(&headers(&[text]), noon()).map(|at| at.to_string()),
            Ok(read.to_owned())
        );
    }

    #[rstest]
    #[case("")]
    #[case("1793620800")]
    #[case("2026-11-02")]
    #[case("2026-11-02T12:00:00")]
    #[case("Mon, 02 Nov 2026 12:00:00 GMT")]
    #[case("2026-02-30T12:00:00Z")]
    fn other_spellings_are_refused(#[case] text: &'static str) {
        assert_eq!(
            captured_at(&headers(&[text]), noon()),
            Err(CapturedAtError::Malformed)
        );
    }

    #[test]
    fn more_than_ten_minutes_ahead_is_refused() {
        let refused = captured_at(&headers(&["2026-11-02T12:10:00.000001Z"]), noon());
        assert!(matches!(refused, Err(CapturedAtError::Ahead(_))));
    }

    #[test]
    fn exactly_one_header_is_needed() {
        let one = "2026-11-02T12:00:00Z";
        assert_eq!(
            captured_at(&headers(&[]), noon()),
            Err(CapturedAtError::NotOne(0))
        );
        assert_eq!(
            captured_at(&headers(&[one, one]), noon()),
            Err(CapturedAtError::NotOne(2))
        );
    }
}
