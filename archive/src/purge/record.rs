//! What a deletion knows of the session that it deletes: it grows step by step into the certificate.

use obhut_format::certificate::{Decided, Disposed, LeafAt};
use obhut_format::ids::SessionId;
use obhut_format::time::UtcMicros;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::write::SessionRef;

/// The facts so far. Nothing of what the session held, and no digest of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurgeRecord {
    /// What was decided when it began.
    #[serde(flatten)]
    pub decided: Decided,
    /// The intent's leaf.
    pub intent: LeafAt,
    /// By when its key was in no file.
    pub key_destroyed_at: Option<UtcMicros>,
    /// When no object was found.
    pub objects_gone_at: Option<UtcMicros>,
    /// The tombstone's leaf.
    pub tombstone: Option<LeafAt>,
}

/// Reads a stored record.
pub(crate) fn purge_record(text: &str) -> Option<PurgeRecord> {
    serde_json::from_str(text).ok()
}

impl PurgeRecord {
    /// As it is stored.
    pub(crate) fn to_text(&self) -> String {
        // A struct of plain fields serialises.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// What the intent's leaf commits to.
    pub(crate) fn intent_detail(&self, at: SessionRef) -> Value {
        #[derive(Serialize)]
        struct Detail<'a> {
            session: SessionId,
            #[serde(flatten)]
            decided: &'a Decided,
        }
        json!(Detail {
            session: at.session,
            decided: &self.decided,
        })
    }

    /// What the tombstone commits to.
    pub(crate) fn tombstone_detail(&self, at: SessionRef) -> Value {
        let mut detail = self.intent_detail(at);
        detail["intent"] = json!(self.intent);
        detail["key_destroyed_at"] = json!(self.key_destroyed_at);
        detail["objects_gone_at"] = json!(self.objects_gone_at);
        detail
    }

    /// The certificate's text; `None` while a step is missing.
    pub(crate) fn disposed(
        &self,
        of: SessionRef,
        intake_gone_at: UtcMicros,
        at: UtcMicros,
    ) -> Option<Disposed> {
        Some(Disposed {
            tenant: of.tenant,
            session: of.session,
            decided: self.decided.clone(),
            intent: self.intent,
            key_destroyed_at: self.key_destroyed_at?,
            objects_gone_at: self.objects_gone_at?,
            intake_gone_at,
            tombstone: self.tombstone?,
            at,
        })
    }
}

impl From<&Disposed> for PurgeRecord {
    /// As it stood when the certificate was signed.
    fn from(disposed: &Disposed) -> Self {
        Self {
            decided: disposed.decided.clone(),
            intent: disposed.intent,
            key_destroyed_at: Some(disposed.key_destroyed_at),
            objects_gone_at: Some(disposed.objects_gone_at),
            tombstone: Some(disposed.tombstone),
        }
    }
}
