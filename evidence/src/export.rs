//! Making a bundle: record, chain and ledger, originals, pages, the bag's own files, signature.

use std::fmt::Write as _;

use obhut_archive::{Archive, Finished, NewBundle, SessionEvidence};
use obhut_format::bundle::{
    self, BundleFile, BundleManifest, DamagedStream, ExportNote, UNLISTED, sums_line,
};
use obhut_format::ids::{AccessId, SessionId};
use obhut_format::sign::{ARCHIVE_KEY_NAME, KeyId};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

use crate::blocks::{self, ShownStream};
use crate::pages::{self, Shown};
use crate::pen::{Part, Pen};
use crate::proofs::ended;
use crate::{ExportError, instructions, proofs};

/// A bundle that was made.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Exported {
    /// The export's id.
    pub export: AccessId,
    /// Its number.
    pub number: u64,
    /// The session.
    pub session: SessionId,
    /// Frames, and blocks of recordings and attachments.
    pub frames: u64,
    /// Files, of whatever kind.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Frames and blocks that are damaged and were left out.
    pub damaged: u64,
    /// The id of the key that signed.
    pub key: KeyId,
}

/// Makes a bundle and sends its parts to `out`; its access record is committed before anything is read. It is whole only
/// when this returns well: the signature is the last of its files.
pub async fn export(
    archive: &Archive,
    ask: NewBundle,
    out: mpsc::Sender<Part>,
) -> Result<Exported, ExportError> {
    let session = ask.session.session;
    let allowed = archive.record_export(ask).await?;
    let reader = archive.reader(allowed.grant.clone()).await?;
    let evidence = reader.evidence().await?;
    let mut pen = Pen::new(out);
    proofs::write(&mut pen, &evidence).await?;
    let streams = blocks::write(&mut pen, &reader, &evidence.segments, allowed.damaged).await?;
    let note = ExportNote {
        export: allowed.grant.record(),
        number: allowed.number,
        at: allowed.at,
        session,
        who: allowed.who,
        purpose: allowed.purpose,
        case: allowed.case,
    };
    pages_and_manifest(&mut pen, archive, &evidence, &streams, &note).await?;
    let (originals, bytes) = tag_files(&mut pen, &note).await?;

    let sums = list(&pen, |_| true);
    pen.file(bundle::SUMS, sums.clone()).await?;
    let finished = Finished {
        sums: sums.as_bytes(),
        files: originals,
        bytes,
    };
    let signature = archive.sign_export(&allowed.grant, finished).await?;
    pen.file(bundle::SIGNATURE, signature).await?;
    Ok(Exported {
        export: note.export,
        number: note.number,
        session: note.session,
        frames: streams.iter().map(|stream| stream.frames).sum(),
        files: pen.written().len() as u64,
        bytes: pen.written().values().map(|file| file.bytes).sum(),
        damaged: damaged(&streams).iter().map(|stream| stream.frames.len()).sum(),
        key: evidence.archive_key.key_id(ARCHIVE_KEY_NAME),
    })
}

fn damaged(streams: &[ShownStream]) -> Vec<DamagedStream> {
    streams
        .iter()
        .filter_map(|stream| stream.damaged.clone())
        .collect()
}

/// A list of digests of the files that are written so far.
fn list(pen: &Pen, wanted: impl Fn(&str) -> bool) -> String {
    pen.written()
        .iter()
        .filter(|(path, _)| wanted(path))
        .map(|(path, file)| sums_line(path, &file.sha256))
        .collect()
}

async fn pages_and_manifest(
    pen: &mut Pen,
    archive: &Archive,
    evidence: &SessionEvidence,
    streams: &[ShownStream],
    note: &ExportNote,
) -> Result<(), ExportError> {
    let shown = Shown {
        evidence,
        streams,
        damaged: damaged(streams),
        names: pages::names(archive, evidence).await,
    };
    pen.file(bundle::VERIFY, instructions::text(&shown)).await?;
    pen.file(bundle::PLAY, pages::play(&shown)).await?;
    let payload = list(pen, |path| path.starts_with(bundle::DATA));
    pen.file(bundle::MANIFEST, payload).await?;
    let unlisted = |path: &str| UNLISTED.iter().any(|(unlisted, _)| *unlisted == path);
    let manifest = BundleManifest {
        tenant: evidence.session.tenant,
        session: evidence.session.session,
        lines: evidence.lines.len() as u64,
        link: evidence.link,
        checkpoint: evidence.checkpoint.size,
        damaged: shown.damaged.clone(),
        files: pen
            .written()
            .iter()
            .filter(|(path, _)| !unlisted(path))
            .map(|(path, file)| BundleFile {
                path: path.clone(),
                bytes: file.bytes,
            })
            .collect(),
    };
    pen.file(bundle::BUNDLE, ended(manifest.to_line())).await?;
    // From here on two exports of the same differ.
    pen.file(bundle::EXPORT, ended(note.to_line())).await?;
    pen.file(bundle::REPORT, pages::report(&shown, note)).await
}

/// What the bag says about itself, and the digests of its tag files; how many originals there are, and their bytes.
async fn tag_files(pen: &mut Pen, note: &ExportNote) -> Result<(u64, u64), ExportError> {
    let originals = pen
        .written()
        .iter()
        .filter(|(path, _)| path.starts_with(bundle::DATA));
    let (count, bytes) = originals.fold((0_u64, 0_u64), |(count, bytes), (_, file)| {
        (count + 1, bytes + file.bytes)
    });
    let mut day = note.at.to_string();
    day.truncate("2026-11-02".len());
    let mut info = String::new();
    let lines = [
        ("Bagging-Date", day),
        ("Payload-Oxum", format!("{bytes}.{count}")),
        ("External-Identifier", note.session.to_string()),
        ("Internal-Sender-Identifier", note.export.to_string()),
        (
            "External-Description",
            "Evidence bundle of a screen session; VERIFY.txt says how to check it".to_owned(),
        ),
        (
            "Bag-Software-Agent",
            concat!("obhut ", env!("CARGO_PKG_VERSION")).to_owned(),
        ),
    ];
    for (label, value) in lines {
        let _ = writeln!(info, "{label}: {value}");
    }
    pen.file(bundle::BAG_INFO, info).await?;
    let tags = list(pen, |path| !path.starts_with(bundle::DATA));
    pen.file(bundle::TAG_MANIFEST, tags).await?;
    Ok((count, bytes))
}
