//! A disposal certificate as a page to print: what it says in words, and the signed line itself, from which it can be checked.

mod words;

use std::fmt::Write as _;

use obhut_format::certificate::Certificate;
use obhut_format::time::UtcMicros;

pub use words::Language;

const STYLE: &str = "body{font:11pt/1.45 sans-serif;max-width:44em;margin:2em auto;padding:0 1em;color:#000;background:#fff}\
h1{font-size:17pt;margin-bottom:.2em}h2{font-size:12pt;margin:1.6em 0 .4em}\
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.25em .6em .25em 0;\
border-bottom:1px solid #bbb}th{font-weight:normal;color:#444;width:40%}\
code{font:9pt/1.35 monospace;overflow-wrap:anywhere;white-space:pre-wrap}\
@page{size:A4;margin:18mm}@media print{body{margin:0;max-width:none}}";

/// The page; it loads nothing from anywhere.
pub fn certificate_html(certificate: &Certificate, language: Language) -> String {
    let disposed = &certificate.disposed;
    let words = language.words();
    let decided = &disposed.decided;
    let class = words.class(&decided.class);
    let of = &decided.of;
    let what = [
        (words.session, disposed.session.to_string()),
        (words.tenant, disposed.tenant.to_string()),
        (words.retention_class, class),
        (words.ended, instant(decided.ended_at)),
        (words.kept_until, instant(decided.retain_until)),
        (words.why, words.rule(&decided.rule).to_owned()),
        (words.frames, of.frames.to_string()),
        (words.original_bytes, of.original_bytes.to_string()),
        (words.stored_bytes, of.stored_bytes.to_string()),
        (words.objects, of.objects.to_string()),
    ];
    let leaf = |n: u64, at: UtcMicros| format!("{} {n}, {}", words.leaf, instant(at));
    let how = [
        (words.intent, leaf(disposed.intent.n, disposed.intent.at)),
        (words.key_destroyed, instant(disposed.key_destroyed_at)),
        (words.objects_gone, instant(disposed.objects_gone_at)),
        (words.tombstone, leaf(disposed.tombstone.n, disposed.tombstone.at)),
        (words.intake_gone, instant(disposed.intake_gone_at)),
        (words.signed, instant(disposed.at)),
        (words.key, certificate.key.to_string()),
    ];
    let mut page = format!(
        "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<title>{} {}</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<h1>{}</h1>\n<p>{}</p>\n",
        language.tag(),
        words.title,
        disposed.session,
        words.title,
        words.opening,
    );
    table(&mut page, words.what_was_deleted, &what);
    table(&mut page, words.how_it_was_deleted, &how);
    let _ = write!(
        page,
        "<h2>{}</h2>\n<p>{}</p>\n<p><code>{}</code></p>\n</body>\n</html>\n",
        words.signed_line,
        words.signature,
        escaped(&certificate.to_line())
    );
    page
}

fn table(page: &mut String, title: &str, rows: &[(&str, String)]) {
    let _ = write!(page, "<h2>{title}</h2>\n<table>\n");
    for (name, value) in rows {
        let _ = writeln!(
            page,
            "<tr><th scope=\"row\">{name}</th><td>{}</td></tr>",
            escaped(value)
        );
    }
    page.push_str("</table>\n");
}

/// As people write it, to the second.
fn instant(at: UtcMicros) -> String {
    let text = at.to_string();
    match text.split_once('T') {
        Some((day, time)) => format!("{day} {} UTC", time.get(..8).unwrap_or(time)),
        None => text,
    }
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '"' => safe.push_str("&quot;"),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_class_is_called_stays_text() {
        assert_eq!(escaped("<b>\"&"), "&lt;b&gt;&quot;&amp;");
    }

    #[test]
    fn instants_are_told_to_the_second() {
        let at = UtcMicros::parse("2026-11-02T08:00:01.250000Z").expect("an instant");
        assert_eq!(instant(at), "2026-11-02 08:00:01 UTC");
    }
}
