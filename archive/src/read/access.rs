//! Access records and the grant that only they make.

use obhut_format::ids::{AccessId, ExportId, Seq, StreamNo};
use obhut_format::ledger::LeafType;
use obhut_format::time::UtcMicros;
use serde_json::{Value, json};

use super::ReadError;
use super::range::{AccessRange, EVERY, runs};
use super::reason::Reason;
use crate::Archive;
use crate::catalog::access::{self, AccessRow, Action};
use crate::catalog::{Tx, sessions};
use crate::keys::{Keys, Period};
use crate::ledger::{self, Draft, Scope};
use crate::rng::OsRandom;
use crate::write::SessionRef;

/// Who wants originals written out, which, why, and for which matter.
#[derive(Debug, Clone)]
pub struct AccessRequest {
    /// The session.
    pub session: SessionRef,
    /// Which part of it.
    pub range: AccessRange,
    /// Who: the command line, or a user's name.
    pub who: String,
    /// Why, and for which matter.
    pub reason: Reason,
}

/// What a grant lets its holder have.
#[derive(Debug, Clone)]
enum Covers {
    /// These frames, and what describes them.
    Frames(AccessRange),
    /// What describes the session, and the index of these ranges; no frame.
    Index(Vec<AccessRange>),
}

/// Proof that an access record and its ledger leaf are committed; without one the reader opens nothing.
#[derive(Debug, Clone)]
pub struct Grant {
    session: SessionRef,
    covers: Covers,
    record: AccessId,
}

impl Grant {
    /// Of the frames of a record; for whoever has just committed it.
    pub(super) fn of_frames(session: SessionRef, range: AccessRange, record: AccessId) -> Self {
        let covers = Covers::Frames(range);
        Self {
            session,
            covers,
            record,
        }
    }

    /// Of the description and index that a committed opening allows.
    pub(super) fn of_index(session: SessionRef, ranges: Vec<AccessRange>, record: AccessId) -> Self {
        let covers = Covers::Index(ranges);
        Self {
            session,
            covers,
            record,
        }
    }

    /// The session it opens.
    pub fn session(&self) -> SessionRef {
        self.session
    }

    /// The access record that made it.
    pub fn record(&self) -> AccessId {
        self.record
    }

    /// Refuses frames that are outside the recorded range.
    pub(crate) fn check(&self, stream: StreamNo, seq: Seq) -> Result<(), ReadError> {
        match &self.covers {
            Covers::Frames(range) if range.covers(stream, seq) => Ok(()),
            _ => Err(ReadError::OutsideGrant { stream, seq }),
        }
    }

    /// The runs of a stream's numbers that the index may name: in order, without overlap.
    pub(super) fn listed(&self, stream: StreamNo) -> Vec<(Seq, Seq)> {
        let ranges = self.ranges().iter().filter(|range| range.covers_stream(stream));
        runs(ranges.map(|range| range.frames.unwrap_or(EVERY)))
    }

    /// Whether any frame of a stream is in the range.
    pub(crate) fn covers_stream(&self, stream: StreamNo) -> bool {
        self.ranges().iter().any(|range| range.covers_stream(stream))
    }

    fn ranges(&self) -> &[AccessRange] {
        match &self.covers {
            Covers::Frames(range) => std::slice::from_ref(range),
            Covers::Index(ranges) => ranges,
        }
    }
}

/// A record to commit; the detail is what is sealed of it.
#[derive(Debug, Clone)]
pub(super) struct NewRecord {
    pub(super) record: AccessId,
    pub(super) session: SessionRef,
    pub(super) range: AccessRange,
    pub(super) action: Action,
    pub(super) grant: Option<AccessId>,
    pub(super) export: Option<ExportId>,
    pub(super) at: UtcMicros,
    pub(super) detail: Value,
}

/// What the detail of every look says; an opening and a view say more.
pub(super) fn detail(
    record: AccessId,
    session: SessionRef,
    range: &AccessRange,
    action: Action,
    (who, purpose, case): (&str, &str, Option<&str>),
) -> Value {
    json!({
        "access": record, "session": session.session, "stream": range.stream,
        "first": range.frames.map(|(first, _)| first), "last": range.frames.map(|(_, last)| last),
        "who": who, "purpose": purpose, "case": case, "action": action,
    })
}

/// Appends the ledger leaf of a look and inserts its row, in the caller's transaction. Returns the leaf's number.
pub(super) fn append(tx: &mut Tx<'_>, keys: &Keys, new: &NewRecord) -> Result<u64, ReadError> {
    let at = new.session;
    if sessions::kept(tx, at.tenant, at.session)?.is_none() {
        return Err(ReadError::NoSuchSession(at.session));
    }
    let period = Period::month_of(new.at);
    let scope = Scope::Period(period.clone(), keys.detail_key(tx, at.tenant, &period, new.at)?);
    let draft = Draft {
        tenant: at.tenant,
        t: LeafType::Access,
        at: new.at,
        session: Some(at.session),
        scope: &scope,
        detail: &new.detail,
    };
    let leaf_n = ledger::append(tx, &keys.ledger_signer(), &draft)?;
    let row = AccessRow {
        access: new.record,
        tenant: at.tenant,
        leaf_n,
        session: at.session,
        stream: new.range.stream,
        first: new.range.frames.map(|(first, _)| first),
        last: new.range.frames.map(|(_, last)| last),
        at: new.at,
        action: new.action,
        grant: new.grant,
        export: new.export,
    };
    access::insert(tx, &row)?;
    Ok(leaf_n)
}

impl Archive {
    /// An id for a record that is about to be committed.
    pub(super) fn new_record(&self) -> (AccessId, UtcMicros) {
        let now = self.now();
        (AccessId::v7(now, OsRandom.bytes()), now)
    }

    /// Commits the access record of a restore and its ledger leaf in one transaction; only then is there a grant.
    pub async fn record_access(&self, request: AccessRequest) -> Result<Grant, ReadError> {
        let (record, at) = self.new_record();
        let AccessRequest {
            session,
            range,
            who,
            reason,
        } = request;
        let action = Action::Restore;
        let said = (&who[..], reason.purpose(), reason.case());
        let new = NewRecord {
            record,
            session,
            range,
            action,
            grant: None,
            export: None,
            at,
            detail: detail(record, session, &range, action, said),
        };
        let keys = self.keys().clone();
        self.write_essential(move |tx| append(tx, &keys, &new).map(drop))
            .await?;
        Ok(Grant::of_frames(session, range, record))
    }
}
