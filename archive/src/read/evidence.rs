//! What proves a session beside its frames: the chain, the ledger's leaves with their paths to a signed tree head, the
//! opened details, the keys. All of it is checked before it is handed out.

use std::collections::{BTreeMap, BTreeSet};

use obhut_format::bundle::{LeafDetail, LeafGroup, SessionDescription};
use obhut_format::chain::{ChainLine, ChainState, OpenLine, SealLine, SegmentLine};
use obhut_format::checkpoint::{Checkpoint, SignedCheckpoint};
use obhut_format::digest::{Link, Sha256Digest};
use obhut_format::ids::TenantId;
use obhut_format::key::WrapKey;
use obhut_format::ledger::{Frontier, Leaf, LeafType, PathCollector, leaf_hash};
use obhut_format::sign::{SealReceipt, VerifyingKey};

use super::ReadError;
use super::describe::opened_description;
use super::frames::SessionReader;
use crate::Archive;
use crate::catalog::ledger::{self as rows, LeafRow};
use crate::catalog::{Query, chain_lines, sessions};
use crate::keys::{Keys, Period};
use crate::ledger::{LedgerError, SESSION_SCOPE, open_salted};
use crate::write::SessionRef;

/// Leaves read in one go.
const PAGE: u32 = 2048;

/// A ledger leaf about the session.
#[derive(Debug, Clone)]
pub struct EvidenceLeaf {
    /// The leaf.
    pub leaf: Leaf,
    /// Its line, without newline.
    pub line: String,
    /// Its path to the checkpoint's root.
    pub path: Vec<Sha256Digest>,
    /// Its detail; `None` where the key is destroyed.
    pub detail: Option<LeafDetail>,
}

/// What proves a sealed session.
#[derive(Debug, Clone)]
pub struct SessionEvidence {
    /// Whose session, and which.
    pub session: SessionRef,
    /// Every line of the chain, without newlines.
    pub lines: Vec<Vec<u8>>,
    /// The first of them.
    pub open: OpenLine,
    /// Those of segments.
    pub segments: Vec<SegmentLine>,
    /// The last of them.
    pub seal: SealLine,
    /// The link of the last.
    pub link: Link,
    /// What describes it, with what it was committed to with.
    pub description: SessionDescription,
    /// The leaves about it, in their order; those of its exports are left out.
    pub leaves: Vec<EvidenceLeaf>,
    /// The tree head that ends with the last of these leaves.
    pub checkpoint: Checkpoint,
    /// The same, signed.
    pub signed_checkpoint: String,
    /// The receipt for the seal.
    pub seal_receipt: SealReceipt,
    /// The key that signs receipts and bundles.
    pub archive_key: VerifyingKey,
    /// The key that signs tree heads.
    pub ledger_key: VerifyingKey,
}

/// A leaf whose path is not known yet.
struct Opened {
    leaf: Leaf,
    line: String,
    detail: Option<LeafDetail>,
}

impl SessionReader {
    /// What proves the session.
    pub async fn evidence(&self) -> Result<SessionEvidence, ReadError> {
        let at = self.grant.session();
        let (keys, describe_key) = (self.archive.keys().clone(), self.key.describe_key());
        let (lines, description, opened) = self
            .archive
            .catalog()
            .read(move |tx| {
                let row = sessions::kept(tx, at.tenant, at.session)?;
                let row = row.ok_or(ReadError::NoSuchSession(at.session))?;
                let lines: Vec<Vec<u8>> = chain_lines::all(tx, at.session)?
                    .into_iter()
                    .map(|row| row.line)
                    .collect();
                let description = opened_description(&row, &describe_key)?;
                Ok::<_, ReadError>((lines, description, leaves_of(tx, &keys, at, &describe_key)?))
            })
            .await?;
        let (state, open, segments, seal) = follow(at, &lines)?;
        if description.describe.commitment() != open.describe
            || description.consent.as_ref().map(LeafDetail::commitment) != open.consent
        {
            let what = format!("description of session {}", at.session);
            return Err(ReadError::damaged(what, "it is not what the chain commits to"));
        }
        committed(at, &opened, &state)?;
        let wanted: BTreeSet<u64> = opened.iter().map(|opened| opened.leaf.n).collect();
        let (checkpoint, mut paths) = self.archive.prove(at.tenant, &wanted).await?;
        let leaves = opened.into_iter().map(|Opened { leaf, line, detail }| {
            let path = paths.remove(&leaf.n);
            path.map(|path| EvidenceLeaf {
                leaf,
                line,
                path,
                detail,
            })
        });
        let leaves: Option<Vec<EvidenceLeaf>> = leaves.collect();
        let (archive_signer, ledger_signer) = (
            self.archive.keys().archive_signer(),
            self.archive.keys().ledger_signer(),
        );
        Ok(SessionEvidence {
            session: at,
            leaves: leaves.ok_or(LedgerError::HeadDamaged(at.tenant))?,
            seal_receipt: SealReceipt::sign(
                &archive_signer,
                at.session,
                state.head(),
                state.lines(),
                seal.streams.clone(),
            ),
            lines,
            open,
            segments,
            seal,
            link: state.head(),
            description,
            signed_checkpoint: checkpoint.sign(&ledger_signer),
            checkpoint,
            archive_key: archive_signer.verifying_key(),
            ledger_key: ledger_signer.verifying_key(),
        })
    }
}

/// Follows the chain from its first line to its seal.
fn follow(
    at: SessionRef,
    lines: &[Vec<u8>],
) -> Result<(ChainState, OpenLine, Vec<SegmentLine>, SealLine), ReadError> {
    let damaged =
        |why: &dyn std::fmt::Display| ReadError::damaged(format!("chain_lines/{}", at.session), why);
    let mut state = ChainState::new();
    let (mut open, mut segments, mut seal) = (None, Vec::new(), None);
    for line in lines {
        match state.follow(line).map_err(|error| damaged(&error))? {
            ChainLine::Open(line) => open = Some(line),
            ChainLine::Segment(line) => segments.push(line),
            ChainLine::Seal(line) => seal = Some(line),
        }
    }
    state.finish().map_err(|error| damaged(&error))?;
    match (open, seal) {
        (Some(open), Some(seal)) if (open.tenant, open.session) == (at.tenant, at.session) => {
            Ok((state, open, segments, seal))
        }
        _ => Err(damaged(&"it is another session's")),
    }
}

/// The leaves about a session, with their details; its exports are none of its history.
fn leaves_of(
    tx: &dyn Query,
    keys: &Keys,
    at: SessionRef,
    describe_key: &WrapKey,
) -> Result<Vec<Opened>, ReadError> {
    let mut leaves = Vec::new();
    for row in rows::by_session(tx, at.tenant, at.session)? {
        let damaged = || LedgerError::DetailDamaged {
            tenant: row.tenant,
            n: row.n,
        };
        let line = String::from_utf8(row.line.clone()).map_err(|_| damaged())?;
        let leaf = Leaf::parse(&row.line).map_err(|_| damaged())?;
        match LeafGroup::of(leaf.t) {
            None => continue,
            // Taken from a copy by a recovery, which told the ledger again of what it found.
            Some(LeafGroup::Session) if row.is_bare() => continue,
            Some(_) => {}
        }
        let detail = detail_of(tx, keys, &row, &leaf, describe_key)?;
        let said: Option<serde_json::Value> = detail
            .as_ref()
            .and_then(|detail| serde_json::from_str(&detail.detail).ok());
        let of_export = said.is_some_and(|said| said.get("export").is_some());
        if leaf.t == LeafType::Access && of_export {
            continue;
        }
        leaves.push(Opened { leaf, line, detail });
    }
    Ok(leaves)
}

fn detail_of(
    tx: &dyn Query,
    keys: &Keys,
    row: &LeafRow,
    leaf: &Leaf,
    describe_key: &WrapKey,
) -> Result<Option<LeafDetail>, ReadError> {
    if row.is_bare() {
        return Ok(None);
    }
    if row.scope == SESSION_SCOPE {
        return Ok(Some(open_salted(row, leaf, describe_key)?));
    }
    let Some(key) = keys.open_detail_key(tx, row.tenant, &Period::named(&row.scope))? else {
        return Ok(None);
    };
    Ok(Some(open_salted(row, leaf, &key)?))
}

/// Whether the ledger's leaf of the seal commits to this chain.
fn committed(at: SessionRef, leaves: &[Opened], state: &ChainState) -> Result<(), ReadError> {
    let sealed = leaves
        .iter()
        .filter(|opened| opened.leaf.t == LeafType::Seal)
        .filter_map(|opened| opened.detail.as_ref())
        .filter_map(|detail| serde_json::from_str::<serde_json::Value>(&detail.detail).ok())
        .any(|detail| {
            detail.get("link").and_then(serde_json::Value::as_str) == Some(&state.head().to_string())
                && detail.get("lines").and_then(serde_json::Value::as_u64) == Some(state.lines())
        });
    if sealed {
        Ok(())
    } else {
        let what = format!("chain_lines/{}", at.session);
        Err(ReadError::damaged(what, "it is not what the ledger commits to"))
    }
}

impl Archive {
    /// The tree head that ends with the last of the wanted leaves, and the paths of all of them. The whole ledger is read:
    /// only when it is the one that was signed last is a head of its beginning given out.
    async fn prove(
        &self,
        tenant: TenantId,
        wanted: &BTreeSet<u64>,
    ) -> Result<(Checkpoint, BTreeMap<u64, Vec<Sha256Digest>>), ReadError> {
        let damaged = || ReadError::from(LedgerError::HeadDamaged(tenant));
        let head = self.catalog().read(move |tx| rows::head(tx, tenant)).await?;
        let head = head.ok_or_else(damaged)?;
        let size = wanted.last().map_or(0, |last| last + 1);
        let mut collector = PathCollector::new(wanted.iter().copied());
        let mut whole = Frontier::new();
        while whole.size() < head.size {
            let from = whole.size();
            let page = self
                .catalog()
                .read(move |tx| rows::range(tx, tenant, from, PAGE))
                .await?;
            if page.is_empty() {
                return Err(damaged());
            }
            for row in page.iter().take_while(|row| row.n < head.size) {
                if row.n != whole.size() {
                    return Err(damaged());
                }
                let hash = leaf_hash(&row.line);
                whole.append(hash);
                if row.n < size {
                    collector.append(hash);
                }
            }
        }
        let key = self.keys().ledger_signer().verifying_key();
        let signed = SignedCheckpoint::parse(head.checkpoint.as_bytes()).and_then(|note| note.verify(&key));
        let ours = Checkpoint {
            tenant,
            size: whole.size(),
            root: whole.root(),
        };
        if signed != Ok(ours) || collector.size() != size {
            return Err(damaged());
        }
        let (root, paths) = collector.finish();
        Ok((Checkpoint { tenant, size, root }, paths))
    }
}
