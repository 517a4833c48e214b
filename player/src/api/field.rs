//! What a query's fields say. One that can't be read is named with what it must be, and never with its value.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use obhut_format::time::UtcMicros;
use obhut_listener::problem::Problem;

/// Most entries of a page.
const MOST: u32 = 200;

/// Entries of a page where nothing else is asked for.
const USUAL: u32 = 50;

/// A field that must be read by `read`, where it is there.
pub(super) fn read<T>(
    name: &str,
    text: Option<&str>,
    expected: &str,
    read: impl FnOnce(&str) -> Option<T>,
) -> Result<Option<T>, Problem> {
    let Some(text) = text else { return Ok(None) };
    let value = read(text).ok_or_else(|| wrong(name, expected))?;
    Ok(Some(value))
}

/// A field that is not what it must be.
pub(super) fn wrong(name: &str, expected: &str) -> Problem {
    Problem::request_malformed(format!("`{name}` must be {expected}"))
}

/// An id.
pub(super) fn id<T: std::str::FromStr>(name: &str, text: Option<&str>) -> Result<Option<T>, Problem> {
    read(name, text, "an id", |text| text.parse().ok())
}

/// An instant.
pub(super) fn instant(name: &str, text: Option<&str>) -> Result<Option<UtcMicros>, Problem> {
    let expected = "an instant as RFC 3339 spells it, such as 2026-11-02T08:00:00Z";
    read(name, text, expected, |text| UtcMicros::parse(text).ok())
}

/// A word of a vocabulary.
pub(super) fn word<T: Copy>(
    name: &str,
    text: Option<&str>,
    all: &[T],
    spelled: impl Fn(T) -> &'static str,
) -> Result<Option<T>, Problem> {
    let words: Vec<&str> = all.iter().map(|word| spelled(*word)).collect();
    let expected = format!("one of {}", words.join(", "));
    read(name, text, &expected, |text| {
        all.iter().copied().find(|word| spelled(*word) == text)
    })
}

/// How many entries a page has at most.
pub(super) fn limit(text: Option<&str>) -> Result<u32, Problem> {
    let limit = read("limit", text, &format!("a number from 1 to {MOST}"), |text| {
        text.parse().ok().filter(|limit| (1..=MOST).contains(limit))
    })?;
    Ok(limit.unwrap_or(USUAL))
}

/// The place in a list behind which the next page begins: a letter for the list, an instant and an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// Which list it is of.
    pub(super) list: u8,
    /// By what the list goes.
    pub(super) at: UtcMicros,
    /// Which entry.
    pub(super) id: [u8; 16],
}

impl Place {
    /// As it goes into an answer; a client does not look into it.
    pub(super) fn cursor(self) -> String {
        let mut bytes = vec![self.list];
        bytes.extend(self.at.get().to_be_bytes());
        bytes.extend(self.id);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The place that a query's cursor names; it must be of this list.
    pub(super) fn of(list: u8, cursor: Option<&str>) -> Result<Option<Self>, Problem> {
        Self::of_parts(&[list], cursor)
    }

    /// The same for a list of parts, each with a letter of its own.
    pub(super) fn of_parts(lists: &[u8], cursor: Option<&str>) -> Result<Option<Self>, Problem> {
        let expected = "the `next` of a page of the same list";
        let place = read("cursor", cursor, expected, Self::parse)?;
        match place {
            Some(place) if !lists.contains(&place.list) => Err(wrong("cursor", expected)),
            place => Ok(place),
        }
    }

    fn parse(cursor: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (list, rest) = bytes.split_first()?;
        let (at, id) = rest.split_first_chunk::<8>()?;
        Some(Self {
            list: *list,
            at: UtcMicros::new(i64::from_be_bytes(*at)).ok()?,
            id: id.try_into().ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_comes_back_from_its_cursor_and_from_no_other_lists() {
        let place = Place {
            list: b'n',
            at: UtcMicros::MIN,
            id: [7; 16],
        };
        let cursor = place.cursor();
        assert_eq!(Place::of(b'n', Some(&cursor)).expect("it reads"), Some(place));
        assert_eq!(Place::of(b'n', None).expect("there is none"), None);
        Place::of(b'd', Some(&cursor)).expect_err("another list's");
        for text in ["", "!", "AAAA", &cursor[1..], &format!("{cursor}AAAA")] {
            Place::of(b'n', Some(text)).expect_err("no cursor");
        }
    }

    #[test]
    fn a_limit_is_between_one_and_two_hundred() {
        assert_eq!(limit(None).expect("the usual"), 50);
        for (text, number) in [("1", 1), ("200", 200)] {
            assert_eq!(limit(Some(text)).expect("in range"), number);
        }
        for text in ["0", "201", "-1", "", "many"] {
            limit(Some(text)).expect_err("out of range");
        }
    }
}
