//! Version 1 of the container: files as they came, and whole-file duplicates. It is read for ever, and written where there is
//! no time to pack.

mod container;
mod pack;

pub use container::{Container, ContainerError, HEAD_FIXED, MAGIC, MAX_FRAMES, Method, VERSION, head_len};
pub use pack::{Frame, PackError, Packed, pack};
