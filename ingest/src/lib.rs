//! How data comes in: the HTTP intake that agents speak to, and the packer behind it.
//!
//! The crate owns what stands between the listener and the archive: the headers that carry a frame's digest and capture
//! instant ([`digest_header`], [`captured_at`]), a look at an image's header for its type and size ([`image`]), what a
//! client reads when something is wrong with them ([`problem`]), and the endpoints ([`api`]). [`server`] runs them;
//! [`packer`] moves what was acknowledged into segments. [`import`] brings in what lies in folders.
//!
//! It refuses to decode pictures, to keep anything on disk itself, and to acknowledge what the archive has not made
//! durable.

pub mod api;
mod auth;
pub mod captured_at;
pub mod config;
pub mod digest_header;
pub mod image;
pub mod import;
mod lost;
mod metrics;
pub mod packer;
pub mod problem;
pub mod server;
