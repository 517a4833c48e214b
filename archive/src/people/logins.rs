//! Logins in force.

use std::time::Duration;

use obhut_format::ids::{LoginId, UserId};
use obhut_format::time::{SignedMicros, UtcMicros};

use super::users::{PasswordHash, User, with_assignments};
use crate::Archive;
use crate::admin::AdminError;
use crate::catalog::logins::{self, LoginRow};
use crate::catalog::{Tx, users};
use crate::rng::OsRandom;

/// A login to start.
#[derive(Debug, Clone)]
pub struct NewLogin {
    /// Whose.
    pub user: UserId,
    /// The password that was proved, as it was when it was compared.
    pub proved: PasswordHash,
    /// SHA-256 of the token that the user's browser keeps.
    pub token_hash: [u8; 32],
    /// After which time it ends whatever they do.
    pub lasts: Duration,
}

/// A login in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Login {
    /// Its id.
    pub login: LoginId,
    /// Whom it admits.
    pub user: UserId,
    /// When they logged in.
    pub created_at: UtcMicros,
    /// When they were last heard, as far as it was written down.
    pub last_seen_at: UtcMicros,
    /// When it ends whatever they do.
    pub expires_at: UtcMicros,
}

impl From<LoginRow> for Login {
    fn from(row: LoginRow) -> Self {
        Self {
            login: row.login,
            user: row.user,
            created_at: row.created_at,
            last_seen_at: row.last_seen_at,
            expires_at: row.expires_at,
        }
    }
}

fn micros(span: Duration) -> SignedMicros {
    SignedMicros(i64::try_from(span.as_micros()).unwrap_or(i64::MAX))
}

pub(super) fn later(at: UtcMicros, span: Duration) -> UtcMicros {
    at.checked_add(micros(span)).unwrap_or(UtcMicros::MAX)
}

fn earlier(at: UtcMicros, span: Duration) -> UtcMicros {
    let back = SignedMicros(micros(span).0.saturating_neg());
    at.checked_add(back).unwrap_or(UtcMicros::MIN)
}

impl Archive {
    /// Starts a login; `None` where the user is disabled by now, or has another password than the one that was proved.
    pub async fn start_login(&self, new: NewLogin) -> Result<Option<Login>, AdminError> {
        let now = self.now();
        let row = LoginRow {
            login: LoginId::v7(now, OsRandom.bytes()),
            token_hash: new.token_hash,
            user: new.user,
            created_at: now,
            last_seen_at: now,
            expires_at: later(now, new.lasts),
        };
        self.write_essential(move |tx: &mut Tx<'_>| {
            let admitted = users::by_id(tx, row.user)?
                .is_some_and(|user| user.disabled_at.is_none() && user.password == new.proved.expose());
            if !admitted {
                return Ok(None);
            }
            logins::insert(tx, &row)?;
            Ok(Some(Login::from(row)))
        })
        .await
    }

    /// The login of a token, with its user; `None` when it has ended, was silent for longer than `idle`, or its user is
    /// disabled.
    pub async fn login(
        &self,
        token_hash: [u8; 32],
        idle: Duration,
    ) -> Result<Option<(Login, User)>, AdminError> {
        let now = self.now();
        let heard_since = earlier(now, idle);
        self.catalog()
            .read(move |tx| {
                let row = logins::by_token(tx, &token_hash)?
                    .filter(|row| now < row.expires_at && row.last_seen_at >= heard_since);
                let Some(row) = row else { return Ok(None) };
                let user = users::by_id(tx, row.user)?.filter(|user| user.disabled_at.is_none());
                let Some(user) = user else { return Ok(None) };
                Ok(Some((row.into(), with_assignments(tx, user)?.0)))
            })
            .await
    }

    /// Writes down that the user was heard. Once a minute is enough; the caller sees to that.
    pub async fn touch_login(&self, login: LoginId) -> Result<(), AdminError> {
        let now = self.now();
        self.write_essential(move |tx: &mut Tx<'_>| Ok(logins::touch(tx, login, now)?))
            .await
    }

    /// Ends a login; `false` if it had ended.
    pub async fn end_login(&self, login: LoginId) -> Result<bool, AdminError> {
        let ended = self
            .write_essential(move |tx: &mut Tx<'_>| Ok(logins::delete(tx, login)?))
            .await;
        if ended.is_ok() {
            self.live_grants().forget(login);
        }
        ended
    }

    /// Ends the logins that are over or silent for longer than `idle`, and forgets failed attempts older than `failures`;
    /// says how many logins that were.
    pub async fn sweep_logins(&self, idle: Duration, failures: Duration) -> Result<usize, AdminError> {
        let now = self.now();
        let (silent_since, before) = (earlier(now, idle), earlier(now, failures));
        Ok(self
            .catalog()
            .write(move |tx| {
                logins::sweep_failures(tx, now, before)?;
                logins::sweep(tx, now, silent_since)
            })
            .await?)
    }
}
