//! The first administrator: who can log in before anybody was added.

use obhut_archive::{AdminError, Archive, Assignment, NewUser, Role};

use crate::login::{PasswordError, Passwords, Secret, one_time_password};

/// The name of the first administrator.
pub const FIRST: &str = "admin";

/// Why there is no first administrator.
#[derive(Debug, thiserror::Error)]
pub enum FirstError {
    /// The catalog.
    #[error(transparent)]
    Admin(#[from] AdminError),
    /// The hashing.
    #[error(transparent)]
    Password(#[from] PasswordError),
}

/// Adds the first administrator, who has every role everywhere, where there is no user yet; returns the one-time password,
/// which is shown this once.
pub async fn first_administrator(
    archive: &Archive,
    passwords: &Passwords,
) -> Result<Option<Secret>, FirstError> {
    if archive.has_users().await? {
        return Ok(None);
    }
    let password = one_time_password();
    let new = NewUser {
        name: FIRST.to_owned(),
        password: passwords.hash(password.clone()).await?,
        must_change: true,
        assignments: Role::ALL
            .into_iter()
            .map(|role| Assignment { role, tenant: None })
            .collect(),
    };
    let added = archive.add_first_user(new).await?;
    Ok(added.map(|_| password))
}
