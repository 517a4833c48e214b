//! What anybody may hand to the verifier.

mod any_bytes;
mod containers;
mod raw;
