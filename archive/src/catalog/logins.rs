//! Logins in force, and failed attempts to get one.

use obhut_format::ids::{LoginId, UserId};
use obhut_format::time::UtcMicros;

use super::engine::{CatalogError, Query, Row, Tx};
use super::expect_one;

/// A login.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoginRow {
    /// Its id.
    pub login: LoginId,
    /// SHA-256 of its token, which itself is nowhere.
    pub token_hash: [u8; 32],
    /// Whom it admits.
    pub user: UserId,
    /// When they logged in.
    pub created_at: UtcMicros,
    /// When they were last heard.
    pub last_seen_at: UtcMicros,
    /// When it ends whatever they do.
    pub expires_at: UtcMicros,
}

/// Failed attempts at one thing from one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FailuresRow {
    /// Attempts since the last that succeeded.
    pub failures: u64,
    /// When the last one was.
    pub last_at: UtcMicros,
    /// Until when no attempt is looked at.
    pub locked_until: Option<UtcMicros>,
}

const INSERT: &str = "
INSERT INTO logins (login_id, token_hash, user_id, created_at_us, last_seen_us, expires_at_us)
VALUES (:login, :token_hash, :user, :created_at, :last_seen, :expires_at)";

const BY_TOKEN: &str = "
SELECT login_id, token_hash, user_id, created_at_us, last_seen_us, expires_at_us
FROM logins
WHERE token_hash = :token_hash";

const BY_ID: &str = "
SELECT login_id, token_hash, user_id, created_at_us, last_seen_us, expires_at_us
FROM logins
WHERE login_id = :login";

const TOUCH: &str = "
UPDATE logins
SET last_seen_us = :at
WHERE login_id = :login AND last_seen_us < :at";

const RENEW: &str = "
UPDATE logins
SET token_hash = :token_hash
WHERE login_id = :login";

const DELETE: &str = "
DELETE FROM logins
WHERE login_id = :login";

const DELETE_OTHERS: &str = "
DELETE FROM logins
WHERE user_id = :user AND (:keep IS NULL OR login_id <> :keep)";

const SWEEP: &str = "
DELETE FROM logins
WHERE expires_at_us <= :now OR last_seen_us < :silent_since";

const FAILURES: &str = "
SELECT failures, last_at_us, locked_until_us
FROM login_failures
WHERE name_hash = :key";

const PUT_FAILURES: &str = "
INSERT INTO login_failures (name_hash, failures, last_at_us, locked_until_us)
VALUES (:key, :failures, :last_at, :locked_until)
ON CONFLICT (name_hash) DO UPDATE
SET failures = excluded.failures, last_at_us = excluded.last_at_us, locked_until_us = excluded.locked_until_us";

const CLEAR_FAILURES: &str = "
DELETE FROM login_failures
WHERE name_hash = :key";

const CLEAR_ALL_FAILURES: &str = "
DELETE FROM login_failures
WHERE name_hash BETWEEN :first AND :last";

const SWEEP_FAILURES: &str = "
DELETE FROM login_failures
WHERE last_at_us < :before AND (locked_until_us IS NULL OR locked_until_us <= :now)";

/// Adds a login; its user must be there.
pub fn insert(tx: &mut Tx<'_>, row: &LoginRow) -> Result<(), CatalogError> {
    let params = [
        (":login", (&row.login).into()),
        (":token_hash", (&row.token_hash).into()),
        (":user", (&row.user).into()),
        (":created_at", row.created_at.into()),
        (":last_seen", row.last_seen_at.into()),
        (":expires_at", row.expires_at.into()),
    ];
    tx.execute(INSERT, &params).map(drop)
}

/// The login whose token has this hash.
pub fn by_token(query: &dyn Query, token_hash: &[u8; 32]) -> Result<Option<LoginRow>, CatalogError> {
    query.optional(BY_TOKEN, &[(":token_hash", token_hash.into())], from_row)
}

/// The login with this id.
pub fn by_id(query: &dyn Query, login: LoginId) -> Result<Option<LoginRow>, CatalogError> {
    query.optional(BY_ID, &[(":login", (&login).into())], from_row)
}

/// Records that the user was heard. Time does not run backwards.
pub fn touch(tx: &mut Tx<'_>, login: LoginId, at: UtcMicros) -> Result<(), CatalogError> {
    tx.execute(TOUCH, &[(":login", (&login).into()), (":at", at.into())])
        .map(drop)
}

/// Gives a login another token; a conflict if there is no such login.
pub fn renew(tx: &mut Tx<'_>, login: LoginId, token_hash: &[u8; 32]) -> Result<(), CatalogError> {
    let params = [(":login", (&login).into()), (":token_hash", token_hash.into())];
    let changed = tx.execute(RENEW, &params)?;
    expect_one(changed, || format!("there is no login {login}"))
}

/// Ends a login. `false` if it had ended.
pub fn delete(tx: &mut Tx<'_>, login: LoginId) -> Result<bool, CatalogError> {
    Ok(tx.execute(DELETE, &[(":login", (&login).into())])? == 1)
}

/// Ends a user's logins, all but `keep`.
pub fn delete_of_user(tx: &mut Tx<'_>, user: UserId, keep: Option<LoginId>) -> Result<usize, CatalogError> {
    tx.execute(
        DELETE_OTHERS,
        &[(":user", (&user).into()), (":keep", keep.as_ref().into())],
    )
}

/// Ends every login that is over at `now`, or silent since before `silent_since`; says how many.
pub fn sweep(tx: &mut Tx<'_>, now: UtcMicros, silent_since: UtcMicros) -> Result<usize, CatalogError> {
    tx.execute(
        SWEEP,
        &[(":now", now.into()), (":silent_since", silent_since.into())],
    )
}

/// Failed attempts under a key.
pub fn failures(query: &dyn Query, key: &[u8; 32]) -> Result<Option<FailuresRow>, CatalogError> {
    query.optional(FAILURES, &[(":key", key.into())], |row| {
        Ok(FailuresRow {
            failures: row.get("failures")?,
            last_at: row.get("last_at_us")?,
            locked_until: row.get("locked_until_us")?,
        })
    })
}

/// Sets the failed attempts under a key.
pub fn put_failures(tx: &mut Tx<'_>, key: &[u8; 32], row: &FailuresRow) -> Result<(), CatalogError> {
    let params = [
        (":key", key.into()),
        (":failures", row.failures.into()),
        (":last_at", row.last_at.into()),
        (":locked_until", row.locked_until.into()),
    ];
    tx.execute(PUT_FAILURES, &params).map(drop)
}

/// Forgets the failed attempts under a key.
pub fn clear_failures(tx: &mut Tx<'_>, key: &[u8; 32]) -> Result<(), CatalogError> {
    tx.execute(CLEAR_FAILURES, &[(":key", key.into())]).map(drop)
}

/// Forgets the failed attempts under every key between two, both included.
pub fn clear_all_failures(tx: &mut Tx<'_>, first: &[u8; 32], last: &[u8; 32]) -> Result<(), CatalogError> {
    let params = [(":first", first.into()), (":last", last.into())];
    tx.execute(CLEAR_ALL_FAILURES, &params).map(drop)
}

/// Forgets failed attempts from before an instant, unless they lock something still; says how many rows.
pub fn sweep_failures(tx: &mut Tx<'_>, now: UtcMicros, before: UtcMicros) -> Result<usize, CatalogError> {
    tx.execute(
        SWEEP_FAILURES,
        &[(":now", now.into()), (":before", before.into())],
    )
}

fn from_row(row: &Row<'_>) -> Result<LoginRow, CatalogError> {
    Ok(LoginRow {
        login: row.get("login_id")?,
        token_hash: row.get("token_hash")?,
        user: row.get("user_id")?,
        created_at: row.get("created_at_us")?,
        last_seen_at: row.get("last_seen_us")?,
        expires_at: row.get("expires_at_us")?,
    })
}
