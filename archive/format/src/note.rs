//! Signed notes (C2SP signed-note): text, an empty line, signature lines.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use thiserror::Error;

use crate::sign::{KeyId, SignError, Signature, SigningKey, VerifyingKey};

/// A note is never longer.
pub const MAX_NOTE: usize = 1 << 20;
/// A note never has more signatures.
pub const MAX_SIGNATURES: usize = 64;

const DASH: &str = "\u{2014} ";

/// Why a note is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NoteError {
    /// Not UTF-8, a control character, or too long.
    #[error("note is not plain text of at most 1 MiB")]
    NotText,
    /// No empty line between text and signatures, or no signature.
    #[error("note has no signatures")]
    NoSignatures,
    /// A signature line is not one.
    #[error("signature line {line} is malformed")]
    SignatureLine {
        /// Counted from 1.
        line: usize,
    },
    /// None of the signatures names this key.
    #[error("note is not signed by key {key}")]
    NotSignedBy {
        /// The key at hand.
        key: KeyId,
    },
    /// A signature that names this key is wrong.
    #[error("note's signature by key {key} is wrong")]
    WrongSignature {
        /// The key at hand.
        key: KeyId,
    },
}

/// One signature line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteSignature {
    /// The key's name.
    pub name: String,
    /// The key's id.
    pub key: KeyId,
    /// The signature, of whatever algorithm the key has.
    pub bytes: Vec<u8>,
}

/// A note whose signatures are not yet checked: do not believe its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<NoteSignature>,
}

/// Whether a text can name a key: not empty, no blank, no plus, no control character.
pub fn is_key_name(name: &str) -> bool {
    !name.is_empty()
        && !name
            .chars()
            .any(|c| c == '+' || c.is_whitespace() || c.is_control())
}

/// Signs a text, which has to end with a newline, under a key name.
pub fn sign(text: &str, name: &str, key: &SigningKey) -> String {
    let id = key.verifying_key().key_id(name);
    let mut blob = id.0.to_be_bytes().to_vec();
    blob.extend_from_slice(&key.sign(text.as_bytes()).0);
    format!("{text}\n{DASH}{name} {}\n", STANDARD.encode(blob))
}

impl Note {
    /// Takes a note apart.
    pub fn parse(bytes: &[u8]) -> Result<Self, NoteError> {
        if bytes.len() > MAX_NOTE {
            return Err(NoteError::NotText);
        }
        let note = std::str::from_utf8(bytes).map_err(|_| NoteError::NotText)?;
        if note.bytes().any(|b| b < 0x20 && b != b'\n') {
            return Err(NoteError::NotText);
        }
        // The last empty line divides: the text may have empty lines of its own.
        let blank = note.rfind("\n\n").ok_or(NoteError::NoSignatures)?;
        let (text, rest) = note
            .split_at_checked(blank.saturating_add(1))
            .ok_or(NoteError::NoSignatures)?;
        let lines = rest
            .strip_prefix('\n')
            .and_then(|lines| lines.strip_suffix('\n'))
            .ok_or(NoteError::NoSignatures)?;
        let mut signatures = Vec::new();
        for (i, line) in lines.split('\n').enumerate() {
            let refused = NoteError::SignatureLine {
                line: i.saturating_add(1),
            };
            if i >= MAX_SIGNATURES {
                return Err(refused);
            }
            signatures.push(signature_line(line).ok_or(refused)?);
        }
        Ok(Self {
            text: text.to_owned(),
            signatures,
        })
    }

    /// The text, its last newline included; not yet believed.
    pub fn unverified_text(&self) -> &str {
        &self.text
    }

    /// The signature lines.
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }

    /// The note as it was read.
    pub fn encode(&self) -> String {
        let mut note = format!("{}\n", self.text);
        for signature in &self.signatures {
            let mut blob = signature.key.0.to_be_bytes().to_vec();
            blob.extend_from_slice(&signature.bytes);
            note.push_str(DASH);
            note.push_str(&signature.name);
            note.push(' ');
            STANDARD.encode_string(blob, &mut note);
            note.push('\n');
        }
        note
    }

    /// The text, if this key under this name signed it; signatures of other keys are ignored.
    pub fn verify(&self, name: &str, key: &VerifyingKey) -> Result<&str, NoteError> {
        let id = key.key_id(name);
        let mut ours = self
            .signatures
            .iter()
            .filter(|s| s.name == name && s.key == id)
            .peekable();
        if ours.peek().is_none() {
            return Err(NoteError::NotSignedBy { key: id });
        }
        let verified = |signature: &NoteSignature| -> Result<(), SignError> {
            let bytes = signature
                .bytes
                .as_slice()
                .try_into()
                .map_err(|_| SignError::NotASignature)?;
            key.verify(self.text.as_bytes(), &Signature(bytes))
        };
        if ours.all(|signature| verified(signature).is_ok()) {
            Ok(&self.text)
        } else {
            Err(NoteError::WrongSignature { key: id })
        }
    }
}

fn signature_line(line: &str) -> Option<NoteSignature> {
    let (name, blob) = line.strip_prefix(DASH)?.split_once(' ')?;
    let blob = STANDARD.decode(blob).ok()?;
    let (id, bytes) = blob.split_first_chunk()?;
    if !is_key_name(name) || bytes.is_empty() {
        return None;
    }
    Some(NoteSignature {
        name: name.to_owned(),
        key: KeyId(u32::from_be_bytes(*id)),
        bytes: bytes.to_vec(),
    })
}
