//! Looking: who may, what a grant opens, what stands on record of it, and that frames come back one by one.
#![allow(clippy::unwrap_used, reason = "a test that can't go on fails")]

mod exports;
mod grants;
mod house;
mod lists;
mod looks;
mod lost;
mod months;
mod people;
mod reading;
