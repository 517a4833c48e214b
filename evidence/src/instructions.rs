//! `VERIFY.txt`: how to check a bundle with programs that every system has.

use std::fmt::Write as _;

use obhut_format::bundle::Originals;
use obhut_format::sign::ARCHIVE_KEY_NAME;
use obhut_format::sshsig;

use crate::pages::Shown;

const HEAD: &str = include_str!("instructions/head.txt");
const TREES: &str = include_str!("instructions/trees.txt");

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
        let records =
            format!("cat records/{n}/*.records | grep -o '\"sha256\":\"[0-9a-f]*\"' | cut -d'\"' -f4 | sort");
        // Where something is damaged, records are more than originals.
        let all = stream.damaged.is_none();
        let originals = match (stream.how, stream.files.first()) {
            (_, None) => continue,
            (Originals::Whole, Some(file)) if stream.frames > 1 => {
                format!(
                    "split -b 1048576 --filter='sha256sum | cut -c1-64' {} | sort",
                    file.path
                )
            }
            _ => format!("find data/{n} -type f -exec sha256sum {{}} + | cut -c1-64 | sort"),
        };
        let _ = if all {
            writeln!(text, "    [ \"$({records})\" = \"$({originals})\" ]")
        } else {
            writeln!(
                text,
                "    [ -z \"$(comm -13 <({records} -u) <({originals} -u))\" ]"
            )
        };
    }
    text.push_str(TREES);
    text
}
