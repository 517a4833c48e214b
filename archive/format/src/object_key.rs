//! Names of objects: built and read here and nowhere else, from ids only.
//!
//! ```text
//! tenants/<tenant>/sessions/<session>/open.line
//! tenants/<tenant>/sessions/<session>/<stream>/<segment, 8 digits>-<object>.seg
//! tenants/<tenant>/sessions/<session>/seal.line
//! tenants/<tenant>/ledger/<first, 16 digits>-<last, 16 digits>-<object>.leaves
//! ```

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::ids::{ObjectId, SegmentNo, SessionId, StreamNo, TenantId};

/// The text names no object of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not the key of an object of this archive")]
pub struct ObjectKeyError;

/// What an object is, by its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ObjectKey {
    /// A segment: chain line, newline, FLOE ciphertext.
    Segment {
        /// The tenant.
        tenant: TenantId,
        /// The session.
        session: SessionId,
        /// The stream.
        stream: StreamNo,
        /// The segment's number in the stream.
        segment: SegmentNo,
        /// Makes the key unique.
        object: ObjectId,
    },
    /// A session's opening line.
    OpenLine {
        /// The tenant.
        tenant: TenantId,
        /// The session.
        session: SessionId,
    },
    /// A session's sealing line.
    SealLine {
        /// The tenant.
        tenant: TenantId,
        /// The session.
        session: SessionId,
    },
    /// A run of ledger leaves.
    LedgerCopy {
        /// The tenant.
        tenant: TenantId,
        /// Index of the first leaf.
        first: u64,
        /// Index of the last leaf.
        last: u64,
        /// Makes the key unique.
        object: ObjectId,
    },
}

/// The key of a segment's object.
pub fn segment(
    tenant: TenantId,
    session: SessionId,
    stream: StreamNo,
    segment: SegmentNo,
    object: ObjectId,
) -> String {
    ObjectKey::Segment {
        tenant,
        session,
        stream,
        segment,
        object,
    }
    .to_string()
}

/// The key of a session's opening line.
pub fn open_line(tenant: TenantId, session: SessionId) -> String {
    ObjectKey::OpenLine { tenant, session }.to_string()
}

/// The key of a session's sealing line.
pub fn seal_line(tenant: TenantId, session: SessionId) -> String {
    ObjectKey::SealLine { tenant, session }.to_string()
}

/// The folder of all that a session has, with the `/` at its end.
pub fn session_folder(tenant: TenantId, session: SessionId) -> String {
    format!("tenants/{tenant}/sessions/{session}/")
}

/// The key of a run of ledger leaves.
pub fn ledger_copy(tenant: TenantId, first: u64, last: u64, object: ObjectId) -> String {
    ObjectKey::LedgerCopy {
        tenant,
        first,
        last,
        object,
    }
    .to_string()
}

/// Reads a key in its only spelling.
pub fn parse(text: &str) -> Result<ObjectKey, ObjectKeyError> {
    ObjectKey::parse(text)
}

impl ObjectKey {
    /// Reads a key in its only spelling.
    pub fn parse(text: &str) -> Result<Self, ObjectKeyError> {
        let key = read(text).ok_or(ObjectKeyError)?;
        // Writing it again is the whole check of padding, leading zeros and capitals.
        if key.to_string() == text {
            Ok(key)
        } else {
            Err(ObjectKeyError)
        }
    }

    /// The tenant.
    pub const fn tenant(&self) -> TenantId {
        match *self {
            Self::Segment { tenant, .. }
            | Self::OpenLine { tenant, .. }
            | Self::SealLine { tenant, .. }
            | Self::LedgerCopy { tenant, .. } => tenant,
        }
    }
}

fn read(text: &str) -> Option<ObjectKey> {
    let mut parts = text.strip_prefix("tenants/")?.split('/');
    let tenant: TenantId = parts.next()?.parse().ok()?;
    let key = match parts.next()? {
        "sessions" => {
            let session: SessionId = parts.next()?.parse().ok()?;
            match parts.next()? {
                "open.line" => ObjectKey::OpenLine { tenant, session },
                "seal.line" => ObjectKey::SealLine { tenant, session },
                stream => {
                    let (number, object) = parts.next()?.strip_suffix(".seg")?.split_once('-')?;
                    ObjectKey::Segment {
                        tenant,
                        session,
                        stream: stream.parse().ok()?,
                        segment: SegmentNo::new(number.parse().ok()?).ok()?,
                        object: object.parse().ok()?,
                    }
                }
            }
        }
        "ledger" => {
            let mut run = parts.next()?.strip_suffix(".leaves")?.splitn(3, '-');
            let (first, last) = (digits16(run.next()?)?, digits16(run.next()?)?);
            let object = run.next()?.parse().ok()?;
            if first > last {
                return None;
            }
            ObjectKey::LedgerCopy {
                tenant,
                first,
                last,
                object,
            }
        }
        _ => return None,
    };
    if parts.next().is_none() { Some(key) } else { None }
}

fn digits16(text: &str) -> Option<u64> {
    if text.len() == 16 { text.parse().ok() } else { None }
}

impl fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Segment {
                tenant,
                session,
                stream,
                segment,
                object,
            } => {
                let segment = segment.get();
                write!(
                    f,
                    "tenants/{tenant}/sessions/{session}/{stream}/{segment:08}-{object}.seg"
                )
            }
            Self::OpenLine { tenant, session } => {
                write!(f, "tenants/{tenant}/sessions/{session}/open.line")
            }
            Self::SealLine { tenant, session } => {
                write!(f, "tenants/{tenant}/sessions/{session}/seal.line")
            }
            Self::LedgerCopy {
                tenant,
                first,
                last,
                object,
            } => {
                write!(
                    f,
                    "tenants/{tenant}/ledger/{first:016}-{last:016}-{object}.leaves"
                )
            }
        }
    }
}

impl FromStr for ObjectKey {
    type Err = ObjectKeyError;

    fn from_str(text: &str) -> Result<Self, ObjectKeyError> {
        Self::parse(text)
    }
}
