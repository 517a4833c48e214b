//! The end of what outlives sessions: a month's detail key is destroyed, and with it who looked, why and for which matter.

use obhut_format::ids::TenantId;
use obhut_format::ledger::LeafType;
use obhut_format::time::UtcMicros;
use serde_json::json;

use super::{PurgeError, PurgeTurn};
use crate::Archive;
use crate::admin::register;
use crate::catalog::{Query, access, detail_keys};
use crate::classes::policy_of;
use crate::objects::Disposal;

/// Records of looks removed in one transaction.
const AT_ONCE: u32 = 2_000;

/// A month of a tenant whose details can still be opened, and all there is to judge by whether they may be destroyed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DetailMonth {
    /// Whose looks.
    pub tenant: TenantId,
    /// The month, as `2026-11`.
    pub month: String,
    /// When it ends: no look of it is later.
    pub ends_at: UtcMicros,
    /// For how many days the tenant's policy keeps who looked.
    pub kept_days: u32,
    /// Holds in force that were placed in it: their reasons go with it.
    pub holds: u64,
}

/// Judges a month again, inside the transaction that destroys its key: whether it goes.
pub type MonthJudge = fn(&DetailMonth, UtcMicros) -> bool;

impl Archive {
    /// A tenant's months whose details can be opened, the oldest first.
    pub async fn detail_months(&self, tenant: TenantId) -> Result<Vec<DetailMonth>, PurgeError> {
        self.catalog()
            .read(move |tx| {
                let rows = detail_keys::all(tx, tenant)?.into_iter();
                let alive = rows.filter(|row| !row.is_destroyed());
                let months = alive.map(|row| month(tx, tenant, row.period));
                months.filter_map(Result::transpose).collect()
            })
            .await
    }
}

impl PurgeTurn {
    /// Destroys a month's detail key, if it is judged once more to go, says so in the ledger, and removes the month's records
    /// of looks. `false` if it stays. What is broken off is done by the next turn: see [`Self::finish_months`].
    pub async fn expire_month(
        &self,
        tenant: TenantId,
        name: &str,
        judge: MonthJudge,
        _proof: &Disposal,
    ) -> Result<bool, PurgeError> {
        let archive = &self.archive;
        let (now, keys, name) = (archive.now(), archive.keys().clone(), name.to_owned());
        let goes = archive
            .write_essential(move |tx| {
                let month = month(tx, tenant, name.clone())?;
                if !month.is_some_and(|month| judge(&month, now)) || !detail_keys::destroy(tx, tenant, &name)?
                {
                    return Ok(false);
                }
                let detail = json!({ "month": name });
                register(tx, &keys, tenant, LeafType::DetailsExpired, now, &detail)?;
                Ok::<_, PurgeError>(true)
            })
            .await?;
        if goes {
            self.truncate().await?;
        }
        Ok(goes)
    }

    /// Removes the records of looks of months whose key is destroyed; returns how many.
    pub async fn finish_months(&self, tenant: TenantId, _proof: &Disposal) -> Result<u64, PurgeError> {
        let archive = &self.archive;
        let all = archive
            .catalog()
            .read(move |tx| detail_keys::all(tx, tenant))
            .await?;
        let mut removed = 0_u64;
        for row in all.iter().filter(|row| row.is_destroyed()) {
            let Some(span) = span(&row.period) else { continue };
            loop {
                let some = archive
                    .write_essential(move |tx| {
                        access::expire(tx, tenant, span, AT_ONCE).map_err(PurgeError::from)
                    })
                    .await?;
                if some == 0 {
                    break;
                }
                removed += some as u64;
            }
        }
        if removed > 0 {
            self.truncate().await?;
        }
        Ok(removed)
    }
}

/// A month by its name; none for the register, which has no end.
fn month(tx: &dyn Query, tenant: TenantId, name: String) -> Result<Option<DetailMonth>, PurgeError> {
    let Some((_, ends_at)) = span(&name) else {
        return Ok(None);
    };
    let policy = policy_of(tx, tenant)?;
    Ok(Some(DetailMonth {
        tenant,
        ends_at,
        kept_days: policy.access_days,
        holds: detail_keys::holds_under(tx, tenant, &name)?,
        month: name,
    }))
}

/// When a month begins, and when the next one does.
fn span(month: &str) -> Option<(UtcMicros, UtcMicros)> {
    let first = |month: &str| UtcMicros::parse(&format!("{month}-01T00:00:00.000000Z")).ok();
    let (year, number) = month.split_once('-')?;
    let (year, number): (u32, u32) = (year.parse().ok()?, number.parse().ok()?);
    let next = if number == 12 {
        format!("{:04}-01", year + 1)
    } else {
        format!("{year:04}-{:02}", number + 1)
    };
    Some((first(month)?, first(&next)?))
}
