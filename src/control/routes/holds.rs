//! Legal holds.

use axum::Json;
use axum::extract::State;
use obhut_archive::{Archive, HoldRow, NewHold, SessionDisposal, SessionRef, WriteError};
use obhut_format::ids::SessionId;

use crate::control::protocol::{AddTenant, HoldEntry, NameSession, PlaceHold, Released};
use crate::failure::Failure;

pub(super) async fn place(
    State(archive): State<Archive>,
    Json(ask): Json<PlaceHold>,
) -> Result<Json<HoldEntry>, Failure> {
    let at = match find(&archive, ask.session).await {
        Ok(at) => at,
        Err(failure) => return Err(gone(&archive, ask.session).await?.unwrap_or(failure)),
    };
    let new = NewHold {
        session: at,
        reason: ask.reason,
        owner: ask.owner,
        review_on: ask.review,
    };
    let hold = archive.place_hold(new).await?;
    let rows = archive.holds(at.tenant).await?;
    let row = rows.into_iter().find(|row| row.hold == hold);
    row.map(|row| Json(entry(row)))
        .ok_or_else(|| Failure::internal("the hold that was placed is not listed"))
}

pub(super) async fn release(
    State(archive): State<Archive>,
    Json(ask): Json<NameSession>,
) -> Result<Json<Released>, Failure> {
    let at = find(&archive, ask.session).await?;
    let released = archive.release_holds(at).await?;
    if released == 0 {
        return Err(Failure::new(
            format!("session {} is not held", ask.session),
            "`obhut hold list` shows the holds",
        ));
    }
    Ok(Json(Released {
        session: ask.session,
        released,
    }))
}

pub(super) async fn list(
    State(archive): State<Archive>,
    Json(ask): Json<AddTenant>,
) -> Result<Json<Vec<HoldEntry>>, Failure> {
    let tenant = archive.tenant(&ask.name).await?;
    let rows = archive.holds(tenant.tenant).await?;
    Ok(Json(rows.into_iter().map(entry).collect()))
}

/// The tenant of a session that the command line names by its id alone.
async fn find(archive: &Archive, session: SessionId) -> Result<SessionRef, Failure> {
    for tenant in archive.tenants().await? {
        let at = SessionRef {
            tenant: tenant.tenant,
            session,
        };
        match archive.session_device(at).await {
            Ok(_) => return Ok(at),
            Err(WriteError::NoSuchSession(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(WriteError::NoSuchSession(session).into())
}

/// What to say of a session that was deleted, or is being deleted.
async fn gone(archive: &Archive, session: SessionId) -> Result<Option<Failure>, Failure> {
    let disposal = archive.disposal(session).await?;
    Ok(disposal.map(|disposal| match disposal {
        SessionDisposal::UnderWay { .. } => Failure::new(
            format!("session {session} is being deleted since {}", disposal.since()),
            "a deletion is not taken back; place holds before a session is due",
        ),
        SessionDisposal::Certified { .. } => Failure::new(
            format!("session {session} was deleted at {}", disposal.since()),
            "`obhut retention certificate show` shows the proof; place holds before a session is due",
        ),
    }))
}

fn entry(row: HoldRow) -> HoldEntry {
    HoldEntry {
        hold: row.hold,
        session: row.session,
        placed_at: row.placed_at,
        review: row.review_on,
        released_at: row.released_at,
    }
}
