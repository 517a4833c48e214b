//! What a file is: by its first bytes where they tell, by its name where they don't.

use crate::image::{HeaderFault, ImageError, ImageFormat, inspect};

/// What the first bytes say about a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Picture {
    /// It is one.
    Yes(ImageFormat),
    /// It is none.
    No,
    /// More bytes are needed.
    Unclear,
}

/// Whether a file is a picture, by its header; never by its name.
pub(super) fn picture(start: &[u8], whole: bool) -> Picture {
    let Some(format) = ImageFormat::sniff(start) else {
        return Picture::No;
    };
    match inspect(format.media_type(), start) {
        Ok(_) => Picture::Yes(format),
        Err(ImageError::Unreadable {
            why: HeaderFault::Cut,
            ..
        }) if !whole => Picture::Unclear,
        Err(_) => Picture::No,
    }
}

/// The media type of a file that is no frame.
pub(super) fn media_type(name: &str, start: &[u8]) -> String {
    if let Some(known) = by_magic(name, start) {
        return known.to_owned();
    }
    let known = match extension(name).as_str() {
        "cast" => "application/x-asciicast",
        "fbs" => "application/x-vnc-fbs",
        "guac" => "application/x-guacamole",
        "ndjson" => "application/x-ndjson",
        _ => {
            return mime_guess::from_path(name)
                .first_raw()
                .unwrap_or("application/octet-stream")
                .to_owned();
        }
    };
    known.to_owned()
}

fn extension(name: &str) -> String {
    name.rsplit_once('.')
        .map_or_else(String::new, |(_, extension)| extension.to_ascii_lowercase())
}

/// Containers that the usual programs write, by their first bytes.
fn by_magic(name: &str, start: &[u8]) -> Option<&'static str> {
    let audio = mime_guess::from_path(name)
        .first_raw()
        .is_some_and(|guess| guess.starts_with("audio/"));
    let at = |from: usize, what: &[u8]| start.get(from..).is_some_and(|rest| rest.starts_with(what));
    if at(4, b"ftyp") {
        return Some(if at(8, b"qt  ") {
            "video/quicktime"
        } else if audio || at(8, b"M4A ") {
            "audio/mp4"
        } else {
            "video/mp4"
        });
    }
    if at(0, &[0x1a, 0x45, 0xdf, 0xa3]) {
        let head = start.get(..64.min(start.len())).unwrap_or_default();
        let webm = head.windows(4).any(|word| word == b"webm");
        return Some(match (webm, audio) {
            (true, false) => "video/webm",
            (true, true) => "audio/webm",
            (false, false) => "video/x-matroska",
            (false, true) => "audio/x-matroska",
        });
    }
    if at(0, b"RIFF") && at(8, b"WAVE") {
        return Some("audio/wav");
    }
    if at(0, b"RIFF") && at(8, b"AVI ") {
        return Some("video/x-msvideo");
    }
    [
        (&b"OggS"[..], "application/ogg"),
        (b"fLaC", "audio/flac"),
        (b"ID3", "audio/mpeg"),
        (b"FBS 001.", "application/x-vnc-fbs"),
    ]
    .into_iter()
    .find_map(|(magic, known)| at(0, magic).then_some(known))
    // An asciicast starts with a JSON object that has `version` in it, a Guacamole recording with an instruction.
    .or_else(|| {
        at(0, b"{\"version\"")
            .then_some("application/x-asciicast")
            .filter(|_| extension(name) == "cast")
    })
    .or_else(|| (at(0, b"4.size,") || at(0, b"5.ready,")).then_some("application/x-guacamole"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_does_not_make_a_picture() {
        assert_eq!(picture(b"not a picture at all", true), Picture::No);
        assert_eq!(picture(b"\x89PNG\r\n\x1a\n", true), Picture::No);
        assert_eq!(picture(b"\x89PNG\r\n\x1a\n", false), Picture::Unclear);
    }

    #[test]
    fn recordings_are_known_by_their_first_bytes() {
        assert_eq!(media_type("x.bin", b"\0\0\0\x20ftypisom"), "video/mp4");
        assert_eq!(media_type("x.m4a", b"\0\0\0\x20ftypisom"), "audio/mp4");
        assert_eq!(media_type("session", b"FBS 001.000\n"), "application/x-vnc-fbs");
        assert_eq!(
            media_type("session", b"4.size,1.0,4.1024,3.768;"),
            "application/x-guacamole"
        );
        assert_eq!(
            media_type("shell.cast", b"{\"version\": 2"),
            "application/x-asciicast"
        );
        assert_eq!(media_type("notes.txt", b"hello"), "text/plain");
        assert_eq!(media_type("nothing", b""), "application/octet-stream");
    }
}
