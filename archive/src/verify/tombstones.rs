//! Sessions that were deleted: what the ledger says of them against their certificates.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use obhut_format::certificate::{Certificate, LeafAt};
use obhut_format::digest::Sha256Digest;
use obhut_format::ids::{SessionId, TenantId};
use obhut_format::ledger::{Leaf, LeafType};
use serde_json::Value;

use super::{Context, Finding, FindingKind};
use crate::catalog::purges::{self, CertificateRow, PurgeRow, PurgeStep};
use crate::open::OpenError;
use crate::purge::{PurgeRecord, purge_record};
use crate::write::SessionRef;

/// Certificates read in one go.
const PAGE: u32 = 1024;

/// A session that the ledger says is gone.
#[derive(Debug, Clone, Copy)]
struct Gone {
    leaf: LeafAt,
    /// Of what the leaf commits to, where that opened.
    detail: Option<Sha256Digest>,
}

/// What a ledger says of deletions.
#[derive(Debug, Default)]
pub(crate) struct Tombstones {
    intents: HashMap<SessionId, LeafAt>,
    gone: HashMap<SessionId, Gone>,
}

impl Tombstones {
    /// Takes note of a leaf; `detail` where it opened.
    pub(crate) fn note(&mut self, leaf: &Leaf, detail: Option<&Value>) {
        let Some(session) = leaf.session else { return };
        let place = LeafAt {
            n: leaf.n,
            at: leaf.at,
        };
        match leaf.t {
            LeafType::PurgeIntent => drop(self.intents.insert(session, place)),
            LeafType::Purged => {
                let detail = detail.map(|detail| Sha256Digest::of(detail.to_string().as_bytes()));
                self.gone.insert(session, Gone { leaf: place, detail });
            }
            _ => {}
        }
    }

    /// Whether the ledger says that a session is gone.
    pub(crate) fn holds(&self, session: SessionId) -> bool {
        self.gone.contains_key(&session)
    }

    /// Compares the tombstones with the certificates and with the deletions under way, and names each. `size` is the head that
    /// was looked at, `lost` are sessions that came after a backup and of whose deletion there is nothing but the leaves.
    pub(crate) async fn check(
        &self,
        context: &Arc<Context>,
        tenant: TenantId,
        size: u64,
        lost: &BTreeMap<SessionId, u64>,
    ) -> Result<(), OpenError> {
        // First what is under way: a deletion that ends meanwhile is met among the certificates.
        let under_way = context.catalog.read(|tx| purges::list(tx)).await?;
        let mut told = HashSet::new();
        for row in under_way.iter().filter(|row| row.tenant == tenant) {
            if let Some(what) = self.wrong_with_purge(row, size) {
                context.report(certificate_finding(row.session, "purges", what));
            }
            told.insert(row.session);
        }
        let mut from = 0;
        loop {
            let page = context
                .catalog
                .read(move |tx| purges::certificates(tx, tenant, from, PAGE))
                .await?;
            let Some(last) = page.last() else { break };
            from = last.leaf_n + 1;
            for row in &page {
                if let Some(what) = self.wrong_with_certificate(context, row, size) {
                    context.report(certificate_finding(row.session, "certificates", what));
                }
                told.insert(row.session);
            }
        }
        // What has its tombstone is told of below.
        let mut dropped: Vec<_> = self.intents.iter().collect();
        dropped.retain(|(session, _)| !told.contains(*session) && !self.gone.contains_key(*session));
        dropped.sort_by_key(|(_, intent)| intent.n);
        for (session, _) in dropped {
            let what = "the ledger says that it is to be deleted, but no deletion is under way";
            context.report(certificate_finding(*session, "purges", what));
        }
        let mut gone: Vec<_> = self.gone.iter().collect();
        gone.sort_by_key(|(_, gone)| gone.leaf.n);
        for (session, gone) in gone {
            let n = gone.leaf.n;
            let place = format!("ledger_leaves/{tenant}/{n}");
            if told.contains(session) {
                let what = format!("the session was deleted at {}", gone.leaf.at);
                context.report(Finding::new(FindingKind::Tombstone, place, what).in_session(*session));
            } else if lost.contains_key(session) {
                let what = format!(
                    "the session was deleted at {}, after the backup that the archive was recovered from",
                    gone.leaf.at
                );
                context.report(Finding::new(FindingKind::Tombstone, place, what).in_session(*session));
            } else {
                let what = "it says that the session is gone, but there is no certificate";
                context.report(certificate_finding(*session, &place, what));
            }
        }
        Ok(())
    }

    fn wrong_with_purge(&self, row: &PurgeRow, size: u64) -> Option<&'static str> {
        let Some(record) = purge_record(&row.record) else {
            return Some("what it knows of the deletion can't be read");
        };
        if record.intent.n < size && self.intents.get(&row.session) != Some(&record.intent) {
            return Some("the intent that it names is not in the ledger");
        }
        match (row.step, record.tombstone) {
            // One that a recovery carries out again may have its tombstone.
            (PurgeStep::Intended, _) => None,
            (PurgeStep::Forgotten, Some(tombstone)) => {
                let stands = self.gone.get(&row.session).map(|gone| gone.leaf) == Some(tombstone);
                (tombstone.n < size && !stands).then_some("the tombstone that it names is not in the ledger")
            }
            _ => Some("its step is not the one that its record tells of"),
        }
    }

    fn wrong_with_certificate(
        &self,
        context: &Context,
        row: &CertificateRow,
        size: u64,
    ) -> Option<&'static str> {
        let Ok(certificate) = Certificate::parse(row.certificate.as_bytes()) else {
            return Some("the certificate can't be read");
        };
        let signer = context.keys.try_archive_signer()?;
        if certificate.verify(&signer.verifying_key()).is_err() {
            return Some("the certificate's signature does not check");
        }
        let disposed = &certificate.disposed;
        let filed = LeafAt {
            n: row.leaf_n,
            at: row.purged_at,
        };
        if (disposed.tenant, disposed.session, disposed.tombstone) != (row.tenant, row.session, filed) {
            return Some("its row files it elsewhere than the certificate says");
        }
        if row.leaf_n >= size {
            // Signed since we looked at the ledger.
            return None;
        }
        let Some(gone) = self.gone.get(&row.session) else {
            return Some("the ledger does not say that the session is gone");
        };
        if gone.leaf != disposed.tombstone || self.intents.get(&row.session) != Some(&disposed.intent) {
            return Some("the leaves that it names are not those of the ledger");
        }
        let of = SessionRef {
            tenant: disposed.tenant,
            session: disposed.session,
        };
        let detail = PurgeRecord::from(disposed).tombstone_detail(of).to_string();
        if gone
            .detail
            .is_some_and(|said| said != Sha256Digest::of(detail.as_bytes()))
        {
            return Some("it says something else than the ledger");
        }
        None
    }
}

fn certificate_finding(session: SessionId, place: &str, what: &str) -> Finding {
    Finding::new(FindingKind::Certificate, place, what).in_session(session)
}
