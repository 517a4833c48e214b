//! Checks an evidence bundle: offline, from the file alone, without the archive it came from and without any key but
//! public ones.
//!
//! Owns the reading of bundles that anybody may have made or changed. Refuses to write anything, to unpack anything to
//! a disk, and to know the archive: it stands on the formats alone, and `tests/house.rs` keeps it so.
//!
//! | module | checks |
//! |---|---|
//! | `container` | the zip: one meaning, no way out of its folder, no more bytes than it says |
//! | `bag` | digests, BagIt's manifests, which files there are |
//! | `signature` | who signed, and the keys |
//! | `session` | chain, description, receipt of the seal |
//! | `records` | records, their paths and receipts, the originals |
//! | `ledger` | leaves, their paths to the signed tree head, their details |

mod bag;
mod container;
mod files;
mod ledger;
mod records;
mod session;
mod signature;
mod trust;

use std::io::{self, Read, Seek};

use obhut_format::bundle::{self, BundleManifest, ExportNote};
use obhut_format::ids::{AccessId, SessionId, TenantId};
use obhut_format::time::UtcMicros;
use serde::Serialize;

pub use container::{ContainerError, Entry, entries};
pub use trust::{NoKey, Trust};

use files::Files;

/// What does not check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Of which kind.
    pub kind: Kind,
    /// In which file, below the bundle's top folder; empty where it is the bundle itself.
    pub file: String,
    /// What.
    pub what: String,
}

/// The kinds of finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// The zip.
    Container,
    /// A file is missing, one too many, or not as long as it should be.
    File,
    /// A file's bytes are not those that were signed.
    Digest,
    /// BagIt's own files.
    Bag,
    /// The signature, or who made it.
    Signature,
    /// A public key.
    Key,
    /// The list of what is in the bundle.
    Manifest,
    /// The note about the export.
    Export,
    /// The chain.
    Chain,
    /// What describes the session.
    Description,
    /// A record, or its path.
    Record,
    /// A receipt.
    Receipt,
    /// An original.
    Original,
    /// The ledger.
    Ledger,
}

/// How far the key that signed is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Trusted {
    /// It is one that was given.
    Given,
    /// Its short id is the one that was given.
    Id,
    /// It was taken from the bundle itself.
    No,
}

/// What a bundle is of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Contents {
    /// The tenant.
    pub tenant: TenantId,
    /// The session.
    pub session: SessionId,
    /// The export.
    pub export: Option<AccessId>,
    /// Its number.
    pub number: Option<u64>,
    /// When it was made.
    pub exported_at: Option<UtcMicros>,
    /// Frames, and blocks of recordings and attachments.
    pub frames: u64,
    /// Frames and blocks that the bundle itself names as damaged and so missing.
    pub damaged: u64,
    /// The size of the ledger's tree to which everything is proved.
    pub checkpoint: u64,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// What the bundle is of, as far as it says.
    pub contents: Option<Contents>,
    /// Files that were read.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// The key that signed, as its id under `obhut/archive`, and as OpenSSH writes it.
    pub key: Option<(String, String)>,
    /// How far that key is known.
    pub trusted: Trusted,
    /// Everything that does not check; nothing when the bundle is sound.
    pub findings: Vec<Finding>,
}

/// Findings beyond these are counted and not kept: a bundle may have a million, and one is enough.
const MOST_FINDINGS: usize = 1_000;

/// Notes what does not check.
#[derive(Debug, Default)]
struct Findings {
    kept: Vec<Finding>,
    others: u64,
}

impl Findings {
    fn count(&self) -> u64 {
        self.others + self.kept.len() as u64
    }

    fn finish(mut self) -> Vec<Finding> {
        if self.others > 0 {
            self.kept.push(Finding {
                kind: Kind::Manifest,
                file: String::new(),
                what: format!("and {} findings more", self.others),
            });
        }
        self.kept
    }

    fn add(&mut self, kind: Kind, file: &str, what: impl std::fmt::Display) {
        if self.kept.len() >= MOST_FINDINGS {
            self.others += 1;
            return;
        }
        self.kept.push(Finding {
            kind,
            file: file.to_owned(),
            what: what.to_string(),
        });
    }
}

/// Checks a bundle. An error says that it could not be read, not that it is wrong.
pub fn verify<R: Read + Seek>(bundle: R, trust: &Trust) -> io::Result<Verdict> {
    let mut findings = Findings::default();
    let mut verdict = Verdict {
        contents: None,
        files: 0,
        bytes: 0,
        key: None,
        trusted: Trusted::No,
        findings: Vec::new(),
    };
    let mut files = match Files::open(bundle) {
        Ok(files) => files,
        Err(ContainerError::Io(error)) => return Err(error),
        Err(error) => {
            findings.add(Kind::Container, error.file(), &error);
            verdict.findings = findings.finish();
            return Ok(verdict);
        }
    };
    check(&mut files, trust, &mut verdict, &mut findings)?;
    (verdict.files, verdict.bytes) = files.read_so_far();
    verdict.findings = findings.finish();
    Ok(verdict)
}

fn check<R: Read + Seek>(
    files: &mut Files<R>,
    trust: &Trust,
    verdict: &mut Verdict,
    findings: &mut Findings,
) -> io::Result<()> {
    let Some(manifest) = manifest(files, findings)? else {
        return Ok(());
    };
    let note = export_note(files, &manifest, findings)?;
    verdict.contents = Some(Contents {
        tenant: manifest.tenant,
        session: manifest.session,
        export: note.as_ref().map(|note| note.export),
        number: note.as_ref().map(|note| note.number),
        exported_at: note.as_ref().map(|note| note.at),
        frames: 0,
        damaged: manifest
            .damaged
            .iter()
            .fold(0, |sum: u64, stream| sum.saturating_add(stream.frames.len())),
        checkpoint: manifest.checkpoint,
    });
    // Past this, no file is longer than the manifest says, and none is there that it does not name.
    if !bag::same_files(files, &manifest, findings) {
        return Ok(());
    }
    let keys = signature::check(files, &manifest, trust, verdict, findings)?;
    let chain = session::check(files, &manifest, keys.archive.as_ref(), findings)?;
    if let Some(chain) = &chain {
        let frames = records::check(files, &manifest, chain, keys.archive.as_ref(), findings)?;
        if let Some(contents) = &mut verdict.contents {
            contents.frames = frames;
        }
        ledger::check(files, &manifest, chain, keys.ledger.as_ref(), findings)?;
        bag::only_known(files, &manifest, chain, findings);
    }
    bag::check(files, &manifest, findings)
}

fn manifest<R: Read + Seek>(
    files: &mut Files<R>,
    findings: &mut Findings,
) -> io::Result<Option<BundleManifest>> {
    let Some(text) = files.read(bundle::BUNDLE, findings)? else {
        return Ok(None);
    };
    match line(&text, BundleManifest::parse) {
        Ok(manifest) => Ok(Some(manifest)),
        Err(what) => {
            findings.add(Kind::Manifest, bundle::BUNDLE, what);
            Ok(None)
        }
    }
}

fn export_note<R: Read + Seek>(
    files: &mut Files<R>,
    manifest: &BundleManifest,
    findings: &mut Findings,
) -> io::Result<Option<ExportNote>> {
    let Some(text) = files.read(bundle::EXPORT, findings)? else {
        return Ok(None);
    };
    let note = match line(&text, ExportNote::parse) {
        Ok(note) => note,
        Err(what) => {
            findings.add(Kind::Export, bundle::EXPORT, what);
            return Ok(None);
        }
    };
    if note.session != manifest.session {
        findings.add(Kind::Export, bundle::EXPORT, "it is of another session");
    }
    // What was proved had happened when the export was allowed.
    if note.number < manifest.checkpoint {
        let what = "its number lies within the tree that was there before it";
        findings.add(Kind::Export, bundle::EXPORT, what);
    }
    Ok(Some(note))
}

/// Reads the one line of a file that holds one, with its newline.
fn line<T, E: std::fmt::Display>(
    text: &[u8],
    parse: impl FnOnce(&[u8]) -> Result<T, E>,
) -> Result<T, String> {
    let line = text
        .strip_suffix(b"\n")
        .ok_or_else(|| "its last line does not end".to_owned())?;
    parse(line).map_err(|error| error.to_string())
}

/// The lines of a file, each of which has to end; an empty file has none. They are not gathered before they are counted:
/// a file of ends of lines alone would take sixteen times its length.
#[derive(Debug, Clone)]
struct Lines<'a>(&'a [u8]);

impl<'a> Lines<'a> {
    fn of(text: &'a [u8]) -> Option<Self> {
        let ends = text.last().is_none_or(|last| *last == b'\n');
        ends.then_some(Self(text))
    }

    fn len(&self) -> u64 {
        self.0
            .iter()
            .fold(0, |count, byte| count + u64::from(*byte == b'\n'))
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let end = self.0.iter().position(|byte| *byte == b'\n')?;
        let (line, rest) = self.0.split_at_checked(end)?;
        self.0 = rest.get(1..).unwrap_or_default();
        Some(line)
    }
}
