//! A login at the review address.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::http::Connection;
use crate::program::Program;

pub(super) const NAME: &str = "bench";
pub(super) const PASSWORD: &str = "measured, not guessed";

/// Adds the user that measures.
pub(super) fn add_user(program: &Program, data: &Path, work: &Path) -> Result<()> {
    let file = work.join("password");
    fs::write(&file, PASSWORD)?;
    let file = file.to_str().context("a path in UTF-8")?;
    let roles = ["--role", "compliance-officer", "--role", "auditor"];
    let mut arguments = vec!["user", "add", NAME, "--password-file", file];
    arguments.extend(roles);
    program.run(data, &arguments)?;
    Ok(())
}

/// A connection with the login's cookie.
pub(super) struct Login {
    connection: Connection,
    cookie: String,
}

impl Login {
    pub(super) fn at(origin: &str) -> Result<Self> {
        let mut connection = Connection::to(origin)?;
        let body = json!({ "name": NAME, "password": PASSWORD }).to_string();
        let head = "POST /v1/login HTTP/1.1\r\ncontent-type: application/json\r\n";
        let (status, said) = connection.ask(head, body.as_bytes())?;
        if status != 200 {
            bail!("no login: {status} {}", String::from_utf8_lossy(&said));
        }
        let cookie = connection.cookie().context("the login set no cookie")?.to_owned();
        Ok(Self { connection, cookie })
    }

    /// Asks, with a grant where one is given; the answer must be 200.
    pub(super) fn get(&mut self, path: &str, grant: Option<&str>) -> Result<Vec<u8>> {
        let grant = grant.map_or_else(String::new, |grant| format!("grant: {grant}\r\n"));
        let head = format!("GET {path} HTTP/1.1\r\ncookie: {}\r\n{grant}", self.cookie);
        let (status, body) = self.connection.ask(&head, b"")?;
        if status != 200 {
            bail!("{path}: {status} {}", String::from_utf8_lossy(&body));
        }
        Ok(body)
    }

    /// Opens a session; the grant.
    pub(super) fn open(&mut self, session: &str) -> Result<String> {
        let body = json!({ "purpose": "measuring", "case": "bench", "minutes": 60 }).to_string();
        let head = format!(
            "POST /v1/sessions/{session}/grants HTTP/1.1\r\ncookie: {}\r\ncontent-type: application/json\r\n",
            self.cookie
        );
        let (status, said) = self.connection.ask(&head, body.as_bytes())?;
        if status != 201 {
            bail!("no grant: {status} {}", String::from_utf8_lossy(&said));
        }
        let said: Value = serde_json::from_slice(&said)?;
        Ok(said["grant"].as_str().context("a grant")?.to_owned())
    }
}
