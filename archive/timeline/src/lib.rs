//! Reversible packing of screenshot timelines: a run of image files in, one container out, every file back bit for bit.
//!
//! Screenshots repeat each other, and their files hide it: PNG and JPEG end in an entropy coding in which one changed pixel changes
//! everything behind it. [`Packer`] undoes that coding reversibly, keeps what no earlier frame had once, and describes each frame as
//! pieces of what is kept. [`Unpacker`] gives any frame's exact [`Pixels`], or its file as it was, without decoding the frames before it.
//!
//! ```
//! use obhut_timeline::{Packer, Unpacker};
//!
//! # let (first, second) = (&b"..."[..], &b"...."[..]);
//! let mut packer = Packer::new();
//! packer.push(first)?;
//! packer.push(second)?;
//! let packed = packer.finish();
//!
//! let mut unpacker = Unpacker::whole(&packed.container)?;
//! assert_eq!(unpacker.file(1)?, second);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! This crate is pure: bytes in, bytes out, no I/O, no clock, no threads, no keys. The container is versioned and describes itself
//! (`docs/format/timeline.md`); [`v1`], which holds files as they came, is read for ever.
//!
//! # How it works
//!
//! 1. **Apart.** A PNG is inflated with `preflate`, which notes how its encoder did it, and unfiltered; a JPEG (sequential, Huffman) is decoded to
//!    its quantised coefficients (other JPEG files are packed each for itself, by Lepton). What makes the file more than its samples goes into a *side record*, some hundred bytes as a rule. Everything else
//!    is kept as it came, or compressed as a whole where that helps.
//! 2. **Seen before?** Row by row, samples are looked for at the same place in the frame before, where the row above came from (scrolling), and in
//!    a table of everything the group holds. The answer is the frame's *map*: runs of addresses in the group's *content*.
//!    Maps refer to maps, content to nothing: a frame is one step from its samples, however long its history.
//! 3. **New.** What nothing held is appended to the content. Letters and flat areas go to one Zstandard stream; cells that look like photographs
//!    through a predictor, where that is smaller; JPEG coefficients through an arithmetic coder with their neighbours as context.
//! 4. **Checked.** Each file is put together again and compared before it is accepted, and each finished group is read back from its
//!    bytes as a reader would, and compared. What differs is kept as it came: that is no error, and [`Container::methods`] says so.
//!
//! # What is refused, and what is promised
//!
//! No file makes [`Packer`] fail, panic or exceed its memory: what is beyond [`limits`], or not what it claims to be, is kept as it
//! came. Every frame has a check of its own, every group and the head one of theirs: a damaged container gives a [`Damage`] that says
//! what is damaged, never wrong bytes. These checks are against accidents; against forgers, keep containers in something authenticated. The reconstruction of
//! deflate streams (PNG files, not pixels) trusts a container whose checks are right.
//!
//! # Memory
//!
//! Besides the files and the container themselves, at the [`limits`]: a packer has at most one group open (48 MiB of content, 30 MB of
//! tables and maps, 16 MiB of streams) and one file taken apart (twice 48 MiB of samples, 80 MB of deflate tokens), and 64 MB while Zstandard
//! compresses: below 300 MB for what encoders write; a deflate stream made of nothing but empty blocks can take 100 MB more. An unpacker has a group's bytes, 48 MiB of content, 48 MiB of samples, 16 MiB for Zstandard's
//! window: below 150 MB for pixels. Screens of 1920 × 1080 take much less; the README has what was measured.
#![allow(
    clippy::cast_possible_truncation,
    reason = "sizes are bounded by `limits` before they are narrowed"
)]

mod bytes;
mod error;
mod group;
mod head;
mod jpeg;
pub mod limits;
mod packer;
mod pixels;
mod plane;
mod png;
mod rc;
mod unpacker;
pub mod v1;
mod zst;

pub use error::Damage;
pub use head::{HEAD_START, Head, Method, VERSION};
pub use packer::{Container, Packer, TooManyFrames};
pub use pixels::{Colour, Pixels};
pub use unpacker::{Unpacker, WholeUnpacker};
pub use v1::MAX_FRAMES;
