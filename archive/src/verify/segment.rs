//! One segment object against the chain line that names it.

use std::sync::Arc;

use obhut_format::digest::{Blake3Digest, Sha256Digest};
use obhut_format::key::SessionKey;
use obhut_format::record::Record;

use super::{Context, Finding, FindingKind};
use crate::catalog::segments::SegmentRow;
use crate::objects::ObjectError;
use crate::open::OpenError;
use crate::read::{NamedSegment, ReadError, VerifiedSegment, records_of};

/// Checks the object, its records and the index row made from them.
pub(crate) async fn check(
    context: Arc<Context>,
    named: Arc<NamedSegment>,
    row: Option<SegmentRow>,
    key: Option<Arc<SessionKey>>,
) -> Result<(), OpenError> {
    let line = &named.line;
    let place = |finding: Finding| {
        finding
            .in_session(line.session)
            .in_segment(line.stream, line.segment)
    };
    let _room = context
        .room
        .acquire()
        .await
        .map_err(|error| OpenError::Internal(error.to_string()))?;
    let object = match context.objects.get(&line.object).await {
        Ok(object) => object,
        Err(ObjectError::NotFound { .. }) => {
            context.report(place(Finding::new(
                FindingKind::ObjectMissing,
                &line.object,
                "it is not there",
            )));
            return Ok(());
        }
        Err(ObjectError::Damaged { .. }) => {
            context.report(place(Finding::new(
                FindingKind::ObjectDamaged,
                &line.object,
                "it can't be read whole",
            )));
            return Ok(());
        }
        Err(error) => return Err(error.into()),
    };
    Context::add(&context.counts.segments, 1);
    Context::add(&context.counts.bytes, object.len() as u64);
    let deep = context.deep;
    let owned = named.clone();
    let findings =
        tokio::task::spawn_blocking(move || look(&owned, &object, row.as_ref(), key.as_deref(), deep))
            .await
            .map_err(|error| OpenError::Internal(error.to_string()))?;
    Context::add(&context.counts.frames, line.count);
    for finding in findings {
        context.report(place(finding));
    }
    Ok(())
}

fn look(
    named: &NamedSegment,
    object: &[u8],
    row: Option<&SegmentRow>,
    key: Option<&SessionKey>,
    deep: bool,
) -> Vec<Finding> {
    let line = &named.line;
    let finding = |kind, what: &str| Finding::new(kind, &line.object, what);
    let mut findings = Vec::new();
    let rest = object
        .strip_prefix(&named.text[..])
        .and_then(|rest| rest.strip_prefix(b"\n"));
    let Some(rest) = rest else {
        return vec![finding(
            FindingKind::ObjectDamaged,
            "its first line is not the chain line that names it",
        )];
    };
    if rest.len() as u64 != line.bytes {
        return vec![finding(
            FindingKind::ObjectDamaged,
            "its length is not the one its chain line names",
        )];
    }
    if Blake3Digest::of(rest) != line.blake3 {
        return vec![finding(
            FindingKind::ObjectDamaged,
            "its BLAKE3 is not the one its chain line names",
        )];
    }
    if deep && Sha256Digest::of(rest) != line.sha256 {
        findings.push(finding(
            FindingKind::ObjectDamaged,
            "its SHA-256 is not the one its chain line names",
        ));
    }
    // Without the key only the outside can be checked; that the key is gone was reported with the session.
    let Some(key) = key else { return findings };
    let opened = if deep {
        open_deep(named, object, row, key, &mut findings)
    } else {
        records_of(named, rest, key)
    };
    match opened {
        Ok(records) => findings.extend(row.and_then(|row| index_differs(row, named, &records))),
        Err(error) => findings.push(finding(FindingKind::Records, &error.to_string())),
    }
    findings
}

/// Unpacks everything and compares each frame with its record. The plaintext stays in this function.
fn open_deep(
    named: &NamedSegment,
    object: &[u8],
    row: Option<&SegmentRow>,
    key: &SessionKey,
    findings: &mut Vec<Finding>,
) -> Result<Vec<Record>, ReadError> {
    let segment = VerifiedSegment::open(named, object, key)?;
    if row.is_some_and(|row| row.duplicate_frames != segment.duplicates) {
        let what = "the catalog counts other packing methods than its container uses";
        findings.push(Finding::new(FindingKind::Index, &named.line.object, what));
    }
    for (index, record) in segment.records.iter().enumerate() {
        let same = segment.body(index).is_some_and(|body| {
            Sha256Digest::of(&body) == record.sha256 && Blake3Digest::of(&body) == record.blake3
        });
        if !same {
            let what = "its bytes are not those its record names";
            findings.push(Finding::new(FindingKind::Frame, &named.line.object, what).at_frame(record.seq));
        }
    }
    Ok(segment.records)
}

/// Compares the index row with what it is made from.
fn index_differs(row: &SegmentRow, named: &NamedSegment, records: &[Record]) -> Option<Finding> {
    let line = &named.line;
    let first_at = records.iter().map(|record| record.at).min()?;
    let last_at = records.iter().map(|record| record.at).max()?;
    let original: u64 = records.iter().map(|record| record.bytes).sum();
    let same = row.n == line.n
        && row.object == line.object
        && row.kind == line.kind
        && row.first == line.first
        && row.last == line.last
        && row.count == line.count
        && row.ranges == line.ranges.to_string()
        && row.object_bytes == line.bytes
        && row.first_at == first_at
        && row.last_at == last_at
        && row.original_bytes == original
        && row.stored_frames + row.duplicate_frames == line.count;
    let what = "the catalog's row of this segment differs from its chain line and records";
    (!same).then(|| Finding::new(FindingKind::Index, format!("segments/{}", line.object), what))
}
