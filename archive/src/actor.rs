//! Who does something that goes on record.

use obhut_format::ids::{LoginId, UserId};

use crate::people::{Login, User};

/// Somebody who is logged in, or the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The user's name, or `command line`.
    pub who: String,
    /// Which user; `None` for the command line.
    pub user: Option<UserId>,
    /// With which login; `None` for the command line.
    pub login: Option<LoginId>,
}

impl Actor {
    /// Whoever may run commands where the archive is.
    pub fn command_line() -> Self {
        Self {
            who: "command line".to_owned(),
            user: None,
            login: None,
        }
    }

    /// A user, with a login.
    pub fn logged_in(user: &User, login: &Login) -> Self {
        Self {
            who: user.name.clone(),
            user: Some(user.user),
            login: Some(login.login),
        }
    }
}
