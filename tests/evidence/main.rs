//! Evidence bundles, from outside: made by the built program, checked by programs that are not ours, changed in every way
//! that somebody could think of, and refused.

mod asked;
mod broken_off;
mod bundle;
mod forged;
mod hostile;
mod house;
mod mutations;
mod officers;
mod outside;
mod pages;
mod refused;
mod same;
mod zipped;
