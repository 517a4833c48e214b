//! Exports: the record that allows one, and the signature that ends it.

use obhut_format::bundle;
use obhut_format::digest::Sha256Digest;
use obhut_format::ledger::LeafType;
use obhut_format::record::Record;
use obhut_format::sign::Receipt;
use obhut_format::sshsig;
use obhut_format::time::UtcMicros;
use serde_json::json;

use super::access::{AccessRequest, Grant};
use super::frames::SessionReader;
use super::{ReadError, row_and_key};
use crate::Archive;
use crate::catalog::sessions::{self, SessionState};
use crate::keys::Period;
use crate::ledger::{self, Draft, Scope};

/// An export that may begin.
#[derive(Debug, Clone)]
pub struct Export {
    /// What it may read; the record's id is the export's.
    pub grant: Grant,
    /// Its number: that of the record's leaf in the tenant's ledger.
    pub number: u64,
    /// When it was allowed.
    pub at: UtcMicros,
}

/// A bundle that is complete but for its signature.
#[derive(Debug, Clone, Copy)]
pub struct Finished<'a> {
    /// The digests of all its files.
    pub sums: &'a [u8],
    /// How many files they are of.
    pub files: u64,
    /// How many bytes of originals are in it.
    pub bytes: u64,
}

impl Archive {
    /// Commits the access record of an export and its ledger leaf in one transaction; only then can anything be read. A
    /// session that is not sealed is refused before: its chain has no end yet.
    pub async fn record_export(&self, request: AccessRequest) -> Result<Export, ReadError> {
        let at = request.session;
        let state = self
            .catalog()
            .read(move |tx| sessions::kept(tx, at.tenant, at.session))
            .await?
            .ok_or(ReadError::NoSuchSession(at.session))?
            .state;
        if state != SessionState::Sealed {
            return Err(ReadError::NotSealed(at.session));
        }
        let (grant, number, at) = self.record_writing_out(request, true).await?;
        Ok(Export { grant, number, at })
    }

    /// Signs a finished bundle and appends the ledger leaf that tells of it: no signature leaves without one.
    pub async fn sign_export(&self, grant: &Grant, finished: Finished<'_>) -> Result<String, ReadError> {
        let (at, export) = (grant.session(), grant.record());
        let signature = sshsig::sign(&self.keys().archive_signer(), bundle::NAMESPACE, finished.sums);
        let detail = json!({
            "export": export, "session": at.session, "sums": Sha256Digest::of(finished.sums),
            "files": finished.files, "bytes": finished.bytes,
        });
        let (keys, now) = (self.keys().clone(), self.now());
        self.write_essential(move |tx| {
            // Purged meanwhile: then nothing of it may be given out any more.
            let _ = row_and_key(tx, &keys, at)?;
            let period = Period::month_of(now);
            let scope = Scope::Period(period.clone(), keys.detail_key(tx, at.tenant, &period, now)?);
            let draft = Draft {
                tenant: at.tenant,
                t: LeafType::Export,
                at: now,
                session: Some(at.session),
                scope: &scope,
                detail: &detail,
            };
            ledger::append(tx, &keys.ledger_signer(), &draft)?;
            Ok::<_, ReadError>(())
        })
        .await?;
        Ok(signature)
    }
}

impl SessionReader {
    /// The receipt of a frame, as it was given when the frame was taken.
    pub fn receipt(&self, record: &Record) -> Receipt {
        let at = self.grant.session();
        self.archive
            .receipt(at, record.stream, record.seq, record.sha256, record.received)
    }
}
