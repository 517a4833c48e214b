//! A bundle that is written until it is whole.

use std::fs::File;
use std::io::{self, BufWriter};
use std::path::Path;

use obhut_evidence::BundleZip;
use obhut_format::ids::SessionId;

use crate::cmd::partial::Place;
use crate::failure::Failure;

/// Written in one go.
const BUFFER: usize = 1 << 20;

/// A bundle that is being written.
#[derive(Debug)]
pub(super) struct PartialBundle {
    zip: BundleZip<BufWriter<File>>,
    place: Place,
}

impl PartialBundle {
    /// Makes the file.
    pub(super) fn begin(place: &Path, session: SessionId) -> Result<Self, Failure> {
        let (file, place) = Place::begin(place, "--out")?;
        let zip = BundleZip::new(BufWriter::with_capacity(BUFFER, file), session)
            .map_err(|error| place.cannot_write(&error.into()))?;
        Ok(Self { zip, place })
    }

    pub(super) fn file(&mut self, path: &str) -> Result<(), Failure> {
        self.zip
            .file(path)
            .map_err(|error| self.place.cannot_write(&error.into()))
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.zip
            .write(bytes)
            .map_err(|error| self.place.cannot_write(&error.into()))
    }

    /// Makes it durable and gives it its name, never the name of another.
    pub(super) fn finish(self) -> Result<(), Failure> {
        let Self { zip, place } = self;
        let file = zip.finish().map_err(io::Error::from).and_then(|buffer| {
            let buffer: BufWriter<File> = buffer;
            buffer.into_inner().map_err(io::IntoInnerError::into_error)
        });
        match file {
            Ok(file) => place.put(&file),
            Err(error) => Err(place.cannot_write(&error)),
        }
    }
}
