//! Review: how people look at what is kept. Log-in, what a login may see, the openings and access records under which it
//! sees anything, and the web page on which they do it.
//!
//! The crate owns passwords, cookies and when a name is locked ([`login`]), what a role permits
//! ([`permission`]), the endpoints ([`api`]) and the page's files ([`web`]); [`server`] runs them.
//!
//! It refuses to hand out a byte of content that no access record covers: only the archive makes the grant that a reader
//! takes, when the record is committed.

pub mod api;
pub mod bundles;
pub mod config;
pub mod disposals;
pub mod downloads;
pub mod first;
pub mod login;
mod metrics;
pub mod permission;
pub mod problem;
pub mod reads;
pub mod server;
pub mod web;
