//! Lists of digests as `sha256sum` writes them: 64 hex digits, two blanks, a path, a newline.

use thiserror::Error;

use super::is_path;
use crate::digest::Sha256Digest;

/// A file's digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sum<'a> {
    /// The digest.
    pub sha256: Sha256Digest,
    /// The file.
    pub path: &'a str,
}

/// Why a list is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SumsError {
    /// A line that is none.
    #[error("line {0} is no digest with a path")]
    Line(usize),
    /// Lines are not in ascending order of their paths, or one stands twice.
    #[error("line {0} is out of order")]
    Order(usize),
}

/// The line of a file, with its newline.
pub fn sums_line(path: &str, sha256: &Sha256Digest) -> String {
    format!("{sha256}  {path}\n")
}

/// Reads a list in its only spelling.
pub fn parse_sums(bytes: &[u8]) -> Result<Vec<Sum<'_>>, SumsError> {
    let mut sums: Vec<Sum<'_>> = Vec::new();
    for (at, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let at = at.saturating_add(1);
        let sum = parse_line(line).ok_or(SumsError::Line(at))?;
        if sums.last().is_some_and(|before| before.path >= sum.path) {
            return Err(SumsError::Order(at));
        }
        sums.push(sum);
    }
    Ok(sums)
}

fn parse_line(line: &[u8]) -> Option<Sum<'_>> {
    let line = std::str::from_utf8(line).ok()?.strip_suffix('\n')?;
    let (sha256, path) = line.split_once("  ")?;
    let sha256 = sha256.parse().ok()?;
    is_path(path).then_some(Sum { sha256, path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_comes_back_and_every_other_spelling_is_refused() {
        let sum = Sha256Digest::of(b"x");
        let list = ["a", "b/c.d"].map(|path| sums_line(path, &sum)).concat();
        let read = parse_sums(list.as_bytes()).expect("a list");
        assert_eq!(
            read,
            [
                Sum {
                    sha256: sum,
                    path: "a"
                },
                Sum {
                    sha256: sum,
                    path: "b/c.d"
                }
            ]
        );
        let swapped = ["b", "a"].map(|path| sums_line(path, &sum)).concat();
        assert_eq!(parse_sums(swapped.as_bytes()), Err(SumsError::Order(2)));
        let twice = ["a", "a"].map(|path| sums_line(path, &sum)).concat();
        assert_eq!(parse_sums(twice.as_bytes()), Err(SumsError::Order(2)));
        for path in ["../a", "/a", "a//b", "a\\b", "a b", ".a", "a/", ""] {
            assert_eq!(
                parse_sums(sums_line(path, &sum).as_bytes()),
                Err(SumsError::Line(1)),
                "{path}"
            );
        }
        assert!(parse_sums(list.trim_end().as_bytes()).is_err());
        assert!(parse_sums(list.to_uppercase().as_bytes()).is_err());
    }
}
