//! Signed tree heads of a ledger (C2SP tlog-checkpoint).
//!
//! ```text
//! obhut/0197a5c0-0000-7000-8000-000000000001
//! 17
//! CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
//!
//! — obhut/0197a5c0-0000-7000-8000-000000000001 Az3grl…
//! ```

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use thiserror::Error;

use crate::digest::Sha256Digest;
use crate::ids::{TenantId, decimal};
use crate::note::{self, Note, NoteError};
use crate::sign::{SigningKey, VerifyingKey};

/// Why a checkpoint is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum CheckpointError {
    /// No signed note, or not by this key.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// Not origin, size and root on three lines.
    #[error("checkpoint is not origin, size and root on three lines")]
    Malformed,
    /// The origin is not `obhut/<tenant>`.
    #[error("checkpoint of a foreign origin")]
    Origin,
}

/// A tree head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checkpoint {
    /// Whose ledger.
    pub tenant: TenantId,
    /// How many leaves.
    pub size: u64,
    /// The root over them.
    pub root: Sha256Digest,
}

/// The origin of a tenant's ledger, also the name of the key that signs it.
pub fn origin(tenant: TenantId) -> String {
    format!("obhut/{tenant}")
}

impl Checkpoint {
    /// The three lines, each with its newline.
    pub fn text(&self) -> String {
        format!(
            "{}\n{}\n{}\n",
            origin(self.tenant),
            self.size,
            STANDARD.encode(self.root.0)
        )
    }

    /// The signed note.
    pub fn sign(&self, key: &SigningKey) -> String {
        note::sign(&self.text(), &origin(self.tenant), key)
    }

    /// Reads a signed note; [`SignedCheckpoint::verify`] gives the tree head.
    pub fn parse(bytes: &[u8]) -> Result<SignedCheckpoint, CheckpointError> {
        SignedCheckpoint::parse(bytes)
    }

    fn from_text(text: &str) -> Result<Self, CheckpointError> {
        let mut lines = text
            .strip_suffix('\n')
            .ok_or(CheckpointError::Malformed)?
            .split('\n');
        // Extension lines are refused: we write none, and nobody could check what they say.
        let (Some(origin), Some(size), Some(root), None) =
            (lines.next(), lines.next(), lines.next(), lines.next())
        else {
            return Err(CheckpointError::Malformed);
        };
        let tenant = origin
            .strip_prefix("obhut/")
            .and_then(|id| id.parse().ok())
            .ok_or(CheckpointError::Origin)?;
        let size = decimal(size).ok_or(CheckpointError::Malformed)?;
        let root = STANDARD
            .decode(root)
            .ok()
            .and_then(|root| <[u8; 32]>::try_from(root).ok());
        Ok(Self {
            tenant,
            size,
            root: Sha256Digest(root.ok_or(CheckpointError::Malformed)?),
        })
    }
}

/// A checkpoint whose signatures are not yet checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCheckpoint {
    note: Note,
    head: Checkpoint,
}

impl SignedCheckpoint {
    /// Reads a signed note with the text of a checkpoint.
    pub fn parse(bytes: &[u8]) -> Result<Self, CheckpointError> {
        let note = Note::parse(bytes)?;
        let head = Checkpoint::from_text(note.unverified_text())?;
        Ok(Self { note, head })
    }

    /// The tree head, if this key signed it as the ledger's; other signatures (witnesses) are ignored.
    pub fn verify(&self, key: &VerifyingKey) -> Result<Checkpoint, CheckpointError> {
        self.note.verify(&origin(self.head.tenant), key)?;
        Ok(self.head)
    }

    /// The tree head before any check: for choosing the key, never for believing.
    pub const fn unverified(&self) -> &Checkpoint {
        &self.head
    }

    /// The note, signatures included.
    pub const fn note(&self) -> &Note {
        &self.note
    }

    /// The note as it was read.
    pub fn encode(&self) -> String {
        self.note.encode()
    }
}
