//! What can be wrong with a container.

/// Why bytes are no container this program can read, or why a frame can't be taken from one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// The magic is missing.
    #[error("not a timeline container")]
    NotAContainer,
    /// A version this program does not know.
    #[error("timeline container version {0} is not known to this program")]
    UnknownVersion(u8),
    /// A count or a size beyond what any writer makes.
    #[error("timeline container claims more {0} than are possible")]
    TooLarge(&'static str),
    /// A method this version does not define.
    #[error("frame {frame} uses packing method {method}, which this program does not know")]
    UnknownMethod {
        /// The frame's index in the container.
        frame: usize,
        /// The method byte.
        method: u8,
    },
    /// A frame that refers to what can't be referred to.
    #[error("frame {frame} refers to {target}, which is not there or may not be referred to")]
    BadReference {
        /// The frame's index in the container.
        frame: usize,
        /// What it refers to.
        target: u64,
    },
    /// The bytes end before the head or the frames do.
    #[error("timeline container is cut short")]
    Truncated,
    /// Bytes follow the last frame.
    #[error("timeline container has bytes after its last frame")]
    Trailing,
    /// An index at or past the count.
    #[error("timeline container has no frame {0}")]
    NoSuchFrame(usize),
    /// The head's bytes are not those that were written.
    #[error("the head of the timeline container is damaged")]
    Head,
    /// A group's bytes are not those that were written.
    #[error("group {0} of the timeline container is damaged")]
    Group(usize),
    /// A part of a group says what no writer writes.
    #[error("the {0} of a group of the timeline container are damaged")]
    Part(&'static str),
    /// What came out is not the file that was packed.
    #[error("frame {0} does not come back as it was packed")]
    Frame(usize),
    /// The frame's bytes have not been supplied.
    #[error("the bytes that frame {0} needs were not supplied")]
    Missing(usize),
    /// The frame was kept as a file, which this crate does not decode.
    #[error("frame {0} has no packed pixels; decode its file")]
    NoPixels(usize),
}

impl From<crate::v1::ContainerError> for Damage {
    fn from(error: crate::v1::ContainerError) -> Self {
        use crate::v1::ContainerError as V1;
        match error {
            V1::NotAContainer => Self::NotAContainer,
            V1::UnknownVersion(version) => Self::UnknownVersion(version),
            V1::TooManyFrames(_) => Self::TooLarge("frames"),
            V1::UnknownMethod { frame, method } => Self::UnknownMethod {
                frame: frame as usize,
                method,
            },
            V1::BadReference { frame, target } => Self::BadReference {
                frame: frame as usize,
                target,
            },
            V1::Truncated => Self::Truncated,
            V1::Trailing => Self::Trailing,
            V1::NoSuchFrame(index) => Self::NoSuchFrame(index),
        }
    }
}
