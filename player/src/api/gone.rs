//! Sessions that are being deleted, or were: told to those who may read their certificates, and not there for anybody else.

use obhut_archive::SessionDisposal;
use obhut_format::ids::SessionId;
use obhut_format::time::UtcMicros;
use obhut_listener::ApiError;

use super::ApiState;
use super::visitor::Visitor;
use crate::permission::Permission;
use crate::problem::{self, Problem};

/// How a session is gone.
#[derive(Debug)]
pub(super) struct Gone {
    session: SessionId,
    /// When its rows went; before that, when its deletion began.
    since: UtcMicros,
    /// Whether its rows are there still.
    under_way: bool,
    certified: bool,
}

impl Gone {
    /// Whether a session is gone from a tenant in which the login may see that.
    pub(super) async fn find(
        state: &ApiState,
        visitor: &Visitor,
        session: SessionId,
    ) -> Result<Option<Self>, ApiError> {
        let tenants = visitor.tenants_with(state, Permission::Custody).await?;
        if tenants.is_empty() {
            return Ok(None);
        }
        let told = state.archive().disposal_in(&tenants, session).await;
        let told = told.map_err(|error| state.purge_trouble(&error))?;
        let Some((tenant, disposal)) = told else {
            return Ok(None);
        };
        // What the route asks for comes before what is told.
        visitor.expect(tenant)?;
        Ok(Some(match disposal {
            SessionDisposal::UnderWay { record } => Self {
                session,
                since: record.tombstone.map_or(record.intent.at, |leaf| leaf.at),
                under_way: record.tombstone.is_none(),
                certified: false,
            },
            SessionDisposal::Certified { certificate } => Self {
                session,
                since: certificate.disposed.tombstone.at,
                under_way: false,
                certified: true,
            },
        }))
    }

    /// To whoever looks for the session.
    pub(super) fn problem(&self) -> Problem {
        problem::session_deleted(self.session, self.since, self.certified)
    }

    /// To whoever wants to change something about it: a deletion under way is told apart.
    pub(super) fn conflict(&self) -> Problem {
        if self.under_way {
            problem::session_purging(self.since)
        } else {
            self.problem()
        }
    }
}
