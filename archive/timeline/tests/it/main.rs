//! What the crate promises of files and containers.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]
#![allow(clippy::cast_possible_truncation, reason = "small pictures")]

mod damage;
mod golden;
mod jpeg_files;
mod png_files;
mod reading;
mod support;
