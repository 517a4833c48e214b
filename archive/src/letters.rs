//! What a reader sees of a text, by Unicode's tables: whatever is kept for ever must not look empty or like something else.

use icu_properties::props::{DefaultIgnorableCodePoint, GeneralCategory, Script, WhiteSpace};
use icu_properties::{CodePointMapData, CodePointSetData};

/// A pattern of no dots: a symbol by its category, and nothing to see.
const BRAILLE_BLANK: char = '\u{2800}';

fn category(c: char) -> GeneralCategory {
    CodePointMapData::new().get(c)
}

/// Whether there is something to see of it: it is no white space, and nothing that is left out when it is shown.
pub fn is_visible(c: char) -> bool {
    let nothing = matches!(
        category(c),
        GeneralCategory::Control
            | GeneralCategory::Format
            | GeneralCategory::Unassigned
            | GeneralCategory::PrivateUse
            | GeneralCategory::LineSeparator
            | GeneralCategory::ParagraphSeparator
            | GeneralCategory::SpaceSeparator
    );
    !nothing
        && c != BRAILLE_BLANK
        && !CodePointSetData::new::<WhiteSpace>().contains(c)
        && !CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
}

/// Whether it steers how text is shown or taken, instead of being text: controls, formats such as the marks of direction, and
/// what separates lines and paragraphs.
pub(crate) fn is_steering(c: char) -> bool {
    matches!(
        category(c),
        GeneralCategory::Control
            | GeneralCategory::Format
            | GeneralCategory::LineSeparator
            | GeneralCategory::ParagraphSeparator
    )
}

/// Scripts that are written together (Unicode TS 39, section 5.2, highly restrictive).
const TOGETHER: [&[Script]; 3] = [
    &[Script::Latin, Script::Han, Script::Hiragana, Script::Katakana],
    &[Script::Latin, Script::Han, Script::Hangul],
    &[Script::Latin, Script::Han, Script::Bopomofo],
];

/// Whether letters of one script stand among those of another, as when one is to look like the other.
pub(crate) fn mixes_scripts(text: &str) -> bool {
    let scripts: Vec<Script> = text
        .chars()
        .map(|c| CodePointMapData::new().get(c))
        .filter(|script| ![Script::Common, Script::Inherited].contains(script))
        .collect();
    let one = scripts.windows(2).all(|pair| pair.first() == pair.last());
    let together = |those: &[Script]| scripts.iter().all(|script| those.contains(script));
    !one && !TOGETHER.iter().any(|those| together(those))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_shows_nothing_is_not_visible() {
        for c in "aß漢ก7.-=\u{301}😀".chars() {
            assert!(is_visible(c), "{c:?}");
        }
        let nothing = "\0\t\n\u{7f}\u{85}\u{a0}\u{ad}\u{34f}\u{115f}\u{1160}\u{180e}\u{2003}\u{200b}\u{200e}\u{2028}\u{202e}\u{2060}\
            \u{2066}\u{2800}\u{3000}\u{3164}\u{fe0f}\u{feff}\u{ffa0}\u{e0041}\u{e000}";
        for c in nothing.chars() {
            assert!(!is_visible(c), "{c:?}");
        }
    }

    #[test]
    fn a_script_stands_alone_or_with_those_that_are_written_with_it() {
        for name in [
            "anna",
            "ännå.7@x+y",
            "анна",
            "άννα",
            "安娜",
            "アンナの安anna",
            "안나anna",
            "7",
        ] {
            assert!(!mixes_scripts(name), "{name}");
        }
        for name in [
            "\u{430}nna",
            "ann\u{430}",
            "\u{3bf}lga",
            "안나アンナ",
            "anna-анна",
        ] {
            assert!(mixes_scripts(name), "{name}");
        }
    }
}
