//! `VERIFY.txt`: how to check a bundle with programs that every system has.

use std::fmt::Write as _;

use obhut_format::bundle::Originals;
use obhut_format::sign::ARCHIVE_KEY_NAME;
use obhut_format::sshsig;

use crate::pages::Shown;

const HEAD: &str = include_str!("instructions/head.txt");
const TREES: &str = include_str!("instructions/trees.txt");
/// Where something is damaged, the records of a segment may be too.
const COMPLETE: &str = r#"
No segment lacks its records:

    [ "$(grep -l '"t":"segment"' chain/*.line | wc -l)" = "$(find records -name '*.records' | wc -l)" ]
"#;

/// The text. Commands begin with four blanks and stand on one line each.
pub(crate) fn text(shown: &Shown<'_>) -> String {
    let key = &shown.evidence.archive_key;
    let mut text = HEAD
        .replace("{session}", &shown.evidence.session.session.to_string())
        .replace("{key}", &sshsig::public_key(key))
        .replace("{id}", &key.key_id(ARCHIVE_KEY_NAME).to_string())
        .replace("{link}", &shown.evidence.link.to_string());
    for stream in shown.streams {
        let n = stream.n;
        // `digest number`, by number.
        let records = format!(
            r#"cat records/{n}/*.records | sed 's/^{{"stream":[0-9]*,"seq":\([0-9]*\),.*"sha256":"\([0-9a-f]*\)".*/\2 \1/'"#
        );
        let numbered = format!(
            r"find data/{n} -type f -exec sha256sum {{}} + | sed 's/^\([0-9a-f]*\) .*\/0*\([0-9][0-9]*\)\..*/\1 \2/'"
        );
        let _ = match (stream.how, stream.files.first()) {
            (_, None) => continue,
            (Originals::Whole, Some(file)) => {
                let blocks = if stream.frames > 1 {
                    format!("split -b 1048576 --filter='sha256sum | cut -c1-64' {}", file.path)
                } else {
                    format!("sha256sum {} | cut -c1-64", file.path)
                };
                writeln!(
                    text,
                    "    [ \"$({records} | sort -k2,2n | cut -c1-64)\" = \"$({blocks})\" ]"
                )
            }
            // Where something is damaged, records are more than originals.
            _ if stream.damaged.is_some() => writeln!(
                text,
                "    [ -z \"$(comm -13 <({records} | sort) <({numbered} | sort))\" ]"
            ),
            _ => writeln!(text, "    [ \"$({records} | sort)\" = \"$({numbered} | sort)\" ]"),
        };
    }
    let complete = if shown.damaged.is_empty() { COMPLETE } else { "" };
    text.push_str(&TREES.replace("{complete}", complete));
    text
}
