//! The zip of a bundle: stored, not packed, with the same bytes for the same files, whatever it is written to: nothing is gone
//! back to, so that a bundle can be sent while it is made. What a header can't know yet stands behind its file.

use std::io::Write;

use obhut_format::bundle::{self, top_folder};
use obhut_format::ids::SessionId;
use zip::result::ZipResult;
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, DateTime, ZipWriter};

/// A bundle that is being written. Dropped before its end it may write what a zip ends with: whoever takes the bytes counts on
/// [`finish`](Self::finish) alone.
pub struct BundleZip<W: Write> {
    zip: ZipWriter<StreamWriter<W>>,
    top: String,
}

impl<W: Write> std::fmt::Debug for BundleZip<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BundleZip")
            .field("top", &self.top)
            .finish_non_exhaustive()
    }
}

/// When a file was made says nothing of what is in it, and would make each bundle another.
fn options() -> SimpleFileOptions {
    SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644)
}

impl<W: Write> BundleZip<W> {
    /// Begins a bundle. A bag has a folder for its originals, also where there are none.
    pub fn new(out: W, session: SessionId) -> ZipResult<Self> {
        let mut zip = ZipWriter::new_stream(out);
        let top = top_folder(session);
        zip.add_directory(
            format!("{top}/{}", bundle::DATA),
            options().unix_permissions(0o755),
        )?;
        Ok(Self { zip, top })
    }

    /// Begins a file, which ends the one before.
    pub fn file(&mut self, path: &str) -> ZipResult<()> {
        // How long a recording is is not known before its end.
        self.zip.start_file(
            format!("{}/{path}", self.top),
            options().large_file(is_long(path)),
        )
    }

    /// The next bytes of the file.
    pub fn write(&mut self, bytes: &[u8]) -> ZipResult<()> {
        Ok(self.zip.write_all(bytes)?)
    }

    /// Ends the bundle and gives back what it was written to.
    pub fn finish(self) -> ZipResult<W> {
        Ok(self.zip.finish()?.into_inner())
    }
}

/// Whether a file may be longer than 4 GiB: a recording put together again.
fn is_long(path: &str) -> bool {
    path.starts_with(bundle::DATA) && path.contains("/original.")
}
