//! Access records and the grant that only they make.

use obhut_format::ids::{AccessId, Seq, StreamNo};
use obhut_format::ledger::LeafType;
use serde_json::json;

use super::ReadError;
use crate::Archive;
use crate::catalog::access::{self, AccessRow};
use crate::catalog::sessions;
use crate::keys::Period;
use crate::ledger::{self, Draft, Scope};
use crate::rng::OsRandom;
use crate::write::SessionRef;

/// What is done with what is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// Frames are looked at.
    View,
    /// Originals are written out.
    Restore,
}

/// The frames a record covers: a stream, or with `None` all of them; numbers inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccessRange {
    /// The stream; `None`: every stream.
    pub stream: Option<StreamNo>,
    /// First and last frame; `None`: every frame.
    pub frames: Option<(Seq, Seq)>,
}

impl AccessRange {
    /// Everything of a session.
    pub const ALL: Self = Self {
        stream: None,
        frames: None,
    };

    fn covers(&self, stream: StreamNo, seq: Seq) -> bool {
        self.stream.is_none_or(|only| only == stream)
            && self
                .frames
                .is_none_or(|(first, last)| first <= seq && seq <= last)
    }

    fn covers_stream(&self, stream: StreamNo) -> bool {
        self.stream.is_none_or(|only| only == stream)
    }
}

/// Who wants to see what, why, and for which matter.
#[derive(Debug, Clone)]
pub struct AccessRequest {
    /// The session.
    pub session: SessionRef,
    /// Which part of it.
    pub range: AccessRange,
    /// Who: a login's name, or the command line.
    pub who: String,
    /// Why.
    pub purpose: String,
    /// For which matter.
    pub case: Option<String>,
    /// To do what.
    pub action: Action,
}

/// Proof that an access record and its ledger leaf are committed; without one the reader opens nothing.
#[derive(Debug, Clone)]
pub struct Grant {
    session: SessionRef,
    range: AccessRange,
    record: AccessId,
}

impl Grant {
    /// The session it opens.
    pub fn session(&self) -> SessionRef {
        self.session
    }

    /// The access record that made it.
    pub fn record(&self) -> AccessId {
        self.record
    }

    /// Refuses what is outside the recorded range.
    pub(crate) fn check(&self, stream: StreamNo, seq: Seq) -> Result<(), ReadError> {
        if self.range.covers(stream, seq) {
            Ok(())
        } else {
            Err(ReadError::OutsideGrant { stream, seq })
        }
    }

    /// Whether any frame of a stream is in the range.
    pub(crate) fn covers_stream(&self, stream: StreamNo) -> bool {
        self.range.covers_stream(stream)
    }
}

impl Archive {
    /// Commits the access record and its ledger leaf in one transaction; only then is there a grant.
    pub async fn record_access(&self, request: AccessRequest) -> Result<Grant, ReadError> {
        let now = self.now();
        let record = AccessId::v7(now, OsRandom.bytes());
        let AccessRequest {
            session: at,
            range,
            who,
            purpose,
            case,
            action,
        } = request;
        let detail = json!({
            "access": record, "session": at.session, "stream": range.stream,
            "first": range.frames.map(|(first, _)| first), "last": range.frames.map(|(_, last)| last),
            "who": who, "purpose": purpose, "case": case, "action": action,
        });
        let keys = self.keys().clone();
        self.write_essential(move |tx| {
            if sessions::get(tx, at.tenant, at.session)?.is_none() {
                return Err(ReadError::NoSuchSession(at.session));
            }
            let period = Period::month_of(now);
            let scope = Scope::Period(period.clone(), keys.detail_key(tx, at.tenant, &period, now)?);
            let draft = Draft {
                tenant: at.tenant,
                t: LeafType::Access,
                at: now,
                session: Some(at.session),
                scope: &scope,
                detail: &detail,
            };
            let leaf_n = ledger::append(tx, &keys.ledger_signer(), &draft)?;
            access::insert(
                tx,
                &AccessRow {
                    access: record,
                    tenant: at.tenant,
                    leaf_n,
                    session: at.session,
                    stream: range.stream,
                    first: range.frames.map(|(first, _)| first),
                    last: range.frames.map(|(_, last)| last),
                    at: now,
                },
            )?;
            Ok(())
        })
        .await?;
        Ok(Grant {
            session: at,
            range,
            record,
        })
    }
}
