//! What the commands and the control router say to each other. Both ends are one program, so this is no public
//! contract; the path carries a version, so that an older server refuses a newer command by name.

use obhut_archive::{BackupMade, ExportApprovals};
use obhut_evidence::Exported;
use obhut_format::chain::{SealHow, SessionKind, StreamKind};
use obhut_format::ids::{DeviceId, ExportId, HoldId, Seq, SessionId, StreamNo, TenantId, UserId};
use obhut_format::time::UtcMicros;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::failure::Failure;

/// The tenant that is meant when none is named.
pub(crate) const DEFAULT_TENANT: &str = "default";

/// The header that carries a [`FrameHead`]: its JSON in base64, because file names hold any character.
pub(crate) const FRAME_HEAD: &str = "obhut-frame";

/// A tenant.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct TenantEntry {
    pub tenant: TenantId,
    pub name: String,
    pub created_at: UtcMicros,
}

/// A tenant to add.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct AddTenant {
    pub name: String,
}

/// A device.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct DeviceEntry {
    pub device: DeviceId,
    pub name: String,
    pub tenant: String,
    pub created_at: UtcMicros,
    pub revoked_at: Option<UtcMicros>,
}

/// A device, by name or id.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct NameDevice {
    pub tenant: String,
    pub device: String,
}

/// A device with its token, which is shown this once.
#[derive(Serialize, Deserialize)]
pub(crate) struct NewDevice {
    pub device: DeviceId,
    pub token: String,
}

/// A user to add.
#[derive(Serialize, Deserialize)]
pub(crate) struct AddUser {
    pub name: String,
    pub roles: Vec<String>,
    /// By name; none is every tenant.
    pub tenants: Vec<String>,
    /// Without one a one-time password is made.
    pub password: Option<String>,
}

/// A user's roles, all of them.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct SetRoles {
    pub name: String,
    pub roles: Vec<String>,
    pub tenants: Vec<String>,
}

/// A user, by name.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct NameUser {
    pub name: String,
}

/// A user.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct UserEntry {
    pub user: UserId,
    pub name: String,
    pub roles: Vec<RoleEntry>,
    pub must_change_password: bool,
    pub created_at: UtcMicros,
    pub disabled_at: Option<UtcMicros>,
}

/// A role, and the tenant in which it holds; without one everywhere.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct RoleEntry {
    pub role: String,
    pub tenant: Option<String>,
}

/// A user with their one-time password, which is shown this once; none where they have one of their own.
#[derive(Serialize, Deserialize)]
pub(crate) struct NewPassword {
    #[serde(flatten)]
    pub user: UserEntry,
    pub password: Option<String>,
}

/// A hold to place.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PlaceHold {
    pub session: SessionId,
    pub reason: String,
    pub owner: Option<String>,
    pub review: Option<String>,
}

/// A session, by id.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct NameSession {
    pub session: SessionId,
}

/// A hold to release: one, or all of its session.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ReleaseHolds {
    pub session: SessionId,
    pub hold: Option<HoldId>,
    pub reason: Option<String>,
}

/// Which page of a tenant's holds.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct AskHolds {
    pub tenant: String,
    /// The last hold of the page before.
    pub after: Option<HoldPlace>,
}

/// What of a hold says where it is in the list.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct HoldPlace {
    pub hold: HoldId,
    pub review: Option<String>,
    pub released_at: Option<UtcMicros>,
}

/// A page of holds.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct HoldEntries {
    pub holds: Vec<HoldEntry>,
    pub next: Option<HoldPlace>,
}

/// A hold. What is sealed of it is null where its month's key was destroyed.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct HoldEntry {
    pub hold: HoldId,
    pub session: SessionId,
    pub placed_at: UtcMicros,
    pub placed_by: Option<String>,
    pub reason: Option<String>,
    pub owner: Option<String>,
    pub review: Option<String>,
    pub released_at: Option<UtcMicros>,
    pub released_by: Option<String>,
    pub release_reason: Option<String>,
}

/// How many holds a session was released from.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Released {
    pub session: SessionId,
    pub released: u64,
}

/// A retention class to add; without days it deletes at once.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct AddClass {
    pub tenant: String,
    pub name: String,
    pub days: Option<u32>,
}

/// A retention class, and whose sessions get it that name none.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ClassEntry {
    pub name: String,
    pub tenant: String,
    pub days: Option<u32>,
    pub version: u32,
    pub since: UtcMicros,
    /// Whether it is the tenant's.
    pub default: bool,
    /// Devices that have it, by name.
    pub devices: Vec<String>,
}

/// Which class sessions are to get: a device's, or without one a tenant's. No class: the device has none of its own any more.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ChooseClass {
    pub tenant: String,
    pub device: Option<String>,
    pub class: Option<String>,
}

/// The fewest days that a tenant's classes may keep sessions.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct MinimumDays {
    pub tenant: String,
    pub days: u32,
}

/// A tenant's policy.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PolicyEntry {
    pub tenant: String,
    pub default_class: String,
    pub minimum_days: u32,
    pub access_days: u32,
    pub export_approvals: ExportApprovals,
}

/// For how many days it is kept who looked.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct AccessDays {
    pub tenant: String,
    pub days: u32,
}

/// What of a tenant's policy is to be shown, or changed where a value is given.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct AskPolicy {
    pub tenant: String,
    pub export_approvals: Option<ExportApprovals>,
}

/// What is due, and when; now, where it is not said.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct AskPlan {
    pub tenant: Option<String>,
    pub at: Option<UtcMicros>,
    /// The end of the page before; its instant is the deadline.
    pub after: Option<PageEnd>,
}

/// A page of what is due.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct DuePage {
    pub at: UtcMicros,
    /// Months of which it is kept who looked; with the first page of a tenant.
    pub months: Vec<MonthEntry>,
    pub due: Vec<DueEntry>,
    pub next: Option<PageEnd>,
}

/// A session that is due, and whether it goes.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct DueEntry {
    pub session: SessionId,
    pub tenant: String,
    pub class: String,
    pub days: Option<u32>,
    pub ended_at: Option<UtcMicros>,
    pub retain_until: Option<UtcMicros>,
    pub verdict: String,
    pub reasons: Vec<DueReason>,
}

/// A month that is over, and whether it is forgotten who looked in it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct MonthEntry {
    pub month: String,
    pub tenant: String,
    pub verdict: String,
    pub reasons: Vec<DueReason>,
}

/// Why a session goes, or stays.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct DueReason {
    pub rule: String,
    pub says: String,
}

/// A part of a run: what became of the sessions that were met.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct RunRound {
    pub outcomes: Vec<RunOutcome>,
    /// Due sessions that holds keep.
    pub held: u64,
    /// Months of which it was forgotten who looked.
    pub expired: Vec<MonthExpired>,
    /// Whether there is more to do.
    pub more: bool,
    /// What stopped it, or kept it from seeing everything.
    pub stopped: Option<Failure>,
}

/// A file of the intake log.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct IntakeFileEntry {
    pub file: String,
    pub bytes: u64,
    /// Frames that are still to be packed.
    pub waiting: u64,
    /// Frames of sessions that nobody knows, or that can't be gone on with.
    pub strays: u64,
    /// Whether acknowledged bytes in it are damaged.
    pub damaged: bool,
    /// Whether it stays until somebody discards it.
    pub stuck: bool,
}

/// A file of the intake log to discard.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct DiscardFile {
    pub file: u64,
}

/// A month of which nobody can be told any more who looked.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct MonthExpired {
    pub tenant: TenantId,
    pub month: String,
}

/// What became of a session: `deleted`, `waiting` or `failed`.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct RunOutcome {
    pub session: SessionId,
    pub outcome: String,
    /// The number of the ledger leaf that says it is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tombstone: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// Which certificates to list: those of a tenant from a ledger leaf on.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct AskCertificates {
    pub tenant: String,
    pub from: u64,
}

/// A page of certificates.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct CertificatePage {
    pub certificates: Vec<CertificateEntry>,
    pub next: Option<u64>,
}

/// A certificate: the signed line, and the same to print.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct CertificateEntry {
    pub session: SessionId,
    pub class: String,
    pub ended_at: UtcMicros,
    pub deleted_at: UtcMicros,
    pub tombstone: u64,
    pub line: String,
    pub html: String,
}

/// Which key to rotate.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "key", rename_all = "lowercase")]
pub(crate) enum RotateKey {
    Root,
    Kek { tenant: String },
}

/// What a rotation did.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Rotated {
    pub key: String,
    pub tenant: Option<String>,
    pub version: u32,
    pub rewrapped: u64,
}

/// A public key.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct KeyEntry {
    pub purpose: String,
    pub id: String,
    pub public_key: String,
    pub algorithm: String,
}

/// Which sessions to list.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct ListSessions {
    pub tenant: Option<String>,
    pub device: Option<String>,
    pub state: Option<String>,
    /// The end of the page before.
    pub after: Option<PageEnd>,
}

/// A page of sessions.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct SessionPage {
    pub sessions: Vec<SessionEntry>,
    pub next: Option<PageEnd>,
}

/// The place of a page's last session in the list.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct PageEnd {
    pub tenant: TenantId,
    pub opened_at: UtcMicros,
    pub session: SessionId,
}

/// A session, as it is listed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct SessionEntry {
    pub session: SessionId,
    pub tenant: String,
    pub device: DeviceId,
    pub kind: SessionKind,
    pub class: String,
    pub state: String,
    pub how: Option<SealHow>,
    pub started_at: UtcMicros,
    pub ended_at: Option<UtcMicros>,
    pub frames: u64,
    /// Of the frames, those that still wait in the intake log.
    pub waiting: u64,
    pub original_bytes: u64,
    pub stored_bytes: u64,
    pub methods: Methods,
    /// Until when it is kept.
    pub retain_until: Option<UtcMicros>,
    pub hold: bool,
}

/// How many frames are held in which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Methods {
    pub stored: u64,
    pub duplicate: u64,
}

/// A session to import into.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct OpenImport {
    pub tenant: String,
    pub device: String,
    pub kind: SessionKind,
    pub class: Option<String>,
    pub started_at: UtcMicros,
    pub streams: Vec<OpenStream>,
    pub description: Map<String, Value>,
}

/// A stream of it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct OpenStream {
    pub n: StreamNo,
    pub kind: StreamKind,
    pub name: Option<String>,
}

/// The session that was opened.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct OpenedImport {
    pub tenant: TenantId,
    pub session: SessionId,
}

/// What is said of a frame beside its bytes.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct FrameHead {
    pub at: UtcMicros,
    pub name: Option<String>,
    #[serde(rename = "type")]
    pub media_type: String,
    pub cut: bool,
}

/// How an import ends.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct SealImport {
    pub how: SealHow,
    pub trusted_end: Option<UtcMicros>,
}

/// How far a seal is.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct SealProgress {
    pub sealed: bool,
    /// Frames of the archive that wait to be packed.
    pub waiting: u64,
}

/// What to restore, and why.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct RestoreRequest {
    pub session: SessionId,
    pub stream: Option<StreamNo>,
    pub purpose: String,
    pub case: Option<String>,
}

/// A line of an answer that comes in parts.
pub(crate) trait PartLine {
    /// How many bytes follow it.
    fn bytes_behind(&self) -> u64;
}

/// A restore's answer is a row of these, each on a line of its own; a frame's bytes follow its line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "t", rename_all = "lowercase")]
pub(crate) enum RestoreLine {
    /// First: folders that were imported empty.
    Folders { empty: Vec<String> },
    /// A stream's frames follow.
    Stream {
        n: StreamNo,
        kind: StreamKind,
        name: Option<String>,
    },
    /// A frame, or a block of a recording or attachment.
    Frame {
        seq: Seq,
        at: UtcMicros,
        name: Option<String>,
        #[serde(rename = "type")]
        media_type: String,
        bytes: u64,
    },
    /// Something that is stored but does not check.
    Damage { what: String },
    /// Last: everything was sent.
    End,
}

impl PartLine for RestoreLine {
    fn bytes_behind(&self) -> u64 {
        match self {
            Self::Frame { bytes, .. } => *bytes,
            _ => 0,
        }
    }
}

/// What to export, and why.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ExportAsk {
    pub session: SessionId,
    pub purpose: String,
    pub case: Option<String>,
    /// Whether to leave out what is damaged.
    pub damaged: bool,
    /// Instead of why and for which matter: the request that says it.
    pub request: Option<ExportId>,
}

/// An export's answer is a row of these, each on a line of its own.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "t", rename_all = "lowercase")]
pub(crate) enum ExportLine {
    /// A file of the bundle begins.
    File { path: String },
    /// So many bytes of it follow.
    Bytes { bytes: u64 },
    /// Something is damaged, and was left out as was asked for.
    Damage { what: String },
    /// Last: it came to nothing, and what was sent is worth nothing.
    Failed { failure: Failure },
    /// Last: everything was sent.
    End { exported: Exported },
}

impl PartLine for ExportLine {
    fn bytes_behind(&self) -> u64 {
        match self {
            Self::Bytes { bytes } => *bytes,
            _ => 0,
        }
    }
}

/// A backup to make.
#[derive(Serialize, Deserialize)]
pub(crate) struct BackupAsk {
    pub to: BackupTo,
    /// For how many days it is to be kept.
    pub days: u32,
    pub root_key: bool,
    /// The configuration file that the command was called with.
    pub configuration: Option<String>,
}

/// Who can open a backup.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum BackupTo {
    Recipients(Vec<String>),
    Passphrase(String),
}

/// A backup's answer is a row of these, each on a line of its own.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "t", rename_all = "lowercase")]
pub(crate) enum BackupLine {
    /// So many encrypted bytes follow.
    Bytes { bytes: u64 },
    /// Last: it came to nothing, and what was sent is worth nothing.
    Failed { failure: Failure },
    /// Last: everything was sent.
    End { made: BackupMade },
}

impl PartLine for BackupLine {
    fn bytes_behind(&self) -> u64 {
        match self {
            Self::Bytes { bytes } => *bytes,
            _ => 0,
        }
    }
}
