//! Planes of samples, and what in them has been seen before.
//!
//! A *plane* is a grid of *units*: pixels of a PNG, or blocks of coefficients of a JPEG's component. The units that nothing earlier
//! holds are the group's *content*, kept once. A frame is then a *map*: for each row, runs of addresses in the content. So a
//! frame is never further than one step from its bytes, whatever it was derived from. Maps are written as *operations*:
//! copy a piece of the map of an earlier frame, or take the next new units.

pub(crate) mod blocks;
mod find;
mod map;
mod ops;
pub(crate) mod picture;

pub(crate) use find::Finder;
pub(crate) use map::{Maps, Span};
pub(crate) use ops::OpStreams;

/// The raw samples of one plane.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Plane {
    /// Units in a row.
    pub(crate) width: u32,
    /// Rows.
    pub(crate) height: u32,
    /// Bytes of a unit.
    pub(crate) unit: usize,
    /// `width × height × unit` bytes, row by row.
    pub(crate) data: Vec<u8>,
}

impl Plane {
    pub(crate) fn row_bytes(&self) -> usize {
        self.width as usize * self.unit
    }

    pub(crate) fn row(&self, y: u32) -> &[u8] {
        let row = self.row_bytes();
        &self.data[y as usize * row..][..row]
    }
}
