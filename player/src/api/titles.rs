//! What a login may know of sessions beyond the lists: their titles and their streams' names, where it holds a live grant.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use obhut_archive::{Description, ReviewGrant, SessionRef, StreamInfo};
use obhut_format::ids::SessionId;
use obhut_listener::ApiError;
use serde_json::Value;

use super::ApiState;
use super::visitor::Visitor;
use crate::permission::Permission;

/// What a live grant tells of a session.
#[derive(Debug)]
pub(super) struct Titled {
    /// The grant, the newest where the login holds several.
    pub(super) grant: ReviewGrant,
    /// The session's title; `None` where it has none, or where its description is damaged.
    pub(super) title: Option<String>,
    /// The streams that the grant covers, with their names.
    pub(super) streams: Vec<StreamInfo>,
}

/// Of these sessions those that the login holds a live grant for. Where its role permits no look any more, none.
pub(super) async fn titles_of(
    state: &ApiState,
    visitor: &Visitor,
    sessions: &[SessionRef],
) -> Result<HashMap<SessionId, Titled>, ApiError> {
    let content = visitor.reach(Permission::Content);
    let permitted = sessions.iter().filter(|at| content.includes(at.tenant));
    let permitted: Vec<SessionRef> = permitted.copied().collect();
    let mut titles = HashMap::new();
    for grant in live(state, visitor, &permitted).await? {
        let session = grant.session().session;
        // The newest comes first.
        if let Entry::Vacant(entry) = titles.entry(session) {
            entry.insert(titled(state, grant).await?);
        }
    }
    Ok(titles)
}

/// The login's live grants for some sessions, newest first.
pub(super) async fn live(
    state: &ApiState,
    visitor: &Visitor,
    sessions: &[SessionRef],
) -> Result<Vec<ReviewGrant>, ApiError> {
    let grants = state.archive().grants_of(visitor.login.login, sessions).await;
    grants.map_err(|error| state.read_trouble(&error))
}

async fn titled(state: &ApiState, grant: ReviewGrant) -> Result<Titled, ApiError> {
    let reader = match state.archive().opening(&grant) {
        Ok(opening) => state.archive().reader(opening).await,
        Err(error) => Err(error),
    };
    let (title, streams) = match reader {
        Ok(reader) => (title(reader.description()), reader.streams().to_vec()),
        Err(error) if error.is_damage() => {
            tracing::warn!(session.id = %grant.session().session, %error, "a session's description can't be read");
            (None, Vec::new())
        }
        Err(error) => return Err(state.read_trouble(&error)),
    };
    Ok(Titled {
        grant,
        title,
        streams,
    })
}

/// What a session is called: its title, or else what it is for.
pub(super) fn title(description: &Description) -> Option<String> {
    let said = |name: &str| description.text.get(name).and_then(Value::as_str);
    ["title", "purpose"]
        .into_iter()
        .filter_map(said)
        .map(str::trim)
        .find(|text| !text.is_empty())
        .map(str::to_owned)
}
