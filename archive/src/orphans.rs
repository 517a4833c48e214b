//! Objects that no chain line names: what they claim, and which of them a crash explains.
//!
//! Says, for the orphan plan of `retention`, what may go. Deletes nothing.

use obhut_format::chain::ChainLine;
use obhut_format::digest::Blake3Digest;
use obhut_format::ids::{SegmentNo, StreamNo};
use obhut_format::object_key::ObjectKey;
use obhut_format::seqset::SeqSet;

/// What an object that nothing names says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Claimed {
    /// A segment with these frames.
    Frames {
        /// Its stream.
        stream: StreamNo,
        /// Its number.
        segment: SegmentNo,
        /// Its frames.
        ranges: SeqSet,
    },
    /// An opening or sealing line: it holds no frames.
    Nothing,
    /// Not what its key says.
    Unreadable,
}

/// Reads an object's head line and checks that the object is the one it describes.
pub(crate) fn claims(key: &str, object: &[u8]) -> Claimed {
    match ObjectKey::parse(key) {
        Ok(ObjectKey::OpenLine { .. } | ObjectKey::SealLine { .. }) => match ChainLine::parse(object) {
            Ok(ChainLine::Open(_) | ChainLine::Seal(_)) => Claimed::Nothing,
            _ => Claimed::Unreadable,
        },
        Ok(ObjectKey::Segment { .. }) => {
            let Some(end) = object.iter().position(|byte| *byte == b'\n') else {
                return Claimed::Unreadable;
            };
            let (head, rest) = (&object[..end], &object[end + 1..]);
            match ChainLine::parse(head) {
                Ok(ChainLine::Segment(line))
                    if line.object == key && Blake3Digest::of(rest) == line.blake3 =>
                {
                    Claimed::Frames {
                        stream: line.stream,
                        segment: line.segment,
                        ranges: line.ranges,
                    }
                }
                _ => Claimed::Unreadable,
            }
        }
        _ => Claimed::Unreadable,
    }
}
