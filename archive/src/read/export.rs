//! Exports: the record that allows one, and the signature that ends it.

use obhut_format::bundle;
use obhut_format::digest::Sha256Digest;
use obhut_format::ids::ExportId;
use obhut_format::ledger::LeafType;
use obhut_format::record::Record;
use obhut_format::sign::Receipt;
use obhut_format::sshsig;
use obhut_format::time::UtcMicros;
use serde_json::json;

use super::access::{Grant, NewRecord, append, detail};
use super::frames::SessionReader;
use super::{AccessRange, ReadError, Reason, require_login, row_and_key};
use crate::Archive;
use crate::catalog::access::Action;
use crate::catalog::{Query, exports};
use crate::classes::export_approvals;
use crate::exports::{ByLogin, ExportRefused, ExportState, judged, require_sealed};
use crate::keys::{Keys, Period};
use crate::ledger::{self, Draft, Scope};
use crate::policy::ExportApprovals;
use crate::write::SessionRef;

/// What is called who where nobody is logged in.
const COMMAND_LINE: &str = "command line";

/// What allows a bundle.
#[derive(Debug, Clone)]
pub enum Under {
    /// The command line's own word, where the tenant's policy wants no approval.
    CommandLine {
        /// Why, and for which matter.
        reason: Reason,
        /// Whether what is damaged is to be left out.
        damaged: bool,
    },
    /// A request that is approved; it says why, for which matter, and whether what is damaged is to be left out.
    Request {
        /// The request.
        export: ExportId,
        /// The login of the one who asked; `None` for the command line.
        by: Option<ByLogin>,
    },
}

/// A bundle to begin.
#[derive(Debug, Clone)]
pub struct NewBundle {
    /// Of which session.
    pub session: SessionRef,
    /// What allows it.
    pub under: Under,
}

/// A bundle that may be made.
#[derive(Debug, Clone)]
pub struct Export {
    /// What it may read; the record's id is the bundle's.
    pub grant: Grant,
    /// Its number: that of the record's leaf in the tenant's ledger.
    pub number: u64,
    /// When it was allowed.
    pub at: UtcMicros,
    /// Who makes it.
    pub who: String,
    /// Why.
    pub purpose: String,
    /// For which matter.
    pub case: Option<String>,
    /// Whether what is damaged is to be left out.
    pub damaged: bool,
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

/// What a bundle is made with.
struct Allowed {
    request: Option<ExportId>,
    who: String,
    purpose: String,
    case: Option<String>,
    damaged: bool,
}

/// Refuses a bundle that nothing allows as of now. What a request says is read from its leaves, not from its row.
fn allowed(tx: &dyn Query, keys: &Keys, new: &NewBundle, now: UtcMicros) -> Result<Allowed, ExportRefused> {
    let at = new.session;
    let (export, by) = match &new.under {
        Under::Request { export, by } => (*export, by),
        Under::CommandLine { reason, damaged } => {
            if export_approvals(tx, at.tenant)? != ExportApprovals::None {
                return Err(ExportRefused::ApprovalNeeded(at.session));
            }
            return Ok(Allowed {
                request: None,
                who: COMMAND_LINE.to_owned(),
                purpose: reason.purpose().to_owned(),
                case: reason.case().map(str::to_owned),
                damaged: *damaged,
            });
        }
    };
    let row = exports::by_id(tx, at.tenant, export)?.ok_or(ExportRefused::NoSuchExport(export))?;
    if row.session != at.session {
        let session = at.session;
        return Err(ExportRefused::OtherSession { export, session });
    }
    let truth = judged(tx, keys, &row)?;
    if let Some(by) = by {
        require_login(tx, by.login, by.user)?;
        if by.user != truth.asked.user {
            return Err(ExportRefused::NotOwnRequest(export));
        }
    }
    match truth.state(now) {
        ExportState::Approved => {}
        ExportState::Expired => return Err(ExportRefused::Expired(export)),
        ExportState::Asked | ExportState::Refused => return Err(ExportRefused::NotApproved(export)),
    }
    let asked = truth.asked;
    Ok(Allowed {
        request: Some(export),
        who: by.as_ref().map_or(COMMAND_LINE, |by| &by.who).to_owned(),
        purpose: asked.purpose,
        case: asked.case,
        damaged: asked.damaged,
    })
}

impl Archive {
    /// Whether a bundle may and can be made as of now: everything is judged that `record_export` judges, and unless what is
    /// damaged is to be left out, the session's objects are compared with its chain. Nothing is put on record.
    pub async fn prepare_export(&self, new: NewBundle) -> Result<(), ExportRefused> {
        let (keys, now, session) = (self.keys().clone(), self.now(), new.session);
        let damaged = self
            .catalog()
            .read(move |tx| {
                require_sealed(tx, session)?;
                allowed(tx, &keys, &new, now).map(|allowed| allowed.damaged)
            })
            .await?;
        if damaged {
            return Ok(());
        }
        self.require_sound(session).await
    }

    /// Commits the access record of a bundle and its ledger leaf in one transaction, in which everything that it needs is
    /// judged; only then can anything be read. A session that is not sealed is refused: its chain has no end yet.
    pub async fn record_export(&self, new: NewBundle) -> Result<Export, ExportRefused> {
        let (record, now) = self.new_record();
        let (keys, session, range) = (self.keys().clone(), new.session, AccessRange::ALL);
        let (number, allowed) = self
            .write_essential(move |tx| {
                require_sealed(tx, session)?;
                let allowed = allowed(tx, &keys, &new, now)?;
                let said = (&allowed.who[..], &allowed.purpose[..], allowed.case.as_deref());
                let mut detail = detail(record, session, &range, Action::Restore, said);
                let request = allowed
                    .request
                    .unwrap_or(ExportId::from_bytes(*record.as_bytes()));
                detail["export"] = json!(true);
                detail["request"] = json!(request);
                detail["damaged"] = json!(allowed.damaged);
                if let Under::Request { by: Some(by), .. } = &new.under {
                    detail["user"] = json!(by.user);
                    detail["login"] = json!(by.login);
                }
                let record = NewRecord {
                    record,
                    session,
                    range,
                    action: Action::Restore,
                    grant: None,
                    export: Some(request),
                    at: now,
                    detail,
                };
                Ok::<_, ExportRefused>((append(tx, &keys, &record)?, allowed))
            })
            .await?;
        Ok(Export {
            grant: Grant::of_frames(session, range, record),
            number,
            at: now,
            who: allowed.who,
            purpose: allowed.purpose,
            case: allowed.case,
            damaged: allowed.damaged,
        })
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
