//! `report.html`: what the bundle holds and proves, to read and to print, in English and in German. Which is shown is a
//! matter of the address (`report.html#de`): the page has no script.

mod history;
mod sheet;

use std::fmt::Write as _;

use obhut_format::bundle::ExportNote;
use obhut_format::chain::{SealStream, StreamKind};
use obhut_format::ids::Seq;
use obhut_format::sign::ARCHIVE_KEY_NAME;
use obhut_format::sshsig;
use obhut_format::time::UtcMicros;
use serde_json::Value;

use super::words::{Html, both, described, joined, link, said, seal_how, session_kind, stream_kind};
use super::{Shown, html};

const STYLE: &str = include_str!("../report.css");
/// Rows of a table; the rest is in the bundle's files.
const ROWS: usize = 500;

/// The page.
pub(crate) fn report(shown: &Shown<'_>, note: &ExportNote) -> String {
    let mut body = String::from(
        "<span id=\"de\"></span>\n<nav class=\"languages\"><a href=\"#\" lang=\"en\">English</a> <a href=\"#de\" lang=\"de\">Deutsch</a></nav>\n<main>\n",
    );
    head(&mut body, shown, note);
    damage(&mut body, shown);
    session(&mut body, shown);
    streams(&mut body, shown);
    history::write(&mut body, shown);
    proof(&mut body, shown);
    for stream in shown
        .streams
        .iter()
        .filter(|stream| stream.kind == StreamKind::Timeline)
    {
        sheet::write(&mut body, stream);
    }
    body.push_str("</main>\n");
    let title = format!("Evidence · Nachweis: {}", note.session);
    html::page(&title, STYLE, None, &body)
}

fn at(instant: UtcMicros) -> String {
    let text = instant.to_string();
    let (day, time) = text.split_once('T').unwrap_or((text.as_str(), ""));
    let time = time
        .strip_suffix(".000000Z")
        .or(time.strip_suffix('Z'))
        .unwrap_or(time);
    format!("{day} {time} UTC")
}

fn heading(body: &mut String, level: u8, text: &Html) {
    let _ = writeln!(body, "<h{level}>{text}</h{level}>");
}

fn paragraph(body: &mut String, text: &Html) {
    let _ = writeln!(body, "<p>{text}</p>");
}

fn remark(body: &mut String, text: &Html) {
    let _ = writeln!(body, "<p class=\"note\">{text}</p>");
}

fn rows(body: &mut String, rows: &[(Html, Html)]) {
    body.push_str("<table>\n");
    for (name, value) in rows {
        let _ = writeln!(body, "<tr><th scope=\"row\">{name}</th><td>{value}</td></tr>");
    }
    body.push_str("</table>\n");
}

fn table<const N: usize>(body: &mut String, head: &[Html; N], rows: &[[Html; N]], rest: &str) {
    body.push_str("<div class=\"wide\"><table>\n<thead><tr>");
    for cell in head {
        let _ = write!(body, "<th scope=\"col\">{cell}</th>");
    }
    body.push_str("</tr></thead>\n<tbody>\n");
    for row in rows.iter().take(ROWS) {
        body.push_str("<tr>");
        for cell in row {
            let _ = write!(body, "<td>{cell}</td>");
        }
        body.push_str("</tr>\n");
    }
    body.push_str("</tbody></table></div>\n");
    if let Some(more) = rows.len().checked_sub(ROWS).filter(|more| *more > 0) {
        let more = both(
            format_args!("and {more} more in {rest}"),
            format_args!("und {more} weitere in {rest}"),
        );
        remark(body, &more);
    }
}

fn head(body: &mut String, shown: &Shown<'_>, note: &ExportNote) {
    heading(
        body,
        1,
        &both("Evidence of a screen session", "Nachweis einer Bildschirmsitzung"),
    );
    let links = [
        link(
            ("play.html#en", "Play the frames"),
            ("play.html#de", "Bilder abspielen"),
        ),
        said(" · "),
        link(
            ("VERIFY.txt", "How to check this bundle"),
            ("VERIFY.txt", "So wird dieses Paket geprüft"),
        ),
    ];
    let _ = writeln!(
        body,
        "<p class=\"id\">{}</p>\n<nav>{}</nav>",
        note.session,
        joined(&links)
    );
    heading(body, 2, &both("This export", "Dieser Export"));
    let key = &shown.evidence.archive_key;
    let mut told = vec![
        (both("Number", "Nummer"), said(note.number)),
        (both("Id", "Kennung"), said(note.export)),
        (both("Made", "Erstellt"), said(at(note.at))),
        (both("By", "Von"), said(&note.who)),
        (both("Purpose", "Zweck"), said(&note.purpose)),
    ];
    if let Some(case) = &note.case {
        told.push((both("Case", "Vorgang"), said(case)));
    }
    told.push((
        both("Signed with key", "Signiert mit Schlüssel"),
        said(key.key_id(ARCHIVE_KEY_NAME)),
    ));
    told.push((
        both("Public key", "Öffentlicher Schlüssel"),
        said(sshsig::public_key(key)),
    ));
    rows(body, &told);
    remark(
        body,
        &both(
            "The signature covers every file of the bundle. Compare the key with one that you know from elsewhere.",
            "Die Signatur gilt für jede Datei des Pakets. Vergleichen Sie den Schlüssel mit einem, den Sie von anderer Stelle kennen.",
        ),
    );
}

fn damage(body: &mut String, shown: &Shown<'_>) {
    if shown.damaged.is_empty() {
        return;
    }
    let what = both(
        "Not everything of this session is here.",
        "Von dieser Sitzung ist nicht alles enthalten.",
    );
    let why = both(
        " In the archive it is damaged, and was left out:",
        " Im Archiv ist es beschädigt und wurde weggelassen:",
    );
    let _ = writeln!(
        body,
        "<div class=\"damage\" role=\"note\"><strong>{what}</strong>{why}<ul>"
    );
    for stream in &shown.damaged {
        let (n, count, which) = (stream.stream, stream.frames.len(), &stream.frames);
        let one = both(
            format_args!("stream {n}: {count}, by number {which}"),
            format_args!("Strom {n}: {count}, nach Nummern {which}"),
        );
        let _ = writeln!(body, "<li>{one}</li>");
    }
    body.push_str("</ul></div>\n");
}

fn session(body: &mut String, shown: &Shown<'_>) {
    let (open, seal) = (&shown.evidence.open, &shown.evidence.seal);
    let named = |name: &Option<String>, id: String| match name {
        Some(name) => said(format_args!("{name} ({id})")),
        None => said(id),
    };
    let name = &open.class.name;
    let class = match open.class.days {
        Some(1) => both(
            format_args!("{name}: 1 day after the session's end"),
            format_args!("{name}: 1 Tag nach Sitzungsende"),
        ),
        Some(days) => both(
            format_args!("{name}: {days} days after the session's end"),
            format_args!("{name}: {days} Tage nach Sitzungsende"),
        ),
        None => both(
            format_args!("{name}: deleted at once after the session's end"),
            format_args!("{name}: nach Sitzungsende sofort gelöscht"),
        ),
    };
    let sealed = joined(&[said(format_args!("{}, ", at(seal.at))), seal_how(seal.how)]);
    heading(body, 2, &both("The session", "Die Sitzung"));
    rows(
        body,
        &[
            (
                both("Tenant", "Mandant"),
                named(&shown.names.tenant, open.tenant.to_string()),
            ),
            (
                both("Device", "Gerät"),
                named(&shown.names.device, open.device.to_string()),
            ),
            (both("Kind", "Art"), session_kind(open.kind)),
            (
                both("Began, by the agent", "Beginn, laut Agent"),
                said(at(open.started_at)),
            ),
            (
                both("Opened, by the server", "Geöffnet, laut Server"),
                said(at(open.at)),
            ),
            (both("Ended", "Ende"), said(at(seal.end))),
            (both("Sealed, by the server", "Versiegelt, laut Server"), sealed),
            (both("Retention", "Aufbewahrung"), class),
        ],
    );
    let description = &shown.evidence.description;
    if let Ok(Value::Object(told)) = serde_json::from_str::<Value>(&description.describe.detail) {
        let shown_elsewhere = ["streams", "kind", "started_at", "consent", "class"];
        let others: Vec<(Html, Html)> = told
            .iter()
            .filter(|(name, value)| !shown_elsewhere.contains(&name.as_str()) && !value.is_null())
            .map(|(name, value)| (described(name), said(plain(value))))
            .collect();
        if !others.is_empty() {
            heading(body, 3, &both("Description", "Beschreibung"));
            rows(body, &others);
        }
    }
    heading(body, 3, &both("Consent", "Einwilligung"));
    match &description.consent {
        Some(consent) => rows(
            body,
            &[(both("At the opening", "Bei der Öffnung"), said(&consent.detail))],
        ),
        None => paragraph(
            body,
            &both(
                "None was reported at the opening.",
                "Bei der Öffnung wurde keine gemeldet.",
            ),
        ),
    }
}

/// A value without the signs of JSON, where it is a text, or an object of texts.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(fields) => {
            let fields: Vec<String> = fields
                .iter()
                .map(|(name, value)| {
                    format!(
                        "{name}: {}",
                        value.as_str().map_or_else(|| value.to_string(), str::to_owned)
                    )
                })
                .collect();
            fields.join("; ")
        }
        other => other.to_string(),
    }
}

fn streams(body: &mut String, shown: &Shown<'_>) {
    heading(body, 2, &both("Streams", "Ströme"));
    let of = |stream: &SealStream| {
        let known = shown.streams.iter().find(|known| known.n == stream.n);
        let number = |seq: Option<Seq>| seq.map_or_else(Html::default, said);
        let gaps = stream.gaps.to_string();
        let cut = known.map_or(0, |known| known.files.iter().filter(|file| file.cut).count());
        [
            said(stream.n),
            known.map_or_else(Html::default, |known| stream_kind(known.kind)),
            known
                .and_then(|known| known.name.as_ref())
                .map_or_else(Html::default, said),
            said(stream.count),
            number(stream.first),
            number(stream.last),
            if gaps.is_empty() {
                both("none", "keine")
            } else {
                said(gaps)
            },
            if cut == 0 {
                both("none", "keine")
            } else {
                said(cut)
            },
        ]
    };
    let listed: Vec<_> = shown.evidence.seal.streams.iter().map(of).collect();
    let head = [
        both("Stream", "Strom"),
        both("Holds", "Inhalt"),
        both("Name", "Name"),
        both("Count", "Anzahl"),
        both("First", "Erste"),
        both("Last", "Letzte"),
        both("Missing", "Fehlend"),
        both("Cut", "Abgeschnitten"),
    ];
    table(body, &head, &listed, "chain/");
    remark(
        body,
        &both(
            "Recordings and attachments are counted in blocks of 1 MiB. Missing is what never reached the archive; cut is \
             what reached it incomplete, and is kept as it came.",
            "Aufzeichnungen und Anhänge werden in Blöcken von 1 MiB gezählt. Fehlend ist, was das Archiv nie erreicht hat; \
             abgeschnitten, was unvollständig ankam und so aufbewahrt wird.",
        ),
    );
}

fn proof(body: &mut String, shown: &Shown<'_>) {
    let evidence = shown.evidence;
    heading(body, 2, &both("What it is proved with", "Womit es bewiesen wird"));
    let size = evidence.checkpoint.size;
    rows(
        body,
        &[
            (
                both("Lines of the chain", "Zeilen der Kette"),
                said(evidence.lines.len()),
            ),
            (
                both("Link of the last (BLAKE3)", "Glied der letzten (BLAKE3)"),
                said(evidence.link),
            ),
            (
                both("Ledger's tree head", "Baumkopf des Ledgers"),
                both(format_args!("{size} leaves"), format_args!("{size} Blätter")),
            ),
            (
                both("Root (SHA-256)", "Wurzel (SHA-256)"),
                said(evidence.checkpoint.root),
            ),
            (
                both("Ledger's public key", "Öffentlicher Schlüssel des Ledgers"),
                said(sshsig::public_key(&evidence.ledger_key)),
            ),
        ],
    );
}
