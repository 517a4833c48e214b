//! Listing sessions.

use axum::Json;
use axum::extract::State;
use obhut_archive::catalog::session_list::{SessionCursor, SessionFilter};
use obhut_archive::catalog::sessions::SessionState;
use obhut_archive::{Archive, SessionSummary};

use crate::control::protocol::{ListSessions, Methods, PageEnd, SessionEntry, SessionPage};
use crate::failure::Failure;

/// Sessions in one answer.
const PAGE: u32 = 500;

pub(super) async fn list(
    State(archive): State<Archive>,
    Json(ask): Json<ListSessions>,
) -> Result<Json<SessionPage>, Failure> {
    let tenants = match &ask.tenant {
        Some(name) => vec![archive.tenant(name).await?],
        None => archive.tenants().await?,
    };
    let state = ask.state.as_deref().map(state_named).transpose()?;
    // Tenants one after the other; a page begins where the one before ended.
    let from = ask
        .after
        .and_then(|after| tenants.iter().position(|row| row.tenant == after.tenant))
        .unwrap_or(0);
    let mut sessions = Vec::new();
    for tenant in tenants.iter().skip(from) {
        let device = match &ask.device {
            None => None,
            // Named without a tenant, a device is looked for in all.
            Some(name) => match archive.device(tenant.tenant, name).await {
                Ok(row) => Some(row.device),
                Err(obhut_archive::AdminError::Unknown { .. }) if ask.tenant.is_none() => continue,
                Err(error) => return Err(error.into()),
            },
        };
        let after = ask.after.filter(|after| after.tenant == tenant.tenant);
        let after = after.map(
            |PageEnd {
                 opened_at, session, ..
             }| SessionCursor {
                at: opened_at,
                session,
            },
        );
        let filter = SessionFilter {
            state,
            device,
            after,
            limit: PAGE,
            ..SessionFilter::default()
        };
        let listed = archive.sessions(tenant.tenant, filter).await?;
        let full = listed.len() >= PAGE as usize;
        let next = listed.last().map(|last| PageEnd {
            tenant: tenant.tenant,
            opened_at: last.listed.row.opened_at,
            session: last.listed.row.session,
        });
        sessions.extend(listed.into_iter().map(|summary| entry(summary, &tenant.name)));
        if full {
            return Ok(Json(SessionPage { sessions, next }));
        }
    }
    Ok(Json(SessionPage { sessions, next: None }))
}

fn state_named(name: &str) -> Result<SessionState, Failure> {
    match name {
        "open" => Ok(SessionState::Open),
        "sealing" => Ok(SessionState::Sealing),
        "sealed" => Ok(SessionState::Sealed),
        _ => Err(Failure::new(
            format!("{name:?} is no state"),
            "a state is open, sealing or sealed",
        )),
    }
}

fn entry(summary: SessionSummary, tenant: &str) -> SessionEntry {
    let listed = summary.listed;
    let row = listed.row;
    let state = row.state_word();
    SessionEntry {
        session: row.session,
        tenant: tenant.to_owned(),
        device: row.device,
        kind: row.kind,
        class: row.class.name,
        state: state.to_owned(),
        how: row.how,
        started_at: row.started_at,
        ended_at: row.ended_at,
        frames: row.frames + listed.waiting,
        waiting: listed.waiting,
        original_bytes: row.original_bytes,
        stored_bytes: row.stored_bytes,
        methods: Methods {
            stored: summary.stored_frames,
            duplicate: summary.duplicate_frames,
        },
        retain_until: row.retain_until,
        hold: listed.held,
    }
}
