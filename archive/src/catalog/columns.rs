//! How the types of the formats stand in columns.

use std::str::FromStr;

use obhut_format::chain::{SealHow, SessionKind, StreamKind};
use obhut_format::digest::Link;
use obhut_format::ids::{
    AccessId, BackupId, DeviceId, ExportId, HoldId, LoginId, SegmentNo, Seq, SessionId, StreamNo, TenantId,
    UserId,
};
use obhut_format::key::WrappedKey;
use obhut_format::time::UtcMicros;

use super::engine::{FromValue, Value};

macro_rules! id_columns {
    ($($id:ident),+) => {$(
        impl<'a> From<&'a $id> for Value<'a> {
            fn from(id: &'a $id) -> Self {
                Self::Blob(id.as_bytes())
            }
        }

        impl FromValue for $id {
            const EXPECTED: &'static str = "an id of 16 bytes";

            fn from_value(value: Value<'_>) -> Option<Self> {
                <[u8; 16]>::from_value(value).map(Self::from_bytes)
            }
        }
    )+};
}

id_columns!(
    TenantId, SessionId, DeviceId, AccessId, BackupId, ExportId, HoldId, UserId, LoginId
);

macro_rules! number_columns {
    ($($number:ident as $inner:ty),+) => {$(
        impl From<$number> for Value<'_> {
            fn from(number: $number) -> Self {
                Self::from(number.get())
            }
        }

        impl FromValue for $number {
            const EXPECTED: &'static str = <$inner>::EXPECTED;

            fn from_value(value: Value<'_>) -> Option<Self> {
                <$inner>::from_value(value).and_then(|number| Self::new(number).ok())
            }
        }
    )+};
}

number_columns!(StreamNo as u32, SegmentNo as u32, Seq as u64, UtcMicros as i64);

macro_rules! word_columns {
    ($($word:ident),+) => {$(
        impl From<$word> for Value<'_> {
            fn from(word: $word) -> Self {
                Self::Text(word.as_str())
            }
        }

        impl FromValue for $word {
            const EXPECTED: &'static str = "a word of its vocabulary";

            fn from_value(value: Value<'_>) -> Option<Self> {
                match value {
                    Value::Text(text) => Self::from_str(text).ok(),
                    _ => None,
                }
            }
        }
    )+};
}

word_columns!(SessionKind, StreamKind, SealHow);

impl<'a> From<&'a Link> for Value<'a> {
    fn from(link: &'a Link) -> Self {
        Self::Blob(link.as_bytes())
    }
}

impl FromValue for Link {
    const EXPECTED: &'static str = "a link of 32 bytes";

    fn from_value(value: Value<'_>) -> Option<Self> {
        <[u8; 32]>::from_value(value).map(Self)
    }
}

impl<'a> From<&'a WrappedKey> for Value<'a> {
    fn from(key: &'a WrappedKey) -> Self {
        Self::Blob(key.as_bytes())
    }
}

impl FromValue for WrappedKey {
    const EXPECTED: &'static str = "a wrapped key of 76 bytes";

    fn from_value(value: Value<'_>) -> Option<Self> {
        <[u8; 76]>::from_value(value).map(Self)
    }
}
