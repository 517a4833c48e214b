//! Text in HTML, and the policy under which a page runs.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// Whether a character would change what is read around it: it writes nothing itself, or turns the direction. A name is
/// whatever somebody made it; in a report it may not make a word of ours read otherwise.
fn is_unseen(character: char) -> bool {
    (character.is_control() && !matches!(character, '\n' | '\t'))
        || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

/// Text in which characters that write nothing can be seen.
pub(super) fn seen(raw: &str) -> String {
    let mut seen = String::with_capacity(raw.len());
    for character in raw.chars() {
        if is_unseen(character) {
            let _ = write!(seen, "\u{27e8}U+{:04X}\u{27e9}", u32::from(character));
        } else {
            seen.push(character);
        }
    }
    seen
}

/// Text that stands in HTML, in an attribute too.
pub(super) fn text(raw: &str) -> String {
    let mut escaped = String::with_capacity(raw.len());
    for character in seen(raw).chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// JSON that stands in a script element: nothing in it can end the element.
pub(super) fn json(value: &serde_json::Value) -> String {
    value
        .to_string()
        .replace('<', "\\u003c")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

/// A policy that lets a page run this script and have this style, show files beside it, and nothing else.
pub(super) fn policy(style: &str, script: Option<&str>) -> String {
    let hash = |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)));
    let script = script.map_or_else(|| "'none'".to_owned(), hash);
    format!(
        "default-src 'none'; img-src 'self' file:; media-src 'self' file:; style-src {}; script-src {script}; \
         base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
        hash(style)
    )
}

/// A whole page.
pub(super) fn page(title: &str, style: &str, script: Option<&str>, body: &str) -> String {
    let policy = text(&policy(style, script));
    let title = text(title);
    let script = script
        .map(|script| format!("<script>{script}</script>\n"))
        .unwrap_or_default();
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n<title>{title}</title>\n<style>{style}</style>\n</head>\n\
         <body>\n{body}{script}</body>\n</html>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_turn_or_hide_text_are_seen() {
        assert_eq!(text("a\u{202e}b\u{0}c\u{2066}"), "a⟨U+202E⟩b⟨U+0000⟩c⟨U+2066⟩");
        // Languages that are written from the right are written as they are.
        assert_eq!(text("שלום\n"), "שלום\n");
    }

    #[test]
    fn nothing_that_was_recorded_becomes_markup() {
        assert_eq!(
            text("<b a=\"1\" b='2'>&"),
            "&lt;b a=&quot;1&quot; b=&#39;2&#39;&gt;&amp;"
        );
        let value = serde_json::json!({ "name": "</script><script>alert(1)//\u{2028}" });
        let escaped = json(&value);
        assert!(!escaped.contains('<') && !escaped.contains('\u{2028}'));
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&escaped).expect("still JSON"),
            value
        );
    }
}
