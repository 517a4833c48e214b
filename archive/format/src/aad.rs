//! What each ciphertext is bound to.
//!
//! An AAD is ASCII: `obhut/1`, then the parts, one space between. Ids are lower-case and hyphenated, numbers decimal.
//! A ciphertext moved to another place no longer opens.

use std::fmt;

use crate::chain::StreamKind;
use crate::ids::{SegmentNo, Seq, SessionId, StreamNo, TenantId};

/// Additional authenticated data in its only spelling.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Aad(String);

impl Aad {
    /// The bytes that go into the AEAD.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// The same as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl AsRef<[u8]> for Aad {
    fn as_ref(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl fmt::Display for Aad {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A segment's object: `obhut/1 <tenant> <session> <stream> <segment> <kind>`.
pub fn segment(
    tenant: TenantId,
    session: SessionId,
    stream: StreamNo,
    segment: SegmentNo,
    kind: StreamKind,
) -> Aad {
    Aad(format!("obhut/1 {tenant} {session} {stream} {segment} {kind}"))
}

/// A record in the intake log: `obhut/1 <tenant> <session> <stream> <seq> intake`.
pub fn intake(tenant: TenantId, session: SessionId, stream: StreamNo, seq: Seq) -> Aad {
    Aad(format!("obhut/1 {tenant} {session} {stream} {seq} intake"))
}

/// A session's DEK wrapped by the tenant's KEK: `obhut/1 <tenant> <session> <kek version> dek`.
pub fn dek(tenant: TenantId, session: SessionId, kek_version: u32) -> Aad {
    Aad(format!("obhut/1 {tenant} {session} {kek_version} dek"))
}

/// A tenant's KEK wrapped by the root key: `obhut/1 <tenant> <kek version> <root version> kek`.
pub fn kek(tenant: TenantId, kek_version: u32, root_version: u32) -> Aad {
    Aad(format!("obhut/1 {tenant} {kek_version} {root_version} kek"))
}

/// A tenant's detail key of a period (`2026-11`): `obhut/1 <tenant> <period> <kek version> detail-key`.
pub fn detail_key(tenant: TenantId, period: &str, kek_version: u32) -> Aad {
    Aad(format!("obhut/1 {tenant} {period} {kek_version} detail-key"))
}

/// A signing key's seed wrapped by the root key: `obhut/1 <name> <root version> signing`.
pub fn signing(name: &str, root_version: u32) -> Aad {
    Aad(format!("obhut/1 {name} {root_version} signing"))
}

/// What describes a session, sealed under its DEK: `obhut/1 <tenant> <session> <what>`.
pub fn describe(tenant: TenantId, session: SessionId, what: &str) -> Aad {
    Aad(format!("obhut/1 {tenant} {session} {what}"))
}

/// A ledger leaf's salt and detail, sealed under the detail key: `obhut/1 <tenant> <n> leaf`.
pub fn leaf(tenant: TenantId, n: u64) -> Aad {
    Aad(format!("obhut/1 {tenant} {n} leaf"))
}
