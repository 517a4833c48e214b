//! The chain, what describes the session, and the receipt of its seal.

use std::io::{self, Read, Seek};

use obhut_format::bundle::{self, BundleManifest, LeafDetail, SessionDescription};
use obhut_format::chain::{ChainLine, ChainState, OpenLine, SealLine, SegmentLine};
use obhut_format::digest::Link;
use obhut_format::sign::{SealReceipt, VerifyingKey};

use crate::files::Files;
use crate::{Findings, Kind, line};

/// A chain that was followed to its seal.
#[derive(Debug)]
pub(crate) struct Chain {
    pub(crate) open: OpenLine,
    pub(crate) first: Link,
    pub(crate) segments: Vec<SegmentLine>,
    pub(crate) seal: SealLine,
    pub(crate) link: Link,
    pub(crate) lines: u64,
}

pub(crate) fn check<R: Read + Seek>(
    files: &mut Files<R>,
    manifest: &BundleManifest,
    archive: Option<&VerifyingKey>,
    findings: &mut Findings,
) -> io::Result<Option<Chain>> {
    let Some(chain) = follow(files, manifest, findings)? else {
        return Ok(None);
    };
    description(files, &chain, findings)?;
    let Some(text) = files.read(bundle::SEAL_RECEIPT, findings)? else {
        return Ok(Some(chain));
    };
    let mut refuse = |what: &str| findings.add(Kind::Receipt, bundle::SEAL_RECEIPT, what);
    match line(&text, SealReceipt::parse) {
        Err(what) => refuse(&what),
        Ok(receipt) => {
            if archive.is_some_and(|key| receipt.verify(key).is_err()) {
                refuse("its signature is wrong");
            }
            if (receipt.session, receipt.link, receipt.lines) != (manifest.session, chain.link, chain.lines)
                || receipt.streams != chain.seal.streams
            {
                refuse("it is not for this chain");
            }
        }
    }
    Ok(Some(chain))
}

fn follow<R: Read + Seek>(
    files: &mut Files<R>,
    manifest: &BundleManifest,
    findings: &mut Findings,
) -> io::Result<Option<Chain>> {
    let mut state = ChainState::new();
    let (mut open, mut segments, mut seal) = (None, Vec::new(), None);
    for n in 0..manifest.lines {
        let path = bundle::line_path(n);
        // A manifest may say what it likes: the first line that is not there ends it.
        let Some(text) = files.read(&path, findings)? else {
            return Ok(None);
        };
        match state.follow(&text) {
            Ok(ChainLine::Open(line)) => open = Some((line, state.head())),
            Ok(ChainLine::Segment(line)) => segments.push(line),
            Ok(ChainLine::Seal(line)) => seal = Some(line),
            Err(error) => {
                findings.add(Kind::Chain, &path, error);
                return Ok(None);
            }
        }
    }
    if let Err(error) = state.finish() {
        findings.add(Kind::Chain, "", error);
    }
    let more = bundle::line_path(manifest.lines);
    if files.len_of(&more).is_some() {
        findings.add(Kind::Chain, &more, "the chain goes on behind its end");
    }
    let (Some((open, first)), Some(seal)) = (open, seal) else {
        return Ok(None);
    };
    if (open.tenant, open.session) != (manifest.tenant, manifest.session) {
        findings.add(Kind::Chain, "", "it is another session's");
    }
    if state.head() != manifest.link {
        findings.add(Kind::Chain, "", "it is not the chain that the manifest names");
    }
    Ok(Some(Chain {
        open,
        first,
        segments,
        seal,
        link: state.head(),
        lines: state.lines(),
    }))
}

fn description<R: Read + Seek>(
    files: &mut Files<R>,
    chain: &Chain,
    findings: &mut Findings,
) -> io::Result<()> {
    let Some(text) = files.read(bundle::DESCRIPTION, findings)? else {
        return Ok(());
    };
    let mut refuse = |what: &str| findings.add(Kind::Description, bundle::DESCRIPTION, what);
    match line(&text, SessionDescription::parse) {
        Err(what) => refuse(&what),
        Ok(said) => {
            if said.describe.commitment() != chain.open.describe {
                refuse("the chain commits to another description");
            }
            if said.consent.as_ref().map(LeafDetail::commitment) != chain.open.consent {
                refuse("the chain commits to another consent");
            }
        }
    }
    Ok(())
}
