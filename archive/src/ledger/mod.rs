//! The tenant's ledger: an append-only RFC 6962 log of everything that happened, in the catalog, with its copy
//! in object storage.
//!
//! Owns the appending of leaves and their copies. Refuses to change or drop a leaf; nothing in this program can.

mod copy;

use std::sync::Arc;

use obhut_format::aad;
use obhut_format::bundle::LeafDetail;
use obhut_format::checkpoint::Checkpoint;
use obhut_format::ids::{SessionId, TenantId};
use obhut_format::key::WrapKey;
use obhut_format::ledger::{self as lines, Frontier, Leaf, LeafType};
use obhut_format::sign::SigningKey;
use obhut_format::time::UtcMicros;
use zeroize::Zeroizing;

use crate::catalog::ledger::{self as rows, HeadRow, LeafRow};
use crate::catalog::{CatalogError, Tx};
use crate::keys::Period;
use crate::rng::OsRandom;

pub(crate) use copy::Copier;
pub use copy::CopyError;
pub(crate) use copy::parse_copy;

/// What the detail of a leaf is sealed under, and so how long it can be read.
#[derive(Debug, Clone)]
pub(crate) enum Scope {
    /// A detail key: a month's, or the register's.
    Period(Period, Arc<WrapKey>),
    /// The session's own key: dies with the session.
    Session(Arc<WrapKey>),
}

impl Scope {
    fn name(&self) -> &str {
        match self {
            Self::Period(period, _) => period.as_str(),
            Self::Session(_) => SESSION_SCOPE,
        }
    }

    fn key(&self) -> &WrapKey {
        match self {
            Self::Period(_, key) | Self::Session(key) => key,
        }
    }
}

/// How the catalog names the scope of a detail that is sealed under its session's key.
pub(crate) const SESSION_SCOPE: &str = "session";

/// A leaf to append.
#[derive(Debug)]
pub(crate) struct Draft<'a> {
    /// The tenant in whose ledger it goes.
    pub tenant: TenantId,
    /// What happened.
    pub t: LeafType,
    /// When, by the server's clock.
    pub at: UtcMicros,
    /// The session the catalog files the leaf under; the leaf itself names it only for the types that may.
    pub session: Option<SessionId>,
    /// What the detail is sealed under.
    pub scope: &'a Scope,
    /// The detail, as JSON: committed to by the leaf, readable only under the scope's key.
    pub detail: &'a serde_json::Value,
}

/// Why a leaf can't be appended or read.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The catalog.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// The stored frontier does not parse.
    #[error("the tree head of tenant {0} in the catalog is damaged")]
    HeadDamaged(TenantId),
    /// A sealed detail does not open, or does not match its leaf.
    #[error("the detail of ledger leaf {n} of tenant {tenant} is damaged")]
    DetailDamaged {
        /// The tenant.
        tenant: TenantId,
        /// The leaf's number.
        n: u64,
    },
}

/// Appends one leaf and signs the new tree head, in the caller's transaction. Returns the leaf's number.
pub(crate) fn append(tx: &mut Tx<'_>, signer: &SigningKey, draft: &Draft<'_>) -> Result<u64, LedgerError> {
    let tenant = draft.tenant;
    let mut frontier = match rows::head(tx, tenant)? {
        Some(head) => Frontier::decode(&head.frontier).map_err(|_| LedgerError::HeadDamaged(tenant))?,
        None => Frontier::new(),
    };
    let n = frontier.size();
    let salt: [u8; 32] = OsRandom.bytes();
    let detail = draft.detail.to_string();
    let leaf = Leaf {
        tenant,
        n,
        t: draft.t,
        at: draft.at,
        session: draft.session.filter(|_| draft.t.names_session()),
        commit: lines::commit(salt, detail.as_bytes()),
    };
    let line = leaf.to_line();
    let mut opened = Zeroizing::new(Vec::with_capacity(salt.len() + detail.len()));
    opened.extend_from_slice(&salt);
    opened.extend_from_slice(detail.as_bytes());
    let sealed = draft
        .scope
        .key()
        .seal(&mut OsRandom, aad::leaf(tenant, n), &opened);
    rows::append(
        tx,
        &LeafRow {
            tenant,
            n,
            line: line.clone().into_bytes(),
            scope: draft.scope.name().to_owned(),
            session: draft.session,
            detail: sealed,
        },
    )?;
    frontier.append(lines::leaf_hash(line.as_bytes()));
    let note = Checkpoint {
        tenant,
        size: frontier.size(),
        root: frontier.root(),
    }
    .sign(signer);
    rows::put_head(
        tx,
        &HeadRow {
            tenant,
            size: frontier.size(),
            frontier: frontier.encode(),
            checkpoint: note,
        },
    )?;
    Ok(n)
}

/// Opens the detail of a leaf and checks it against the leaf's commitment.
pub(crate) fn open_detail(
    row: &LeafRow,
    leaf: &Leaf,
    key: &WrapKey,
) -> Result<serde_json::Value, LedgerError> {
    let text = open_detail_text(row, leaf, key)?;
    serde_json::from_slice(&text).map_err(|_| damaged(row))
}

fn damaged(row: &LeafRow) -> LedgerError {
    LedgerError::DetailDamaged {
        tenant: row.tenant,
        n: row.n,
    }
}

/// The same as the bytes that are committed to.
pub(crate) fn open_detail_text(
    row: &LeafRow,
    leaf: &Leaf,
    key: &WrapKey,
) -> Result<Zeroizing<Vec<u8>>, LedgerError> {
    open_with_salt(row, leaf, key).map(|(_, detail)| detail)
}

/// The same with the salt, to be shown to somebody who has the leaf alone.
pub(crate) fn open_salted(row: &LeafRow, leaf: &Leaf, key: &WrapKey) -> Result<LeafDetail, LedgerError> {
    let (salt, detail) = open_with_salt(row, leaf, key)?;
    let detail = std::str::from_utf8(&detail).map_err(|_| damaged(row))?.to_owned();
    Ok(LeafDetail { salt, detail })
}

fn open_with_salt(
    row: &LeafRow,
    leaf: &Leaf,
    key: &WrapKey,
) -> Result<([u8; 32], Zeroizing<Vec<u8>>), LedgerError> {
    let damaged = || damaged(row);
    let opened = key
        .open(aad::leaf(row.tenant, row.n), &row.detail)
        .map_err(|_| damaged())?;
    let (salt, detail) = opened.split_at_checked(32).ok_or_else(damaged)?;
    let salt: [u8; 32] = salt.try_into().map_err(|_| damaged())?;
    if lines::commit(salt, detail) != leaf.commit {
        return Err(damaged());
    }
    Ok((salt, Zeroizing::new(detail.to_vec())))
}
