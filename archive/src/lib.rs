//! The crate is filled in the commits that follow.

pub mod catalog;
pub mod intake;
pub mod objects;
