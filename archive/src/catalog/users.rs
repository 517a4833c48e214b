//! People who may log in, and what they may do where.

use std::str::FromStr;

use obhut_format::ids::{TenantId, UserId};
use obhut_format::time::UtcMicros;

use super::engine::{CatalogError, FromValue, Query, Row, Tx, Value};
use super::expect_one;

/// What a user is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Runs the archive; sees no content.
    Administrator,
    /// Looks at content, with a purpose.
    ComplianceOfficer,
    /// Looks at who looked.
    Auditor,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 3] = [Self::Administrator, Self::ComplianceOfficer, Self::Auditor];

    /// The role's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::ComplianceOfficer => "compliance-officer",
            Self::Auditor => "auditor",
        }
    }
}

impl std::fmt::Display for Role {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that is no role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no role: administrator, compliance-officer or auditor")]
pub struct NoRole(pub String);

impl FromStr for Role {
    type Err = NoRole;

    fn from_str(text: &str) -> Result<Self, NoRole> {
        let found = Self::ALL.into_iter().find(|role| role.as_str() == text);
        found.ok_or_else(|| NoRole(text.to_owned()))
    }
}

impl From<Role> for Value<'_> {
    fn from(role: Role) -> Self {
        Self::Text(role.as_str())
    }
}

impl FromValue for Role {
    const EXPECTED: &'static str = "a role";

    fn from_value(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Text(text) => text.parse().ok(),
            _ => None,
        }
    }
}

/// A role, and where it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Assignment {
    /// As what.
    pub role: Role,
    /// For which tenant; `None`: for every tenant, also those to come.
    pub tenant: Option<TenantId>,
}

/// A user.
#[derive(Clone, PartialEq, Eq)]
pub struct UserRow {
    /// The id.
    pub user: UserId,
    /// The name they log in with.
    pub name: String,
    /// The password as a PHC string.
    pub password: String,
    /// Whether it is a one-time password.
    pub must_change: bool,
    /// When they got it.
    pub password_at: UtcMicros,
    /// When the user was added.
    pub created_at: UtcMicros,
    /// Since when they may not log in.
    pub disabled_at: Option<UtcMicros>,
}

impl std::fmt::Debug for UserRow {
    // The password's hash can be guessed at: it belongs in no log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UserRow")
            .field("user", &self.user)
            .field("name", &self.name)
            .field("must_change", &self.must_change)
            .field("password_at", &self.password_at)
            .field("created_at", &self.created_at)
            .field("disabled_at", &self.disabled_at)
            .finish_non_exhaustive()
    }
}

const INSERT: &str = "
INSERT INTO users (user_id, name, password, must_change, password_at_us, created_at_us, disabled_at_us)
VALUES (:user, :name, :password, :must_change, :password_at, :created_at, :disabled_at)";

const BY_ID: &str = "
SELECT user_id, name, password, must_change, password_at_us, created_at_us, disabled_at_us
FROM users
WHERE user_id = :user";

const BY_NAME: &str = "
SELECT user_id, name, password, must_change, password_at_us, created_at_us, disabled_at_us
FROM users
WHERE name = :name";

const LIST: &str = "
SELECT user_id, name, password, must_change, password_at_us, created_at_us, disabled_at_us
FROM users
ORDER BY name";

const ANY: &str = "
SELECT 1 AS present
FROM users
LIMIT 1";

const SET_PASSWORD: &str = "
UPDATE users
SET password = :password, must_change = :must_change, password_at_us = :at
WHERE user_id = :user";

const SET_DISABLED: &str = "
UPDATE users
SET disabled_at_us = :at
WHERE user_id = :user";

const ASSIGN: &str = "
INSERT INTO user_roles (user_id, role, tenant_id)
VALUES (:user, :role, :tenant)";

const UNASSIGN: &str = "
DELETE FROM user_roles
WHERE user_id = :user";

const ASSIGNMENTS: &str = "
SELECT role, tenant_id
FROM user_roles
WHERE user_id = :user
ORDER BY role, tenant_id";

/// Adds a user; a name that is taken is a conflict.
pub fn insert(tx: &mut Tx<'_>, row: &UserRow) -> Result<(), CatalogError> {
    let params = [
        (":user", (&row.user).into()),
        (":name", (&row.name).into()),
        (":password", (&row.password).into()),
        (":must_change", u32::from(row.must_change).into()),
        (":password_at", row.password_at.into()),
        (":created_at", row.created_at.into()),
        (":disabled_at", row.disabled_at.into()),
    ];
    tx.execute(INSERT, &params).map(drop)
}

/// The user with this id.
pub fn by_id(query: &dyn Query, user: UserId) -> Result<Option<UserRow>, CatalogError> {
    query.optional(BY_ID, &[(":user", (&user).into())], from_row)
}

/// The user with this name.
pub fn by_name(query: &dyn Query, name: &str) -> Result<Option<UserRow>, CatalogError> {
    query.optional(BY_NAME, &[(":name", name.into())], from_row)
}

/// All users, by name.
pub fn list(query: &dyn Query) -> Result<Vec<UserRow>, CatalogError> {
    query.all(LIST, &[], from_row)
}

/// Whether there is any user.
pub fn any(query: &dyn Query) -> Result<bool, CatalogError> {
    let found: Option<i64> = query.optional(ANY, &[], |row| row.get("present"))?;
    Ok(found.is_some())
}

/// Gives a user another password; a conflict if there is no such user.
pub fn set_password(
    tx: &mut Tx<'_>,
    user: UserId,
    password: &str,
    must_change: bool,
    at: UtcMicros,
) -> Result<(), CatalogError> {
    let params = [
        (":user", (&user).into()),
        (":password", password.into()),
        (":must_change", u32::from(must_change).into()),
        (":at", at.into()),
    ];
    let changed = tx.execute(SET_PASSWORD, &params)?;
    expect_one(changed, || format!("there is no user {user}"))
}

/// Sets since when a user may not log in, or with `None` that they may; a conflict if there is no such user.
pub fn set_disabled(tx: &mut Tx<'_>, user: UserId, at: Option<UtcMicros>) -> Result<(), CatalogError> {
    let changed = tx.execute(SET_DISABLED, &[(":user", (&user).into()), (":at", at.into())])?;
    expect_one(changed, || format!("there is no user {user}"))
}

/// Gives a user one more role; one they have already is a conflict.
pub fn assign(tx: &mut Tx<'_>, user: UserId, assignment: &Assignment) -> Result<(), CatalogError> {
    let params = [
        (":user", (&user).into()),
        (":role", assignment.role.into()),
        (":tenant", assignment.tenant.as_ref().into()),
    ];
    tx.execute(ASSIGN, &params).map(drop)
}

/// Takes all roles from a user.
pub fn unassign(tx: &mut Tx<'_>, user: UserId) -> Result<(), CatalogError> {
    tx.execute(UNASSIGN, &[(":user", (&user).into())]).map(drop)
}

/// A user's roles.
pub fn assignments(query: &dyn Query, user: UserId) -> Result<Vec<Assignment>, CatalogError> {
    query.all(ASSIGNMENTS, &[(":user", (&user).into())], |row| {
        Ok(Assignment {
            role: row.get("role")?,
            tenant: row.get("tenant_id")?,
        })
    })
}

fn from_row(row: &Row<'_>) -> Result<UserRow, CatalogError> {
    Ok(UserRow {
        user: row.get("user_id")?,
        name: row.get("name")?,
        password: row.get("password")?,
        must_change: row.get::<u32>("must_change")? == 1,
        password_at: row.get("password_at_us")?,
        created_at: row.get("created_at_us")?,
        disabled_at: row.get("disabled_at_us")?,
    })
}
