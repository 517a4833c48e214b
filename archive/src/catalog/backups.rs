//! Backups that were made: until when keys may be in them.

use obhut_format::ids::{BackupId, TenantId};
use obhut_format::time::UtcMicros;

use super::engine::{CatalogError, Query, Tx};

/// A backup, as a tenant's ledger tells of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BackupRow {
    /// Whose keys are in it.
    pub tenant: TenantId,
    /// The ledger leaf that tells of it.
    pub leaf_n: u64,
    /// The backup.
    pub backup: BackupId,
    /// When it was made.
    pub made_at: UtcMicros,
    /// Until when it is to be kept.
    pub until: UtcMicros,
}

const INSERT: &str = "
INSERT INTO backups (tenant_id, leaf_n, backup_id, made_at_us, until_us)
VALUES (:tenant, :leaf_n, :backup, :made_at, :until)";

const LIST: &str = "
SELECT tenant_id, leaf_n, backup_id, made_at_us, until_us
FROM backups
WHERE tenant_id = :tenant
ORDER BY leaf_n";

/// Records a backup; its leaf goes with it in one transaction.
pub fn insert(tx: &mut Tx<'_>, row: &BackupRow) -> Result<(), CatalogError> {
    let params = [
        (":tenant", (&row.tenant).into()),
        (":leaf_n", row.leaf_n.into()),
        (":backup", (&row.backup).into()),
        (":made_at", row.made_at.into()),
        (":until", row.until.into()),
    ];
    tx.execute(INSERT, &params).map(drop)
}

/// A tenant's backups in the ledger's order.
pub fn list(query: &dyn Query, tenant: TenantId) -> Result<Vec<BackupRow>, CatalogError> {
    query.all(LIST, &[(":tenant", (&tenant).into())], |row| {
        Ok(BackupRow {
            tenant: row.get("tenant_id")?,
            leaf_n: row.get("leaf_n")?,
            backup: row.get("backup_id")?,
            made_at: row.get("made_at_us")?,
            until: row.get("until_us")?,
        })
    })
}
