//! A tenant's policy as the archive needs it: which class a session gets, and how long a class keeps it.

use obhut_format::time::{SignedMicros, UtcMicros};

/// The class every tenant starts with.
pub const DEFAULT_CLASS: &str = "default";

/// Days the default class keeps a session after its end.
pub(crate) const DEFAULT_DAYS: u32 = 30;

/// What a version of a tenant's policy says.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TenantPolicy {
    /// The retention class of sessions that name none.
    pub default_class: String,
    /// The fewest days that a class may keep sessions.
    #[serde(default)]
    pub minimum_days: u32,
    /// For how many days it is kept who looked, and why; months go whole.
    #[serde(default = "default_access_days")]
    pub access_days: u32,
    /// Whether somebody else has to approve an export before its bundle is made.
    #[serde(default)]
    pub export_approvals: ExportApprovals,
}

/// Four years: what the ordinary limitation of claims, three years from the end of the year (sections 195 and 199 BGB), may ask
/// for.
const DEFAULT_ACCESS_DAYS: u32 = 1461;

/// The fewest days for which it may be kept who looked: looks that could be forgotten at once would not be watched.
pub(crate) const LEAST_ACCESS_DAYS: u32 = 90;

fn default_access_days() -> u32 {
    DEFAULT_ACCESS_DAYS
}

/// How many people beside the one who asks have to approve an export.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub enum ExportApprovals {
    /// Nobody.
    #[default]
    None,
    /// One.
    One,
}

impl From<ExportApprovals> for u8 {
    fn from(approvals: ExportApprovals) -> Self {
        match approvals {
            ExportApprovals::None => 0,
            ExportApprovals::One => 1,
        }
    }
}

/// A number of approvals that nothing can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("approvals of an export are 0 or 1")]
pub struct NoApprovals;

impl TryFrom<u8> for ExportApprovals {
    type Error = NoApprovals;

    fn try_from(approvals: u8) -> Result<Self, NoApprovals> {
        match approvals {
            0 => Ok(Self::None),
            1 => Ok(Self::One),
            _ => Err(NoApprovals),
        }
    }
}

impl Default for TenantPolicy {
    fn default() -> Self {
        Self {
            default_class: DEFAULT_CLASS.to_owned(),
            minimum_days: 0,
            access_days: DEFAULT_ACCESS_DAYS,
            export_approvals: ExportApprovals::None,
        }
    }
}

impl TenantPolicy {
    /// Reads a stored version. A version that does not parse is damage, which `verify` reports; sessions still get
    /// the default class rather than none.
    pub fn parse(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_default()
    }

    /// As it is stored, and as the ledger commits to it.
    pub fn to_text(&self) -> String {
        serde_json::json!({
            "default_class": self.default_class, "minimum_days": self.minimum_days,
            "access_days": self.access_days, "export_approvals": self.export_approvals,
        })
        .to_string()
    }
}

/// Until when a session is kept: its end and the class's days; a class without days keeps it no longer at all.
pub fn retain_until(end: UtcMicros, days: Option<u32>) -> UtcMicros {
    end.checked_add(SignedMicros::from_days(days.unwrap_or(0)))
        .unwrap_or(UtcMicros::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_of_an_older_version_reads_and_a_new_one_comes_back() {
        let older = TenantPolicy::parse(r#"{"default_class":"long"}"#);
        let expected = TenantPolicy {
            default_class: "long".to_owned(),
            minimum_days: 0,
            access_days: DEFAULT_ACCESS_DAYS,
            export_approvals: ExportApprovals::None,
        };
        assert_eq!(older, expected);
        let newer = TenantPolicy {
            minimum_days: 14,
            access_days: 365,
            export_approvals: ExportApprovals::One,
            ..expected
        };
        assert_eq!(TenantPolicy::parse(&newer.to_text()), newer);
    }
}
