//! Reversible packing of screenshot timelines: a run of image files in, one container out, every file back
//! bit for bit.
//!
//! This crate is pure: bytes in, bytes out, no I/O, no clock, no keys. It knows two methods so far, both exact
//! by construction: a frame is [`Method::Stored`] as it came, or it is a [`Method::Duplicate`] of an earlier
//! frame of the same container and costs nine bytes. The container is versioned and describes itself, so a
//! reader that meets a method it does not know says so instead of guessing.
//!
//! # Memory
//! [`pack`] borrows the frames and allocates only the head (9 bytes a frame). [`Container::parse`] borrows the
//! container and allocates 24 bytes a frame.
//!
//! The byte layout is described in `docs/format/timeline.md`.

mod container;
mod pack;

pub use container::{Container, ContainerError, HEAD_FIXED, MAGIC, MAX_FRAMES, Method, VERSION, head_len};
pub use pack::{Frame, PackError, Packed, pack};
