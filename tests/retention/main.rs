//! Sessions are kept as long as their class says and no longer: seen from outside, through the built program.

mod archive;
mod classes;
mod deletion;
mod faults;
mod keys;
mod looking;
mod moto;
mod trouble;
mod versions;
mod watched;
