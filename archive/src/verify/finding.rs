//! What `verify` says: findings, and totals at the end.

use obhut_format::ids::{SegmentNo, Seq, SessionId, StreamNo};

/// What is wrong, in one word that scripts can match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FindingKind {
    /// An object that a chain line or the ledger names is not there.
    ObjectMissing,
    /// An object's bytes are not those that are named.
    ObjectDamaged,
    /// An object that nothing names, and that no crash explains.
    ObjectUnknown,
    /// An object that nothing names and that a crash explains; it goes by itself and is no damage.
    Orphan,
    /// A chain line is missing, damaged, or does not link.
    Chain,
    /// A catalog row says something else than the chain.
    Index,
    /// A session's row says something else than its chain or the ledger.
    Session,
    /// A wrapped key is missing or does not open.
    Key,
    /// A session's sealed description is damaged.
    Description,
    /// A segment's records or container are damaged.
    Records,
    /// A frame's original bytes are not those its record names.
    Frame,
    /// A ledger leaf is missing or damaged.
    LedgerLeaf,
    /// The signed tree head does not match the leaves.
    LedgerHead,
    /// The ledger's copy in object storage does not match it.
    LedgerCopy,
    /// A tenant, class, policy, device or token row says something else than the ledger.
    Register,
    /// An access record's row says something else than the ledger.
    Access,
    /// An event's row says something else than the ledger.
    Event,
    /// A hold's row says something else than the ledger.
    Hold,
    /// An export's row says something else than the ledger.
    Export,
    /// The catalog's file breaks its own rules: a page, an index, a constraint, a reference between rows.
    Catalog,
    /// A certificate of a deletion, or the row of one under way, is missing or says something else than the ledger.
    Certificate,
    /// A session that was deleted, with its tombstone and certificate: what is missing of it is explained, and no damage.
    Tombstone,
    /// A session whose key was lost when the archive was recovered from a backup: explained, and no damage.
    Lost,
    /// The intake log is damaged, or holds what belongs to nothing.
    Intake,
}

impl serde::Serialize for FindingKind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl FindingKind {
    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ObjectMissing => "object-missing",
            Self::ObjectDamaged => "object-damaged",
            Self::ObjectUnknown => "object-unknown",
            Self::Orphan => "orphan",
            Self::Chain => "chain",
            Self::Index => "index",
            Self::Session => "session",
            Self::Key => "key",
            Self::Description => "description",
            Self::Records => "records",
            Self::Frame => "frame",
            Self::LedgerLeaf => "ledger-leaf",
            Self::LedgerHead => "ledger-head",
            Self::LedgerCopy => "ledger-copy",
            Self::Register => "register",
            Self::Access => "access",
            Self::Event => "event",
            Self::Hold => "hold",
            Self::Export => "export",
            Self::Catalog => "catalog",
            Self::Certificate => "certificate",
            Self::Tombstone => "tombstone",
            Self::Lost => "lost",
            Self::Intake => "intake",
        }
    }
}

/// One finding, and where.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Finding {
    /// What is wrong.
    pub kind: FindingKind,
    /// The session it is in.
    pub session: Option<SessionId>,
    /// The stream it is in.
    pub stream: Option<StreamNo>,
    /// The segment it is in.
    pub segment: Option<SegmentNo>,
    /// The object, row or file, by name.
    pub object: Option<String>,
    /// The frame.
    pub frame: Option<Seq>,
    /// What exactly.
    pub what: String,
}

impl Finding {
    /// A finding that is not about a session.
    pub(crate) fn new(kind: FindingKind, object: impl Into<String>, what: impl std::fmt::Display) -> Self {
        Self {
            kind,
            session: None,
            stream: None,
            segment: None,
            object: Some(object.into()),
            frame: None,
            what: what.to_string(),
        }
    }

    /// The session it is in.
    pub(crate) fn in_session(mut self, session: SessionId) -> Self {
        self.session = Some(session);
        self
    }

    /// The segment it is in.
    pub(crate) fn in_segment(mut self, stream: StreamNo, segment: SegmentNo) -> Self {
        self.stream = Some(stream);
        self.segment = Some(segment);
        self
    }

    /// The frame it is in.
    pub(crate) fn at_frame(mut self, frame: Seq) -> Self {
        self.frame = Some(frame);
        self
    }

    /// Whether it is damage; an orphan is not, nor are a tombstone and a session that was lost in a recovery.
    pub fn is_damage(&self) -> bool {
        !matches!(
            self.kind,
            FindingKind::Orphan | FindingKind::Tombstone | FindingKind::Lost
        )
    }
}

/// What was looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Totals {
    /// Tenants.
    pub tenants: u64,
    /// Sessions.
    pub sessions: u64,
    /// Chain lines.
    pub lines: u64,
    /// Segment objects.
    pub segments: u64,
    /// Frames and blocks in committed segments.
    pub frames: u64,
    /// Object bytes read.
    pub bytes: u64,
    /// Ledger leaves.
    pub leaves: u64,
    /// Frames that wait in the intake log to be packed.
    pub waiting: u64,
    /// Findings that are damage.
    pub damage: u64,
    /// Orphans.
    pub orphans: u64,
    /// Sessions that were deleted, each with its tombstone.
    #[serde(default)]
    pub deleted: u64,
    /// Sessions whose keys were lost when the archive was recovered.
    #[serde(default)]
    pub lost: u64,
}
