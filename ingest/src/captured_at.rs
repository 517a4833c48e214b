//! The `Captured-At` header: when the agent took the frame, RFC 3339.

use std::fmt;

use axum::http::{HeaderMap, HeaderName};
use jiff::{SignedDuration, Timestamp};

/// The header's name.
pub const CAPTURED_AT: HeaderName = HeaderName::from_static("captured-at");

/// How far an agent's clock may run ahead of the server's.
pub const MOST_AHEAD: SignedDuration = SignedDuration::from_mins(10);

/// A capture instant as the agent gave it, in whole microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct CapturedAt(Timestamp);

/// Why a capture instant is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CapturedAtError {
    /// No header, or more than one.
    #[error("exactly one captured-at header is needed, not {0}")]
    NotOne(usize),
    /// Not RFC 3339, or outside the years 0001 to 9999.
    #[error("captured-at is not an instant of RFC 3339")]
    Malformed,
    /// Further ahead of the server's clock than [`MOST_AHEAD`].
    #[error("captured-at {0} is more than 10 minutes ahead of the server's clock")]
    Ahead(CapturedAt),
}

impl CapturedAt {
    /// Reads the header. Agents may be late by any time; they may be ahead of `now` by [`MOST_AHEAD`].
    pub fn from_headers(headers: &HeaderMap, now: Timestamp) -> Result<Self, CapturedAtError> {
        let mut values = headers.get_all(CAPTURED_AT).iter();
        let (Some(value), None) = (values.next(), values.next()) else {
            return Err(CapturedAtError::NotOne(
                headers.get_all(CAPTURED_AT).iter().count(),
            ));
        };
        let text = value.to_str().map_err(|_| CapturedAtError::Malformed)?;
        let at = Self::parse(text)?;
        if at.0.duration_since(now) > MOST_AHEAD {
            return Err(CapturedAtError::Ahead(at));
        }
        Ok(at)
    }

    /// Reads an instant of RFC 3339, any offset; digits beyond the microsecond are cut off.
    pub fn parse(text: &str) -> Result<Self, CapturedAtError> {
        if !has_shape_of_rfc3339(text.as_bytes()) {
            return Err(CapturedAtError::Malformed);
        }
        let at: Timestamp = text.parse().map_err(|_| CapturedAtError::Malformed)?;
        let microseconds = at.as_nanosecond().div_euclid(1_000);
        let cut = i64::try_from(microseconds)
            .ok()
            .and_then(|microseconds| Timestamp::from_microsecond(microseconds).ok())
            .ok_or(CapturedAtError::Malformed)?;
        Ok(Self(cut))
    }

    /// Microseconds since 1970-01-01 UTC.
    pub fn as_microseconds(self) -> i64 {
        self.0.as_microsecond()
    }
}

impl fmt::Display for CapturedAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.6}", self.0)
    }
}

/// `YYYY-MM-DDTHH:MM:SS[.d+](Z|±HH:MM)`. The time library reads more spellings (weeks, annotations, offsets of seconds)
/// than the contract offers.
fn has_shape_of_rfc3339(text: &[u8]) -> bool {
    const SHAPE: &[u8] = b"dddd-dd-ddTdd:dd:dd";
    let Some((start, rest)) = text.split_at_checked(SHAPE.len()) else {
        return false;
    };
    let starts_well = start.iter().zip(SHAPE).all(|(byte, shape)| match shape {
        b'd' => byte.is_ascii_digit(),
        b'T' => matches!(byte, b'T' | b't'),
        other => byte == other,
    });
    let offset = match rest.strip_prefix(b".") {
        Some(fraction) => {
            let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
            if !(1..=9).contains(&digits) {
                return false;
            }
            fraction.get(digits..).unwrap_or_default()
        }
        None => rest,
    };
    let ends_well = match offset {
        [b'Z' | b'z'] => true,
        [b'+' | b'-', h1, h2, b':', m1, m2] => [h1, h2, m1, m2].iter().all(|byte| byte.is_ascii_digit()),
        _ => false,
    };
    starts_well && ends_well
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    fn headers(values: &[&'static str]) -> HeaderMap {
        values
            .iter()
            .map(|value| (CAPTURED_AT, HeaderValue::from_static(value)))
            .collect()
    }

    fn noon() -> Timestamp {
        "2026-11-02T12:00:00Z".parse().expect("an instant")
    }

    #[rstest]
    #[case("2026-11-02T10:15:00.412Z", "2026-11-02T10:15:00.412000Z")]
    #[case("2026-11-02T10:15:00Z", "2026-11-02T10:15:00.000000Z")]
    #[case("2026-11-02t10:15:00z", "2026-11-02T10:15:00.000000Z")]
    #[case("2026-11-02T11:15:00+01:00", "2026-11-02T10:15:00.000000Z")]
    #[case("2026-11-02T00:15:00.123456789-05:30", "2026-11-02T05:45:00.123456Z")]
    #[case("1969-12-31T23:59:59.9999999Z", "1969-12-31T23:59:59.999999Z")]
    fn any_offset_is_read_and_cut_to_microseconds(#[case] text: &str, #[case] shown: &str) {
        assert_eq!(
            CapturedAt::parse(text).map(|at| at.to_string()),
            Ok(shown.to_owned())
        );
    }

    #[rstest]
    #[case("")]
    #[case("1762078500")]
    #[case("2026-11-02")]
    #[case("2026-11-02T10:15:00")]
    #[case("2026-11-02 10:15:00Z")]
    #[case("2026-11-02T10:15Z")]
    #[case("2026-11-02T10:15:00.Z")]
    #[case("2026-11-02T10:15:00,5Z")]
    #[case("2026-13-02T10:15:00Z")]
    #[case("2026-02-30T10:15:00Z")]
    #[case("2026-11-02T25:15:00Z")]
    #[case("2026-11-02T10:15:00+0100")]
    #[case("2026-11-02T10:15:00Z[Europe/Berlin]")]
    #[case("-02026-11-02T10:15:00Z")]
    #[case("２０２６-11-02T10:15:00Z")]
    fn other_spellings_are_refused(#[case] text: &str) {
        assert_eq!(CapturedAt::parse(text), Err(CapturedAtError::Malformed));
    }

    #[rstest]
    #[case::late_by_years("2019-01-01T00:00:00Z")]
    #[case::now("2026-11-02T12:00:00Z")]
    #[case::ten_minutes_ahead("2026-11-02T12:10:00Z")]
    fn an_agent_may_be_late_and_a_little_ahead(#[case] text: &'static str) {
        assert!(CapturedAt::from_headers(&headers(&[text]), noon()).is_ok());
    }

    #[test]
    fn more_than_ten_minutes_ahead_is_refused() {
        let refused = CapturedAt::from_headers(&headers(&["2026-11-02T12:10:00.000001Z"]), noon());
        assert!(matches!(refused, Err(CapturedAtError::Ahead(_))));
    }

    #[test]
    fn exactly_one_header_is_needed() {
        let one = "2026-11-02T12:00:00Z";
        assert_eq!(
            CapturedAt::from_headers(&headers(&[]), noon()),
            Err(CapturedAtError::NotOne(0))
        );
        assert_eq!(
            CapturedAt::from_headers(&headers(&[one, one]), noon()),
            Err(CapturedAtError::NotOne(2))
        );
    }

    proptest! {
        #[test]
        fn no_text_panics(text in ".{0,40}") {
            let _ = CapturedAt::parse(&text);
        }

        #[test]
        fn what_is_shown_is_read_again(microseconds in -62_135_596_800_000_000_i64..253_402_207_200_000_000) {
            let at = CapturedAt(Timestamp::from_microsecond(microseconds).expect("in range"));
            prop_assert_eq!(CapturedAt::parse(&at.to_string()), Ok(at));
        }
    }
}
