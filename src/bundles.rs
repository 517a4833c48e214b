//! Evidence bundles for the review service, which does not know what makes them: a bundle's files become a zip while they are
//! made, in memory, and as fast as the zip is taken.

use std::io::{self, Write};
use std::mem;
use std::sync::Arc;

use bytes::Bytes;
use obhut_archive::{Archive, ExportRefused, NewBundle};
use obhut_evidence::{BundleZip, ExportError, Part};
use obhut_format::ids::SessionId;
use obhut_player::bundles::{Bundles, Making, NoBundle};
use parking_lot::Mutex;
use tokio::sync::mpsc;

/// Parts on their way; each is a frame or less.
const ON_THEIR_WAY: usize = 2;

/// Bytes that are passed on at once, or a whole file's: most files of a bundle are small.
const PIECE: usize = 64 << 10;

/// Makes bundles of an archive's sessions.
#[derive(Debug)]
pub(crate) struct BundlesOf(pub Archive);

impl Bundles for BundlesOf {
    fn make(&self, new: NewBundle, out: mpsc::Sender<Bytes>) -> Making {
        Box::pin(make(self.0.clone(), new, out))
    }
}

async fn make(archive: Archive, new: NewBundle, out: mpsc::Sender<Bytes>) -> Result<(), NoBundle> {
    let session = new.session.session;
    let (parts, made) = mpsc::channel(ON_THEIR_WAY);
    let exporting = obhut_evidence::export(&archive, new, parts);
    // With nobody to take them, the next part ends the export.
    let (exported, zipped) = tokio::join!(exporting, zip(session, made, &out));
    match (exported, zipped) {
        // Whoever stopped taking parts knows why.
        (Ok(_) | Err(ExportError::HungUp), Err(error)) => Err(error),
        (Err(error), _) => Err(refusal(error)),
        // Only now: what a zip ends with goes behind a bundle that is whole.
        (Ok(_), Ok(zipped)) => zipped.finish(&out).await,
    }
}

fn refusal(error: ExportError) -> NoBundle {
    match error {
        ExportError::Refused(refused) => NoBundle::Refused(refused),
        ExportError::Read(error) if error.is_damage() => NoBundle::Damaged(error.to_string()),
        ExportError::Read(error) => NoBundle::Refused(ExportRefused::Read(error)),
        damaged @ ExportError::Damaged { .. } => NoBundle::Damaged(damaged.to_string()),
        ExportError::HungUp => NoBundle::HungUp,
    }
}

/// Takes a bundle's parts until there are no more.
async fn zip(
    session: SessionId,
    mut made: mpsc::Receiver<Part>,
    out: &mpsc::Sender<Bytes>,
) -> Result<Zipped, NoBundle> {
    let mut zipped = Zipped::new(session)?;
    while let Some(part) = made.recv().await {
        match part {
            Part::File(path) => zipped.zip.file(&path).map_err(failed)?,
            Part::Bytes(bytes) => zipped.zip.write(&bytes).map_err(failed)?,
            Part::Damage(what) => tracing::warn!("{what}; left out of an evidence bundle"),
        }
        zipped.pass_on(out).await?;
    }
    Ok(zipped)
}

fn failed(error: impl std::fmt::Display) -> NoBundle {
    NoBundle::Failed(format!("the zip can't be written: {error}"))
}

/// What the zip was written to since it was last passed on.
#[derive(Debug, Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A zip on its way.
struct Zipped {
    zip: BundleZip<Written>,
    written: Written,
}

impl Zipped {
    fn new(session: SessionId) -> Result<Self, NoBundle> {
        let written = Written::default();
        let zip = BundleZip::new(written.clone(), session).map_err(failed)?;
        Ok(Self { zip, written })
    }

    /// Passes on what was written, where that is enough.
    async fn pass_on(&self, out: &mpsc::Sender<Bytes>) -> Result<(), NoBundle> {
        let enough = self.written.0.lock().len() >= PIECE;
        if enough {
            send(&self.written, out).await?;
        }
        Ok(())
    }

    async fn finish(self, out: &mpsc::Sender<Bytes>) -> Result<(), NoBundle> {
        let Self { zip, written } = self;
        zip.finish().map_err(failed)?;
        send(&written, out).await
    }
}

async fn send(written: &Written, out: &mpsc::Sender<Bytes>) -> Result<(), NoBundle> {
    let bytes = mem::take(&mut *written.0.lock());
    if bytes.is_empty() {
        return Ok(());
    }
    out.send(bytes.into()).await.map_err(|_| NoBundle::HungUp)
}
