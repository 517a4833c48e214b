//! Following a chain line by line.

use thiserror::Error;

use super::{ChainLine, link};
use crate::digest::Link;
use crate::ids::{SessionId, TenantId};
use crate::line::LineError;

/// Why a line does not continue a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ChainError {
    /// The line itself is refused.
    #[error("line {n}: {error}")]
    Line {
        /// The number it should have.
        n: u64,
        /// Why.
        error: LineError,
    },
    /// A line is missing, doubled or out of order.
    #[error("line {expected} expected, found {found}")]
    Number {
        /// The number it should have.
        expected: u64,
        /// The number it has.
        found: u64,
    },
    /// The line before it is another one.
    #[error("line {n} does not link to the line before it")]
    Link {
        /// Its number.
        n: u64,
    },
    /// The line belongs to another session or tenant.
    #[error("line {n} belongs to another session")]
    OtherSession {
        /// Its number.
        n: u64,
    },
    /// The sealing line was not the last.
    #[error("line {n} stands after the sealing line")]
    AfterSeal {
        /// The number it would have.
        n: u64,
    },
    /// There is no sealing line.
    #[error("no sealing line after {lines} lines")]
    NotSealed {
        /// How many lines there are.
        lines: u64,
    },
}

/// Where in a chain a reader stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ChainState {
    owner: Option<(TenantId, SessionId)>,
    next: u64,
    head: Link0,
    sealed: bool,
}

/// A link that starts as [`Link::ZERO`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Link0(Link);

impl Default for Link0 {
    fn default() -> Self {
        Self(Link::ZERO)
    }
}

impl ChainState {
    /// Before line 0.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next line (without newline), if it continues the chain.
    pub fn follow(&mut self, bytes: &[u8]) -> Result<ChainLine, ChainError> {
        let n = self.next;
        if self.sealed {
            return Err(ChainError::AfterSeal { n });
        }
        let line = ChainLine::parse(bytes).map_err(|error| ChainError::Line { n, error })?;
        if line.n() != n {
            return Err(ChainError::Number {
                expected: n,
                found: line.n(),
            });
        }
        let owner = (line.tenant(), line.session());
        if self.owner.is_some_and(|expected| expected != owner) {
            return Err(ChainError::OtherSession { n });
        }
        if line.prev() != self.head.0 {
            return Err(ChainError::Link { n });
        }
        *self = Self {
            owner: Some(owner),
            next: n.saturating_add(1),
            head: Link0(link(bytes)),
            sealed: matches!(line, ChainLine::Seal(_)),
        };
        Ok(line)
    }

    /// The link of the last line; [`Link::ZERO`] before line 0.
    pub const fn head(&self) -> Link {
        self.head.0
    }

    /// How many lines there were.
    pub const fn lines(&self) -> u64 {
        self.next
    }

    /// Says whether the sealing line was read: without it the tail may have been cut.
    pub const fn finish(&self) -> Result<(), ChainError> {
        if self.sealed {
            Ok(())
        } else {
            Err(ChainError::NotSealed { lines: self.next })
        }
    }
}
