//! A session's rows against its chain and its ledger leaves.

use std::collections::HashMap;

use obhut_format::chain::StreamKind;
use obhut_format::digest::Link;
use obhut_format::ids::StreamNo;
use obhut_format::key::SessionKey;
use obhut_format::ledger::{Leaf, LeafType};
use obhut_format::seqset::SeqSet;
use obhut_format::{aad, chain};

use super::session_loaded::{Chain, Rows};
use super::{Finding, FindingKind};
use crate::catalog::sessions::SessionState;
use crate::ledger::open_detail_text;
use crate::policy::retain_until;
use crate::read::Description;
use crate::write::SEAL_REQUEST;

/// Compares everything the catalog says of a session with what its chain and the ledger say.
pub(crate) fn compare(rows: &Rows, chain: &Chain, key: Option<&SessionKey>, report: &dyn Fn(Finding)) {
    // A chain that does not follow was reported; comparing rows with the rest of it would only repeat that.
    if chain.whole {
        opening(rows, chain, key, report);
        end(rows, chain, key, report);
        sums(rows, chain, report);
        index(rows, chain, report);
    }
    if let Some(key) = key {
        leaves(rows, chain, key, report);
    }
}

fn differs(report: &dyn Fn(Finding), what: &str) {
    report(Finding::new(FindingKind::Session, "sessions", what));
}

fn opening(rows: &Rows, chain: &Chain, key: Option<&SessionKey>, report: &dyn Fn(Finding)) {
    let row = &rows.session;
    let Some(open) = &chain.open else { return };
    if (row.tenant, row.session) != (open.tenant, open.session) {
        differs(report, "the chain belongs to another session");
    }
    if row.device != open.device {
        differs(report, "device is not the one the chain's first line names");
    }
    if row.kind != open.kind {
        differs(report, "kind is not the one the chain's first line names");
    }
    if row.class != open.class {
        differs(
            report,
            "retention class is not the one the chain's first line names",
        );
    }
    if (row.started_at, row.opened_at) != (open.started_at, open.at) {
        differs(
            report,
            "start or opening instant is not the one the chain's first line names",
        );
    }
    let listed: HashMap<StreamNo, StreamKind> = rows.streams.iter().map(|s| (s.stream, s.kind)).collect();
    let declared: HashMap<StreamNo, StreamKind> = open.streams.iter().map(|s| (s.n, s.kind)).collect();
    if listed != declared {
        differs(report, "streams are not those the chain's first line names");
    }
    let Some(key) = key else { return };
    match Description::open(row, key) {
        Ok(description) => {
            if description.commitment != open.describe || description.consent != open.consent {
                let what = "it is not the one the chain's first line commits to";
                report(Finding::new(FindingKind::Description, "sessions/describe", what));
            }
        }
        Err(error) => report(Finding::new(FindingKind::Description, "sessions/describe", error)),
    }
}

fn end(rows: &Rows, chain: &Chain, key: Option<&SessionKey>, report: &dyn Fn(Finding)) {
    let row = &rows.session;
    if row.lines != chain.state.lines() || row.link != chain.state.head() {
        differs(report, "count of lines or last link is not the chain's");
    }
    match (&chain.seal, row.state) {
        (Some(seal), SessionState::Sealed) => {
            let until = retain_until(seal.end, row.class.days);
            if (row.how, row.ended_at, row.sealed_at) != (Some(seal.how), Some(seal.end), Some(seal.at)) {
                differs(
                    report,
                    "how or when it ended is not what the chain's last line says",
                );
            }
            if row.retain_until != Some(until) {
                differs(
                    report,
                    "retain-until is not session end plus the days of its class",
                );
            }
        }
        (None, SessionState::Sealed) => differs(report, "it is marked sealed but its chain has no last line"),
        (Some(_), _) => differs(report, "its chain is sealed but it is not marked so"),
        (None, SessionState::Open | SessionState::Sealing) => {
            let early = (row.how, row.ended_at, row.sealed_at, row.retain_until) != (None, None, None, None);
            if early {
                differs(report, "it has an end though its chain has none");
            }
        }
    }
    if let (Some(key), Some(sealed)) = (key, &row.seal_request) {
        let aad = aad::describe(row.tenant, row.session, SEAL_REQUEST);
        if key.describe_key().open(aad, sealed).is_err() {
            differs(report, "its seal request does not open");
        }
    } else if row.seal_request.is_none() && row.state != SessionState::Open {
        differs(report, "its seal request is missing");
    }
    if row.seal_request.is_some() && row.state == SessionState::Open {
        differs(report, "its seal was asked for, but it is marked open");
    }
}

fn sums(rows: &Rows, chain: &Chain, report: &dyn Fn(Finding)) {
    let row = &rows.session;
    let frames: u64 = chain.segments.iter().map(|named| named.line.count).sum();
    let stored: u64 = chain.segments.iter().map(|named| named.line.bytes).sum();
    let original: u64 = rows.segments.iter().map(|segment| segment.original_bytes).sum();
    if (row.frames, row.stored_bytes, row.original_bytes) != (frames, stored, original) {
        differs(
            report,
            "counts of frames or bytes are not the sums over its segments",
        );
    }
    let mut seen: HashMap<StreamNo, SeqSet> = HashMap::new();
    for named in &chain.segments {
        let line = &named.line;
        let set = seen.entry(line.stream).or_default();
        let both = set.len() + line.ranges.len();
        *set = set.union(&line.ranges);
        if set.len() != both {
            let what = "it holds a frame that another segment holds already";
            report(
                Finding::new(FindingKind::Chain, &line.object, what).in_segment(line.stream, line.segment),
            );
        }
    }
    let Some(seal) = &chain.seal else { return };
    for stream in &seal.streams {
        let empty = SeqSet::new();
        let set = seen.get(&stream.n).unwrap_or(&empty);
        let ends = (
            stream.first.map(obhut_format::ids::Seq::get),
            stream.last.map(obhut_format::ids::Seq::get),
        );
        if stream.count != set.len() || ends != (set.first(), set.last()) {
            let what = format!(
                "stream {} does not hold the frames its chain's last line counts",
                stream.n
            );
            report(Finding::new(FindingKind::Chain, "seal.line", what));
        }
    }
}

/// Rows that no line stands behind; the other direction is checked with each segment's object.
fn index(rows: &Rows, chain: &Chain, report: &dyn Fn(Finding)) {
    for row in &rows.segments {
        if !chain.segments.iter().any(|named| named.line.n == row.n) {
            let what = "the index has a segment that no chain line names";
            report(Finding::new(FindingKind::Index, &row.object, what).in_segment(row.stream, row.segment));
        }
    }
    for named in &chain.segments {
        let line = &named.line;
        let same = |row: &&crate::catalog::segments::SegmentRow| {
            row.n == line.n && (row.stream, row.segment) == (line.stream, line.segment)
        };
        if rows.segments.iter().filter(same).count() != 1 {
            let what = "the index does not have this segment once";
            report(
                Finding::new(FindingKind::Index, &line.object, what).in_segment(line.stream, line.segment),
            );
        }
    }
}

/// The ledger's leaves about this session whose details are sealed under its key.
fn leaves(rows: &Rows, chain: &Chain, key: &SessionKey, report: &dyn Fn(Finding)) {
    let describe = key.describe_key();
    let mut events: HashMap<String, (u64, [u8; 32])> = HashMap::new();
    let last_link = rows.lines.last().map(|row| chain::link(&row.line));
    let first_link = rows.lines.first().map(|row| chain::link(&row.line));
    let mut sealed = false;
    for row in rows
        .leaves
        .iter()
        .filter(|row| row.scope == crate::ledger::SESSION_SCOPE)
    {
        let place = || format!("ledger_leaves/{}/{}", row.tenant, row.n);
        // A leaf that does not parse is reported with the ledger.
        let Ok(leaf) = Leaf::parse(&row.line) else {
            continue;
        };
        let text = match open_detail_text(row, &leaf, &describe) {
            Ok(text) => text,
            Err(error) => {
                report(Finding::new(FindingKind::LedgerLeaf, place(), error));
                continue;
            }
        };
        let detail: serde_json::Value = serde_json::from_slice(&text).unwrap_or_default();
        let link = detail
            .get("link")
            .and_then(|link| link.as_str()?.parse::<Link>().ok());
        match leaf.t {
            LeafType::Open if link != first_link => {
                let what = "the session's first chain line is not the one the ledger commits to";
                report(Finding::new(FindingKind::Chain, place(), what));
            }
            LeafType::Seal if chain.seal.is_none() || link != last_link => {
                let what = "the session's last chain line is not the one the ledger commits to";
                report(Finding::new(FindingKind::Chain, place(), what));
            }
            LeafType::Seal => sealed = true,
            LeafType::Event => {
                let id = detail.get("id").and_then(|id| id.as_str()).unwrap_or_default();
                // What the row recognises a repeated request by is the hash of exactly these bytes.
                let hash = key.duplicate_key().digest(&text);
                events.insert(id.to_owned(), (row.n, hash));
            }
            _ => {}
        }
    }
    if chain.seal.is_some() && !sealed {
        let what = "the chain is sealed, but the ledger does not say so";
        report(Finding::new(FindingKind::Chain, "ledger_leaves", what));
    }
    let listed: HashMap<String, (u64, [u8; 32])> = rows
        .events
        .iter()
        .map(|row| (row.client_id.clone(), (row.leaf_n, row.request_hash)))
        .collect();
    if listed != events {
        report(Finding::new(
            FindingKind::Event,
            "events",
            "they are not the events the ledger commits to",
        ));
    }
}
