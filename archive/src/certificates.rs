//! Certificates for those who ask for them: listed, found, checked.

use obhut_format::certificate::{Certificate, LeafAt};
use obhut_format::ids::{SessionId, TenantId};
use obhut_format::ledger::{Leaf, LeafType};

use crate::Archive;
use crate::catalog::purges::{self, CertificateCursor, CertificateRow};
use crate::catalog::{CatalogError, Query, ledger};
use crate::purge::PurgeError;

/// Which certificates to list, newest first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CertificateFilter {
    /// Only that of this session.
    pub session: Option<SessionId>,
    /// Only those after this one in the list.
    pub after: Option<CertificateCursor>,
    /// How many at most.
    pub limit: u32,
}

/// A certificate's row, and what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedCertificate {
    /// The row.
    pub row: CertificateRow,
    /// What it says; `None` where it can't be read, or the row files it under something else.
    pub certificate: Option<Certificate>,
}

/// A page of certificates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificatePage {
    /// The certificates.
    pub certificates: Vec<ListedCertificate>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<CertificateCursor>,
}

/// A certificate that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundCertificate {
    /// What it says.
    pub certificate: Certificate,
    /// Whether this archive's key signed it, and the ledger has the tombstone that it names.
    pub valid: bool,
}

impl Archive {
    /// A page of these tenants' certificates, as if they were one's.
    pub async fn certificate_list(
        &self,
        tenants: &[TenantId],
        filter: CertificateFilter,
    ) -> Result<CertificatePage, CatalogError> {
        let tenants = tenants.to_vec();
        let before = filter.after.unwrap_or(CertificateCursor::NEWEST);
        // One more tells whether there is a next page.
        let limit = filter.limit.saturating_add(1);
        let mut rows = self
            .catalog()
            .read(move |tx| {
                let mut rows = Vec::new();
                for tenant in tenants {
                    match filter.session {
                        Some(session) => rows.extend(purges::certificate(tx, tenant, session)?),
                        None => rows.extend(purges::newest_certificates(tx, tenant, before, limit)?),
                    }
                }
                Ok::<_, CatalogError>(rows)
            })
            .await?;
        rows.retain(|row| CertificateCursor::of(row) < before);
        rows.sort_by_key(|row| std::cmp::Reverse(CertificateCursor::of(row)));
        let most = usize::try_from(filter.limit).unwrap_or(usize::MAX);
        let more = rows.len() > most;
        rows.truncate(most);
        let next = rows.last().filter(|_| more).map(CertificateCursor::of);
        let certificates = rows.into_iter().map(|row| ListedCertificate {
            certificate: said_by(&row),
            row,
        });
        Ok(CertificatePage {
            certificates: certificates.collect(),
            next,
        })
    }

    /// The certificate's row of a session that was deleted from one of these tenants.
    pub async fn certificate_row(
        &self,
        tenants: &[TenantId],
        session: SessionId,
    ) -> Result<Option<CertificateRow>, CatalogError> {
        let tenants = tenants.to_vec();
        self.catalog()
            .read(move |tx| {
                for tenant in tenants {
                    if let Some(row) = purges::certificate(tx, tenant, session)? {
                        return Ok(Some(row));
                    }
                }
                Ok(None)
            })
            .await
    }

    /// What a certificate's row says, checked; `None` where it can't be read, or is filed under something else.
    pub async fn checked_certificate(
        &self,
        row: &CertificateRow,
    ) -> Result<Option<FoundCertificate>, PurgeError> {
        let Some(certificate) = said_by(row) else {
            return Ok(None);
        };
        let key = self.keys().archive_signer().verifying_key();
        let signed = certificate.verify(&key).is_ok();
        let said = certificate.clone();
        let stands = self.catalog().read(move |tx| has_tombstone(tx, &said)).await?;
        Ok(Some(FoundCertificate {
            certificate,
            valid: signed && stands,
        }))
    }
}

fn said_by(row: &CertificateRow) -> Option<Certificate> {
    let certificate = Certificate::parse(row.certificate.as_bytes()).ok()?;
    let said = &certificate.disposed;
    let filed = LeafAt {
        n: row.leaf_n,
        at: row.purged_at,
    };
    let same = (said.tenant, said.session, said.tombstone) == (row.tenant, row.session, filed);
    same.then_some(certificate)
}

/// Whether the ledger says that the session is gone, where and when the certificate says that it does.
fn has_tombstone(query: &dyn Query, certificate: &Certificate) -> Result<bool, CatalogError> {
    let said = &certificate.disposed;
    let row = ledger::get(query, said.tenant, said.tombstone.n)?;
    let leaf = row.and_then(|row| Leaf::parse(&row.line).ok());
    Ok(leaf.is_some_and(|leaf| {
        leaf.t == LeafType::Purged
            && leaf.tenant == said.tenant
            && leaf.session == Some(said.session)
            && (leaf.n, leaf.at) == (said.tombstone.n, said.tombstone.at)
    }))
}
