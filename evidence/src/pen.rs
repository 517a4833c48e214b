//! What is being written: the files of a bundle, one after another, and the digest of each.

use std::collections::BTreeMap;

use bytes::Bytes;
use obhut_format::digest::Sha256Digest;
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;

use crate::ExportError;

/// A part of a bundle on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// A file begins; what was before it is whole.
    File(String),
    /// The next bytes of the file.
    Bytes(Bytes),
    /// Something is damaged and was left out, as was asked for.
    Damage(String),
}

/// A file that is written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Written {
    pub(crate) sha256: Sha256Digest,
    pub(crate) bytes: u64,
}

/// Sends a bundle's parts and keeps their digests.
#[derive(Debug)]
pub(crate) struct Pen {
    out: mpsc::Sender<Part>,
    written: BTreeMap<String, Written>,
    open: Option<(String, Sha256, u64)>,
}

impl Pen {
    pub(crate) fn new(out: mpsc::Sender<Part>) -> Self {
        Self {
            out,
            written: BTreeMap::new(),
            open: None,
        }
    }

    async fn send(&self, part: Part) -> Result<(), ExportError> {
        self.out.send(part).await.map_err(|_| ExportError::HungUp)
    }

    /// Says that something is damaged.
    pub(crate) async fn damage(&self, what: String) -> Result<(), ExportError> {
        self.send(Part::Damage(what)).await
    }

    /// Begins a file, which ends the one before.
    pub(crate) async fn begin(&mut self, path: &str) -> Result<(), ExportError> {
        self.end();
        self.open = Some((path.to_owned(), Sha256::new(), 0));
        self.send(Part::File(path.to_owned())).await
    }

    /// The next bytes of the file.
    pub(crate) async fn write(&mut self, bytes: Bytes) -> Result<(), ExportError> {
        if bytes.is_empty() {
            return Ok(());
        }
        if let Some((_, sha256, len)) = &mut self.open {
            sha256.update(&bytes);
            *len += bytes.len() as u64;
        }
        self.send(Part::Bytes(bytes)).await
    }

    /// A whole file.
    pub(crate) async fn file(&mut self, path: &str, content: impl Into<Bytes>) -> Result<(), ExportError> {
        self.begin(path).await?;
        self.write(content.into()).await?;
        self.end();
        Ok(())
    }

    /// Ends the file.
    pub(crate) fn end(&mut self) {
        if let Some((path, sha256, bytes)) = self.open.take() {
            let sha256 = Sha256Digest(sha256.finalize().into());
            self.written.insert(path, Written { sha256, bytes });
        }
    }

    /// The files that are whole, by their paths.
    pub(crate) fn written(&self) -> &BTreeMap<String, Written> {
        &self.written
    }
}
