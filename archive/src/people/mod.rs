//! People: who may log in, what they may do where, and the logins that are in force.
//!
//! Owns the rows and the order in which they change; a user who is disabled, or gets another password, has no login left in
//! the same transaction. Refuses to know passwords (it keeps what an argon2id hash is written as), cookies, or when a name
//! is to be locked: those are its users' policy.

mod attempts;
mod logins;
#[cfg(test)]
mod tests;
mod users;

pub use attempts::{Attempt, CountedAttempt, Lock, LockPolicy, LoginAttempt};
pub use logins::{Login, NewLogin};
pub use users::{NewUser, OwnPassword, PasswordChange, PasswordHash, User, fold_user_name};
