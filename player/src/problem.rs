//! The problems of review alone; what every address answers with is in [`obhut_listener::problem`].

use std::time::Duration;

use obhut_format::ids::SessionId;
use obhut_format::time::UtcMicros;
use obhut_listener::problem_types;
use serde::Serialize;
use utoipa::ToSchema;

pub use obhut_listener::problem::{Problem, ProblemDocument};

problem_types! {
    LOGIN_REQUIRED = UNAUTHORIZED, "login-required", "nobody is logged in",
        "Log in. A login ends by itself when it is idle or old.";
    LOGIN_FAILED = UNAUTHORIZED, "login-failed", "name or password is wrong",
        "Try again. After five failures in a row the name is locked for a while, whether it exists or not.";
    PASSWORD_CHANGE_REQUIRED = FORBIDDEN, "password-change-required", "the one-time password must be changed first",
        "Set a password of your own with `POST /v1/password`.";
    ROLE_FORBIDDEN = FORBIDDEN, "role-forbidden", "the login's roles don't permit this",
        "Ask whoever runs the archive for the role, if you need it.";
    CROSS_ORIGIN = FORBIDDEN, "cross-origin", "the request comes from another site's page",
        "Use the page of this address. Behind a proxy, set `review.origin` to what browsers see.";
    GRANT_REQUIRED = FORBIDDEN, "grant-required", "content is shown under a grant alone",
        "Open the session with `POST /v1/sessions/{session}/grants` and send its id as `Grant`. A grant works with the login and the session that it was made for.";
    GRANT_EXPIRED = FORBIDDEN, "grant-expired", "the grant's time is over",
        "Open the session again.";
    OUTSIDE_GRANT = FORBIDDEN, "outside-grant", "the grant does not cover this",
        "Ask for what the grant covers, or open the session for more.";
    OWN_REQUEST = FORBIDDEN, "own-request", "who asked for an export does not decide about it",
        "Have somebody else decide who may.";
    NOT_OWN_REQUEST = FORBIDDEN, "not-own-request", "the export was asked for by somebody else",
        "Ask for one of your own: a bundle is given to the one who asked for it.";
    FRAME_UNKNOWN = NOT_FOUND, "frame-unknown", "the stream has no such frame",
        "Compare the number with the stream's index.";
    SESSION_OPEN = CONFLICT, "session-open", "the session is not sealed yet",
        "Wait for its end.";
    SESSION_PURGING = CONFLICT, "session-purging", "the session is being deleted",
        "A deletion is not taken back; its certificate follows.";
    HOLD_RELEASED = CONFLICT, "hold-released", "the hold was released already",
        "Nothing is left to do. `GET /v1/holds` says who released it, and why.";
    SESSION_DAMAGED = CONFLICT, "session-damaged", "what is stored of the session does not check",
        "`obhut verify` names what is damaged. With `damaged` an export is made without it, and says so.";
    EXPORT_DECIDED = CONFLICT, "export-decided", "the export is decided already",
        "Look at it again; a decision is not changed. It can be asked for anew.";
    EXPORT_NOT_APPROVED = CONFLICT, "export-not-approved", "the export is not approved",
        "Have somebody else approve it; what was refused can be asked for anew.";
    SESSION_DELETED = GONE, "session-deleted", "the session was deleted",
        "Its certificate is the proof of it: `GET /v1/certificates/{session}`, once it is signed.";
    EXPORT_EXPIRED = GONE, "export-expired", "the export's time is over",
        "Ask for it again: a request waits seven days, and bundles are made for seven days after its approval.";
    HOST_FOREIGN = MISDIRECTED_REQUEST, "host-foreign", "the address is not known under this name",
        "Ask it as `localhost` or by its address; for a name of its own, set `review.origin` to what browsers see.";
    LOGIN_LOCKED = TOO_MANY_REQUESTS, "login-locked", "too many failures in a row",
        "Wait for `Retry-After` seconds; the password was not looked at.";
    GRANTS_TOO_MANY = TOO_MANY_REQUESTS, "grants-too-many", "the login has too many sessions open",
        "Wait for `Retry-After` seconds, until one of its grants ends, or log in anew.";
    EXPORTS_TOO_MANY = TOO_MANY_REQUESTS, "exports-too-many", "bundles are being taken already",
        "Wait until the bundle that you are taking has come, or for `Retry-After` seconds: a user takes one at a time, and all together a few.";
    FRAME_DAMAGED = INTERNAL_SERVER_ERROR, "frame-damaged", "what is stored of the frame does not check",
        "Nothing of it is shown. `obhut verify` names what is damaged.";
    EXPORT_DAMAGED = INTERNAL_SERVER_ERROR, "export-damaged", "what is stored of the export does not check",
        "Nothing is done by it. `obhut verify` names what is damaged; ask for it again.";
    CERTIFICATE_DAMAGED = INTERNAL_SERVER_ERROR, "certificate-damaged", "what is stored of the certificate does not check",
        "`obhut verify` names what is damaged; the tombstone in the ledger says that the session is gone.";
}

/// Nobody is logged in, or not any more.
pub fn login_required() -> Problem {
    Problem::of(&LOGIN_REQUIRED)
}

/// The name is locked, whether it exists or not.
pub fn login_locked(retry_after: Duration) -> Problem {
    Problem::of(&LOGIN_LOCKED).again_after(retry_after)
}

/// The login has so many grants that it gets none before one of them ends.
pub fn grants_too_many(retry_after: Duration) -> Problem {
    Problem::of(&GRANTS_TOO_MANY).again_after(retry_after)
}

/// The user takes a bundle already, or too many do.
pub fn exports_too_many(retry_after: Duration) -> Problem {
    Problem::of(&EXPORTS_TOO_MANY).again_after(retry_after)
}

/// The session is being deleted.
pub fn session_purging(since: UtcMicros) -> Problem {
    Problem::of(&SESSION_PURGING).with("since", since.to_string())
}

/// The session is gone; told to those alone who may read its certificate.
pub fn session_deleted(session: SessionId, since: UtcMicros, certified: bool) -> Problem {
    let problem = Problem::of(&SESSION_DELETED).with("since", since.to_string());
    let problem = problem.with("certificate", certified);
    if certified {
        problem.saying(format!("its certificate is `/v1/certificates/{session}`"))
    } else {
        problem.saying("its certificate is not signed yet")
    }
}

/// A problem of a session that is being deleted, or was.
#[derive(Debug, Serialize, ToSchema)]
pub struct GoneProblem {
    /// What every problem has.
    #[serde(flatten)]
    pub problem: ProblemDocument,
    /// Since when it takes and shows nothing.
    #[schema(value_type = String, format = DateTime)]
    pub since: UtcMicros,
    /// Whether its certificate is there; with `session-deleted`.
    pub certificate: Option<bool>,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_type_has_one_slug_and_stands_by_its_status() {
        let common = obhut_listener::problem::TYPES;
        let slugs: BTreeSet<_> = TYPES.iter().chain(common).map(|known| known.slug).collect();
        assert_eq!(slugs.len(), TYPES.len() + common.len());
        assert!(TYPES.is_sorted_by_key(|known| known.status));
    }
}
