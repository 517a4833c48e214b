//! Identifiers: one newtype each, and one spelling each.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use thiserror::Error;
use uuid::{Builder, Uuid};

use crate::time::UtcMicros;

/// Why a value is no identifier.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum IdError {
    /// Not the 36-character lower-case hyphenated form.
    #[error("{what} id is not a lower-case hyphenated uuid")]
    NotUuid {
        /// Which id was read.
        what: &'static str,
    },
    /// Not a decimal number without leading zeros.
    #[error("{what} is not a decimal number without leading zeros")]
    NotNumber {
        /// Which number was read.
        what: &'static str,
    },
    /// Above the largest number the format has room for.
    #[error("{what} {value} is above {max}")]
    TooLarge {
        /// Which number was read.
        what: &'static str,
        /// The number.
        value: u64,
        /// The largest one allowed.
        max: u64,
    },
}

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps a UUID of any version.
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The UUID.
            pub const fn as_uuid(&self) -> &Uuid {
                &self.0
            }

            /// Wraps the 16 bytes in network order (RFC 9562).
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }

            /// The 16 bytes in network order (RFC 9562).
            pub const fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }

            /// A version 7 UUID (RFC 9562 section 5.7) of the instant's millisecond; an instant before 1970 counts as
            /// 1970, because the field is unsigned.
            pub fn v7(at: UtcMicros, random: [u8; 10]) -> Self {
                let millis = u64::try_from(at.get().div_euclid(1_000)).unwrap_or(0);
                Self(Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0.as_hyphenated())
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                let refused = IdError::NotUuid { what: $what };
                let uuid = Uuid::try_parse(text).map_err(|_| refused.clone())?;
                // The uuid crate also reads braces, URNs, capitals and the bare form; we know one spelling.
                let mut spelling = Uuid::encode_buffer();
                if uuid.as_hyphenated().encode_lower(&mut spelling) == text {
                    Ok(Self(uuid))
                } else {
                    Err(refused)
                }
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(de::Error::custom)
            }
        }
    };
}

uuid_id!(
    /// A client of the operator: the boundary for keys, ledger, policy and people.
    TenantId,
    "tenant"
);
uuid_id!(
    /// One recorded activity on a device.
    SessionId,
    "session"
);
uuid_id!(
    /// An enrolled source.
    DeviceId,
    "device"
);
uuid_id!(
    /// A backup of the catalog and the keys.
    BackupId,
    "backup"
);
uuid_id!(
    /// One stored object; never used twice.
    ObjectId,
    "object"
);
uuid_id!(
    /// An access record.
    AccessId,
    "access record"
);
uuid_id!(
    /// A legal hold.
    HoldId,
    "hold"
);
uuid_id!(
    /// A request for an evidence bundle.
    ExportId,
    "export"
);
uuid_id!(
    /// A person who may log in.
    UserId,
    "user"
);
uuid_id!(
    /// A person's log-in, from the password to its end.
    LoginId,
    "login"
);

macro_rules! number {
    ($(#[$doc:meta])* $name:ident($inner:ty), $what:literal, max $max:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name($inner);

        impl $name {
            /// The smallest number.
            pub const ZERO: Self = Self(0);
            /// The largest number the formats have room for.
            pub const MAX: Self = Self($max);

            /// Checks the number against [`Self::MAX`].
            pub const fn new(value: $inner) -> Result<Self, IdError> {
                if value > $max {
                    Err(IdError::TooLarge { what: $what, value: value as u64, max: $max })
                } else {
                    Ok(Self(value))
                }
            }

            /// The number after this one, where there is one.
            pub fn next(self) -> Option<Self> {
                self.0.checked_add(1).and_then(|next| Self::new(next).ok())
            }

            /// The number.
            pub const fn get(self) -> $inner {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                let value = decimal(text).ok_or(IdError::NotNumber { what: $what })?;
                let too_large = IdError::TooLarge { what: $what, value, max: $max };
                <$inner>::try_from(value).map_err(|_| too_large).and_then(Self::new)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.0.serialize(serializer)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::new(<$inner>::deserialize(deserializer)?).map_err(de::Error::custom)
            }
        }
    };
}

number!(
    /// The number of a stream inside its session.
    StreamNo(u32),
    "stream number",
    max 9_999
);
number!(
    /// The number of a segment inside its stream: eight digits in an object key.
    SegmentNo(u32),
    "segment number",
    max 99_999_999
);
number!(
    /// The sequence number of a frame or block inside its stream: exact in every JSON reader.
    Seq(u64),
    "sequence number",
    max 9_007_199_254_740_991
);

/// A decimal number in its only spelling: ASCII digits, no sign, no leading zero.
pub(crate) fn decimal(text: &str) -> Option<u64> {
    let plain = text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    if plain { text.parse().ok() } else { None }
}
