//! What can be told of a session that is being deleted, or was.

use obhut_format::certificate::Certificate;
use obhut_format::ids::{SessionId, TenantId};
use obhut_format::time::UtcMicros;

use super::{PurgeError, PurgeRecord, purge_record};
use crate::Archive;
use crate::catalog::purges;
use crate::catalog::tenants;

/// How a session is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Disposal {
    /// Its deletion is under way.
    UnderWay {
        /// What is known so far.
        record: Box<PurgeRecord>,
    },
    /// It was deleted; here is the proof.
    Certified {
        /// The certificate.
        certificate: Box<Certificate>,
    },
}

impl Disposal {
    /// Since when it takes and shows nothing.
    pub fn since(&self) -> UtcMicros {
        match self {
            Self::UnderWay { record } => record.intent.at,
            Self::Certified { certificate } => certificate.disposed.intent.at,
        }
    }
}

impl Archive {
    /// What is left of a session that was deleted, or is being deleted, in any tenant; `None` where there is neither.
    pub async fn disposal(&self, session: SessionId) -> Result<Option<Disposal>, PurgeError> {
        let all = self.catalog().read(|tx| tenants::list(tx)).await?.into_iter();
        let all: Vec<TenantId> = all.map(|row| row.tenant).collect();
        let found = self.disposal_in(&all, session).await?;
        Ok(found.map(|(_, disposal)| disposal))
    }

    /// The same in these tenants, with whose it was.
    pub async fn disposal_in(
        &self,
        tenants: &[TenantId],
        session: SessionId,
    ) -> Result<Option<(TenantId, Disposal)>, PurgeError> {
        let tenants = tenants.to_vec();
        self.catalog()
            .read(move |tx| {
                for tenant in tenants {
                    if let Some(row) = purges::get(tx, tenant, session)? {
                        let record = purge_record(&row.record).ok_or(PurgeError::Damaged(session))?;
                        let record = Box::new(record);
                        return Ok(Some((tenant, Disposal::UnderWay { record })));
                    }
                    if let Some(row) = purges::certificate(tx, tenant, session)? {
                        let read = Certificate::parse(row.certificate.as_bytes());
                        let certificate = Box::new(read.map_err(|_| PurgeError::Damaged(session))?);
                        return Ok(Some((tenant, Disposal::Certified { certificate })));
                    }
                }
                Ok(None)
            })
            .await
    }

    /// A page of a tenant's certificates in the ledger's order, from a leaf on.
    pub async fn certificates(
        &self,
        tenant: TenantId,
        from: u64,
        limit: u32,
    ) -> Result<Vec<Certificate>, PurgeError> {
        self.catalog()
            .read(move |tx| {
                let rows = purges::certificates(tx, tenant, from, limit)?.into_iter();
                rows.map(|row| {
                    Certificate::parse(row.certificate.as_bytes())
                        .map_err(|_| PurgeError::Damaged(row.session))
                })
                .collect()
            })
            .await
    }
}
