//! Tests of the format crate, in one program so that they link once.

#![allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that goes wrong may panic"
)]
#![allow(clippy::unwrap_used, reason = "a test that goes wrong may panic")]

mod chain;
mod fixture;
mod floe_tampering;
mod floe_vectors;
mod golden;
mod keys;
mod merkle_vectors;
mod scalars;
mod seqset;
mod tampering;
mod wycheproof_vectors;
mod xaes_vectors;
