//! About one export: all that two exports of the same thing differ in.

use serde::{Deserialize, Serialize};

use crate::ids::{AccessId, SessionId};
use crate::line::{self, LineError};
use crate::time::UtcMicros;

/// The note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportNote {
    /// The access record that allowed it; also the export's id.
    pub export: AccessId,
    /// Its number: that of the ledger's leaf of the record.
    pub number: u64,
    /// When it was allowed, by the server's clock.
    pub at: UtcMicros,
    /// What was exported.
    pub session: SessionId,
    /// Who exported.
    pub who: String,
    /// Why.
    pub purpose: String,
    /// For which matter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<String>,
}

impl ExportNote {
    /// The line, without newline.
    pub fn to_line(&self) -> String {
        line::encode_tagged("export", self)
    }

    /// Reads a line without newline, in its only spelling.
    pub fn parse(bytes: &[u8]) -> Result<Self, LineError> {
        if line::type_of(bytes)? != "export" {
            return Err(LineError::UnknownType);
        }
        line::decode_tagged("export", bytes)
    }
}
