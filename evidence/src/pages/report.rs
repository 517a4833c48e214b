//! `report.html`: what the bundle holds and proves, to read and to print.

use std::fmt::Write as _;

use obhut_archive::EvidenceLeaf;
use obhut_format::bundle::{ExportNote, LeafGroup};
use obhut_format::chain::StreamKind;
use obhut_format::ledger::LeafType;
use obhut_format::sign::ARCHIVE_KEY_NAME;
use obhut_format::sshsig;
use obhut_format::time::UtcMicros;
use serde_json::Value;

use super::{Shown, html};
use crate::blocks::ShownStream;

const STYLE: &str = include_str!("report.css");
/// Pictures on the contact sheet of a stream, evenly spread over it.
const PICTURES: usize = 48;
/// Rows of a table; the rest is in the bundle's files.
const ROWS: usize = 500;

/// The page.
pub(crate) fn report(shown: &Shown<'_>, note: &ExportNote) -> String {
    let mut body = String::new();
    head(&mut body, shown, note);
    damage(&mut body, shown);
    session(&mut body, shown);
    streams(&mut body, shown);
    history(&mut body, shown);
    proof(&mut body, shown);
    for stream in shown
        .streams
        .iter()
        .filter(|stream| stream.kind == StreamKind::Timeline)
    {
        contact_sheet(&mut body, stream);
    }
    let title = format!("Evidence: session {}", note.session);
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

fn rows<K: AsRef<str>>(body: &mut String, rows: &[(K, String)]) {
    body.push_str("<table>\n");
    for (name, value) in rows {
        let (name, value) = (html::text(name.as_ref()), html::text(value));
        let _ = writeln!(body, "<tr><th scope=\"row\">{name}</th><td>{value}</td></tr>");
    }
    body.push_str("</table>\n");
}

fn table<const N: usize>(body: &mut String, head: [&str; N], rows: &[[String; N]], rest: &str) {
    body.push_str("<table>\n<thead><tr>");
    for cell in head {
        let _ = write!(body, "<th scope=\"col\">{}</th>", html::text(cell));
    }
    body.push_str("</tr></thead>\n<tbody>\n");
    for row in rows.iter().take(ROWS) {
        body.push_str("<tr>");
        for cell in row {
            let _ = write!(body, "<td>{}</td>", html::text(cell));
        }
        body.push_str("</tr>\n");
    }
    body.push_str("</tbody></table>\n");
    if let Some(more) = rows.len().checked_sub(ROWS).filter(|more| *more > 0) {
        let _ = writeln!(
            body,
            "<p class=\"note\">and {more} more in <code>{}</code></p>",
            html::text(rest)
        );
    }
}

fn head(body: &mut String, shown: &Shown<'_>, note: &ExportNote) {
    let _ = writeln!(
        body,
        "<h1>Evidence of a screen session</h1>\n<p class=\"id\">{}</p>\n\
         <nav><a href=\"play.html\">Play the frames</a> · <a href=\"VERIFY.txt\">How to check this bundle</a></nav>",
        note.session
    );
    body.push_str("<h2>This export</h2>\n");
    let mut said = vec![
        ("Number", note.number.to_string()),
        ("Id", note.export.to_string()),
        ("Made", at(note.at)),
        ("By", note.who.clone()),
        ("Purpose", note.purpose.clone()),
    ];
    said.extend(note.case.clone().map(|case| ("Case", case)));
    let key = &shown.evidence.archive_key;
    said.push(("Signed with key", key.key_id(ARCHIVE_KEY_NAME).to_string()));
    said.push(("Public key", sshsig::public_key(key)));
    rows(body, &said);
    body.push_str(
        "<p class=\"note\">The signature covers every file of the bundle. Compare the key with one that you know from \
         elsewhere.</p>\n",
    );
}

fn damage(body: &mut String, shown: &Shown<'_>) {
    if shown.damaged.is_empty() {
        return;
    }
    body.push_str("<div class=\"damage\" role=\"note\"><strong>Not everything of this session is here.</strong> In the archive it is damaged, and was left out:<ul>\n");
    for stream in &shown.damaged {
        let _ = writeln!(
            body,
            "<li>stream {}: {} of number {}</li>",
            stream.stream,
            stream.frames.len(),
            html::text(&stream.frames.to_string())
        );
    }
    body.push_str("</ul></div>\n");
}

fn session(body: &mut String, shown: &Shown<'_>) {
    let (open, seal) = (&shown.evidence.open, &shown.evidence.seal);
    let named = |name: &Option<String>, id: String| match name {
        Some(name) => format!("{name} ({id})"),
        None => id,
    };
    let class = match open.class.days {
        Some(days) => format!("{}: {days} days after the session's end", open.class.name),
        None => format!("{}: deleted at once after the session's end", open.class.name),
    };
    body.push_str("<h2>The session</h2>\n");
    rows(
        body,
        &[
            ("Tenant", named(&shown.names.tenant, open.tenant.to_string())),
            ("Device", named(&shown.names.device, open.device.to_string())),
            ("Kind", open.kind.to_string()),
            ("Began, by the agent", at(open.started_at)),
            ("Opened, by the server", at(open.at)),
            ("Ended", at(seal.end)),
            ("Sealed, by the server", format!("{} ({})", at(seal.at), seal.how)),
            ("Retention", class),
        ],
    );
    let description = &shown.evidence.description;
    if let Ok(Value::Object(said)) = serde_json::from_str::<Value>(&description.describe.detail) {
        let shown_elsewhere = ["streams", "kind", "started_at", "consent", "class"];
        let others: Vec<(&String, String)> = said
            .iter()
            .filter(|(name, value)| !shown_elsewhere.contains(&name.as_str()) && !value.is_null())
            .map(|(name, value)| (name, plain(value)))
            .collect();
        if !others.is_empty() {
            body.push_str("<h3>Description</h3>\n");
            rows(body, &others);
        }
    }
    body.push_str("<h3>Consent</h3>\n");
    match &description.consent {
        Some(consent) => rows(body, &[("At the opening", consent.detail.clone())]),
        None => body.push_str("<p>None was reported at the opening.</p>\n"),
    }
}

/// A value without the quotes of JSON where it is a text.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn streams(body: &mut String, shown: &Shown<'_>) {
    body.push_str("<h2>Streams</h2>\n");
    let of = |stream: &obhut_format::chain::SealStream| {
        let known = shown.streams.iter().find(|known| known.n == stream.n);
        let number =
            |seq: Option<obhut_format::ids::Seq>| seq.map_or_else(String::new, |seq| seq.to_string());
        let gaps = stream.gaps.to_string();
        [
            stream.n.to_string(),
            known.map_or_else(String::new, |known| known.kind.to_string()),
            known.and_then(|known| known.name.clone()).unwrap_or_default(),
            stream.count.to_string(),
            number(stream.first),
            number(stream.last),
            if gaps.is_empty() { "none".to_owned() } else { gaps },
        ]
    };
    let rows: Vec<_> = shown.evidence.seal.streams.iter().map(of).collect();
    let head = ["Stream", "Holds", "Name", "Count", "First", "Last", "Missing"];
    table(body, head, &rows, "chain/");
    body.push_str("<p class=\"note\">Recordings and attachments are counted in blocks of 1 MiB.</p>\n");
}

fn history(body: &mut String, shown: &Shown<'_>) {
    let of = |group: LeafGroup| -> Vec<&EvidenceLeaf> {
        let leaves = shown.evidence.leaves.iter();
        leaves
            .filter(|leaf| LeafGroup::of(leaf.leaf.t) == Some(group))
            .collect()
    };
    let said = |leaf: &EvidenceLeaf| -> Value {
        let detail = leaf.detail.as_ref();
        detail
            .and_then(|detail| serde_json::from_str(&detail.detail).ok())
            .unwrap_or_default()
    };
    let text = |said: &Value, name: &str| said.get(name).filter(|value| !value.is_null()).map(plain);
    let gone = || "(its key is destroyed)".to_owned();

    body.push_str("<h2>What happened</h2>\n");
    let events: Vec<_> = of(LeafGroup::Session)
        .into_iter()
        .map(|leaf| {
            let said = said(leaf);
            let what = match leaf.leaf.t {
                LeafType::Event => text(&said, "kind").unwrap_or_default(),
                other => other.to_string(),
            };
            let detail = (leaf.leaf.t == LeafType::Event)
                .then(|| text(&said, "detail"))
                .flatten();
            [
                leaf.leaf.n.to_string(),
                at(leaf.leaf.at),
                what,
                detail.unwrap_or_default(),
            ]
        })
        .collect();
    table(
        body,
        ["Leaf", "When", "What", "Detail"],
        &events,
        &LeafGroup::Session.details_path(),
    );

    body.push_str("<h2>Holds</h2>\n");
    let holds: Vec<_> = of(LeafGroup::Holds)
        .into_iter()
        .map(|leaf| {
            let known = leaf.detail.is_some();
            let said = said(leaf);
            let placed = leaf.leaf.t == LeafType::Hold;
            let reason = text(&said, "reason").unwrap_or_else(|| if known { String::new() } else { gone() });
            [
                leaf.leaf.n.to_string(),
                at(leaf.leaf.at),
                if placed { "placed" } else { "released" }.to_owned(),
                text(&said, "hold").unwrap_or_default(),
                reason,
                text(&said, "owner").unwrap_or_default(),
                text(&said, "review_on").unwrap_or_default(),
            ]
        })
        .collect();
    if holds.is_empty() {
        body.push_str("<p>There were none.</p>\n");
    } else {
        let head = ["Leaf", "When", "What", "Hold", "Reason", "Owner", "Review"];
        table(body, head, &holds, &LeafGroup::Holds.details_path());
    }

    body.push_str("<h2>Who looked</h2>\n");
    let looks: Vec<_> = of(LeafGroup::Access)
        .into_iter()
        .map(|leaf| {
            let said = said(leaf);
            let range = match (text(&said, "stream"), text(&said, "first"), text(&said, "last")) {
                (None, ..) => "everything".to_owned(),
                (Some(stream), Some(first), Some(last)) => format!("stream {stream}, {first} to {last}"),
                (Some(stream), ..) => format!("stream {stream}"),
            };
            let known = leaf.detail.is_some();
            [
                leaf.leaf.n.to_string(),
                at(leaf.leaf.at),
                text(&said, "action").unwrap_or_default(),
                if known { range } else { String::new() },
                text(&said, "who").unwrap_or_else(gone),
                text(&said, "purpose").unwrap_or_default(),
                text(&said, "case").unwrap_or_default(),
            ]
        })
        .collect();
    if looks.is_empty() {
        body.push_str("<p>Nobody, up to the tree head named below.</p>\n");
    } else {
        let head = ["Leaf", "When", "What", "Range", "Who", "Purpose", "Case"];
        table(body, head, &looks, &LeafGroup::Access.details_path());
    }
    body.push_str(
        "<p class=\"note\">Exports, this one included, are not listed; the archive's ledger has them.</p>\n",
    );
}

fn proof(body: &mut String, shown: &Shown<'_>) {
    let evidence = shown.evidence;
    body.push_str("<h2>What it is proved with</h2>\n");
    rows(
        body,
        &[
            ("Lines of the chain", evidence.lines.len().to_string()),
            ("Link of the last (BLAKE3)", evidence.link.to_string()),
            (
                "Ledger's tree head",
                format!("{} leaves", evidence.checkpoint.size),
            ),
            ("Root (SHA-256)", evidence.checkpoint.root.to_string()),
            ("Ledger's public key", sshsig::public_key(&evidence.ledger_key)),
        ],
    );
}

fn contact_sheet(body: &mut String, stream: &ShownStream) {
    let count = stream.files.len();
    if count == 0 {
        return;
    }
    let name = stream
        .name
        .clone()
        .unwrap_or_else(|| format!("stream {}", stream.n));
    let _ = writeln!(body, "<h2>Contact sheet: {}</h2>", html::text(&name));
    let pictures = count.min(PICTURES);
    if pictures < count {
        let _ = writeln!(
            body,
            "<p class=\"note\">{pictures} of {count} frames, evenly spread. Each picture is the original.</p>"
        );
    }
    body.push_str("<div class=\"sheet\">\n");
    // The first and the last are among them.
    let steps = pictures.saturating_sub(1).max(1);
    for file in (0..pictures).filter_map(|step| stream.files.get(step * (count - 1) / steps)) {
        let (path, when) = (html::text(&file.path), html::text(&at(file.at)));
        let _ = writeln!(
            body,
            "<figure><a href=\"{path}\"><img src=\"{path}\" alt=\"Frame {seq}\" loading=\"lazy\"></a>\
             <figcaption>{seq} · {when}</figcaption></figure>",
            seq = file.seq
        );
    }
    body.push_str("</div>\n");
}
