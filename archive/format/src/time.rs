//! Instants in UTC with microseconds, and their one spelling.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use thiserror::Error;

/// Why a value is no instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TimeError {
    /// Not an RFC 3339 date-time.
    #[error("not an RFC 3339 date and time with an offset")]
    NotRfc3339,
    /// RFC 3339, but not the spelling that the formats use.
    #[error("not in UTC with exactly six decimals and Z")]
    NotCanonical,
    /// Outside the years 0001 to 9999.
    #[error("instant outside the years 0001 to 9999")]
    OutOfRange,
}

/// A signed span in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SignedMicros(pub i64);

impl SignedMicros {
    /// So many whole days of 24 hours.
    pub const fn from_days(days: u32) -> Self {
        // u32::MAX days are 3.7e20 µs: saturates, and every instant plus it is out of range anyway.
        Self((days as i64).saturating_mul(86_400_000_000))
    }

    /// So many seconds; saturates.
    pub const fn from_secs(secs: i64) -> Self {
        Self(secs.saturating_mul(1_000_000))
    }
}

/// Microseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
///
/// Spelled as RFC 3339 in UTC with exactly six decimals: `2026-11-02T08:00:03.000000Z`. The range is
/// `0001-01-01T00:00:00.000000Z` to `9999-12-30T22:00:00.999999Z`, so that every instant can be shown in every zone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UtcMicros(i64);

impl UtcMicros {
    /// 1970-01-01T00:00:00.000000Z.
    pub const UNIX_EPOCH: Self = Self(0);
    /// 0001-01-01T00:00:00.000000Z.
    pub const MIN: Self = Self(-62_135_596_800_000_000);
    /// 9999-12-30T22:00:00.999999Z.
    pub const MAX: Self = Self(253_402_207_200_999_999);

    /// Checks the range.
    pub const fn new(micros: i64) -> Result<Self, TimeError> {
        if micros < Self::MIN.0 || micros > Self::MAX.0 {
            Err(TimeError::OutOfRange)
        } else {
            Ok(Self(micros))
        }
    }

    /// Microseconds since 1970.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// Reads RFC 3339 with any offset; digits beyond the microsecond are cut off, towards the past.
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        if !is_rfc3339_shape(text.as_bytes()) {
            return Err(TimeError::NotRfc3339);
        }
        let instant: Timestamp = text.parse().map_err(|_| TimeError::NotRfc3339)?;
        let micros = instant.as_nanosecond().div_euclid(1_000);
        i64::try_from(micros)
            .map_err(|_| TimeError::OutOfRange)
            .and_then(Self::new)
    }

    /// Reads the one spelling that the formats use, and no other.
    pub fn parse_canonical(text: &str) -> Result<Self, TimeError> {
        let instant = Self::parse(text)?;
        if instant.to_string() == text {
            Ok(instant)
        } else {
            Err(TimeError::NotCanonical)
        }
    }

    /// The instant so much later (or earlier), if it is in range.
    pub fn checked_add(self, span: SignedMicros) -> Option<Self> {
        self.0
            .checked_add(span.0)
            .and_then(|micros| Self::new(micros).ok())
    }

    /// The span from `earlier` to this instant.
    pub const fn since(self, earlier: Self) -> SignedMicros {
        SignedMicros(self.0.saturating_sub(earlier.0))
    }
}

/// The shape of RFC 3339 section 5.6. jiff reads more (basic format, hours without minutes, zone annotations).
fn is_rfc3339_shape(text: &[u8]) -> bool {
    let Some((date_time, rest)) = text.split_at_checked(19) else {
        return false;
    };
    let fixed = date_time
        .iter()
        .zip(b"dddd-dd-ddTdd:dd:dd")
        .all(|(&byte, &shape)| match shape {
            b'd' => byte.is_ascii_digit(),
            b'T' => matches!(byte, b'T' | b't' | b' '),
            _ => byte == shape,
        });
    let offset = match rest.strip_prefix(b".") {
        Some(fraction) => {
            let digits = fraction.iter().take_while(|b| b.is_ascii_digit()).count();
            match fraction.split_at_checked(digits) {
                Some(([], _)) | None => return false,
                Some((_, offset)) => offset,
            }
        }
        None => rest,
    };
    fixed
        && match offset {
            [b'Z' | b'z'] => true,
            [b'+' | b'-', h1, h2, b':', m1, m2] => [h1, h2, m1, m2].iter().all(|b| b.is_ascii_digit()),
            _ => false,
        }
}

impl fmt::Display for UtcMicros {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not `from_microsecond`: that refuses the fraction of the very last second.
        let instant =
            Timestamp::from_nanosecond(i128::from(self.0).saturating_mul(1_000)).map_err(|_| fmt::Error)?;
        write!(f, "{instant:.6}")
    }
}

impl fmt::Debug for UtcMicros {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for UtcMicros {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for UtcMicros {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse_canonical(&text).map_err(de::Error::custom)
    }
}
