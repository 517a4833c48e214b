//! What a deletion knows of the session that it deletes: it grows step by step into the certificate.

use obhut_format::certificate::{Disposed, DisposedOf, LeafAt};
use obhut_format::chain::ClassRef;
use obhut_format::time::UtcMicros;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::write::SessionRef;

/// The facts so far. Nothing of what the session held, and no digest of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PurgeRecord {
    /// Its class.
    pub class: ClassRef,
    /// Its end.
    pub ended_at: UtcMicros,
    /// From when it might be deleted.
    pub retain_until: UtcMicros,
    /// The rule by which it goes, in a word.
    pub rule: String,
    /// What there was of it.
    pub of: DisposedOf,
    /// The intent's leaf.
    pub intent: LeafAt,
    /// By when its key was in no file.
    pub key_destroyed_at: Option<UtcMicros>,
    /// When no object was found.
    pub objects_gone_at: Option<UtcMicros>,
    /// The tombstone's leaf.
    pub tombstone: Option<LeafAt>,
    /// The intake files that may hold ciphertext of it.
    #[serde(default)]
    pub intake_files: Vec<u64>,
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
        json!({
            "session": at.session, "class": self.class, "ended_at": self.ended_at,
            "retain_until": self.retain_until, "rule": self.rule, "of": self.of,
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
            class: self.class.clone(),
            ended_at: self.ended_at,
            retain_until: self.retain_until,
            rule: self.rule.clone(),
            of: self.of,
            intent: self.intent,
            key_destroyed_at: self.key_destroyed_at?,
            objects_gone_at: self.objects_gone_at?,
            intake_gone_at,
            tombstone: self.tombstone?,
            at,
        })
    }

    /// What the tombstone commits to, from the certificate: to compare the two.
    pub(crate) fn tombstone_detail_of(disposed: &Disposed) -> Value {
        let record = Self {
            class: disposed.class.clone(),
            ended_at: disposed.ended_at,
            retain_until: disposed.retain_until,
            rule: disposed.rule.clone(),
            of: disposed.of,
            intent: disposed.intent,
            key_destroyed_at: Some(disposed.key_destroyed_at),
            objects_gone_at: Some(disposed.objects_gone_at),
            tombstone: Some(disposed.tombstone),
            intake_files: Vec::new(),
        };
        record.tombstone_detail(SessionRef {
            tenant: disposed.tenant,
            session: disposed.session,
        })
    }
}
