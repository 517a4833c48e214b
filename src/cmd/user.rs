//! `obhut user`: who may log in on the review address, and what they may do there.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::cli::Common;
use crate::config::Config;
use crate::control::client::{Client, Need};
use crate::control::protocol::{AddUser, NameUser, NewPassword, RoleEntry, SetRoles, UserEntry};
use crate::failure::Failure;
use crate::service::Duties;
use crate::show;

/// What to do with users.
#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    /// Add a user and print their one-time password, which is shown this once
    Add {
        /// The name they log in with
        name: String,
        #[command(flatten)]
        roles: RoleArgs,
        /// Take the password from the first line of this file instead; it needs no changing
        #[arg(long, value_name = "FILE")]
        password_file: Option<PathBuf>,
    },
    /// List the users
    List,
    /// Replace a user's roles; it counts from their next request on
    Roles {
        /// The user's name
        name: String,
        #[command(flatten)]
        roles: RoleArgs,
    },
    /// Give a user a new one-time password, end their logins, and lift a lock
    ResetPassword {
        /// The user's name
        name: String,
    },
    /// End a user's logins and let them have no other
    Disable {
        /// The user's name
        name: String,
    },
    /// Let a user log in again
    Enable {
        /// The user's name
        name: String,
    },
}

/// What a user may do, and where.
#[derive(Debug, Args)]
pub(crate) struct RoleArgs {
    /// administrator (runs the archive, sees no content), compliance-officer (looks, with a purpose) or auditor (looks at
    /// who looked); may be repeated
    #[arg(long = "role", value_name = "ROLE", required = true)]
    roles: Vec<String>,
    /// Only in this tenant; may be repeated [default: in every tenant]
    #[arg(long = "tenant", value_name = "NAME")]
    tenants: Vec<String>,
}

pub(crate) async fn run(common: &Common, config: Config, command: UserCommand) -> Result<ExitCode, Failure> {
    let need = match command {
        UserCommand::Add { .. } => Need::AnyOrNew(Duties::Answer),
        _ => Need::Existing(Duties::Answer),
    };
    let client = Client::connect(&config, need).await?;
    let done = carry_out(&client, common, command).await;
    client.close().await;
    done?;
    Ok(ExitCode::SUCCESS)
}

async fn carry_out(client: &Client, common: &Common, command: UserCommand) -> Result<(), Failure> {
    let rows: Vec<UserEntry> = match command {
        UserCommand::Add {
            name,
            roles,
            password_file,
        } => {
            let ask = AddUser {
                name,
                roles: roles.roles,
                tenants: roles.tenants,
                password: password_file.as_deref().map(first_line).transpose()?,
            };
            return tell(common, &client.call("/users/add", &ask).await?);
        }
        UserCommand::ResetPassword { name } => {
            return tell(
                common,
                &client.call("/users/reset-password", &NameUser { name }).await?,
            );
        }
        UserCommand::List => client.call("/users/list", &()).await?,
        UserCommand::Roles { name, roles } => {
            let ask = SetRoles {
                name,
                roles: roles.roles,
                tenants: roles.tenants,
            };
            vec![client.call("/users/roles", &ask).await?]
        }
        UserCommand::Disable { name } => vec![client.call("/users/disable", &NameUser { name }).await?],
        UserCommand::Enable { name } => vec![client.call("/users/enable", &NameUser { name }).await?],
    };
    list(common, &rows)
}

fn first_line(file: &Path) -> Result<String, Failure> {
    let text = std::fs::read_to_string(file).map_err(|error| {
        Failure::new(
            format!("password file {} can't be read: {error}", file.display()),
            "name a file that holds the password in its first line",
        )
    })?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

fn tell(common: &Common, new: &NewPassword) -> Result<(), Failure> {
    if common.json {
        return show::json(new);
    }
    show::line(&format!("user      {}", new.user.name))?;
    if let Some(password) = &new.password {
        show::line(&format!("password  {password}"))?;
        show::note(
            "the password is for one time and for 72 hours, and not shown again; it is changed at the first log-in",
        );
    }
    Ok(())
}

fn list(common: &Common, rows: &[UserEntry]) -> Result<(), Failure> {
    if common.json {
        return rows.iter().try_for_each(show::json);
    }
    let cells = |row: &UserEntry| {
        let state = match (row.disabled_at, row.must_change_password) {
            (Some(since), _) => format!("disabled {since}"),
            (None, true) => "one-time password".to_owned(),
            (None, false) => "-".to_owned(),
        };
        let roles: Vec<String> = row.roles.iter().map(role).collect();
        let roles = if roles.is_empty() {
            "-".to_owned()
        } else {
            roles.join(", ")
        };
        [row.name.clone(), roles, row.created_at.to_string(), state]
    };
    let rows: Vec<_> = rows.iter().map(cells).collect();
    show::table(["NAME", "ROLES", "CREATED", "STATE"], [false; 4], &rows)
}

fn role(entry: &RoleEntry) -> String {
    match &entry.tenant {
        None => entry.role.clone(),
        Some(tenant) => format!("{} ({tenant})", entry.role),
    }
}
