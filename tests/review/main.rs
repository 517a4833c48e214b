//! Looks, from outside: who may see what, what is on record of it, and what happens to a look when the program is killed,
//! the catalog is locked or a frame is damaged. Through the built program and its review address.

mod bad_input;
mod between;
mod clients;
mod custody;
mod damaged;
mod frames;
mod house;
mod matrix;
mod operations;
mod records;
mod refused;
mod slow;
