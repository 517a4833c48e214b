//! Events of a session that its agent reports: consent, interruption, transfer, decision, end. Each is a ledger
//! leaf whose detail is sealed under the session's key.

use obhut_format::ids::SessionId;
use obhut_format::ledger::LeafType;
use obhut_format::time::UtcMicros;
use serde_json::json;

use super::live::Phase;
use super::{SessionRef, WriteError, detached};
use crate::Archive;
use crate::catalog::events::{self, EventRow};
use crate::ledger::{self, Draft, Scope};

/// The kinds of event an agent may report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EventKind {
    /// Consent was given, refused or withdrawn.
    Consent,
    /// The recording was interrupted, or went on after an interruption.
    Interruption,
    /// A file or the clipboard was transferred.
    Transfer,
    /// The person at the PC decided something else.
    Decision,
    /// The activity ended.
    End,
}

/// An event to record.
#[derive(Debug, Clone)]
pub struct NewEvent {
    /// The agent's id of it: the same id again is the same event.
    pub id: String,
    /// What kind.
    pub kind: EventKind,
    /// When, by the agent's clock.
    pub at: UtcMicros,
    /// All else the agent says of it.
    pub detail: serde_json::Map<String, serde_json::Value>,
}

impl Archive {
    /// Records an event. Returns whether this request did; an earlier one with the same id and content is enough.
    pub async fn add_event(&self, at: SessionRef, event: NewEvent) -> Result<bool, WriteError> {
        let archive = self.clone();
        detached(async move { archive.add_event_through(at, event).await }).await
    }

    async fn add_event_through(&self, at: SessionRef, event: NewEvent) -> Result<bool, WriteError> {
        let body = json!({
            "session": at.session, "id": event.id, "kind": event.kind, "at": event.at, "detail": event.detail,
        });
        let Some(live) = self.live_session(at).await? else {
            let why = self.sealed_how(at).await?;
            let _reading = self.in_use().begin(at.session);
            let key = self.session_key(at).await?;
            let hash = key.duplicate_key().digest(body.to_string().as_bytes());
            return match self.event_before(at.session, &event.id).await? {
                Some(before) if before.request_hash == hash => Ok(false),
                Some(_) => Err(WriteError::RequestTaken(format!("event id {:?}", event.id))),
                None => Err(WriteError::Ended {
                    session: at.session,
                    why,
                }),
            };
        };
        let phase = live.phase.read().await;
        live.touch(self.clock().uptime());
        let open = matches!(*phase, Phase::Open);
        let hash = live.key.duplicate_key().digest(body.to_string().as_bytes());
        let now = self.now();
        let scope = Scope::Session(live.describe_key.clone());
        let keys = self.keys().clone();
        let id = event.id;
        self.catalog()
            .write(move |tx| {
                if let Some(before) = events::get(tx, at.session, &id)? {
                    return if before.request_hash == hash {
                        Ok(false)
                    } else {
                        Err(WriteError::RequestTaken(format!("event id {id:?}")))
                    };
                }
                if !open {
                    return Err(WriteError::Ended {
                        session: at.session,
                        why: super::Ended::Sealed,
                    });
                }
                let draft = Draft {
                    tenant: at.tenant,
                    t: LeafType::Event,
                    at: now,
                    session: Some(at.session),
                    scope: &scope,
                    detail: &body,
                };
                let leaf_n = ledger::append(tx, &keys.ledger_signer(), &draft)?;
                events::insert(
                    tx,
                    &EventRow {
                        session: at.session,
                        client_id: id,
                        leaf_n,
                        request_hash: hash,
                    },
                )?;
                Ok(true)
            })
            .await
    }

    async fn event_before(&self, session: SessionId, id: &str) -> Result<Option<EventRow>, WriteError> {
        let id = id.to_owned();
        Ok(self
            .catalog()
            .read(move |tx| events::get(tx, session, &id))
            .await?)
    }
}
