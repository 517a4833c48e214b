//! A disposal certificate as a page to print: what it says in words, and the signed line itself, from which it can be checked.

use std::fmt::Write as _;

use obhut_format::certificate::Certificate;
use obhut_format::time::UtcMicros;

const STYLE: &str = "body{font:11pt/1.45 sans-serif;max-width:44em;margin:2em auto;padding:0 1em;color:#000;background:#fff}\
h1{font-size:17pt;margin-bottom:.2em}h2{font-size:12pt;margin:1.6em 0 .4em}\
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.25em .6em .25em 0;\
border-bottom:1px solid #bbb}th{font-weight:normal;color:#444;width:40%}\
code{font:9pt/1.35 monospace;overflow-wrap:anywhere;white-space:pre-wrap}\
@page{size:A4;margin:18mm}@media print{body{margin:0;max-width:none}}";

/// The page; it loads nothing from anywhere.
pub fn certificate_html(certificate: &Certificate) -> String {
    let disposed = &certificate.disposed;
    let decided = &disposed.decided;
    let class = &decided.class;
    let days = class
        .days
        .map_or_else(|| "at once".to_owned(), |days| format!("{days} days"));
    let class = format!("{} (version {}): {days}", class.name, class.version);
    let why = match &decided.rule[..] {
        "period-over" => "The period of its retention class was over, and no hold kept it.".to_owned(),
        "at-once" => "Its retention class deletes at once, and no hold kept it.".to_owned(),
        other => other.to_owned(),
    };
    let of = &decided.of;
    let what = [
        ("Session", disposed.session.to_string()),
        ("Tenant", disposed.tenant.to_string()),
        ("Retention class", class),
        ("Session ended", instant(decided.ended_at)),
        ("Kept until", instant(decided.retain_until)),
        ("Why it was deleted", why),
        ("Frames", of.frames.to_string()),
        ("Bytes of the originals", of.original_bytes.to_string()),
        ("Bytes as stored", of.stored_bytes.to_string()),
        ("Stored objects", of.objects.to_string()),
    ];
    let how = [
        (
            "Intent in the ledger",
            format!("leaf {}, {}", disposed.intent.n, instant(disposed.intent.at)),
        ),
        (
            "Key destroyed, and in no file, by",
            instant(disposed.key_destroyed_at),
        ),
        (
            "No object and no version of one found",
            instant(disposed.objects_gone_at),
        ),
        (
            "Catalog rows gone; tombstone in the ledger",
            format!(
                "leaf {}, {}",
                disposed.tombstone.n,
                instant(disposed.tombstone.at)
            ),
        ),
        (
            "In no file of the intake log by",
            instant(disposed.intake_gone_at),
        ),
        ("Signed", instant(disposed.at)),
        ("Signing key", certificate.key.to_string()),
    ];
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Certificate of disposal {}</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<h1>Certificate of disposal</h1>\n\
         <p>The recorded session named below was deleted. Its encryption key was destroyed, so that what copies there may be of \
         its data, backups included, can't be read without a copy of that key.</p>\n",
        disposed.session
    );
    table(&mut page, "What was deleted", &what);
    table(&mut page, "How it was deleted", &how);
    let _ = write!(
        page,
        "<h2>The signed line</h2>\n<p>An Ed25519 signature of the archive's key over <code>obhut/1 disposal </code> and this line \
         without its last two members.</p>\n<p><code>{}</code></p>\n</body>\n</html>\n",
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
