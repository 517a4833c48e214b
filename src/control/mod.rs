//! The control interface: how a command reaches the archive. A running server answers on the unix socket
//! `control.sock` in its data folder; without one the command opens the archive itself and speaks to the same router
//! in its own process. So each command is written once.
//!
//! Who may open the socket is its user: there is no other log-in here. Absent on purpose: anything a remote client
//! could need.

pub(crate) mod client;
pub(crate) mod desk;
mod problem;
pub(crate) mod protocol;
pub(crate) mod restored;
mod routes;
pub(crate) mod server;

use std::path::{Path, PathBuf};

/// The version both ends must speak.
pub(crate) const PREFIX: &str = "/control/1";

/// The socket of a data folder.
pub(crate) fn socket(data: &Path) -> PathBuf {
    data.join("control.sock")
}
