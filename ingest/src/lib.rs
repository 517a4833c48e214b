//! How data comes in: the HTTP intake that agents speak to.
//!
//! The crate owns what stands between a socket and the archive: the accept loop with its deadlines ([`listener`]), the
//! answers a client reads when something is wrong ([`problem`]), the headers that carry a frame's digest and capture
//! instant ([`digest_header`], [`captured_at`]), and a look at an image's header for its type and size ([`image`]).
//!
//! It refuses to decode pictures, to keep anything on disk itself, and to acknowledge what the archive has not made
//! durable.

pub mod captured_at;
pub mod digest_header;
pub mod image;
pub mod listener;
pub mod problem;
