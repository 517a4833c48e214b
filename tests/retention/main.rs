//! Sessions are kept as long as their class says and no longer: seen from outside, through the built program.

mod archive;
mod between;
mod bucket;
mod classes;
mod deletion;
mod fault_cases;
mod faults;
mod keys;
mod looking;
mod moto;
mod store_breaks;
mod trouble;
mod versions;
mod watched;
