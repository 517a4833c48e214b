//! How data is printed: JSON lines, and tables for people.

use std::io::{self, Write};

use serde::Serialize;

use crate::failure::Failure;

/// Writes a line to standard output at once.
pub(crate) fn line(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    let written = out
        .write_all(text.as_bytes())
        .and_then(|()| out.write_all(b"\n"))
        .and_then(|()| out.flush());
    match written {
        // The reader has seen enough, as `head` does.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => {
            other.map_err(|error| Failure::new(format!("standard output: {error}"), "see where it leads to"))
        }
    }
}

/// Writes a value as one line of JSON.
pub(crate) fn json(value: &impl Serialize) -> Result<(), Failure> {
    line(&serde_json::to_string(value).map_err(Failure::internal)?)
}

/// A line for people on standard error: nothing but data goes to standard output.
pub(crate) fn note(text: impl std::fmt::Display) {
    eprintln!("obhut: {text}");
}

/// A table for people: a head and rows, columns as wide as their widest cell. Columns named in `right` are numbers.
pub(crate) fn table<const N: usize>(
    head: [&str; N],
    right: [bool; N],
    rows: &[[String; N]],
) -> Result<(), Failure> {
    let mut widths = head.map(|cell| cell.chars().count());
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    line(&laid_out(&head, right, &widths))?;
    for row in rows {
        let cells: Vec<&str> = row.iter().map(String::as_str).collect();
        line(&laid_out(&cells, right, &widths))?;
    }
    Ok(())
}

fn laid_out<const N: usize>(cells: &[&str], right: [bool; N], widths: &[usize; N]) -> String {
    let mut text = String::new();
    for ((cell, right), width) in cells.iter().zip(right).zip(widths) {
        if !text.is_empty() {
            text.push_str("  ");
        }
        let padding = " ".repeat(width.saturating_sub(cell.chars().count()));
        if right {
            text.push_str(&padding);
            text.push_str(cell);
        } else {
            text.push_str(cell);
            text.push_str(&padding);
        }
    }
    text.truncate(text.trim_end().len());
    text
}

/// A number of bytes for people, in thousands as disks are sold.
pub(crate) fn bytes(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["kB", "MB", "GB", "TB", "PB"];
    if bytes < 1_000 {
        return format!("{bytes} B");
    }
    let mut tenths = bytes / 100;
    let mut unit = 0;
    while tenths >= 10_000 && unit + 1 < UNITS.len() {
        tenths /= 1_000;
        unit += 1;
    }
    format!(
        "{}.{} {}",
        tenths / 10,
        tenths % 10,
        UNITS.get(unit).unwrap_or(&"PB")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_read_as_disks_are_sold() {
        assert_eq!(bytes(0), "0 B");
        assert_eq!(bytes(999), "999 B");
        assert_eq!(bytes(1_000), "1.0 kB");
        assert_eq!(bytes(19_907_825), "19.9 MB");
        assert_eq!(bytes(u64::MAX), "18446.7 PB");
    }

    #[test]
    fn numbers_stand_to_the_right() {
        let text = laid_out(&["a", "7"], [false, true], &[3, 4]);
        assert_eq!(text, "a       7");
    }
}
