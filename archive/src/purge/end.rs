//! Steps 6 and 7: the rows go, the tombstone stands, the certificate is signed.

use std::collections::{HashMap, HashSet};

use obhut_format::certificate::{Certificate, LeafAt};
use obhut_format::ids::SessionId;
use obhut_format::ledger::LeafType;

use super::{IntakeFiles, Purge, PurgeError, PurgeTurn};
use crate::catalog::deks;
use crate::catalog::purges::{self, CertificateRow, PurgeStep};
use crate::intake::KeptFile;
use crate::keys::Period;
use crate::ledger::{self, Draft, Scope};
use crate::objects::Disposal;

impl PurgeTurn {
    /// Step 6, for many at once: all rows of the sessions go, and their tombstones are appended, in one transaction. One that
    /// a recovery carries out again may have its tombstone already.
    pub async fn forget(&self, batch: Vec<Purge>, _proof: &Disposal) -> Result<Vec<Purge>, PurgeError> {
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
                    if purge.record.tombstone.is_none() {
                        let period = Period::month_of(now);
                        let scope =
                            Scope::Period(period.clone(), keys.detail_key(tx, at.tenant, &period, now)?);
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
                    }
                    purges::forget(tx, at.tenant, at.session, &purge.record.to_text())?;
                    purge.step = PurgeStep::Forgotten;
                    gone.push(purge);
                }
                Ok(gone)
            })
            .await
    }

    /// Step 7, for many at once: truncates the write-ahead log and signs the certificates of those whose ciphertext is in no
    /// intake file any more. The others are given back second, each with the files it waits for, and follow at a later look.
    pub async fn certify(
        &self,
        batch: Vec<Purge>,
        _proof: &Disposal,
    ) -> Result<(Vec<Certificate>, Vec<(Purge, IntakeFiles)>), PurgeError> {
        self.truncate().await?;
        let archive = &self.archive;
        let mut files = self.intake_files_of(&batch).await;
        let (mut ready, mut waiting) = (Vec::with_capacity(batch.len()), Vec::new());
        for purge in batch {
            match files.remove(&purge.session.session) {
                Some(files) => waiting.push((purge, files)),
                None => ready.push(purge),
            }
        }
        let (now, signer) = (archive.now(), archive.keys().archive_signer());
        let mut certificates = Vec::with_capacity(ready.len());
        let mut rows = Vec::with_capacity(ready.len());
        for purge in &ready {
            let at = purge.session;
            let disposed = purge.record.disposed(at, now, now);
            let disposed = disposed.ok_or(PurgeError::Damaged(at.session))?;
            let tombstone = disposed.tombstone;
            let certificate = disposed.sign(&signer);
            rows.push(CertificateRow {
                session: at.session,
                tenant: at.tenant,
                leaf_n: tombstone.n,
                purged_at: tombstone.at,
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

    /// Which files of the intake log still hold ciphertext of the sessions. All their entries are done with since they were
    /// sealed, so a file goes as soon as it holds nothing that is needed of others; the one being written is closed for it.
    async fn intake_files_of(&self, batch: &[Purge]) -> HashMap<SessionId, IntakeFiles> {
        let sessions: HashSet<_> = batch.iter().map(|purge| purge.session.session).collect();
        let intake = self.archive.intake();
        let (found, written) = intake.files_of(&sessions);
        if found.is_empty() {
            return HashMap::new();
        }
        if written && let Err(error) = intake.retire().await {
            // It stays for now, and is waited for.
            tracing::warn!(%error, "the intake log can't go on to a new file");
        }
        let archive = self.archive.clone();
        // On a runtime that is ending, what may go goes later.
        tokio::task::spawn_blocking(move || archive.intake().settle())
            .await
            .ok();
        let stuck: Vec<_> = intake.kept().into_iter().filter(KeptFile::is_stuck).collect();
        let (found, _) = intake.files_of(&sessions);
        let told = found.into_iter().map(|(session, files)| {
            let stuck = stuck
                .iter()
                .map(|kept| kept.file)
                .find(|file| files.contains(file));
            (session, IntakeFiles { files, stuck })
        });
        told.collect()
    }
}
