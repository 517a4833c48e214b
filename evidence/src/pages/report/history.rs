//! What the ledger tells of the session: events, holds, looks.

use obhut_archive::EvidenceLeaf;
use obhut_format::bundle::LeafGroup;
use obhut_format::ledger::LeafType;
use serde_json::Value;

use super::{at, heading, paragraph, plain, remark, table};
use crate::pages::Shown;
use crate::pages::words::{Html, action, both, happened, said};

/// A leaf with what its detail tells.
struct Told<'a> {
    leaf: &'a EvidenceLeaf,
    detail: Value,
}

impl Told<'_> {
    fn text(&self, name: &str) -> Option<String> {
        self.detail.get(name).filter(|value| !value.is_null()).map(plain)
    }

    fn said(&self, name: &str) -> Html {
        self.text(name).map_or_else(Html::default, said)
    }

    /// A field that every leaf of its group has, as long as its key is there.
    fn kept(&self, name: &str) -> Html {
        if self.leaf.detail.is_some() {
            self.said(name)
        } else {
            both("(its key is destroyed)", "(der Schlüssel dazu ist vernichtet)")
        }
    }

    fn number_and_time(&self) -> [Html; 2] {
        [said(self.leaf.leaf.n), said(at(self.leaf.leaf.at))]
    }
}

fn of<'a>(shown: &'a Shown<'_>, group: LeafGroup) -> Vec<Told<'a>> {
    let leaves = shown.evidence.leaves.iter();
    leaves
        .filter(|leaf| LeafGroup::of(leaf.leaf.t) == Some(group))
        .map(|leaf| Told {
            leaf,
            detail: leaf
                .detail
                .as_ref()
                .and_then(|detail| serde_json::from_str(&detail.detail).ok())
                .unwrap_or_default(),
        })
        .collect()
}

pub(super) fn write(body: &mut String, shown: &Shown<'_>) {
    events(body, &of(shown, LeafGroup::Session));
    holds(body, &of(shown, LeafGroup::Holds));
    looks(body, &of(shown, LeafGroup::Access));
}

fn events(body: &mut String, leaves: &[Told<'_>]) {
    heading(body, 2, &both("What happened", "Was geschah"));
    let row = |told: &Told<'_>| {
        let [n, when] = told.number_and_time();
        let t = told.leaf.leaf.t;
        let what = happened(t, &told.text("kind").unwrap_or_default());
        let detail = if t == LeafType::Event {
            told.said("detail")
        } else {
            Html::default()
        };
        [n, when, what, detail]
    };
    let head = [
        both("Leaf", "Blatt"),
        both("When", "Wann"),
        both("What", "Was"),
        both("Detail", "Einzelheiten"),
    ];
    let rows: Vec<_> = leaves.iter().map(row).collect();
    table(body, &head, &rows, &LeafGroup::Session.details_path());
}

fn holds(body: &mut String, leaves: &[Told<'_>]) {
    heading(body, 2, &both("Holds", "Löschsperren"));
    if leaves.is_empty() {
        return paragraph(body, &both("There were none.", "Es gab keine."));
    }
    let row = |told: &Told<'_>| {
        let [n, when] = told.number_and_time();
        let what = if told.leaf.leaf.t == LeafType::Hold {
            both("placed", "gesetzt")
        } else {
            both("released", "aufgehoben")
        };
        [
            n,
            when,
            what,
            told.said("hold"),
            told.said("who"),
            told.kept("reason"),
            told.said("owner"),
            told.said("review_on"),
        ]
    };
    let head = [
        both("Leaf", "Blatt"),
        both("When", "Wann"),
        both("What", "Was"),
        both("Hold", "Sperre"),
        both("Who", "Wer"),
        both("Reason", "Grund"),
        both("Owner", "Zuständig"),
        both("Review", "Überprüfung"),
    ];
    let rows: Vec<_> = leaves.iter().map(row).collect();
    table(body, &head, &rows, &LeafGroup::Holds.details_path());
}

fn looks(body: &mut String, leaves: &[Told<'_>]) {
    heading(body, 2, &both("Who looked", "Wer Einsicht nahm"));
    if leaves.is_empty() {
        paragraph(
            body,
            &both(
                "Nobody, up to the tree head named below.",
                "Niemand, bis zum unten genannten Baumkopf.",
            ),
        );
    } else {
        let rows: Vec<_> = leaves.iter().map(look).collect();
        let head = [
            both("Leaf", "Blatt"),
            both("When", "Wann"),
            both("What", "Was"),
            both("Range", "Bereich"),
            both("Who", "Wer"),
            both("Purpose", "Zweck"),
            both("Case", "Vorgang"),
        ];
        table(body, &head, &rows, &LeafGroup::Access.details_path());
    }
    remark(
        body,
        &both(
            "Exports, this one included, are not listed; the archive's ledger has them.",
            "Exporte, auch dieser, stehen nicht hier; das Ledger des Archivs enthält sie.",
        ),
    );
}

fn look(told: &Told<'_>) -> [Html; 7] {
    let [n, when] = told.number_and_time();
    let range = match (told.text("stream"), told.text("first"), told.text("last")) {
        _ if told.leaf.detail.is_none() => Html::default(),
        (None, ..) => both("everything", "alles"),
        (Some(stream), Some(first), Some(last)) => both(
            format_args!("stream {stream}, {first} to {last}"),
            format_args!("Strom {stream}, {first} bis {last}"),
        ),
        (Some(stream), ..) => both(format_args!("stream {stream}"), format_args!("Strom {stream}")),
    };
    [
        n,
        when,
        action(&told.text("action").unwrap_or_default()),
        range,
        told.kept("who"),
        told.said("purpose"),
        told.said("case"),
    ]
}
