//! Legal holds.

use std::cmp::Reverse;

use axum::Json;
use axum::extract::State;
use obhut_archive::{
    Actor, Archive, HoldCursor, HoldError, HoldFilter, ListedHold, NewHold, NewRelease, SessionDisposal,
    SessionRef, WriteError,
};
use obhut_format::ids::SessionId;

use crate::control::protocol::{
    AskHolds, HoldEntries, HoldEntry, HoldPlace, PlaceHold, ReleaseHolds, Released,
};
use crate::failure::Failure;

/// Holds in one answer.
const PAGE: u32 = 500;

pub(super) async fn place(
    State(archive): State<Archive>,
    Json(ask): Json<PlaceHold>,
) -> Result<Json<HoldEntry>, Failure> {
    let new = NewHold {
        session: find_or_gone(&archive, ask.session).await?,
        reason: ask.reason,
        owner: ask.owner,
        review_on: ask.review,
        by: Actor::command_line(),
    };
    Ok(Json(entry(archive.place_hold(new).await?)))
}

pub(super) async fn release(
    State(archive): State<Archive>,
    Json(ask): Json<ReleaseHolds>,
) -> Result<Json<Released>, Failure> {
    let at = find(&archive, ask.session).await?;
    let new = NewRelease {
        reason: ask.reason,
        by: Actor::command_line(),
    };
    let released = archive.release_holds(at, ask.hold, new).await?;
    Ok(Json(Released {
        session: ask.session,
        released: released.len() as u64,
    }))
}

pub(super) async fn list(
    State(archive): State<Archive>,
    Json(ask): Json<AskHolds>,
) -> Result<Json<HoldEntries>, Failure> {
    let tenant = archive.tenant(&ask.tenant).await?.tenant;
    let filter = HoldFilter {
        after: ask.after.map(cursor),
        limit: PAGE,
        ..HoldFilter::default()
    };
    let page = archive.hold_list(&[tenant], filter).await?;
    let last = page.holds.last().map(|last| HoldPlace {
        hold: last.row.hold,
        review: last.row.review_on.clone(),
        released_at: last.row.released_at,
    });
    Ok(Json(HoldEntries {
        next: last.filter(|_| page.next.is_some()),
        holds: page.holds.into_iter().map(entry).collect(),
    }))
}

fn cursor(place: HoldPlace) -> HoldCursor {
    match (place.released_at, place.review) {
        (Some(at), _) => HoldCursor::Released(Reverse((at, place.hold))),
        (None, Some(day)) => HoldCursor::Dated(day, place.hold),
        (None, None) => HoldCursor::Undated(place.hold),
    }
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

/// The same; of one that was deleted, or is being deleted, it is said since when.
async fn find_or_gone(archive: &Archive, session: SessionId) -> Result<SessionRef, Failure> {
    let missing = match find(archive, session).await {
        Ok(at) => return Ok(at),
        Err(missing) => missing,
    };
    Err(match archive.disposal(session).await? {
        None => missing,
        Some(told @ SessionDisposal::UnderWay { .. }) => HoldError::Purging {
            session,
            since: told.since(),
        }
        .into(),
        Some(told @ SessionDisposal::Certified { .. }) => HoldError::Deleted {
            session,
            since: told.since(),
            certified: true,
        }
        .into(),
    })
}

fn entry(hold: ListedHold) -> HoldEntry {
    let (placed, released) = (hold.placed, hold.released);
    HoldEntry {
        hold: hold.row.hold,
        session: hold.row.session,
        placed_at: hold.row.placed_at,
        placed_by: placed
            .as_ref()
            .and_then(|placed| Some(placed.by.as_ref()?.who.clone())),
        reason: placed.as_ref().map(|placed| placed.reason.clone()),
        owner: placed.and_then(|placed| placed.owner),
        review: hold.row.review_on,
        released_at: hold.row.released_at,
        released_by: released
            .as_ref()
            .and_then(|released| Some(released.by.as_ref()?.who.clone())),
        release_reason: released.and_then(|released| released.reason),
    }
}
