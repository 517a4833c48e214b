//! The leaves of a tenant's ledger.
//!
//! ```text
//! {"v":1,"t":"open","tenant":"…","n":17,"at":"…","session":"…","commit":"…"}
//! ```
//!
//! A leaf is JSON in its only spelling; the tree over the leaves' bytes is that of [`crate::merkle`]. What a leaf is
//! about stands in its detail, sealed elsewhere; `commit` is `SHA-256(salt ‖ detail)`.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

use crate::chain::words;
use crate::digest::Commitment;
use crate::ids::{SessionId, TenantId};
use crate::line::{self, LineError};
use crate::time::UtcMicros;

pub use crate::merkle::{
    Frontier, FrontierError, PathCollector, ProofError, consistency_proof, inclusion_proof, leaf_hash, root,
    verify_consistency, verify_inclusion,
};

words!(
    /// What happened.
    LeafType, "leaf type" {
        /// The ledger begins.
        Genesis = "genesis",
        /// The tenant was set up or changed.
        Tenant = "tenant",
        /// Its policy was changed.
        Policy = "policy",
        /// A retention class was added or changed.
        Class = "class",
        /// A device was enrolled.
        Device = "device",
        /// A device was revoked.
        DeviceRevoked = "device-revoked",
        /// A KEK was made or rotated.
        Kek = "kek",
        /// A session was opened.
        Open = "open",
        /// Something happened during a session.
        Event = "event",
        /// A session was sealed.
        Seal = "seal",
        /// Somebody was given a range to see.
        Access = "access",
        /// An evidence bundle was signed.
        Export = "export",
        /// An evidence bundle was asked for.
        ExportAsked = "export-asked",
        /// Whether a bundle that was asked for may be made.
        ExportDecided = "export-decided",
        /// A hold was placed.
        Hold = "hold",
        /// A hold was released.
        Release = "release",
        /// A session is about to be purged.
        PurgeIntent = "purge-intent",
        /// A session was purged.
        Purged = "purged",
        /// The key that sealed a month's details was destroyed.
        DetailsExpired = "details-expired",
        /// The catalog and the keys were backed up.
        Backup = "backup",
        /// The ledger goes on from a backup: the leaves before it, from where the backup ended, are from copies.
        Recovered = "recovered",
    }
);

impl LeafType {
    /// Whether leaves of this type name the session.
    pub const fn names_session(self) -> bool {
        matches!(
            self,
            Self::Open | Self::Seal | Self::Hold | Self::Release | Self::PurgeIntent | Self::Purged
        )
    }
}

/// A leaf.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leaf {
    /// The tenant.
    pub tenant: TenantId,
    /// The leaf's index, from 0.
    pub n: u64,
    /// What happened.
    pub t: LeafType,
    /// When, by the server's clock.
    pub at: UtcMicros,
    /// The session; present exactly for types that name one.
    pub session: Option<SessionId>,
    /// Commits to the detail.
    pub commit: Commitment,
}

#[derive(Serialize, Deserialize)]
struct Wire {
    v: u32,
    t: LeafType,
    tenant: TenantId,
    n: u64,
    at: UtcMicros,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    session: Option<SessionId>,
    commit: Commitment,
}

impl Leaf {
    /// The line, without newline.
    pub fn to_line(&self) -> String {
        let Self {
            tenant,
            n,
            t,
            at,
            session,
            commit,
        } = *self;
        line::encode(&Wire {
            v: line::VERSION,
            t,
            tenant,
            n,
            at,
            session,
            commit,
        })
    }

    /// Reads a line without newline, in its only spelling.
    pub fn parse(bytes: &[u8]) -> Result<Self, LineError> {
        let Wire {
            v,
            t,
            tenant,
            n,
            at,
            session,
            commit,
        } = line::decode(bytes)?;
        if v != line::VERSION {
            return Err(LineError::UnknownType);
        }
        if session.is_some() != t.names_session() {
            return Err(LineError::Inconsistent(
                "session present or absent against the leaf's type",
            ));
        }
        Ok(Self {
            tenant,
            n,
            t,
            at,
            session,
            commit,
        })
    }

    /// The leaf's hash in the tree.
    pub fn hash(&self) -> crate::digest::Sha256Digest {
        leaf_hash(self.to_line().as_bytes())
    }
}

/// `SHA-256(salt ‖ detail)`.
pub fn commit(salt: [u8; 32], detail: &[u8]) -> Commitment {
    Commitment::of(&salt, detail)
}
