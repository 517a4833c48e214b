//! Sizes of folders, and getting ready to measure.

use std::path::Path;

use anyhow::Result;
use walkdir::WalkDir;

/// Bytes of all files in a folder.
pub(crate) fn bytes_in(folder: &Path) -> Result<u64> {
    let mut sum = 0;
    for entry in WalkDir::new(folder) {
        let entry = entry?;
        if entry.file_type().is_file() {
            sum += entry.metadata()?.len();
        }
    }
    Ok(sum)
}

/// Waits until nothing that was written before is left to be written: each measurement pays for its own bytes only.
pub(crate) fn settle() {
    rustix::fs::sync();
}

/// A count as a number to divide.
#[expect(
    clippy::cast_precision_loss,
    reason = "figures; 2^53 is more than is ever measured here"
)]
pub(crate) fn number(count: u64) -> f64 {
    count as f64
}
