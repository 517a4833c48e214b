//! Users and their roles.

use obhut_format::ids::{LoginId, UserId};
use obhut_format::time::UtcMicros;

use crate::Archive;
use crate::admin::AdminError;
use crate::catalog::users::{self, Assignment, UserRow};
use crate::catalog::{CatalogError, Query, Tx, logins, tenants};
use crate::letters::{is_visible, mixes_scripts};
use crate::rng::OsRandom;

/// A password as an argon2id PHC string, salt and parameters included.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// Takes the string; `None` where it is no argon2id.
    pub fn new(phc: impl Into<String>) -> Option<Self> {
        let phc = phc.into();
        phc.starts_with("$argon2id$").then_some(Self(phc))
    }

    /// The string.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordHash(..)")
    }
}

/// A user to add.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// The name they log in with.
    pub name: String,
    /// Their password.
    pub password: PasswordHash,
    /// Whether it is a one-time password.
    pub must_change: bool,
    /// What they may do where.
    pub assignments: Vec<Assignment>,
}

/// A user, without the password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The id.
    pub user: UserId,
    /// The name they log in with.
    pub name: String,
    /// Whether they have a one-time password.
    pub must_change: bool,
    /// When they got the password that they have.
    pub password_at: UtcMicros,
    /// When the user was added.
    pub created_at: UtcMicros,
    /// Since when they may not log in.
    pub disabled_at: Option<UtcMicros>,
    /// What they may do where.
    pub assignments: Vec<Assignment>,
}

/// A password that a user puts in the place of their own.
#[derive(Debug, Clone)]
pub struct OwnPassword {
    /// Whose.
    pub user: UserId,
    /// The login with which they do it; it goes on.
    pub login: LoginId,
    /// SHA-256 of the token that stands for that login from now on.
    pub token_hash: [u8; 32],
    /// The password that was proved, as it was when it was compared.
    pub proved: PasswordHash,
    /// The password that is to be.
    pub password: PasswordHash,
}

/// What came of a password of one's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordChange {
    /// It is the user's password now.
    Changed,
    /// The login has ended meanwhile.
    LoginEnded,
    /// The password that was proved is not the user's any more.
    Overtaken,
}

/// A user's name as it is compared: in lower case, without space around it.
pub fn fold_user_name(name: &str) -> String {
    name.trim().to_lowercase()
}

/// The folded name, if it is one.
fn user_name(name: &str) -> Result<String, AdminError> {
    let folded = fold_user_name(name);
    let fits = (1..=100).contains(&folded.chars().count())
        && folded
            .chars()
            .all(|c| c.is_alphanumeric() && is_visible(c) || "-_.@+".contains(c))
        && !mixes_scripts(&folded);
    if fits {
        Ok(folded)
    } else {
        Err(AdminError::BadUserName {
            name: name.to_owned(),
        })
    }
}

fn unknown(user: impl std::fmt::Display) -> AdminError {
    AdminError::Unknown {
        what: "user",
        name: user.to_string(),
    }
}

/// A row with its roles.
pub(super) fn with_assignments(tx: &dyn Query, row: UserRow) -> Result<(User, PasswordHash), CatalogError> {
    let user = User {
        assignments: users::assignments(tx, row.user)?,
        user: row.user,
        name: row.name,
        must_change: row.must_change,
        password_at: row.password_at,
        created_at: row.created_at,
        disabled_at: row.disabled_at,
    };
    Ok((user, PasswordHash(row.password)))
}

fn insert(tx: &mut Tx<'_>, row: &UserRow, assignments: &[Assignment]) -> Result<User, AdminError> {
    if users::by_name(tx, &row.name)?.is_some() {
        return Err(AdminError::Exists {
            what: "user",
            name: row.name.clone(),
        });
    }
    users::insert(tx, row)?;
    assign(tx, row.user, assignments)?;
    Ok(with_assignments(tx, row.clone())?.0)
}

fn assign(tx: &mut Tx<'_>, user: UserId, assignments: &[Assignment]) -> Result<(), AdminError> {
    let mut once = assignments.to_vec();
    once.sort_unstable();
    once.dedup();
    for assignment in once {
        if let Some(tenant) = assignment.tenant
            && tenants::by_id(tx, tenant)?.is_none()
        {
            return Err(AdminError::Unknown {
                what: "tenant",
                name: tenant.to_string(),
            });
        }
        users::assign(tx, user, &assignment)?;
    }
    Ok(())
}

impl Archive {
    fn user_row(&self, new: &NewUser) -> Result<UserRow, AdminError> {
        let now = self.now();
        Ok(UserRow {
            user: UserId::v7(now, OsRandom.bytes()),
            name: user_name(&new.name)?,
            password: new.password.0.clone(),
            must_change: new.must_change,
            password_at: now,
            created_at: now,
            disabled_at: None,
        })
    }

    /// Adds a user.
    pub async fn add_user(&self, new: NewUser) -> Result<User, AdminError> {
        let row = self.user_row(&new)?;
        self.catalog()
            .write(move |tx| insert(tx, &row, &new.assignments))
            .await
    }

    /// Adds the first user; `None` where there is one already.
    pub async fn add_first_user(&self, new: NewUser) -> Result<Option<User>, AdminError> {
        let row = self.user_row(&new)?;
        self.catalog()
            .write(move |tx| {
                if users::any(tx)? {
                    return Ok(None);
                }
                insert(tx, &row, &new.assignments).map(Some)
            })
            .await
    }

    /// Whether there is any user.
    pub async fn has_users(&self) -> Result<bool, AdminError> {
        Ok(self.catalog().read(|tx| users::any(tx)).await?)
    }

    /// All users, by name.
    pub async fn users(&self) -> Result<Vec<User>, AdminError> {
        self.catalog()
            .read(|tx| {
                let rows = users::list(tx)?.into_iter();
                rows.map(|row| Ok(with_assignments(tx, row)?.0)).collect()
            })
            .await
    }

    /// The user of a name, whatever its case, with their password's hash.
    pub async fn user_by_name(&self, name: &str) -> Result<Option<(User, PasswordHash)>, AdminError> {
        let name = fold_user_name(name);
        self.catalog()
            .read(move |tx| {
                let row = users::by_name(tx, &name)?;
                Ok(row.map(|row| with_assignments(tx, row)).transpose()?)
            })
            .await
    }

    /// Gives a user another password, whatever theirs is, and ends their logins.
    pub async fn set_password(
        &self,
        user: UserId,
        password: PasswordHash,
        must_change: bool,
    ) -> Result<(), AdminError> {
        let now = self.now();
        self.change_user(user, move |tx| {
            users::set_password(tx, user, &password.0, must_change, now)?;
            Ok(logins::delete_of_user(tx, user, None).map(drop)?)
        })
        .await
    }

    /// Puts another password in the place of the one that a user proved, gives the login with which they do it another
    /// token, and ends their other logins. Between the proof and this a password can be reset, a login ended and a user
    /// disabled: that counts, and nothing changes then.
    pub async fn change_password(&self, own: OwnPassword) -> Result<PasswordChange, AdminError> {
        let now = self.now();
        self.write_essential(move |tx: &mut Tx<'_>| {
            let login = logins::by_id(tx, own.login)?.filter(|login| login.user == own.user);
            let user = users::by_id(tx, own.user)?.filter(|user| user.disabled_at.is_none());
            let (Some(_), Some(user)) = (login, user) else {
                return Ok(PasswordChange::LoginEnded);
            };
            if user.password != own.proved.0 {
                return Ok(PasswordChange::Overtaken);
            }
            users::set_password(tx, own.user, &own.password.0, false, now)?;
            logins::renew(tx, own.login, &own.token_hash)?;
            logins::delete_of_user(tx, own.user, Some(own.login))?;
            Ok(PasswordChange::Changed)
        })
        .await
    }

    /// Replaces what a user may do. It holds from their next request on.
    pub async fn set_assignments(
        &self,
        user: UserId,
        assignments: Vec<Assignment>,
    ) -> Result<(), AdminError> {
        self.change_user(user, move |tx| {
            users::unassign(tx, user)?;
            assign(tx, user, &assignments)
        })
        .await
    }

    /// Ends a user's logins and lets them have no other.
    pub async fn disable_user(&self, user: UserId) -> Result<(), AdminError> {
        let now = self.now();
        self.change_user(user, move |tx| {
            users::set_disabled(tx, user, Some(now))?;
            Ok(logins::delete_of_user(tx, user, None).map(drop)?)
        })
        .await
    }

    /// Lets a user log in again.
    pub async fn enable_user(&self, user: UserId) -> Result<(), AdminError> {
        self.change_user(user, move |tx| Ok(users::set_disabled(tx, user, None)?))
            .await
    }

    async fn change_user<F>(&self, user: UserId, change: F) -> Result<(), AdminError>
    where
        F: Fn(&mut Tx<'_>) -> Result<(), AdminError> + Send + Sync + 'static,
    {
        self.write_essential(move |tx: &mut Tx<'_>| {
            if users::by_id(tx, user)?.is_none() {
                return Err(unknown(user));
            }
            change(tx)
        })
        .await
    }
}
