//! The ledger's leaves about the session: each under the signed tree head, each with the detail that it commits to.

use std::collections::BTreeSet;
use std::io::{self, Read, Seek};

use obhut_format::bundle::{self, BundleManifest, LeafDetail, LeafGroup, parse_path};
use obhut_format::checkpoint::{Checkpoint, SignedCheckpoint};
use obhut_format::digest::Link;
use obhut_format::ids::SessionId;
use obhut_format::ledger::{Leaf, LeafType, leaf_hash, verify_inclusion};
use obhut_format::sign::VerifyingKey;
use serde::Deserialize;

use crate::files::Files;
use crate::session::Chain;
use crate::{Findings, Kind, Lines};

pub(crate) fn check<R: Read + Seek>(
    files: &mut Files<R>,
    manifest: &BundleManifest,
    chain: &Chain,
    key: Option<&VerifyingKey>,
    findings: &mut Findings,
) -> io::Result<()> {
    let Some(text) = files.read(bundle::CHECKPOINT, findings)? else {
        return Ok(());
    };
    let mut refuse = |what: &dyn std::fmt::Display| findings.add(Kind::Ledger, bundle::CHECKPOINT, what);
    let signed = match SignedCheckpoint::parse(&text) {
        Ok(signed) => signed,
        Err(error) => {
            refuse(&error);
            return Ok(());
        }
    };
    if let Some(key) = key
        && let Err(error) = signed.verify(key)
    {
        refuse(&error);
    }
    if signed.encode().as_bytes() != text {
        refuse(&"it is not in its only spelling");
    }
    let head = *signed.unverified();
    if head.tenant != manifest.tenant || head.size != manifest.checkpoint {
        refuse(&"it is not the tree head that the manifest names");
    }
    let mut met = Met::default();
    for group in LeafGroup::ALL {
        leaves(files, group, &head, chain, &mut met, findings)?;
    }
    let path = LeafGroup::Session.leaves_path();
    if met.opened != 1 || met.sealed != 1 {
        findings.add(
            Kind::Ledger,
            &path,
            "the session is not opened and sealed once each",
        );
    }
    if met.numbers.last().map(|last| last + 1) != Some(head.size) {
        let what = "the tree head does not end with the last of the leaves";
        findings.add(Kind::Ledger, bundle::CHECKPOINT, what);
    }
    Ok(())
}

/// What the leaves told.
#[derive(Debug, Default)]
struct Met {
    numbers: BTreeSet<u64>,
    opened: u64,
    sealed: u64,
}

fn leaves<R: Read + Seek>(
    files: &mut Files<R>,
    group: LeafGroup,
    head: &Checkpoint,
    chain: &Chain,
    met: &mut Met,
    findings: &mut Findings,
) -> io::Result<()> {
    let names = [group.leaves_path(), group.paths_path(), group.details_path()];
    let mut texts = Vec::new();
    for name in &names {
        let Some(text) = files.read(name, findings)? else {
            return Ok(());
        };
        texts.push(text);
    }
    let parts: Option<Vec<Lines<'_>>> = texts.iter().map(|text| Lines::of(text)).collect();
    let [name, ..] = &names;
    let Some([leaves, paths, details]) = parts.as_deref() else {
        findings.add(Kind::Ledger, name, "a last line does not end");
        return Ok(());
    };
    if leaves.len() != paths.len() || leaves.len() != details.len() {
        findings.add(
            Kind::Ledger,
            name,
            "there are not as many leaves as paths and details",
        );
        return Ok(());
    }
    let mut before = None;
    for ((text, path), detail) in leaves.clone().zip(paths.clone()).zip(details.clone()) {
        let leaf = match Leaf::parse(text) {
            Ok(leaf) => leaf,
            Err(error) => {
                findings.add(Kind::Ledger, name, error);
                continue;
            }
        };
        let mut refuse = |what: &dyn std::fmt::Display| {
            findings.add(Kind::Ledger, name, format_args!("leaf {}: {what}", leaf.n));
        };
        if before.is_some_and(|before| before >= leaf.n) || !met.numbers.insert(leaf.n) {
            refuse(&"it is out of order");
        }
        before = Some(leaf.n);
        if leaf.tenant != head.tenant || LeafGroup::of(leaf.t) != Some(group) {
            refuse(&"it does not belong here");
        }
        match parse_path(path) {
            Err(error) => refuse(&error),
            Ok(path) => {
                let hash = leaf_hash(text);
                if let Err(error) = verify_inclusion(&hash, leaf.n, head.size, &path, &head.root) {
                    refuse(&error);
                }
            }
        }
        match LeafDetail::parse(detail) {
            Err(error) => refuse(&error),
            Ok(detail) => {
                if let Err(what) = told(&leaf, detail.as_ref(), chain, met) {
                    refuse(&what);
                }
            }
        }
    }
    Ok(())
}

/// What is looked at of a detail; the rest is skipped, and not held in memory.
#[derive(Debug, Deserialize)]
struct Said {
    session: Option<SessionId>,
    #[serde(default)]
    link: Option<Link>,
    #[serde(default)]
    lines: Option<u64>,
}

/// Whether a leaf tells of this session, and what.
fn told(leaf: &Leaf, detail: Option<&LeafDetail>, chain: &Chain, met: &mut Met) -> Result<(), &'static str> {
    let session = chain.open.session;
    if leaf.session.is_some_and(|named| named != session) {
        return Err("it is about another session");
    }
    let Some(detail) = detail else {
        // Those of looks and holds outlive a session, but not for ever; the session's own live as long as it does.
        return match LeafGroup::of(leaf.t) {
            Some(LeafGroup::Session) => Err("its detail is missing"),
            _ => Ok(()),
        };
    };
    if detail.commitment() != leaf.commit {
        return Err("it commits to another detail");
    }
    let said: Said =
        serde_json::from_str(&detail.detail).map_err(|_| "its detail is not what it should be")?;
    if said.session != Some(session) {
        return Err("its detail is about another session");
    }
    match leaf.t {
        LeafType::Open => {
            met.opened += 1;
            if said.link != Some(chain.first) || said.lines != Some(1) {
                return Err("it commits to another opening of the chain");
            }
        }
        LeafType::Seal => {
            met.sealed += 1;
            if said.link != Some(chain.link) || said.lines != Some(chain.lines) {
                return Err("it commits to another end of the chain");
            }
        }
        _ => {}
    }
    Ok(())
}
