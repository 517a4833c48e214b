//! Who asks: a cookie becomes a [`Visitor`], and is looked up at every request, so that a login that ended, a user who was
//! disabled and a role that was taken away count at once.

use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use obhut_archive::catalog::tenants::TenantRow;
use obhut_archive::{Login, User};
use obhut_format::ids::TenantId;
use obhut_listener::ApiError;

use super::{ApiState, index};
use crate::login::LoginToken;
use crate::permission::{Permission, Reach, Verdict, judge};
use crate::problem::{self, PASSWORD_CHANGE_REQUIRED, Problem, ROLE_FORBIDDEN};

/// How much older a login may look than it is: it is written down once in this time, and oftener where logins
/// end soon.
const TOUCH_EVERY: Duration = Duration::from_mins(1);

/// Who asks, and what the route asks of them.
#[derive(Debug, Clone)]
pub(crate) struct Visitor {
    pub(crate) login: Login,
    pub(crate) user: User,
    needs: Permission,
    token_hash: [u8; 32],
}

impl Visitor {
    /// Whoever has this token, as of now.
    async fn find(state: &ApiState, token_hash: [u8; 32], needs: Permission) -> Result<Self, ApiError> {
        let found = state
            .archive()
            .login(token_hash, state.config().idle)
            .await
            .map_err(|error| state.admin_trouble(&error))?;
        let (login, user) = found.ok_or_else(problem::login_required)?;
        if user.must_change && needs != Permission::Login {
            return Err(Problem::of(&PASSWORD_CHANGE_REQUIRED).into());
        }
        let visitor = Self {
            login,
            user,
            needs,
            token_hash,
        };
        // A session's tenant is looked up by the handler, which tells "not there" from "not permitted" then.
        if needs != Permission::Login && visitor.reach(Permission::Sessions).is_nowhere() {
            return Err(Problem::of(&ROLE_FORBIDDEN).into());
        }
        Ok(visitor)
    }

    /// The same visitor as of now, for an answer that takes its time; refused when the login has ended since.
    pub(super) async fn again(&self, state: &ApiState) -> Result<Self, ApiError> {
        Self::find(state, self.token_hash, self.needs).await
    }

    /// The same for what a request does in a tenant: whoever sends its body slowly, or waits for their turn, may have lost the right
    /// to it meanwhile.
    pub(super) async fn still(&self, state: &ApiState, tenant: TenantId) -> Result<Self, ApiError> {
        let now = self.again(state).await?;
        now.expect(tenant)?;
        Ok(now)
    }

    /// Refuses a tenant in which the route's permission does not hold.
    pub(crate) fn expect(&self, tenant: TenantId) -> Result<(), Problem> {
        match judge(&self.user.assignments, self.needs, tenant) {
            Verdict::Permitted => Ok(()),
            Verdict::Forbidden => Err(Problem::of(&ROLE_FORBIDDEN)),
            Verdict::Unseen => Err(Problem::not_found()),
        }
    }

    /// Where a permission holds.
    pub(crate) fn reach(&self, permission: Permission) -> Reach {
        Reach::of(&self.user.assignments, permission)
    }

    /// The tenants in which the route's permission holds.
    pub(crate) async fn tenants(&self, state: &ApiState) -> Result<Vec<TenantRow>, ApiError> {
        let reach = self.reach(self.needs);
        let tenants = state.tenants().await?.into_iter();
        Ok(tenants.filter(|row| reach.includes(row.tenant)).collect())
    }

    /// The tenants that are there for the login.
    pub(crate) async fn tenants_seen(&self, state: &ApiState) -> Result<Vec<TenantId>, ApiError> {
        self.tenants_with(state, Permission::Sessions).await
    }

    /// The tenants in which a permission holds.
    pub(crate) async fn tenants_with(
        &self,
        state: &ApiState,
        permission: Permission,
    ) -> Result<Vec<TenantId>, ApiError> {
        let reach = self.reach(permission);
        let tenants = state.tenants().await?.into_iter().map(|row| row.tenant);
        Ok(tenants.filter(|tenant| reach.includes(*tenant)).collect())
    }

    /// The tenant that a query names, or all in which the route's permission holds; a login that has it nowhere is told so.
    pub(crate) async fn tenants_permitted(
        &self,
        state: &ApiState,
        named: Option<&str>,
    ) -> Result<Vec<TenantRow>, ApiError> {
        if named.is_none() && self.reach(self.needs).is_nowhere() {
            return Err(Problem::of(&ROLE_FORBIDDEN).into());
        }
        self.tenants_asked(state, named).await
    }

    /// The tenant that a query names, or all in which the route's permission holds.
    pub(crate) async fn tenants_asked(
        &self,
        state: &ApiState,
        named: Option<&str>,
    ) -> Result<Vec<TenantRow>, ApiError> {
        let Some(named) = named else {
            return self.tenants(state).await;
        };
        let tenant: TenantId = named.parse().map_err(|_| Problem::not_found())?;
        self.expect(tenant)?;
        let mut tenants = state.tenants().await?;
        tenants.retain(|row| row.tenant == tenant);
        if tenants.is_empty() {
            return Err(Problem::not_found().into());
        }
        Ok(tenants)
    }
}

/// Lets only logins through that may have what the route is for somewhere, and puts the [`Visitor`] into the request's
/// extensions.
pub(super) async fn require(
    State((state, needs)): State<(ApiState, Permission)>,
    mut request: Request,
    next: Next,
) -> Response {
    match visitor(&state, request.headers(), needs).await {
        Ok(visitor) => {
            // Nobody need sit in front of a page that follows an open session.
            if !index::follows(request.uri()) {
                touch(&state, &visitor.login).await;
            }
            request.extensions_mut().insert(visitor);
            next.run(request).await
        }
        Err(error) => error.into_response(),
    }
}

async fn visitor(state: &ApiState, headers: &HeaderMap, needs: Permission) -> Result<Visitor, ApiError> {
    let token = LoginToken::of_request(headers).ok_or_else(problem::login_required)?;
    Visitor::find(state, token.hash(), needs).await
}

/// Writes down that a login is in use, where that was not done for a while.
pub(super) async fn touch(state: &ApiState, login: &Login) {
    let silent = state.archive().clock().now().get() - login.last_seen_at.get();
    let every = TOUCH_EVERY.min(state.config().idle / 4);
    if silent < i64::try_from(every.as_micros()).unwrap_or(i64::MAX) {
        return;
    }
    if let Err(error) = state.archive().touch_login(login.login).await {
        // The request goes on: at worst the login ends a little early.
        tracing::warn!(%error, "can't write down that a login is in use");
    }
}
