//! What the control routes have at hand.

use axum::extract::FromRef;
use obhut_archive::Archive;
use obhut_player::login::{PasswordCost, Passwords, Turns};

use crate::failure::Failure;

/// The archive, and what hashes passwords: the one that review has too, where it runs in this process.
#[derive(Debug, Clone)]
pub(crate) struct Desk {
    pub(crate) archive: Archive,
    pub(crate) passwords: Passwords,
}

impl FromRef<Desk> for Archive {
    fn from_ref(desk: &Desk) -> Self {
        desk.archive.clone()
    }
}

impl FromRef<Desk> for Passwords {
    fn from_ref(desk: &Desk) -> Self {
        desk.passwords.clone()
    }
}

impl Desk {
    pub(crate) fn new(archive: Archive) -> Result<Self, Failure> {
        let passwords = Passwords::new(PasswordCost::default(), Turns::default())?;
        Ok(Self { archive, passwords })
    }
}
