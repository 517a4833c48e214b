//! Receipts: what the archive signs when it has taken a frame, and when it has sealed a session.

use serde::{Deserialize, Serialize};

use super::{ARCHIVE_KEY_NAME, KeyId, SignError, Signature, SigningKey, VerifyingKey};
use crate::chain::SealStream;
use crate::digest::{Link, Sha256Digest};
use crate::ids::{Seq, SessionId, StreamNo};
use crate::line::{self, LineError};
use crate::time::UtcMicros;

/// Acknowledges one frame; made only when it is durable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The session.
    pub session: SessionId,
    /// The stream.
    pub stream: StreamNo,
    /// The sequence number.
    pub seq: Seq,
    /// SHA-256 of the original.
    pub sha256: Sha256Digest,
    /// The record's `received`.
    pub at: UtcMicros,
    /// Over [`Self::message`].
    pub sig: Signature,
    /// Which key signed.
    pub key: KeyId,
}

impl Receipt {
    /// What is signed: `obhut/1 receipt <session> <stream> <seq> <sha256> <at>`.
    pub fn message(
        session: SessionId,
        stream: StreamNo,
        seq: Seq,
        sha256: &Sha256Digest,
        at: UtcMicros,
    ) -> String {
        format!("obhut/1 receipt {session} {stream} {seq} {sha256} {at}")
    }

    /// Signs a receipt.
    pub fn sign(
        key: &SigningKey,
        session: SessionId,
        stream: StreamNo,
        seq: Seq,
        sha256: Sha256Digest,
        at: UtcMicros,
    ) -> Self {
        let sig = key.sign(Self::message(session, stream, seq, &sha256, at).as_bytes());
        let key = key.verifying_key().key_id(ARCHIVE_KEY_NAME);
        Self {
            session,
            stream,
            seq,
            sha256,
            at,
            sig,
            key,
        }
    }

    /// Checks key id and signature.
    pub fn verify(&self, key: &VerifyingKey) -> Result<(), SignError> {
        expect_key(key, self.key)?;
        let message = Self::message(self.session, self.stream, self.seq, &self.sha256, self.at);
        key.verify(message.as_bytes(), &self.sig)
    }

    /// The line, without newline.
    pub fn to_line(&self) -> String {
        line::encode(self)
    }

    /// Reads a line without newline, in its only spelling.
    pub fn parse(bytes: &[u8]) -> Result<Self, LineError> {
        line::decode(bytes)
    }
}

/// Acknowledges a sealed session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealReceipt {
    /// The session.
    pub session: SessionId,
    /// The link of the sealing line: commits to the whole chain, and so to `streams`.
    pub link: Link,
    /// How many lines the chain has, opening and sealing line included.
    pub lines: u64,
    /// The streams as the sealing line names them.
    pub streams: Vec<SealStream>,
    /// Over [`Self::message`].
    pub sig: Signature,
    /// Which key signed.
    pub key: KeyId,
}

impl SealReceipt {
    /// What is signed: `obhut/1 sealed <session> <lines> <link>`.
    pub fn message(session: SessionId, lines: u64, link: &Link) -> String {
        format!("obhut/1 sealed {session} {lines} {link}")
    }

    /// Signs a receipt.
    pub fn sign(
        key: &SigningKey,
        session: SessionId,
        link: Link,
        lines: u64,
        streams: Vec<SealStream>,
    ) -> Self {
        let sig = key.sign(Self::message(session, lines, &link).as_bytes());
        let key = key.verifying_key().key_id(ARCHIVE_KEY_NAME);
        Self {
            session,
            link,
            lines,
            streams,
            sig,
            key,
        }
    }

    /// Checks key id and signature; `streams` is covered only through the sealing line that `link` names.
    pub fn verify(&self, key: &VerifyingKey) -> Result<(), SignError> {
        expect_key(key, self.key)?;
        key.verify(
            Self::message(self.session, self.lines, &self.link).as_bytes(),
            &self.sig,
        )
    }

    /// The line, without newline.
    pub fn to_line(&self) -> String {
        line::encode(self)
    }

    /// Reads a line without newline, in its only spelling.
    pub fn parse(bytes: &[u8]) -> Result<Self, LineError> {
        line::decode(bytes)
    }
}

fn expect_key(key: &VerifyingKey, found: KeyId) -> Result<(), SignError> {
    let expected = key.key_id(ARCHIVE_KEY_NAME);
    if expected == found {
        Ok(())
    } else {
        Err(SignError::OtherKey { expected, found })
    }
}
