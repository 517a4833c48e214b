//! What was sealed in the archive and stands open in a bundle, each with the salt that a commitment was made with.

use serde::{Deserialize, Serialize};

use crate::digest::{Commitment, hex32};
use crate::ledger::commit;
use crate::line::{self, LineError};

/// The detail of a ledger leaf.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeafDetail {
    /// The salt.
    #[serde(with = "hex32")]
    pub salt: [u8; 32],
    /// The detail, as it was committed to.
    pub detail: String,
}

impl LeafDetail {
    /// The line of a detail, or of one whose key is destroyed; without newline.
    pub fn to_line(detail: Option<&Self>) -> String {
        line::encode(&detail)
    }

    /// Reads a line without newline; `None` where the key is destroyed.
    pub fn parse(bytes: &[u8]) -> Result<Option<Self>, LineError> {
        line::decode(bytes)
    }

    /// What a leaf has to carry as `commit`.
    pub fn commitment(&self) -> Commitment {
        commit(self.salt, self.detail.as_bytes())
    }
}

/// What describes the session, and the consent that was given at its opening: the chain's first line commits to both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionDescription {
    /// The description.
    pub describe: LeafDetail,
    /// The consent, where one was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent: Option<LeafDetail>,
}

impl SessionDescription {
    /// The line, without newline.
    pub fn to_line(&self) -> String {
        line::encode(self)
    }

    /// Reads a line without newline, in its only spelling.
    pub fn parse(bytes: &[u8]) -> Result<Self, LineError> {
        line::decode(bytes)
    }
}
