//! What the pages say, in English and in German: one document has both, and shows one. What was recorded stands there as
//! it was recorded.

use std::fmt;

use obhut_format::chain::{SealHow, SessionKind, StreamKind};
use obhut_format::ledger::LeafType;

use super::html;

/// A piece of a page that is safe to stand in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Html(String);

impl fmt::Display for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What was recorded, or is a number or an id: the same in every language.
pub(super) fn said(raw: impl fmt::Display) -> Html {
    Html(html::text(&raw.to_string()))
}

/// A text of ours in both languages.
pub(super) fn both(en: impl fmt::Display, de: impl fmt::Display) -> Html {
    let (en, de) = (html::text(&en.to_string()), html::text(&de.to_string()));
    Html(format!(
        "<span lang=\"en\">{en}</span><span lang=\"de\">{de}</span>"
    ))
}

/// Pieces of pages, one behind the other.
pub(super) fn joined(parts: &[Html]) -> Html {
    Html(parts.iter().map(|part| part.0.as_str()).collect())
}

/// A link, with another place for each language.
pub(super) fn link(en: (&str, &str), de: (&str, &str)) -> Html {
    let one = |lang: &str, (to, text): (&str, &str)| {
        let (to, text) = (html::text(to), html::text(text));
        format!("<span lang=\"{lang}\"><a href=\"{to}\">{text}</a></span>")
    };
    Html(one("en", en) + &one("de", de))
}

pub(super) fn session_kind(kind: SessionKind) -> Html {
    let de = match kind {
        SessionKind::Monitoring => "Überwachung",
        SessionKind::Support => "Fernwartung",
        SessionKind::Meeting => "Besprechung",
        SessionKind::Training => "Schulung",
    };
    both(kind, de)
}

pub(super) fn stream_kind(kind: StreamKind) -> Html {
    let (en, de) = match kind {
        StreamKind::Timeline => ("screenshots", "Bildschirmfotos"),
        StreamKind::Recording => ("recording", "Aufzeichnung"),
        StreamKind::Attachment => ("attachment", "Anhang"),
    };
    both(en, de)
}

pub(super) fn seal_how(how: SealHow) -> Html {
    match how {
        SealHow::Sealed => both("by the agent", "durch den Agenten"),
        SealHow::Lost => both(
            "by the server, after silence",
            "durch den Server, weil der Agent verstummte",
        ),
        SealHow::Imported => both("on import", "beim Import"),
    }
}

/// What a leaf of the session tells; `event` is the kind that the agent gave.
pub(super) fn happened(t: LeafType, event: &str) -> Html {
    match (t, event) {
        (LeafType::Open, _) => both("opened", "geöffnet"),
        (LeafType::Seal, _) => both("sealed", "versiegelt"),
        (_, "consent") => both("consent", "Einwilligung"),
        (_, "interruption") => both("interruption", "Unterbrechung"),
        (_, "transfer") => both("transfer", "Übergabe"),
        (_, "decision") => both("decision", "Entscheidung"),
        (_, "end") => both("end", "Ende"),
        (_, other) => said(other),
    }
}

/// What somebody did with the session.
pub(super) fn action(action: &str) -> Html {
    match action {
        "open" => both("opened", "geöffnet"),
        "view" => both("viewed", "angesehen"),
        "restore" => both("written out", "ausgelesen"),
        other => said(other),
    }
}

/// The names that descriptions usually have; others stand as they are.
pub(super) fn described(name: &str) -> Html {
    match name {
        "purpose" => both("Purpose", "Zweck"),
        "title" => both("Title", "Titel"),
        "source" => both("Source", "Quelle"),
        "continues" => both("Continues session", "Setzt Sitzung fort"),
        "user" => both("User", "Benutzer"),
        "participants" => both("Participants", "Beteiligte"),
        "notes" => both("Notes", "Bemerkungen"),
        "ended_by" => both("Ended by", "Beendet von"),
        other => said(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_recorded_is_escaped_in_both_languages() {
        let hostile = "<script>\"'&\u{202e}";
        for html in [
            said(hostile),
            both(hostile, hostile),
            happened(LeafType::Event, hostile),
            described(hostile),
        ] {
            let text = html
                .to_string()
                .replace("<span lang=\"en\">", "")
                .replace("<span lang=\"de\">", "")
                .replace("</span>", "");
            assert!(!text.contains(['<', '>', '"', '\'', '\u{202e}']), "{text}");
        }
    }
}
