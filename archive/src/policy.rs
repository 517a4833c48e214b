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
}

impl Default for TenantPolicy {
    fn default() -> Self {
        Self {
            default_class: DEFAULT_CLASS.to_owned(),
            minimum_days: 0,
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
        serde_json::json!({ "default_class": self.default_class, "minimum_days": self.minimum_days })
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
        };
        assert_eq!(older, expected);
        let newer = TenantPolicy {
            minimum_days: 14,
            ..expected
        };
        assert_eq!(TenantPolicy::parse(&newer.to_text()), newer);
    }
}
