//! Users, their roles and their passwords.

use axum::Json;
use axum::extract::State;
use obhut_archive::{Archive, Assignment, NewUser, Role, User};
use obhut_player::login::{Passwords, Secret, one_time_password};

use crate::control::protocol::{AddUser, NameUser, NewPassword, RoleEntry, SetRoles, UserEntry};
use crate::failure::Failure;

pub(super) async fn add(
    State(archive): State<Archive>,
    State(passwords): State<Passwords>,
    Json(ask): Json<AddUser>,
) -> Result<Json<NewPassword>, Failure> {
    let assignments = assignments(&archive, &ask.roles, &ask.tenants).await?;
    let (password, shown) = match ask.password {
        Some(chosen) => (checked(chosen)?, None),
        None => one_time(),
    };
    let new = NewUser {
        name: ask.name,
        password: passwords.hash(password).await?,
        must_change: shown.is_some(),
        assignments,
    };
    let user = archive.add_user(new).await?;
    Ok(Json(NewPassword {
        user: entry(&archive, user).await?,
        password: shown,
    }))
}

pub(super) async fn list(State(archive): State<Archive>) -> Result<Json<Vec<UserEntry>>, Failure> {
    let mut entries = Vec::new();
    for user in archive.users().await? {
        entries.push(entry(&archive, user).await?);
    }
    Ok(Json(entries))
}

pub(super) async fn set_roles(
    State(archive): State<Archive>,
    Json(ask): Json<SetRoles>,
) -> Result<Json<UserEntry>, Failure> {
    let user = named(&archive, &ask.name).await?;
    let assignments = assignments(&archive, &ask.roles, &ask.tenants).await?;
    archive.set_assignments(user.user, assignments).await?;
    again(&archive, &ask.name).await
}

pub(super) async fn reset_password(
    State(archive): State<Archive>,
    State(passwords): State<Passwords>,
    Json(ask): Json<NameUser>,
) -> Result<Json<NewPassword>, Failure> {
    let user = named(&archive, &ask.name).await?;
    let (password, shown) = one_time();
    let hash = passwords.hash(password).await?;
    archive.set_password(user.user, hash, true).await?;
    // Whoever was locked out by guesses gets in with the new one.
    archive.clear_login_failures(&user).await?;
    Ok(Json(NewPassword {
        user: entry(&archive, named(&archive, &ask.name).await?).await?,
        password: shown,
    }))
}

pub(super) async fn disable(
    State(archive): State<Archive>,
    Json(ask): Json<NameUser>,
) -> Result<Json<UserEntry>, Failure> {
    let user = named(&archive, &ask.name).await?;
    archive.disable_user(user.user).await?;
    again(&archive, &ask.name).await
}

pub(super) async fn enable(
    State(archive): State<Archive>,
    Json(ask): Json<NameUser>,
) -> Result<Json<UserEntry>, Failure> {
    let user = named(&archive, &ask.name).await?;
    archive.enable_user(user.user).await?;
    again(&archive, &ask.name).await
}

fn one_time() -> (Secret, Option<String>) {
    let password = one_time_password();
    let shown = password.expose().to_owned();
    (password, Some(shown))
}

fn checked(chosen: String) -> Result<Secret, Failure> {
    let chosen = Secret::from(chosen);
    chosen.check()?;
    Ok(chosen)
}

async fn named(archive: &Archive, name: &str) -> Result<User, Failure> {
    let found = archive.user_by_name(name).await?;
    found
        .map(|(user, _)| user)
        .ok_or_else(|| Failure::new(format!("no user {name:?}"), "`obhut user list` shows the users"))
}

async fn again(archive: &Archive, name: &str) -> Result<Json<UserEntry>, Failure> {
    Ok(Json(entry(archive, named(archive, name).await?).await?))
}

/// Every role in every tenant that is named; without a tenant everywhere.
async fn assignments(
    archive: &Archive,
    roles: &[String],
    tenants: &[String],
) -> Result<Vec<Assignment>, Failure> {
    let mut places = Vec::new();
    for name in tenants {
        places.push(Some(archive.tenant(name).await?.tenant));
    }
    if places.is_empty() {
        places.push(None);
    }
    let mut found = Vec::new();
    for word in roles {
        let role: Role = word
            .parse()
            .map_err(|error| Failure::new(error, "name one of these with --role"))?;
        found.extend(places.iter().map(|tenant| Assignment {
            role,
            tenant: *tenant,
        }));
    }
    Ok(found)
}

async fn entry(archive: &Archive, user: User) -> Result<UserEntry, Failure> {
    let tenants = archive.tenants().await?;
    let name = |assignment: &Assignment| {
        let tenant = assignment.tenant?;
        let row = tenants.iter().find(|row| row.tenant == tenant)?;
        Some(row.name.clone())
    };
    let roles = user.assignments.iter().map(|assignment| RoleEntry {
        role: assignment.role.to_string(),
        tenant: name(assignment),
    });
    Ok(UserEntry {
        user: user.user,
        roles: roles.collect(),
        name: user.name,
        must_change_password: user.must_change,
        created_at: user.created_at,
        disabled_at: user.disabled_at,
    })
}
