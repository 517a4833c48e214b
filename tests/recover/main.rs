//! A backup and what is made of it: seen from outside, through the built program.

mod broken_off;
mod house;
mod recipients;
mod refused;
mod story;
