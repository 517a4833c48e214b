//! The commands, one a file: each reads its arguments, asks the archive through the control interface, and prints.

pub(crate) mod backup;
pub(crate) mod device;
pub(crate) mod evidence;
pub(crate) mod export;
pub(crate) mod hold;
pub(crate) mod import;
pub(crate) mod intake;
pub(crate) mod keys;
mod partial;
pub(crate) mod recover;
pub(crate) mod restore;
pub(crate) mod retention;
pub(crate) mod serve;
pub(crate) mod sessions;
mod target;
pub(crate) mod tenant;
pub(crate) mod user;
pub(crate) mod verify;
