//! Review through its real router, with a real archive in a temporary folder and a clock that is set.
//!
//! `house` has what a test stands on; each file tests one endpoint or one promise.
#![allow(clippy::unwrap_used, reason = "a test that can't go on fails")]

mod access;
mod certificates;
mod content;
mod deletions;
mod downloads;
mod exports;
mod exports_refused;
mod grants;
mod holds;
mod house;
mod late;
mod locked;
mod logins;
mod looking;
mod page;
mod passwords;
mod recorded;
mod reference;
mod scripted;
mod sessions;
mod slowly;
mod state;
mod tenants;
