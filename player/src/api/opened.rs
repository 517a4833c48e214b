//! What stands between a request and a session's content: whether the session is there for the login, whether its role
//! permits to look, and whether the grant that it shows is its own, for this session.

use axum::http::{HeaderMap, HeaderName};
use obhut_archive::{AccessRange, Grant, ReadError, ReviewGrant, SessionDetail, SessionReader, SessionRef};
use obhut_format::ids::{AccessId, Seq, SessionId, StreamNo};
use obhut_listener::{ApiError, place};

use super::ApiState;
use super::visitor::Visitor;
use crate::problem::{FRAME_DAMAGED, GRANT_REQUIRED, OUTSIDE_GRANT, Problem};
use crate::reads::Share;

/// The header that shows the grant.
pub(super) const GRANT: HeaderName = HeaderName::from_static("grant");

/// A session that the login may look into, if it holds a grant.
#[derive(Debug)]
pub(super) struct Permitted {
    pub(super) at: SessionRef,
    pub(super) detail: SessionDetail,
}

/// A session, and the grant under which the login looks into it. The grant may have ended: the archive says so when it is
/// asked for anything under it.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) at: SessionRef,
    pub(super) detail: SessionDetail,
    pub(super) grant: ReviewGrant,
}

impl Permitted {
    /// The session that a path names. One in a tenant that the login does not see is one that is not there.
    pub(super) async fn find(state: &ApiState, visitor: &Visitor, named: &str) -> Result<Self, ApiError> {
        let session: SessionId = named.parse().map_err(|_| Problem::not_found())?;
        let tenants = visitor.tenants_seen(state).await?;
        let found = state
            .archive()
            .find_session(&tenants, session)
            .await
            .map_err(|error| state.catalog_trouble(&error))?;
        let detail = found.ok_or_else(Problem::not_found)?;
        let tenant = detail.listed.row.tenant;
        visitor.expect(tenant)?;
        Ok(Self {
            at: SessionRef { tenant, session },
            detail,
        })
    }
}

/// A view that is on record, and the memory that it may take.
#[derive(Debug)]
pub(super) struct View {
    pub(super) grant: Grant,
    pub(super) share: Share,
}

impl Opened {
    /// The session that a path names, under the grant that the headers show.
    pub(super) async fn find(
        state: &ApiState,
        visitor: &Visitor,
        named: &str,
        headers: &HeaderMap,
    ) -> Result<Self, ApiError> {
        let Permitted { at, detail } = Permitted::find(state, visitor, named).await?;
        let shown = shown(headers).ok_or(Problem::of(&GRANT_REQUIRED))?;
        let grant = state
            .archive()
            .review_grant(at, shown)
            .await
            .map_err(|error| state.session_trouble(at, "what the grant allows", &error))?
            .filter(|grant| grant.login() == visitor.login.login && grant.user() == visitor.user.user)
            .ok_or(Problem::of(&GRANT_REQUIRED))?;
        Ok(Self { at, detail, grant })
    }

    /// The stream that a path names, where the session has it.
    pub(super) fn stream(&self, named: &str) -> Result<StreamNo, Problem> {
        let n = place::stream(named)?;
        let known = self.detail.streams.iter().any(|stream| stream.n == n);
        known.then_some(n).ok_or_else(Problem::not_found)
    }

    /// Commits the record of a view. Before it there is room to read what it shows, and the store said where that is, so that
    /// no record is made for nothing.
    pub(super) async fn view(
        &self,
        state: &ApiState,
        stream: StreamNo,
        (first, last): (Seq, Seq),
    ) -> Result<View, ApiError> {
        let reader = self.reader_of(state, stream).await?;
        let bytes = reader.memory_for(stream, first, last).await;
        let bytes = bytes.map_err(|error| state.session_trouble(self.at, "the index", &error))?;
        let share = state.reads().share(self.grant.login(), bytes).await;
        let share = share.map_err(|error| state.unavailable(&error))?;
        let range = AccessRange {
            stream: Some(stream),
            frames: Some((first, last)),
        };
        let grant = state.archive().record_view(&self.grant, range).await;
        let grant = grant.map_err(|error| state.record_trouble(self.at, &error))?;
        Ok(View { grant, share })
    }

    /// A reader of what the opening itself shows: the description and the index, and no frame.
    pub(super) async fn reader(&self, state: &ApiState) -> Result<SessionReader, ApiError> {
        let told = |error: ReadError| state.session_trouble(self.at, "the description", &error);
        let opening = state.archive().opening(&self.grant).map_err(told)?;
        state.archive().reader(opening).await.map_err(told)
    }

    /// The same, for a stream that the grant covers some of.
    pub(super) async fn reader_of(
        &self,
        state: &ApiState,
        stream: StreamNo,
    ) -> Result<SessionReader, ApiError> {
        let reader = self.reader(state).await?;
        let covered = reader.streams().iter().any(|known| known.n == stream);
        if covered {
            Ok(reader)
        } else {
            Err(Problem::of(&OUTSIDE_GRANT).into())
        }
    }
}

impl ApiState {
    /// Of looking into a session: what of it is damaged is named.
    pub(super) fn session_trouble(&self, at: SessionRef, what: &str, error: &ReadError) -> ApiError {
        if error.is_damage() {
            let said = format!("{what} of session {} is damaged", at.session);
            return ApiError::caused(Problem::of(&FRAME_DAMAGED).saying(said), error);
        }
        self.read_trouble(error)
    }

    /// Of putting a look on record: where that can't be, it may be tried again, and nothing is shown until then.
    pub(super) fn record_trouble(&self, at: SessionRef, error: &ReadError) -> ApiError {
        match error {
            damage if damage.is_damage() => self.session_trouble(at, "the record", damage),
            ReadError::Catalog(_) | ReadError::Ledger(_) | ReadError::Key(_) | ReadError::Task(_) => {
                self.unavailable(error)
            }
            refused => self.read_trouble(refused),
        }
    }
}

/// The grant that a request shows, where it shows one and no more.
fn shown(headers: &HeaderMap) -> Option<AccessId> {
    let mut values = headers.get_all(GRANT).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok()?.parse().ok(),
        _ => None,
    }
}
