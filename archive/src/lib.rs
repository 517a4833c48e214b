//! The crate is filled in the commits that follow.

pub mod intake;
