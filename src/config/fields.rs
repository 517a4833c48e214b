//! Reading a TOML table field by field, gathering every problem instead of stopping at the first.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use toml::{Table, Value};

/// What is wrong with a configuration; each line starts with the key it is about.
#[derive(Debug, Default)]
pub(crate) struct Problems(Vec<String>);

impl Problems {
    /// Notes a problem with a key.
    pub(crate) fn add(&mut self, key: &str, what: impl std::fmt::Display) {
        self.0.push(format!("{key}: {what}"));
    }

    /// All of them.
    pub(crate) fn into_lines(self) -> Vec<String> {
        self.0
    }
}

/// A table being read. Fields that nobody asked for are unknown keys, noted by [`Fields::finish`].
#[derive(Debug)]
pub(crate) struct Fields {
    path: String,
    table: Table,
    known: BTreeSet<&'static str>,
}

impl Fields {
    /// The whole file.
    pub(crate) fn root(table: Table) -> Self {
        Self {
            path: String::new(),
            table,
            known: BTreeSet::new(),
        }
    }

    /// The full name of a field.
    pub(crate) fn name(&self, key: &str) -> String {
        if self.path.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.path)
        }
    }

    fn take(&mut self, key: &'static str) -> Option<Value> {
        self.known.insert(key);
        self.table.remove(key)
    }

    /// A section, empty where it is missing.
    pub(crate) fn section(&mut self, key: &'static str, problems: &mut Problems) -> Self {
        let path = self.name(key);
        let table = match self.take(key) {
            None => Table::new(),
            Some(Value::Table(table)) => table,
            Some(_) => {
                problems.add(&path, "must be a table");
                Table::new()
            }
        };
        Self {
            path,
            table,
            known: BTreeSet::new(),
        }
    }

    /// A section that may be missing.
    pub(crate) fn optional_section(&mut self, key: &'static str, problems: &mut Problems) -> Option<Self> {
        self.table.contains_key(key).then(|| self.section(key, problems))
    }

    /// A text.
    pub(crate) fn text(&mut self, key: &'static str, problems: &mut Problems) -> Option<String> {
        if let Value::String(text) = self.take(key)? {
            return Some(text);
        }
        problems.add(&self.name(key), "must be a text in quotes");
        None
    }

    /// A text that must be there.
    pub(crate) fn required(&mut self, key: &'static str, problems: &mut Problems) -> String {
        if !self.table.contains_key(key) {
            self.known.insert(key);
            problems.add(&self.name(key), "is missing");
            return String::new();
        }
        self.text(key, problems).unwrap_or_default()
    }

    /// A text read by `parse`, whose error says what it should be.
    pub(crate) fn parsed<T, E: std::fmt::Display>(
        &mut self,
        key: &'static str,
        problems: &mut Problems,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let text = self.text(key, problems)?;
        match parse(&text) {
            Ok(value) => Some(value),
            Err(error) => {
                problems.add(&self.name(key), format!("{text:?}: {error}"));
                None
            }
        }
    }

    /// A path.
    pub(crate) fn path(&mut self, key: &'static str, problems: &mut Problems) -> Option<PathBuf> {
        self.text(key, problems).map(PathBuf::from)
    }

    /// Yes or no.
    pub(crate) fn flag(&mut self, key: &'static str, problems: &mut Problems) -> Option<bool> {
        if let Value::Boolean(value) = self.take(key)? {
            return Some(value);
        }
        problems.add(&self.name(key), "must be true or false");
        None
    }

    /// A whole number within bounds.
    pub(crate) fn number(
        &mut self,
        key: &'static str,
        bounds: std::ops::RangeInclusive<u64>,
        problems: &mut Problems,
    ) -> Option<u64> {
        let value = self.take(key)?;
        let number = value.as_integer().and_then(|number| u64::try_from(number).ok());
        self.bounded(key, number, &bounds, "a whole number", problems)
    }

    /// A number of bytes: a whole number, or a text such as `"20 GB"` or `"64 MiB"`.
    pub(crate) fn bytes(
        &mut self,
        key: &'static str,
        bounds: std::ops::RangeInclusive<u64>,
        problems: &mut Problems,
    ) -> Option<u64> {
        let number = match self.take(key)? {
            Value::Integer(number) => u64::try_from(number).ok(),
            Value::String(text) => parse_bytes(&text),
            _ => None,
        };
        self.bounded(
            key,
            number,
            &bounds,
            "a number of bytes such as 1048576, \"64 MiB\" or \"20 GB\"",
            problems,
        )
    }

    /// A span of time such as `"10m"`.
    pub(crate) fn span(
        &mut self,
        key: &'static str,
        bounds: std::ops::RangeInclusive<Duration>,
        problems: &mut Problems,
    ) -> Option<Duration> {
        let span = match self.take(key)? {
            Value::String(text) => parse_span(&text),
            _ => None,
        };
        match span {
            Some(span) if bounds.contains(&span) => Some(span),
            Some(_) => {
                let (first, last) = (bounds.start().as_secs(), bounds.end().as_secs());
                problems.add(&self.name(key), format!("must be from {first} to {last} seconds"));
                None
            }
            None => {
                problems.add(
                    &self.name(key),
                    "must be a span of time such as \"30s\", \"10m\" or \"2h\"",
                );
                None
            }
        }
    }

    /// A share, from above 0 to 1.
    pub(crate) fn share(&mut self, key: &'static str, problems: &mut Problems) -> Option<f32> {
        let share = match self.take(key)? {
            Value::Float(share) => Some(share),
            Value::Integer(1) => Some(1.0),
            _ => None,
        };
        match share {
            #[allow(clippy::cast_possible_truncation, reason = "a share needs no more digits")]
            Some(share) if share > 0.0 && share <= 1.0 => Some(share as f32),
            _ => {
                problems.add(
                    &self.name(key),
                    "must be a share above 0 and at most 1, such as 0.9",
                );
                None
            }
        }
    }

    fn bounded(
        &self,
        key: &str,
        number: Option<u64>,
        bounds: &std::ops::RangeInclusive<u64>,
        kind: &str,
        problems: &mut Problems,
    ) -> Option<u64> {
        match number {
            Some(number) if bounds.contains(&number) => Some(number),
            Some(_) => {
                problems.add(
                    &self.name(key),
                    format!("must be from {} to {}", bounds.start(), bounds.end()),
                );
                None
            }
            None => {
                problems.add(&self.name(key), format!("must be {kind}"));
                None
            }
        }
    }

    /// A secret by reference: `{ file = "…" }` or `{ env = "…" }`.
    pub(crate) fn secret(&mut self, key: &'static str, problems: &mut Problems) -> String {
        let name = self.name(key);
        let shape =
            "must be { file = \"PATH\" } or { env = \"NAME\" }; a secret never stands in the configuration";
        let Some(value) = self.take(key) else {
            problems.add(&name, format!("is missing; it {shape}"));
            return String::new();
        };
        let pair = value
            .as_table()
            .filter(|table| table.len() == 1)
            .and_then(|table| table.iter().next());
        let read = match pair {
            Some((kind, Value::String(at))) if kind == "file" => {
                std::fs::read_to_string(at).map_err(|error| format!("can't read {at}: {error}"))
            }
            Some((kind, Value::String(at))) if kind == "env" => {
                std::env::var(at).map_err(|error| format!("environment variable {at}: {error}"))
            }
            _ => Err(shape.to_owned()),
        };
        match read {
            Ok(secret) => secret.trim_end_matches(['\n', '\r']).to_owned(),
            Err(why) => {
                problems.add(&name, why);
                String::new()
            }
        }
    }

    /// Notes every key that nobody asked for.
    pub(crate) fn finish(self, problems: &mut Problems) {
        let near = self.known.iter().copied().collect::<Vec<_>>().join(", ");
        for key in self.table.keys() {
            problems.add(&self.name(key), format!("is no setting (known here: {near})"));
        }
    }
}

/// `"64 MiB"`, `"20GB"`, `"4096"`.
fn parse_bytes(text: &str) -> Option<u64> {
    let (digits, unit) = split_unit(text)?;
    let factor = match unit {
        "" | "B" => 1,
        "kB" | "KB" => 1_000,
        "MB" => 1_000_000,
        "GB" => 1_000_000_000,
        "TB" => 1_000_000_000_000,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        "TiB" => 1 << 40,
        _ => return None,
    };
    digits.checked_mul(factor)
}

/// `"30s"`, `"10m"`, `"2h"`, `"500ms"`.
fn parse_span(text: &str) -> Option<Duration> {
    let (digits, unit) = split_unit(text)?;
    match unit {
        "ms" => Some(Duration::from_millis(digits)),
        "s" => Some(Duration::from_secs(digits)),
        "m" | "min" => digits.checked_mul(60).map(Duration::from_secs),
        "h" => digits.checked_mul(3_600).map(Duration::from_secs),
        _ => None,
    }
}

fn split_unit(text: &str) -> Option<(u64, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, unit) = text.split_at(end);
    Some((digits.parse().ok()?, unit.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_spans_are_read_with_their_units() {
        assert_eq!(parse_bytes("20 GB"), Some(20_000_000_000));
        assert_eq!(parse_bytes("64MiB"), Some(64 << 20));
        assert_eq!(parse_bytes("7"), Some(7));
        assert_eq!(parse_bytes("7 parsecs"), None);
        assert_eq!(parse_bytes("99999999 TB"), None);
        assert_eq!(parse_span("10m"), Some(Duration::from_mins(10)));
        assert_eq!(parse_span("10"), None);
    }

    #[test]
    fn every_unknown_key_is_named_with_its_path() {
        let table: Table = "a = 1\n[s]\nb = 2\nc = 3".parse().expect("TOML");
        let mut problems = Problems::default();
        let mut fields = Fields::root(table);
        let mut section = fields.section("s", &mut problems);
        assert_eq!(section.number("b", 0..=9, &mut problems), Some(2));
        section.finish(&mut problems);
        fields.finish(&mut problems);
        assert_eq!(
            problems.into_lines(),
            [
                "s.c: is no setting (known here: b)",
                "a: is no setting (known here: s)"
            ]
        );
    }

    #[test]
    fn a_secret_in_plain_sight_is_refused() {
        let table: Table = "key = \"hunter2\"".parse().expect("TOML");
        let mut problems = Problems::default();
        assert_eq!(Fields::root(table).secret("key", &mut problems), "");
        let lines = problems.into_lines();
        assert!(
            lines[0].starts_with("key: must be { file") && !lines[0].contains("hunter2"),
            "{lines:?}"
        );
    }
}
