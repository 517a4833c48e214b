//! What the leaves of a hold commit to: who, why, and for whom.

use obhut_format::ids::{HoldId, LoginId, SessionId, UserId};
use obhut_format::ledger::{Leaf, LeafType};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::actor::Actor;
use crate::catalog::holds::HoldRow;

/// What is sealed of a hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldDetail {
    /// The hold.
    pub hold: HoldId,
    /// The session.
    pub session: SessionId,
    /// Why.
    pub reason: String,
    /// Who answers for it.
    pub owner: Option<String>,
    /// The day it is to be looked at again.
    pub review_on: Option<String>,
    /// Who placed it; `None` in leaves from before that was noted.
    pub by: Option<Actor>,
}

/// What is sealed of a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseDetail {
    /// The hold.
    pub hold: HoldId,
    /// The session.
    pub session: SessionId,
    /// Why; not asked of the command line.
    pub reason: Option<String>,
    /// Who released it; `None` in leaves from before that was noted.
    pub by: Option<Actor>,
}

/// Both, as they are written.
#[derive(Debug, Deserialize)]
struct Wire {
    hold: HoldId,
    session: SessionId,
    reason: Option<String>,
    owner: Option<String>,
    review_on: Option<String>,
    who: Option<String>,
    user: Option<UserId>,
    login: Option<LoginId>,
}

impl Wire {
    fn by(&self) -> Option<Actor> {
        let who = self.who.clone()?;
        Some(Actor {
            who,
            user: self.user,
            login: self.login,
        })
    }
}

impl HoldDetail {
    pub(super) fn to_value(&self) -> Value {
        let by = self.by.as_ref();
        json!({
            "hold": self.hold, "session": self.session, "reason": self.reason, "owner": self.owner,
            "review_on": self.review_on, "who": by.map(|by| &by.who), "user": by.and_then(|by| by.user),
            "login": by.and_then(|by| by.login),
        })
    }

    pub(super) fn of(detail: Value) -> Option<Self> {
        let wire: Wire = serde_json::from_value(detail).ok()?;
        Some(Self {
            by: wire.by(),
            hold: wire.hold,
            session: wire.session,
            reason: wire.reason.unwrap_or_default(),
            owner: wire.owner,
            review_on: wire.review_on,
        })
    }
}

impl ReleaseDetail {
    pub(super) fn to_value(&self) -> Value {
        let by = self.by.as_ref();
        json!({
            "hold": self.hold, "session": self.session, "reason": self.reason, "who": by.map(|by| &by.who),
            "user": by.and_then(|by| by.user), "login": by.and_then(|by| by.login),
        })
    }

    pub(super) fn of(detail: Value) -> Option<Self> {
        let wire: Wire = serde_json::from_value(detail).ok()?;
        Some(Self {
            by: wire.by(),
            hold: wire.hold,
            session: wire.session,
            reason: wire.reason,
        })
    }
}

/// Whether a row says what the line of one of its two leaves says.
pub(super) fn same_line(row: &HoldRow, leaf: &Leaf) -> bool {
    Some(row.session) == leaf.session
        && match leaf.t {
            LeafType::Hold => row.leaf_n == leaf.n && row.placed_at == leaf.at,
            LeafType::Release => row.release_leaf_n == Some(leaf.n) && row.released_at == Some(leaf.at),
            _ => false,
        }
}

/// Whether it says what the line and the leaf's detail say.
pub(crate) fn same_hold(row: &HoldRow, leaf: &Leaf, detail: &Value) -> bool {
    let text = |name: &str| detail.get(name).and_then(Value::as_str);
    same_line(row, leaf)
        && text("hold") == Some(&row.hold.to_string())
        && text("session") == Some(&row.session.to_string())
        && (leaf.t != LeafType::Hold || row.review_on.as_deref() == text("review_on"))
}
