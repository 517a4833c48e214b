//! Opening a session: its key, its first chain line, its ledger leaf.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use obhut_format::chain::{ChainLine, ClassRef, OpenLine, OpenStream};
use obhut_format::ids::SessionId;
use obhut_format::key::{SessionKey, WrapKey};
use obhut_format::ledger::{self as lines, LeafType};
use obhut_format::time::UtcMicros;
use obhut_format::{aad, chain, object_key};
use serde_json::{Value, json};

use super::{Ended, MAX_STREAMS, NewSession, Opened, SessionRef, WriteError, detached};
use crate::Archive;
use crate::catalog::chain_lines::{self, ChainLineRow};
use crate::catalog::deks;
use crate::catalog::sessions::{self, SessionRow, SessionState};
use crate::catalog::streams::{self, StreamRow};
use crate::catalog::{CatalogError, Tx, classes, device_classes, devices, policies};
use crate::keys::Keys;
use crate::ledger::{self, Draft, Scope};
use crate::policy::TenantPolicy;
use crate::rng::OsRandom;

/// The AAD word of a session's sealed description.
pub(crate) const DESCRIBE: &str = "describe";

/// How long a request waits for the object store before its agent is told to come again.
const STORE_PATIENCE: Duration = Duration::from_secs(10);

impl Archive {
    /// Opens a session. The same device and request key again give the same session.
    pub async fn open_session(&self, new: NewSession) -> Result<Opened, WriteError> {
        let archive = self.clone();
        detached(async move { archive.open_session_through(new).await }).await
    }

    async fn open_session_through(&self, mut new: NewSession) -> Result<Opened, WriteError> {
        // Chain lines list streams in ascending order.
        new.streams.sort_by_key(|stream| stream.n);
        let numbers: HashSet<_> = new.streams.iter().map(|stream| stream.n).collect();
        if numbers.len() != new.streams.len() || numbers.is_empty() || numbers.len() > MAX_STREAMS {
            return Err(WriteError::BadStreams);
        }
        let request = new.request_key.as_deref().map(|key| request_key(&new, key));
        if let Some(opened) = self.opened_before(&new, request).await? {
            return Ok(opened);
        }
        let class = self.class_of(&new).await?;
        let opening = Opening::prepare(&new, class, request, self.now());
        // The line is in object storage before the catalog names it: a crash between leaves an orphan, never a
        // session whose first line is missing.
        let object = object_key::open_line(new.tenant, opening.row.session);
        let put = self.objects().put(&object, [Bytes::from(opening.line.clone())]);
        match tokio::time::timeout(STORE_PATIENCE, put).await {
            Ok(written) => written?,
            // What the store makes of it later is an orphan like any other.
            Err(_) => return Err(WriteError::StoreSilent),
        }
        let keys = self.keys().clone();
        let (winner, opening) = self.catalog().write(move |tx| opening.commit(tx, &keys)).await?;
        let fresh = winner == opening.row.session;
        if fresh {
            let at = SessionRef {
                tenant: new.tenant,
                session: winner,
            };
            // It is open whatever comes of this: its first frame would bring it into memory just as well.
            if let Err(error) = self.live_session(at).await {
                tracing::warn!(session.id = %winner, %error, "a new session was not brought into memory yet");
            }
        }
        Ok(Opened {
            session: winner,
            fresh,
        })
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
        refuse_purging(&earlier)?;
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

    /// The class a new session gets: the one it asks for, its device's, or the tenant's default.
    async fn class_of(&self, new: &NewSession) -> Result<ClassRef, WriteError> {
        let (tenant, device, asked) = (new.tenant, new.device, new.class.clone());
        self.catalog()
            .read(move |tx| {
                if devices::by_id(tx, tenant, device)?.is_none_or(|device| device.revoked_at.is_some()) {
                    return Err(WriteError::NoSuchDevice(device));
                }
                let of_device = || {
                    let row = device_classes::current(tx, tenant, device)?;
                    Ok::<_, CatalogError>(row.and_then(|row| row.class))
                };
                let of_tenant = || {
                    let row = policies::current(tx, tenant)?;
                    let policy = row.map(|row| TenantPolicy::parse(&row.policy));
                    Ok::<_, CatalogError>(policy.unwrap_or_default().default_class)
                };
                let name = match asked {
                    Some(name) => name,
                    None => of_device()?.map_or_else(of_tenant, Ok)?,
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

/// Everything of a new session that is decided before it is committed.
struct Opening {
    row: SessionRow,
    streams: Vec<StreamRow>,
    line: String,
    key: SessionKey,
    describe_key: Arc<WrapKey>,
}

impl Opening {
    fn prepare(new: &NewSession, class: ClassRef, request: Option<[u8; 32]>, now: UtcMicros) -> Self {
        let session = SessionId::v7(now, OsRandom.bytes());
        let key = SessionKey::generate(&mut OsRandom);
        let describe_key = Arc::new(key.describe_key());
        let text = describe(new, request.is_some()).to_string();
        let salt: [u8; 32] = OsRandom.bytes();
        let consent_salt: [u8; 32] = OsRandom.bytes();
        let commit_consent = |given: &Value| lines::commit(consent_salt, given.to_string().as_bytes());
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
            consent: new.consent.as_ref().map(commit_consent),
            describe: lines::commit(salt, text.as_bytes()),
            at: now,
        };
        let line = ChainLine::Open(open).to_line();
        // Salt and text are kept together, so that the description can be shown to match the chain's first line.
        let kept = json!({
            "salt": hex::encode(salt), "text": text,
            "consent_salt": hex::encode(consent_salt), "consent": new.consent,
        });
        let aad = aad::describe(new.tenant, session, DESCRIBE);
        let row = SessionRow {
            session,
            tenant: new.tenant,
            device: new.device,
            dek: deks::DekId::ZERO,
            kind: new.kind,
            class,
            state: SessionState::Open,
            how: None,
            started_at: new.started_at,
            opened_at: now,
            last_activity_at: now,
            ended_at: None,
            sealed_at: None,
            retain_until: None,
            lines: 1,
            link: chain::link(line.as_bytes()),
            describe: describe_key.seal(&mut OsRandom, aad, kept.to_string().as_bytes()),
            request_key: request,
            seal_request: None,
            frames: 0,
            original_bytes: 0,
            stored_bytes: 0,
            purging_at: None,
        };
        let streams = new
            .streams
            .iter()
            .map(|s| StreamRow {
                session,
                stream: s.n,
                kind: s.kind,
            })
            .collect();
        Self {
            row,
            streams,
            line,
            key,
            describe_key,
        }
    }

    /// Commits the session with its key, its first line and its ledger leaf; or finds that the same request was
    /// answered meanwhile, and names that session.
    fn commit(mut self, tx: &mut Tx<'_>, keys: &Keys) -> Result<(SessionId, Self), WriteError> {
        let row = &mut self.row;
        // The device may have been revoked since the look before.
        let device = devices::by_id(tx, row.tenant, row.device)?;
        if device.is_none_or(|device| device.revoked_at.is_some()) {
            return Err(WriteError::NoSuchDevice(row.device));
        }
        if let Some(request) = &row.request_key
            && let Some(earlier) = sessions::by_request_key(tx, row.tenant, row.device, request)?
        {
            refuse_purging(&earlier)?;
            return Ok((earlier.session, self));
        }
        // Wrapped in this transaction, so that a rotation of the wrapping key never misses it.
        let wrapped = keys.new_session_key(tx, row.tenant, row.session, &self.key)?;
        row.dek = deks::insert(tx, &wrapped)?;
        sessions::insert(tx, row)?;
        for stream in &self.streams {
            streams::insert(tx, stream)?;
        }
        let line = self.line.clone().into_bytes();
        chain_lines::insert(
            tx,
            &ChainLineRow {
                session: row.session,
                n: 0,
                line,
            },
        )?;
        let detail = json!({ "session": row.session, "link": row.link, "lines": 1 });
        let scope = Scope::Session(self.describe_key.clone());
        let draft = Draft {
            tenant: row.tenant,
            t: LeafType::Open,
            at: row.opened_at,
            session: Some(row.session),
            scope: &scope,
            detail: &detail,
        };
        ledger::append(tx, &keys.ledger_signer(), &draft)?;
        Ok((row.session, self))
    }
}

/// A session that is being purged is no answer to the request that opened it.
fn refuse_purging(earlier: &SessionRow) -> Result<(), WriteError> {
    match earlier.purging_at {
        None => Ok(()),
        Some(_) => Err(WriteError::Ended {
            session: earlier.session,
            why: Ended::Sealed,
        }),
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
