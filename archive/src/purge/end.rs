//! Steps 6 and 7: the rows go, the tombstone stands, the certificate is signed.

use std::collections::HashSet;

use obhut_format::certificate::{Certificate, LeafAt};
use obhut_format::ledger::LeafType;

use super::{Purge, PurgeError, PurgeTurn};
use crate::catalog::deks;
use crate::catalog::purges::{self, CertificateRow, PurgeStep};
use crate::intake::FileNo;
use crate::keys::Period;
use crate::ledger::{self, Draft, Scope};
use crate::objects::Disposal;

impl PurgeTurn {
    /// Step 6, for many at once: all rows of the sessions go, and their tombstones are appended, in one transaction.
    pub async fn forget(&self, batch: Vec<Purge>, _proof: &Disposal) -> Result<Vec<Purge>, PurgeError> {
        let batch = self.note_intake_files(batch).await?;
        let archive = &self.archive;
        let (now, keys) = (archive.now(), archive.keys().clone());
        archive
            .write_essential(move |tx| {
                let mut gone = Vec::with_capacity(batch.len());
                for mut purge in batch.iter().cloned() {
                    let at = purge.session;
                    if deks::get(tx, purge.dek)?.is_some() {
                        // Steps are done in order; a key that is there would outlive its session's rows.
                        return Err(PurgeError::Damaged(at.session));
                    }
                    let period = Period::month_of(now);
                    let scope = Scope::Period(period.clone(), keys.detail_key(tx, at.tenant, &period, now)?);
                    let draft = Draft {
                        tenant: at.tenant,
                        t: LeafType::Purged,
                        at: now,
                        session: Some(at.session),
                        scope: &scope,
                        detail: &purge.record.tombstone_detail(at),
                    };
                    let n = ledger::append(tx, &keys.ledger_signer(), &draft)?;
                    purge.record.tombstone = Some(LeafAt { n, at: now });
                    purges::forget(tx, at.tenant, at.session, &purge.record.to_text())?;
                    purge.step = PurgeStep::Forgotten;
                    gone.push(purge);
                }
                Ok(gone)
            })
            .await
    }

    /// Notes which files of the intake log hold ciphertext of the sessions. All their entries are done with since they were
    /// sealed, so a file goes as soon as it holds nothing that is needed of others.
    async fn note_intake_files(&self, mut batch: Vec<Purge>) -> Result<Vec<Purge>, PurgeError> {
        let archive = self.archive.clone();
        match archive.intake().retire().await {
            Ok(()) => {}
            // The file being written stays for now, and is among those that are looked at.
            Err(error) => tracing::warn!(%error, "the intake log can't go on to a new file"),
        }
        let wanted: HashSet<_> = batch.iter().map(|purge| purge.session.session).collect();
        let found = tokio::task::spawn_blocking(move || {
            archive.intake().settle();
            archive.intake().files_of(&wanted)
        })
        .await
        .map_err(|error| PurgeError::Task(error.to_string()))?;
        for purge in &mut batch {
            let files = found.get(&purge.session.session).into_iter().flatten();
            purge.record.intake_files = files.map(|file| file.0).collect();
        }
        Ok(batch)
    }

    /// Step 7, for many at once: truncates the write-ahead log and signs the certificates of those whose ciphertext is in no
    /// intake file any more. The others are given back second, and follow at a later look.
    pub async fn certify(
        &self,
        batch: Vec<Purge>,
        _proof: &Disposal,
    ) -> Result<(Vec<Certificate>, Vec<Purge>), PurgeError> {
        self.truncate().await?;
        let archive = &self.archive;
        let holds = |file: &u64| archive.intake().holds(FileNo(*file));
        let (ready, waiting): (Vec<_>, Vec<_>) = batch
            .into_iter()
            .partition(|purge| !purge.record.intake_files.iter().any(holds));
        let (now, signer) = (archive.now(), archive.keys().archive_signer());
        let mut certificates = Vec::with_capacity(ready.len());
        let mut rows = Vec::with_capacity(ready.len());
        for purge in &ready {
            let at = purge.session;
            let disposed = purge.record.disposed(at, now, now);
            let disposed = disposed.ok_or(PurgeError::Damaged(at.session))?;
            let leaf_n = disposed.tombstone.n;
            let certificate = disposed.sign(&signer);
            rows.push(CertificateRow {
                session: at.session,
                tenant: at.tenant,
                leaf_n,
                certificate: certificate.to_line(),
            });
            certificates.push(certificate);
        }
        archive
            .write_essential(move |tx| {
                for row in &rows {
                    purges::end(tx, row)?;
                }
                Ok::<_, PurgeError>(())
            })
            .await?;
        Ok((certificates, waiting))
    }
}
