//! A session as the list and its own page show it.

use std::collections::HashMap;

use obhut_archive::ListedSession;
use obhut_archive::SessionRef;
use obhut_archive::catalog::tenants::TenantRow;
use obhut_format::chain::{SealHow, SessionKind};
use obhut_format::ids::{AccessId, DeviceId, SessionId, TenantId};
use obhut_format::time::UtcMicros;
use obhut_listener::ApiError;
use serde::Serialize;
use utoipa::ToSchema;

use super::ApiState;
use super::titles::{self, Titled};
use super::visitor::Visitor;
use super::words::{SessionEndName, SessionKindName, SessionStateName};

/// A session. Nothing in it is of its content but the title, and that only under a grant.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Session)]
pub(super) struct SessionEntry {
    #[schema(value_type = String, format = Uuid)]
    session: SessionId,
    #[schema(value_type = String, format = Uuid)]
    tenant: TenantId,
    tenant_name: String,
    #[schema(value_type = String, format = Uuid)]
    device: DeviceId,
    device_name: String,
    #[schema(value_type = SessionKindName)]
    kind: SessionKind,
    /// Its retention class.
    class: String,
    #[schema(value_type = SessionStateName)]
    state: &'static str,
    /// How it ended.
    #[schema(value_type = Option<SessionEndName>, required)]
    how: Option<SealHow>,
    #[schema(value_type = String, format = DateTime)]
    started_at: UtcMicros,
    #[schema(value_type = String, format = DateTime)]
    opened_at: UtcMicros,
    #[schema(value_type = String, format = DateTime)]
    last_activity_at: UtcMicros,
    #[schema(value_type = Option<String>, format = DateTime, required)]
    ended_at: Option<UtcMicros>,
    #[schema(value_type = Option<String>, format = DateTime, required)]
    sealed_at: Option<UtcMicros>,
    /// From when on it may be deleted; null until it is sealed.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    deadline: Option<UtcMicros>,
    /// Whether a legal hold keeps it.
    held: bool,
    /// Whether consent was given when it opened.
    consent: bool,
    /// Its frames that are in segments.
    frames: u64,
    /// Its frames that are acknowledged and not in a segment yet.
    waiting: u64,
    original_bytes: u64,
    stored_bytes: u64,
    /// This login's live grant, the newest where it has several.
    #[schema(required)]
    grant: Option<GrantHeld>,
    /// From the sealed description; only under a grant.
    #[schema(required)]
    title: Option<String>,
}

/// A live grant.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct GrantHeld {
    #[schema(value_type = String, format = Uuid)]
    grant: AccessId,
    #[schema(value_type = String, format = DateTime)]
    until: UtcMicros,
}

/// What is known of sessions beside what is listed: names, and what the login holds grants for.
#[derive(Debug)]
pub(super) struct Beside {
    devices: HashMap<DeviceId, String>,
    titled: HashMap<SessionId, Titled>,
}

impl Beside {
    /// Of these sessions.
    pub(super) async fn of(
        state: &ApiState,
        visitor: &Visitor,
        listed: &[ListedSession],
    ) -> Result<Self, ApiError> {
        let mut tenants: Vec<TenantId> = listed.iter().map(|listed| listed.row.tenant).collect();
        tenants.sort_unstable();
        tenants.dedup();
        let mut devices = HashMap::new();
        for tenant in tenants {
            let rows = state.archive().devices(tenant).await;
            let rows = rows.map_err(|error| state.admin_trouble(&error))?;
            devices.extend(rows.into_iter().map(|row| (row.device, row.name)));
        }
        let refs: Vec<SessionRef> = listed
            .iter()
            .map(|listed| SessionRef {
                tenant: listed.row.tenant,
                session: listed.row.session,
            })
            .collect();
        let titled = titles::titles_of(state, visitor, &refs).await?;
        Ok(Self { devices, titled })
    }

    /// What the login's grant tells of a session.
    pub(super) fn titled(&self, session: SessionId) -> Option<&Titled> {
        self.titled.get(&session)
    }

    /// A session's entry.
    pub(super) fn entry(&self, tenants: &[TenantRow], listed: ListedSession) -> SessionEntry {
        let row = listed.row;
        let titled = self.titled.get(&row.session);
        let tenant = tenants.iter().find(|tenant| tenant.tenant == row.tenant);
        SessionEntry {
            session: row.session,
            tenant: row.tenant,
            tenant_name: tenant.map(|tenant| tenant.name.clone()).unwrap_or_default(),
            device: row.device,
            device_name: self.devices.get(&row.device).cloned().unwrap_or_default(),
            kind: row.kind,
            class: row.class.name,
            state: row.state.as_str(),
            how: row.how,
            started_at: row.started_at,
            opened_at: row.opened_at,
            last_activity_at: row.last_activity_at,
            ended_at: row.ended_at,
            sealed_at: row.sealed_at,
            deadline: row.retain_until,
            held: listed.held,
            consent: listed.consent,
            frames: row.frames,
            waiting: listed.waiting,
            original_bytes: row.original_bytes,
            stored_bytes: row.stored_bytes,
            grant: titled.map(|titled| GrantHeld {
                grant: titled.grant.id(),
                until: titled.grant.until(),
            }),
            title: titled.and_then(|titled| titled.title.clone()),
        }
    }
}
