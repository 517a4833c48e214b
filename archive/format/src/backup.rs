//! What stands in a backup: its manifest, the names of its members, and the head of a table's rows.
//!
//! ```text
//! {"v":1,"t":"backup","backup":"…","archive":"…","at":"…","until":"…","schema":5,"tenants":[{"tenant":"…","checkpoint":"…"}],"root_key":true,"configuration":true}
//! ```
//!
//! A backup is a tar archive that is encrypted as a whole; it is never on a disk in any other form.

use serde::{Deserialize, Serialize};

use crate::ids::{BackupId, TenantId};
use crate::line::{self, LineError};
use crate::time::UtcMicros;

/// The first member: the [`Manifest`].
pub const MANIFEST: &str = "manifest.json";
/// The root key file as it is.
pub const ROOT_KEY: &str = "root.key";
/// The configuration file as it is.
pub const CONFIGURATION: &str = "obhut.toml";
/// The last member, an empty one: nothing is missing before it.
pub const END: &str = "end";

/// Bytes of rows from which on a part of a table ends.
pub const PART_BYTES: usize = 1 << 20;

/// The longest that a backup may be good for, in days.
pub const MOST_DAYS: u32 = 30;

const CATALOG: &str = "catalog/";
const INTAKE: &str = "intake/";
const TYPE: &str = "backup";

/// What a backup says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The backup; also named by its leaf in each ledger.
    pub backup: BackupId,
    /// The archive, 32 hex digits.
    pub archive: String,
    /// When it was made.
    pub at: UtcMicros,
    /// Until when it is to be kept.
    pub until: UtcMicros,
    /// The version of the catalog's schema.
    pub schema: u32,
    /// Its tenants, ascending, with the state of their ledgers.
    pub tenants: Vec<TenantState>,
    /// Whether the root key file is in it.
    pub root_key: bool,
    /// Whether the configuration file is in it.
    pub configuration: bool,
}

/// A tenant's ledger as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenantState {
    /// The tenant.
    pub tenant: TenantId,
    /// The signed tree head over its leaves.
    pub checkpoint: String,
}

impl Manifest {
    /// The line, without newline.
    pub fn to_line(&self) -> String {
        line::encode_tagged(TYPE, self)
    }

    /// Reads a line without newline, in its only spelling.
    pub fn parse(bytes: &[u8]) -> Result<Self, LineError> {
        if line::type_of(bytes)? != TYPE {
            return Err(LineError::UnknownType);
        }
        let manifest: Self = line::decode_tagged(TYPE, bytes)?;
        let ascending = manifest
            .tenants
            .iter()
            .zip(manifest.tenants.iter().skip(1))
            .all(|(one, next)| one.tenant < next.tenant);
        if !ascending {
            return Err(LineError::Inconsistent("tenants are not in ascending order"));
        }
        if manifest.until < manifest.at {
            return Err(LineError::Inconsistent("its end is before its beginning"));
        }
        Ok(manifest)
    }
}

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ColumnType {
    /// A number of 64 bits with a sign; in JSON a number.
    Integer,
    /// A text; in JSON a string.
    Text,
    /// Bytes; in JSON a string in standard base64 with padding.
    Blob,
}

/// The first line of each part of a table. The lines after it are rows: lists of values in the columns' order, null
/// where there is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableHead {
    /// The table.
    pub table: String,
    /// Its columns, each with its type.
    pub columns: Vec<(String, ColumnType)>,
}

impl TableHead {
    /// The line, without newline.
    pub fn to_line(&self) -> String {
        line::encode(self)
    }

    /// Reads a line without newline, in its only spelling.
    pub fn parse(bytes: &[u8]) -> Result<Self, LineError> {
        line::decode(bytes)
    }
}

/// A member of a backup, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Member {
    /// The manifest.
    Manifest,
    /// The root key file.
    RootKey,
    /// The configuration file.
    Configuration,
    /// Rows of a table; parts count from 0 over all tables.
    Rows(u64),
    /// A file of the intake log, by its number.
    Intake(u64),
    /// The end.
    End,
}

impl Member {
    /// The name.
    pub fn name(self) -> String {
        match self {
            Self::Manifest => MANIFEST.to_owned(),
            Self::RootKey => ROOT_KEY.to_owned(),
            Self::Configuration => CONFIGURATION.to_owned(),
            Self::Rows(part) => format!("{CATALOG}{part:08}.rows"),
            Self::Intake(file) => format!("{INTAKE}{file:016}.log"),
            Self::End => END.to_owned(),
        }
    }

    /// The member of a name in its only spelling.
    pub fn of(name: &str) -> Option<Self> {
        let number = |prefix, suffix| -> Option<u64> {
            let digits: &str = name.strip_prefix(prefix)?.strip_suffix(suffix)?;
            digits.bytes().all(|byte| byte.is_ascii_digit()).then_some(())?;
            digits.parse().ok()
        };
        let member = match name {
            MANIFEST => Self::Manifest,
            ROOT_KEY => Self::RootKey,
            CONFIGURATION => Self::Configuration,
            END => Self::End,
            _ => number(CATALOG, ".rows")
                .map(Self::Rows)
                .or_else(|| number(INTAKE, ".log").map(Self::Intake))?,
        };
        (member.name() == name).then_some(member)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> Manifest {
        let at = |n| UtcMicros::new(n).expect("an instant");
        Manifest {
            backup: BackupId::from_bytes([1; 16]),
            archive: "0".repeat(32),
            at: at(1_793_606_400_000_000),
            until: at(1_794_211_200_000_000),
            schema: 5,
            tenants: [2, 3]
                .map(|n| TenantState {
                    tenant: TenantId::from_bytes([n; 16]),
                    checkpoint: "obhut/…\n".to_owned(),
                })
                .to_vec(),
            root_key: true,
            configuration: false,
        }
    }

    #[test]
    fn a_manifest_comes_back_and_has_one_spelling() {
        let line = manifest().to_line();
        assert_eq!(Manifest::parse(line.as_bytes()), Ok(manifest()));
        assert!(Manifest::parse(line.replace(':', ": ").as_bytes()).is_err());
        let mut turned = manifest();
        turned.tenants.reverse();
        assert!(Manifest::parse(turned.to_line().as_bytes()).is_err());
        let mut over = manifest();
        over.until = UtcMicros::new(0).expect("an instant");
        assert!(Manifest::parse(over.to_line().as_bytes()).is_err());
    }

    #[test]
    fn a_member_is_known_by_its_name_alone() {
        for member in [
            Member::Manifest,
            Member::RootKey,
            Member::Configuration,
            Member::Rows(7),
            Member::Intake(12),
            Member::End,
        ] {
            assert_eq!(Member::of(&member.name()), Some(member));
        }
        for name in [
            "",
            "catalog/7.rows",
            "catalog/0000000a.rows",
            "../root.key",
            "intake/+000000000000012.log",
            "intake/0000000000000012.log/x",
        ] {
            assert_eq!(Member::of(name), None, "{name}");
        }
    }

    #[test]
    fn a_tables_head_comes_back() {
        let head = TableHead {
            table: "deks".to_owned(),
            columns: vec![
                ("dek_id".to_owned(), ColumnType::Integer),
                ("wrapped".to_owned(), ColumnType::Blob),
            ],
        };
        let line = head.to_line();
        assert_eq!(
            line,
            r#"{"table":"deks","columns":[["dek_id","integer"],["wrapped","blob"]]}"#
        );
        assert_eq!(TableHead::parse(line.as_bytes()), Ok(head));
    }
}
