//! The files that prove: chain, records with paths and receipts, ledger, keys.

use obhut_archive::{SessionEvidence, SessionReader};
use obhut_format::bundle::{self, LeafDetail, LeafGroup, OfSegment, path_line, segment_path};
use obhut_format::chain::SegmentLine;
use obhut_format::checkpoint::origin;
use obhut_format::ledger::{PathCollector, leaf_hash};
use obhut_format::record::Record;
use obhut_format::sign::ARCHIVE_KEY_NAME;
use obhut_format::sshsig;

use crate::ExportError;
use crate::pen::Pen;

/// A file and its content.
pub(crate) type File = (String, String);

/// Writes everything that is known before the first frame is read.
pub(crate) async fn write(pen: &mut Pen, evidence: &SessionEvidence) -> Result<(), ExportError> {
    pen.file(bundle::BAGIT, bundle::BAGIT_TEXT).await?;
    let archive = &evidence.archive_key;
    let ledger = &evidence.ledger_key;
    let keys = [
        (bundle::ARCHIVE_KEY, ended(archive.to_vkey(ARCHIVE_KEY_NAME))),
        (
            bundle::LEDGER_KEY,
            ended(ledger.to_vkey(&origin(evidence.session.tenant))),
        ),
        (
            bundle::ALLOWED_SIGNERS,
            sshsig::allowed_signers_line(bundle::PRINCIPAL, bundle::NAMESPACE, archive),
        ),
        (bundle::LEDGER_PEM, bundle::public_key_pem(ledger)),
    ];
    for (path, content) in keys {
        pen.file(path, content).await?;
    }
    for (n, line) in (0..).zip(&evidence.lines) {
        pen.file(&bundle::line_path(n), line.clone()).await?;
    }
    let description = ended(evidence.description.to_line());
    pen.file(bundle::DESCRIPTION, description).await?;
    let receipt = ended(evidence.seal_receipt.to_line());
    pen.file(bundle::SEAL_RECEIPT, receipt).await?;
    pen.file(bundle::CHECKPOINT, evidence.signed_checkpoint.clone())
        .await?;
    for group in LeafGroup::ALL {
        let (mut leaves, mut paths, mut details) = (String::new(), String::new(), String::new());
        let ours = evidence
            .leaves
            .iter()
            .filter(|leaf| LeafGroup::of(leaf.leaf.t) == Some(group));
        for leaf in ours {
            leaves += &ended(leaf.line.clone());
            paths += &ended(path_line(&leaf.path));
            details += &ended(LeafDetail::to_line(leaf.detail.as_ref()));
        }
        pen.file(&group.leaves_path(), leaves).await?;
        pen.file(&group.paths_path(), paths).await?;
        pen.file(&group.details_path(), details).await?;
    }
    Ok(())
}

/// The files of a segment's records; none where there are no records.
pub(crate) fn of_segment(reader: &SessionReader, line: &SegmentLine, records: &[Record]) -> Vec<File> {
    if records.is_empty() {
        return Vec::new();
    }
    let lines: Vec<String> = records.iter().map(Record::to_line).collect();
    let mut collector = PathCollector::new(0..lines.len() as u64);
    for line in &lines {
        collector.append(leaf_hash(line.as_bytes()));
    }
    let (_, paths) = collector.finish();
    let paths = paths.values().map(|path| ended(path_line(path))).collect();
    let receipts = records
        .iter()
        .map(|record| ended(reader.receipt(record).to_line()))
        .collect();
    vec![
        (
            segment_path(line, OfSegment::Records),
            lines.into_iter().map(ended).collect(),
        ),
        (segment_path(line, OfSegment::Paths), paths),
        (segment_path(line, OfSegment::Receipts), receipts),
    ]
}

pub(crate) fn ended(mut line: String) -> String {
    line.push('\n');
    line
}
