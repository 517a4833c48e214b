//! The byte formats of an Obhut archive.
//!
//! Everything here is a function of its arguments: no I/O, no clock, no randomness of its own. A stranger can rebuild
//! the verifier from this crate, or from the pages in `docs/format` alone.
//!
//! | module | owns |
//! |---|---|
//! | [`ids`], [`time`], [`digest`] | the scalar types that every format shares, with one spelling each |
//! | [`key`], [`xaes`], [`aad`] | session keys, key wrapping, and what each ciphertext is bound to |
//! | [`floe`] | sealing of segments and intake records (C2SP FLOE) |
//! | [`record`], [`payload`] | what stands inside a sealed segment |
//! | [`chain`], [`seqset`] | the lines of a session's chain |
//! | [`merkle`], [`ledger`], [`checkpoint`] | RFC 6962 trees, ledger leaves, signed tree heads |
//! | [`sign`], [`note`], [`sshsig`] | Ed25519 keys, receipts, C2SP signed notes, signatures that OpenSSH checks |
//! | [`bundle`] | the files of an evidence bundle |
//! | [`object_key`] | names of objects |
//!
//! Absent on purpose: reading files, asking for the time, choosing where something is stored, and any parser that
//! accepts two spellings of one value. What a parser accepts, its encoder writes again byte for byte.

#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

pub mod aad;
pub mod backup;
pub mod bundle;
pub mod certificate;
pub mod chain;
pub mod checkpoint;
pub mod digest;
pub mod floe;
pub mod ids;
pub mod key;
pub mod ledger;
pub mod line;
pub mod merkle;
pub mod note;
pub mod object_key;
pub mod payload;
pub mod random;
pub mod record;
pub mod seqset;
pub mod sign;
pub mod sshsig;
pub mod time;
pub mod xaes;

pub use random::Random;
