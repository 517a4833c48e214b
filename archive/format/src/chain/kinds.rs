//! The small vocabularies of chain lines.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The word is not in the vocabulary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("unknown {0}")]
pub struct UnknownWord(&'static str);

macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $what:literal { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $word)] $variant),+ }

        impl $name {
            /// Every word.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Its spelling.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = $crate::chain::UnknownWord;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text { $($word => Ok(Self::$variant),)+ _ => Err($crate::chain::UnknownWord::of($what)) }
            }
        }
    };
}
pub(crate) use words;

impl UnknownWord {
    pub(crate) const fn of(what: &'static str) -> Self {
        Self(what)
    }
}

words!(
    /// Why a session was recorded.
    SessionKind, "session kind" {
        /// A workplace is watched over.
        Monitoring = "monitoring",
        /// Remote support.
        Support = "support",
        /// A meeting.
        Meeting = "meeting",
        /// A training.
        Training = "training",
    }
);

words!(
    /// What a stream and its segments hold.
    StreamKind, "stream kind" {
        /// Screenshots of one screen.
        Timeline = "timeline",
        /// One recording in its original container.
        Recording = "recording",
        /// A file that is neither.
        Attachment = "attachment",
    }
);

words!(
    /// How a session ended.
    SealHow, "way to seal" {
        /// The agent sealed it.
        Sealed = "sealed",
        /// The server sealed it after silence.
        Lost = "lost",
        /// An import sealed it.
        Imported = "imported",
    }
);
