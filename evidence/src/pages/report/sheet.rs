//! The contact sheet: pictures of a stream, evenly spread over it.

use std::fmt::Write as _;

use super::{at, heading, remark};
use crate::blocks::ShownStream;
use crate::pages::html;
use crate::pages::words::{both, joined, said};

/// Pictures on the sheet of a stream.
const PICTURES: usize = 48;

pub(super) fn write(body: &mut String, stream: &ShownStream) {
    let count = stream.files.len();
    if count == 0 {
        return;
    }
    let n = stream.n;
    let name = stream.name.as_ref().map_or_else(
        || both(format_args!("stream {n}"), format_args!("Strom {n}")),
        said,
    );
    let title = joined(&[both("Contact sheet: ", "Bildübersicht: "), name]);
    heading(body, 2, &title);
    let pictures = count.min(PICTURES);
    if pictures < count {
        let some = both(
            format_args!("{pictures} of {count} frames, evenly spread. Each picture is the original."),
            format_args!("{pictures} von {count} Bildern, gleichmäßig verteilt. Jedes ist das Original."),
        );
        remark(body, &some);
    }
    body.push_str("<div class=\"sheet\">\n");
    // The first and the last are among them.
    let steps = pictures.saturating_sub(1).max(1);
    for file in (0..pictures).filter_map(|step| stream.files.get(step * (count - 1) / steps)) {
        let (path, when) = (html::text(&file.path), html::text(&at(file.at)));
        let cut = if file.cut {
            joined(&[said(" · "), both("cut", "abgeschnitten")])
        } else {
            said("")
        };
        let _ = writeln!(
            body,
            "<figure><a href=\"{path}\"><img src=\"{path}\" alt=\"{seq}\"></a>\
             <figcaption>{seq} · {when}{cut}</figcaption></figure>",
            seq = file.seq
        );
    }
    body.push_str("</div>\n");
}
