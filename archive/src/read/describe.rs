//! A session's sealed description: who, why, the streams' names.

use obhut_format::aad;
use obhut_format::bundle::{LeafDetail, SessionDescription};
use obhut_format::digest::Commitment;
use obhut_format::ids::StreamNo;
use obhut_format::key::{SessionKey, WrapKey};
use serde_json::Value;

use super::ReadError;
use crate::Archive;
use crate::catalog::sessions::{self, SessionRow};
use crate::catalog::{Query, deks};
use crate::keys::{KeyError, Keys};
use crate::write::DESCRIBE;
use crate::write::SessionRef;

/// An opened description.
#[derive(Debug, Clone)]
pub struct Description {
    /// All of it.
    pub text: Value,
    /// What the chain's first line commits to.
    pub commitment: Commitment,
    /// What the chain's first line commits to as consent, where consent was given.
    pub consent: Option<Commitment>,
}

/// A stream's name as the description has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamName {
    /// The stream.
    pub n: StreamNo,
    /// Its name, where it has one.
    pub name: Option<String>,
}

impl Description {
    /// Opens the description of a session's row and computes what it commits to.
    pub(crate) fn open(row: &SessionRow, key: &SessionKey) -> Result<Self, ReadError> {
        let opened = opened_description(row, &key.describe_key())?;
        Ok(Self {
            text: serde_json::from_str(&opened.describe.detail).map_err(|_| damaged(row))?,
            commitment: opened.describe.commitment(),
            consent: opened.consent.as_ref().map(LeafDetail::commitment),
        })
    }

    /// The streams' names.
    pub fn stream_names(&self) -> Vec<StreamName> {
        let listed = self.text.get("streams").and_then(Value::as_array);
        let name = |stream: &Value| {
            let n = u32::try_from(stream.get("n")?.as_u64()?).ok()?;
            let name = stream.get("name").and_then(Value::as_str).map(str::to_owned);
            Some(StreamName {
                n: StreamNo::new(n).ok()?,
                name,
            })
        };
        listed.into_iter().flatten().filter_map(name).collect()
    }
}

fn damaged(row: &SessionRow) -> ReadError {
    ReadError::damaged(
        format!("description of session {}", row.session),
        "it does not open",
    )
}

/// Opens the description of a session's row: the texts that the chain's first line commits to, with their salts.
pub(super) fn opened_description(row: &SessionRow, key: &WrapKey) -> Result<SessionDescription, ReadError> {
    let damaged = || damaged(row);
    let aad = aad::describe(row.tenant, row.session, DESCRIBE);
    let opened = key.open(&aad, &row.describe).map_err(|_| damaged())?;
    let kept: Value = serde_json::from_slice(&opened).map_err(|_| damaged())?;
    let salted = |salt: &str, detail: String| -> Result<LeafDetail, ReadError> {
        let hex = kept.get(salt).and_then(Value::as_str).ok_or_else(damaged)?;
        let mut salt = [0u8; 32];
        hex::decode_to_slice(hex, &mut salt).map_err(|_| damaged())?;
        Ok(LeafDetail { salt, detail })
    };
    let text = kept.get("text").and_then(Value::as_str).ok_or_else(damaged)?;
    Ok(SessionDescription {
        describe: salted("salt", text.to_owned())?,
        consent: match kept.get("consent") {
            None | Some(Value::Null) => None,
            Some(given) => Some(salted("consent_salt", given.to_string())?),
        },
    })
}

/// A session's row and key, in one read.
pub(crate) fn row_and_key(
    tx: &dyn Query,
    keys: &Keys,
    at: SessionRef,
) -> Result<(SessionRow, SessionKey), ReadError> {
    let row = sessions::kept(tx, at.tenant, at.session)?.ok_or(ReadError::NoSuchSession(at.session))?;
    let missing = || KeyError::Missing {
        what: format!("key of session {}", at.session),
    };
    let wrapped = deks::get(tx, row.dek)?.ok_or_else(missing)?;
    let key = keys.open_session_key(tx, at.tenant, at.session, &wrapped)?;
    Ok((row, key))
}

impl Archive {
    /// A session's description; for the archive's own use, so it takes no grant.
    pub(crate) async fn description(&self, at: SessionRef) -> Result<Description, ReadError> {
        let keys = self.keys().clone();
        self.catalog()
            .read(move |tx| {
                let (row, key) = row_and_key(tx, &keys, at)?;
                Description::open(&row, &key)
            })
            .await
    }

    /// A session's key, from the catalog.
    pub(crate) async fn session_key(&self, at: SessionRef) -> Result<SessionKey, ReadError> {
        let keys = self.keys().clone();
        self.catalog()
            .read(move |tx| row_and_key(tx, &keys, at).map(|(_, key)| key))
            .await
    }
}
