//! Evidence bundles: a session, everything that proves it, and how to check it without us.
//!
//! Owns what stands in a bundle and in which order it is made. Refuses to read anything without a record of it, to give
//! out damaged originals without saying so, and to sign what it has not read itself. The checking of bundles is
//! `obhut-evidence-verify`'s, which knows neither this crate nor the archive.
//!
//! [`export`] makes the files one after another; [`BundleZip`] writes them down. The two may be in different processes:
//! what is signed is made where the keys are.

mod blocks;
mod export;
mod instructions;
mod pages;
mod pen;
mod proofs;
mod taken;
mod zipped;

pub use export::{Exported, export};
pub use pen::Part;
pub use zipped::BundleZip;

use obhut_archive::{ExportRefused, ReadError};

/// Why there is no bundle.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// Nothing allows it.
    #[error(transparent)]
    Refused(ExportRefused),
    /// Something can't be read, or may not be.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// Originals are damaged, and nobody asked for a bundle without them.
    #[error("{place}: {error}")]
    Damaged {
        /// Where.
        place: String,
        /// What is wrong.
        error: ReadError,
    },
    /// Whoever takes the bundle went away.
    #[error("whoever asked for the bundle went away")]
    HungUp,
}

impl From<ExportRefused> for ExportError {
    fn from(refused: ExportRefused) -> Self {
        match refused {
            ExportRefused::Read(error) => Self::Read(error),
            refused => Self::Refused(refused),
        }
    }
}
