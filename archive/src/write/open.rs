//! Opening a session: its key, its first chain line, its ledger leaf.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use bytes::Bytes;
use obhut_format::chain::{ChainLine, ClassRef, OpenLine, OpenStream};
use obhut_format::ids::{SegmentNo, SessionId};
use obhut_format::key::SessionKey;
use obhut_format::ledger::{self as lines, LeafType};
use obhut_format::seqset::SeqSet;
use obhut_format::{aad, chain, object_key};
use parking_lot::Mutex;
use serde_json::{Value, json};
use tokio::sync::{RwLock, watch};

use super::live::{LiveSession, LiveStream, Phase};
use super::{ChainTail, MAX_STREAMS, NewSession, Opened, SessionRef, WriteError, detached};
use crate::Archive;
use crate::catalog::chain_lines::{self, ChainLineRow};
use crate::catalog::deks;
use crate::catalog::sessions::{self, SessionRow, SessionState};
use crate::catalog::streams::{self, StreamRow};
use crate::catalog::{classes, devices, policies};
use crate::ledger::{self, Draft, Scope};
use crate::policy::TenantPolicy;
use crate::rng::OsRandom;

/// The AAD word of a session's sealed description.
pub(crate) const DESCRIBE: &str = "describe";

impl Archive {
    /// Opens a session. The same device and request key again give the same session.
    pub async fn open_session(&self, new: NewSession) -> Result<Opened, WriteError> {
        let archive = self.clone();
        detached(async move { archive.open_session_through(new).await }).await
    }

    async fn open_session_through(&self, new: NewSession) -> Result<Opened, WriteError> {
        let numbers: HashSet<_> = new.streams.iter().map(|stream| stream.n).collect();
        if numbers.len() != new.streams.len() || numbers.is_empty() || numbers.len() > MAX_STREAMS {
            return Err(WriteError::BadStreams);
        }
        let request = new.request_key.as_deref().map(|key| request_key(&new, key));
        if let Some(opened) = self.opened_before(&new, request).await? {
            return Ok(opened);
        }
        let class = self.class_of(&new).await?;
        let now = self.now();
        let session = SessionId::v7(now, OsRandom.bytes());
        let at = SessionRef {
            tenant: new.tenant,
            session,
        };
        let key = SessionKey::generate(&mut OsRandom);
        let describe_key = Arc::new(key.describe_key());
        let description = describe(&new, request.is_some());
        let salt: [u8; 32] = OsRandom.bytes();
        let consent_salt: [u8; 32] = OsRandom.bytes();
        let consent = new
            .consent
            .as_ref()
            .map(|given| lines::commit(consent_salt, given.to_string().as_bytes()));
        let text = description.to_string();
        let open = OpenLine {
            tenant: new.tenant,
            session,
            device: new.device,
            kind: new.kind,
            class: class.clone(),
            streams: new
                .streams
                .iter()
                .map(|s| OpenStream { n: s.n, kind: s.kind })
                .collect(),
            started_at: new.started_at,
            consent,
            describe: lines::commit(salt, text.as_bytes()),
            at: now,
        };
        let line = ChainLine::Open(open).to_line();
        let link = chain::link(line.as_bytes());
        // Salt and text are kept together, so that the description can be shown to match the chain's first line.
        let kept = json!({
            "salt": hex::encode(salt), "text": text,
            "consent_salt": hex::encode(consent_salt), "consent": new.consent,
        });
        let sealed = describe_key.seal(
            &mut OsRandom,
            &aad::describe(new.tenant, session, DESCRIBE),
            kept.to_string().as_bytes(),
        );
        // The line is in object storage before the catalog names it: a crash between leaves an orphan, never a
        // session whose first line is missing.
        self.objects()
            .put(
                &object_key::open_line(new.tenant, session),
                vec![Bytes::from(line.clone())],
            )
            .await?;

        let row = SessionRow {
            session,
            tenant: new.tenant,
            device: new.device,
            dek: deks::DekId::ZERO,
            kind: new.kind,
            class: class.clone(),
            state: SessionState::Open,
            how: None,
            started_at: new.started_at,
            opened_at: now,
            last_activity_at: now,
            ended_at: None,
            sealed_at: None,
            retain_until: None,
            lines: 1,
            link,
            describe: sealed,
            request_key: request,
            seal_request: None,
            frames: 0,
            original_bytes: 0,
            stored_bytes: 0,
        };
        let stream_rows: Vec<StreamRow> = new
            .streams
            .iter()
            .map(|s| StreamRow {
                session,
                stream: s.n,
                kind: s.kind,
            })
            .collect();
        let keys = self.keys().clone();
        let scope = Scope::Session(describe_key.clone());
        let detail = json!({ "session": session, "link": link, "lines": 1 });
        let committed = self
            .catalog()
            .write(move |tx| {
                // The device may have been revoked and the same request may have been answered since the look above.
                let device = devices::by_id(tx, row.tenant, row.device)?;
                if device.is_none_or(|device| device.revoked_at.is_some()) {
                    return Err(WriteError::NoSuchDevice(row.device));
                }
                if let Some(request) = &row.request_key
                    && let Some(earlier) = sessions::by_request_key(tx, row.tenant, row.device, request)?
                {
                    return Ok((earlier.session, key));
                }
                let wrapped = keys.new_session_key(tx, row.tenant, session, &key)?;
                let row = SessionRow {
                    dek: deks::insert(tx, &wrapped)?,
                    ..row
                };
                sessions::insert(tx, &row)?;
                for stream in &stream_rows {
                    streams::insert(tx, stream)?;
                }
                chain_lines::insert(
                    tx,
                    &ChainLineRow {
                        session,
                        n: 0,
                        line: line.into_bytes(),
                    },
                )?;
                let draft = Draft {
                    tenant: row.tenant,
                    t: LeafType::Open,
                    at: now,
                    session: Some(session),
                    scope: &scope,
                    detail: &detail,
                };
                ledger::append(tx, &keys.ledger_signer(), &draft)?;
                Ok((session, key))
            })
            .await?;
        let (winner, key) = committed;
        if winner != session {
            return Ok(Opened {
                session: winner,
                fresh: false,
            });
        }
        let streams: HashMap<_, _> = new
            .streams
            .iter()
            .map(|s| (s.n, LiveStream::new(s.kind, SeqSet::new(), SegmentNo::ZERO)))
            .collect();
        self.live().insert_if_absent(Arc::new(LiveSession {
            at,
            device: new.device,
            key,
            describe_key,
            opened_at: now,
            class_days: class.days,
            phase: RwLock::new(Phase::Open),
            streams: Mutex::new(streams),
            tail: tokio::sync::Mutex::new(ChainTail { lines: 1, link }),
            last_activity: Mutex::new(self.clock().uptime()),
            packed: watch::Sender::new(0),
            sealing: tokio::sync::Mutex::new(()),
        }));
        Ok(Opened { session, fresh: true })
    }

    /// Whether an earlier request with the same key opened the session already; its content must be the same.
    async fn opened_before(
        &self,
        new: &NewSession,
        request: Option<[u8; 32]>,
    ) -> Result<Option<Opened>, WriteError> {
        let Some(request) = request else { return Ok(None) };
        let (tenant, device) = (new.tenant, new.device);
        let earlier = self
            .catalog()
            .read(move |tx| sessions::by_request_key(tx, tenant, device, &request))
            .await?;
        let Some(earlier) = earlier else { return Ok(None) };
        let description = self
            .description(SessionRef {
                tenant,
                session: earlier.session,
            })
            .await?;
        if description.text != describe(new, true) {
            return Err(WriteError::RequestTaken("Idempotency-Key".to_owned()));
        }
        Ok(Some(Opened {
            session: earlier.session,
            fresh: false,
        }))
    }

    /// The class a new session gets: the one it asks for, or the tenant's default.
    async fn class_of(&self, new: &NewSession) -> Result<ClassRef, WriteError> {
        let (tenant, device, asked) = (new.tenant, new.device, new.class.clone());
        self.catalog()
            .read(move |tx| {
                if devices::by_id(tx, tenant, device)?.is_none_or(|device| device.revoked_at.is_some()) {
                    return Err(WriteError::NoSuchDevice(device));
                }
                let name = match asked {
                    Some(name) => name,
                    None => {
                        policies::current(tx, tenant)?
                            .map(|row| TenantPolicy::parse(&row.policy))
                            .unwrap_or_default()
                            .default_class
                    }
                };
                let row = classes::current(tx, tenant, &name)?.ok_or(WriteError::NoSuchClass(name))?;
                Ok(ClassRef {
                    name: row.name,
                    version: row.version,
                    days: row.days,
                })
            })
            .await
    }
}

/// Everything that describes the session, in one value: sealed, and committed to by the chain's first line.
fn describe(new: &NewSession, keyed: bool) -> Value {
    let names: Vec<Value> = new
        .streams
        .iter()
        .map(|stream| json!({ "n": stream.n, "kind": stream.kind, "name": stream.name }))
        .collect();
    let mut all = json!({
        "streams": names, "kind": new.kind, "started_at": new.started_at, "consent": new.consent,
    });
    if keyed {
        all["class"] = json!(new.class);
    }
    if let Value::Object(map) = &mut all {
        map.extend(new.description.clone());
    }
    all
}

/// How the catalog finds a request again; bound to the device, and of a value that says nothing about people.
fn request_key(new: &NewSession, key: &str) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new_derive_key("obhut/1 request key");
    hasher.update(new.device.as_bytes());
    hasher.update(key.as_bytes());
    *hasher.finalize().as_bytes()
}
