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
    /// The streams that the login's live grants cover together, with their names.
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
    let mut held: HashMap<SessionId, (ReviewGrant, Vec<ReviewGrant>)> = HashMap::new();
    for grant in live(state, visitor, &permitted).await? {
        // The newest comes first.
        match held.entry(grant.session().session) {
            Entry::Vacant(entry) => drop(entry.insert((grant, Vec::new()))),
            Entry::Occupied(mut entry) => entry.get_mut().1.push(grant),
        }
    }
    let mut titles = HashMap::with_capacity(held.len());
    for (session, (newest, older)) in held {
        titles.insert(session, titled(state, newest, &older).await?);
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

async fn titled(state: &ApiState, grant: ReviewGrant, older: &[ReviewGrant]) -> Result<Titled, ApiError> {
    let reader = match state.archive().opening_with(&grant, older) {
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

/// What a session is called: its title, or else what it is for, or else what it was imported from.
pub(super) fn title(description: &Description) -> Option<String> {
    title_in(&description.text)
}

fn title_in(text: &Value) -> Option<String> {
    let said = |place: &str| text.pointer(place).and_then(Value::as_str);
    ["/title", "/purpose", "/source/name"]
        .into_iter()
        .filter_map(said)
        .map(str::trim)
        .find(|text| !text.is_empty())
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[rstest]
    #[case(json!({ "title": " Till 3 ", "purpose": "support" }), Some("Till 3"))]
    #[case(json!({ "title": " ", "purpose": "support", "source": { "name": "x" } }), Some("support"))]
    #[case(json!({ "source": { "program": "obhut import", "name": "2026-11 Leitung" } }), Some("2026-11 Leitung"))]
    #[case(json!({ "source": { "program": "obhut import", "name": null } }), None)]
    #[case(json!({ "source": "agent" }), None)]
    #[case(json!({}), None)]
    fn an_imported_session_is_called_by_what_it_was_imported_from(
        #[case] text: Value,
        #[case] called: Option<&str>,
    ) {
        assert_eq!(title_in(&text).as_deref(), called);
    }
}
