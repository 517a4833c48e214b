//! The files of an evidence bundle: where each stands, and those that are ours to read and write.
//!
//! Owns the names and the formats; what a bundle proves is checked elsewhere. Every path is relative to the bundle's one
//! top folder. `docs/format/bundle.md` is the page.

mod details;
mod export;
mod manifest;
mod originals;
mod sums;

pub use details::{LeafDetail, SessionDescription};
pub use export::ExportNote;
pub use manifest::{BundleFile, BundleManifest, DamagedStream};
pub use originals::{Originals, block_path, frame_path, whole_path};
pub use sums::{Sum, SumsError, parse_sums, sums_line};

use crate::chain::SegmentLine;
use crate::ids::SessionId;
use crate::ledger::LeafType;
use crate::sign::VerifyingKey;

/// What OpenSSH knows the signer as.
pub const PRINCIPAL: &str = "archive@obhut";
/// The use for which OpenSSH's signature is made.
pub const NAMESPACE: &str = "evidence@obhut";

/// The bag's declaration (RFC 8493 section 2.1.1).
pub const BAGIT: &str = "bagit.txt";
/// What [`BAGIT`] says.
pub const BAGIT_TEXT: &str = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
/// About the bag (RFC 8493 section 2.2.2).
pub const BAG_INFO: &str = "bag-info.txt";
/// Digests of the originals (RFC 8493 section 2.1.3).
pub const MANIFEST: &str = "manifest-sha256.txt";
/// Digests of all else but the three files over it (RFC 8493 section 2.2.1).
pub const TAG_MANIFEST: &str = "tagmanifest-sha256.txt";
/// Digests of all files but itself and its signature.
pub const SUMS: &str = "SHA256SUMS";
/// The signature over [`SUMS`].
pub const SIGNATURE: &str = "SHA256SUMS.sig";
/// What is in the bundle: [`BundleManifest`].
pub const BUNDLE: &str = "bundle.json";
/// About this one export: [`ExportNote`].
pub const EXPORT: &str = "export.json";
/// How to check without this program.
pub const VERIFY: &str = "VERIFY.txt";
/// To read and to print.
pub const REPORT: &str = "report.html";
/// Plays the frames.
pub const PLAY: &str = "play.html";
/// What describes the session: [`SessionDescription`].
pub const DESCRIPTION: &str = "session/description.json";
/// The receipt of the sealed session.
pub const SEAL_RECEIPT: &str = "receipts/seal.receipt";
/// The ledger's signed tree head.
pub const CHECKPOINT: &str = "ledger/checkpoint";
/// The key that signs receipts and bundles, as vkey.
pub const ARCHIVE_KEY: &str = "keys/archive.vkey";
/// The key that signs tree heads, as vkey.
pub const LEDGER_KEY: &str = "keys/ledger.vkey";
/// The archive's key for `ssh-keygen -Y verify`.
pub const ALLOWED_SIGNERS: &str = "keys/allowed_signers";
/// The ledger's key for `openssl pkeyutl`.
pub const LEDGER_PEM: &str = "keys/ledger.pem";
/// Where the originals are.
pub const DATA: &str = "data/";

/// The files that [`BUNDLE`] does not list: its own, those that say when and as what this one export was made, and those
/// made over them. The second is how many bytes each has at most.
pub const UNLISTED: [(&str, u64); 7] = [
    (BAG_INFO, 1 << 16),
    (BUNDLE, 1 << 28),
    (EXPORT, 1 << 20),
    (REPORT, 1 << 24),
    (SUMS, 1 << 29),
    (SIGNATURE, 1 << 12),
    (TAG_MANIFEST, 1 << 29),
];

/// The files that every bundle has once, whatever is in it; beside them, those of the leaves, of the chain and of its
/// segments, and the originals.
pub const FIXED: [&str; 18] = [
    BAGIT,
    BAG_INFO,
    MANIFEST,
    TAG_MANIFEST,
    SUMS,
    SIGNATURE,
    BUNDLE,
    EXPORT,
    VERIFY,
    REPORT,
    PLAY,
    DESCRIPTION,
    SEAL_RECEIPT,
    CHECKPOINT,
    ARCHIVE_KEY,
    LEDGER_KEY,
    ALLOWED_SIGNERS,
    LEDGER_PEM,
];

/// The bundle's one top folder, as it is named at first.
pub fn top_folder(session: SessionId) -> String {
    format!("evidence-{session}")
}

/// A line of the chain, without newline.
pub fn line_path(n: u64) -> String {
    format!("chain/{n:08}.line")
}

/// What is kept of a segment beside its originals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfSegment {
    /// Its record lines, each with its newline.
    Records,
    /// Each record's path to the root in the chain line, as a JSON list a line.
    Paths,
    /// Each record's receipt, a line.
    Receipts,
}

/// Where it stands.
pub fn segment_path(line: &SegmentLine, part: OfSegment) -> String {
    let (folder, ending) = match part {
        OfSegment::Records => ("records", "records"),
        OfSegment::Paths => ("records", "paths"),
        OfSegment::Receipts => ("receipts", "receipts"),
    };
    format!("{folder}/{}/{:08}.{ending}", line.stream, line.segment.get())
}

/// The ledger's leaves about a session, by what they are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeafGroup {
    /// Its opening and sealing, and what happened in between, consent included.
    Session,
    /// Its holds and their releases.
    Holds,
    /// Who looked at it.
    Access,
}

impl LeafGroup {
    /// Every group.
    pub const ALL: [Self; 3] = [Self::Session, Self::Holds, Self::Access];

    /// The group of a type of leaf, where it has one.
    pub const fn of(t: LeafType) -> Option<Self> {
        match t {
            LeafType::Open | LeafType::Seal | LeafType::Event => Some(Self::Session),
            LeafType::Hold | LeafType::Release => Some(Self::Holds),
            LeafType::Access => Some(Self::Access),
            _ => None,
        }
    }

    const fn stem(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Holds => "holds",
            Self::Access => "access",
        }
    }

    /// The leaf lines, each with its newline.
    pub fn leaves_path(self) -> String {
        format!("ledger/{}.leaves", self.stem())
    }

    /// Each leaf's path to the checkpoint's root, as a JSON list a line.
    pub fn paths_path(self) -> String {
        format!("ledger/{}.paths", self.stem())
    }

    /// Each leaf's [`LeafDetail`], or `null`, a line.
    pub fn details_path(self) -> String {
        format!("ledger/{}.details", self.stem())
    }
}

/// Whether a path could stand in a bundle: plain ASCII, no way out, no hidden file.
pub fn is_path(path: &str) -> bool {
    path.split('/').all(|part| {
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
        !part.is_empty() && !part.starts_with('.') && part.bytes().all(plain)
    })
}

/// A key as PEM (RFC 8410), for OpenSSL.
pub fn public_key_pem(key: &VerifyingKey) -> String {
    use base64::Engine as _;
    /// `SubjectPublicKeyInfo` with the one algorithm and length that an Ed25519 key has.
    const PREFIX: [u8; 12] = [
        0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
    ];
    let mut der = PREFIX.to_vec();
    der.extend_from_slice(key.as_bytes());
    let text = base64::engine::general_purpose::STANDARD.encode(der);
    format!("-----BEGIN PUBLIC KEY-----\n{text}\n-----END PUBLIC KEY-----\n")
}

/// The paths of leaves or records, a JSON list of digests on a line.
pub fn path_line(path: &[crate::digest::Sha256Digest]) -> String {
    crate::line::encode(&path)
}

/// Reads a line of [`path_line`].
pub fn parse_path(line: &[u8]) -> Result<Vec<crate::digest::Sha256Digest>, crate::line::LineError> {
    crate::line::decode(line)
}
