//! The values that cross between Rust and SQL, and the row that statements give back.

use super::error::CatalogError;

/// A value in a statement's parameters or in a row. It borrows: a chain line is not copied to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value<'a> {
    /// SQL `NULL`.
    Null,
    /// An integer; instants are microseconds since 1970.
    Int(i64),
    /// A text in UTF-8.
    Text(&'a str),
    /// Bytes; ids are their 16 bytes.
    Blob(&'a [u8]),
}

/// Named parameters, each name with its colon as it stands in the statement. Every parameter of a statement must be given,
/// and none that it does not have.
pub type Params<'a> = &'a [(&'static str, Value<'a>)];

impl From<i64> for Value<'_> {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<u32> for Value<'_> {
    fn from(value: u32) -> Self {
        Self::Int(i64::from(value))
    }
}

/// Numbers past `i64::MAX` become `i64::MAX`, which every counter column's CHECK refuses: such a row is a conflict, never
/// another number.
impl From<u64> for Value<'_> {
    fn from(value: u64) -> Self {
        Self::Int(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(value: &'a str) -> Self {
        Self::Text(value)
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(value: &'a String) -> Self {
        Self::Text(value)
    }
}

impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(value: &'a [u8]) -> Self {
        Self::Blob(value)
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for Value<'a> {
    fn from(value: &'a [u8; N]) -> Self {
        Self::Blob(value)
    }
}

impl<'a> From<&'a Vec<u8>> for Value<'a> {
    fn from(value: &'a Vec<u8>) -> Self {
        Self::Blob(value)
    }
}

impl<'a, T> From<Option<T>> for Value<'a>
where
    Value<'a>: From<T>,
{
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::from)
    }
}

/// A type that a column can be read as.
pub(crate) trait FromValue: Sized {
    /// What the column must hold, for the error message.
    const EXPECTED: &'static str;

    /// The value as this type; `None` when the column holds something else.
    fn from_value(value: Value<'_>) -> Option<Self>;
}

impl FromValue for i64 {
    const EXPECTED: &'static str = "an integer";

    fn from_value(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Int(int) => Some(int),
            _ => None,
        }
    }
}

impl FromValue for u32 {
    const EXPECTED: &'static str = "a 32-bit number";

    fn from_value(value: Value<'_>) -> Option<Self> {
        i64::from_value(value).and_then(|int| int.try_into().ok())
    }
}

impl FromValue for u64 {
    const EXPECTED: &'static str = "a number that is not negative";

    fn from_value(value: Value<'_>) -> Option<Self> {
        i64::from_value(value).and_then(|int| int.try_into().ok())
    }
}

impl FromValue for String {
    const EXPECTED: &'static str = "a text";

    fn from_value(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Text(text) => Some(text.to_owned()),
            _ => None,
        }
    }
}

impl FromValue for Vec<u8> {
    const EXPECTED: &'static str = "bytes";

    fn from_value(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Blob(blob) => Some(blob.to_vec()),
            _ => None,
        }
    }
}

impl<const N: usize> FromValue for [u8; N] {
    const EXPECTED: &'static str = "bytes of a fixed length";

    fn from_value(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Blob(blob) => blob.try_into().ok(),
            _ => None,
        }
    }
}

impl<T: FromValue> FromValue for Option<T> {
    const EXPECTED: &'static str = T::EXPECTED;

    fn from_value(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            other => T::from_value(other).map(Some),
        }
    }
}

/// How an engine shows the columns of its current row.
pub(super) trait Columns {
    /// The value of the column with this name; `None` when the statement has no such column.
    fn value(&self, column: &str) -> Option<Value<'_>>;
}

/// One row of a result, read by column name.
pub struct Row<'a>(&'a dyn Columns);

impl std::fmt::Debug for Row<'_> {
    // A row may hold wrapped keys and sealed details: nothing of it belongs in a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Row(..)")
    }
}

impl<'a> Row<'a> {
    pub(super) fn new(columns: &'a dyn Columns) -> Self {
        Self(columns)
    }

    /// The column as `T`; a column that holds anything else is damage.
    pub(crate) fn get<T: FromValue>(&self, column: &'static str) -> Result<T, CatalogError> {
        let value = self
            .0
            .value(column)
            .ok_or_else(|| CatalogError::Other(format!("statement has no column `{column}`")))?;
        T::from_value(value)
            .ok_or_else(|| CatalogError::Damaged(format!("column `{column}` does not hold {}", T::EXPECTED)))
    }
}
