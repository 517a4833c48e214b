//! How the control router says that something went wrong: the [`Failure`] that the command prints.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use obhut_archive::catalog::CatalogError;
use obhut_archive::objects::ObjectError;
use obhut_archive::{
    AdminError, BackupError, ExportRefused, HoldError, KeyError, PurgeError, ReadError, ReasonError,
    RotateError, WriteError,
};
use obhut_evidence::ExportError;

use crate::failure::Failure;

pub(super) const VERIFY: &str = "run `obhut verify` to see what is damaged";
pub(super) const LATER: &str = "nothing was lost; try again when the disk or the object store is back";

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let body = Json(&self).into_response();
        (StatusCode::UNPROCESSABLE_ENTITY, body).into_response()
    }
}

impl From<AdminError> for Failure {
    fn from(error: AdminError) -> Self {
        let advice = match &error {
            AdminError::Exists { .. } | AdminError::BadName { .. } | AdminError::BadUserName { .. } => {
                "choose another name"
            }
            AdminError::Unknown { what, .. } => match *what {
                "tenant" => "`obhut tenant list` shows the tenants",
                "class" => "`obhut retention class list` shows the classes",
                _ => "`obhut device list` shows the devices",
            },
            AdminError::BelowMinimum { .. } => {
                "give the class more days, or lower the minimum with `obhut retention minimum`"
            }
            AdminError::LooksTooShort { .. } => {
                "looks that are forgotten sooner are not watched; give more days"
            }
            AdminError::Catalog(_) | AdminError::Key(_) | AdminError::Ledger(_) => VERIFY,
        };
        Self::new(error, advice)
    }
}

impl From<HoldError> for Failure {
    fn from(error: HoldError) -> Self {
        let advice = match &error {
            HoldError::NoSuchSession(_) => "`obhut sessions` shows the sessions",
            HoldError::Purging { .. } => "a deletion is not taken back; place holds before a session is due",
            HoldError::Deleted { certified: true, .. } => {
                "`obhut retention certificate show` shows the proof; place holds before a session is due"
            }
            HoldError::Deleted { .. } => {
                "its certificate follows, see `obhut retention certificate`; place holds before a session is due"
            }
            HoldError::NoSuchHold(_) | HoldError::Released(_) | HoldError::NotHeld(_) => {
                "`obhut hold list` shows the holds"
            }
            HoldError::LoginEnded(_) => "log in anew",
            HoldError::BadReason | HoldError::BadOwner => "it goes on record: say it in some words",
            HoldError::BadDay { .. } | HoldError::DayOver { .. } => "write a day to come, as 2026-11-30",
            HoldError::Catalog(_) | HoldError::Key(_) | HoldError::Ledger(_) => VERIFY,
        };
        Self::new(error, advice)
    }
}

impl From<WriteError> for Failure {
    fn from(error: WriteError) -> Self {
        let advice = match &error {
            WriteError::NoSuchSession(_) => "`obhut sessions` shows the sessions",
            WriteError::NoSuchClass(_) => "leave --class out to use the tenant's default class",
            WriteError::NoSuchDevice(_) => "the device was revoked; name another with --device",
            WriteError::BadStreams => "import fewer files that are no images at once",
            WriteError::Ended { .. } | WriteError::SequenceTaken { .. } | WriteError::RequestTaken(_) => {
                "import it again; it becomes a new session"
            }
            WriteError::Read(_) | WriteError::Damaged { .. } => VERIFY,
            _ => LATER,
        };
        Self::new(error, advice)
    }
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Self {
        match &error {
            ReadError::NoSuchSession(_) => Self::new(error, "`obhut sessions` shows the sessions"),
            ReadError::NotSealed(_) => Self::new(error, "wait for its end; `obhut sessions` shows its state"),
            ReadError::Damaged { .. } => Self::damage(error, VERIFY),
            _ => Self::new(error, LATER),
        }
    }
}

impl From<ReasonError> for Failure {
    fn from(error: ReasonError) -> Self {
        Self::new(
            error,
            "say with --purpose why, and with --case for which matter; nothing was read",
        )
    }
}

impl From<ExportError> for Failure {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::Refused(refused) => refused.into(),
            // Chain, ledger and description are what a bundle proves with: there is none without them.
            ExportError::Read(error) if error.is_damage() => Self::damage(error, VERIFY),
            ExportError::Read(error) => error.into(),
            ExportError::Damaged { .. } => Self::damage(
                error,
                "no bundle was made; --damaged makes one without what is damaged, which says so",
            ),
            ExportError::HungUp => Self::internal(error),
        }
    }
}

impl From<ExportRefused> for Failure {
    fn from(refused: ExportRefused) -> Self {
        let advice = match &refused {
            ExportRefused::NotSealed(_) => "wait for its end; `obhut sessions` shows its state",
            ExportRefused::ApprovalNeeded(_) => {
                "ask for it on the review page, have somebody else approve it there, and name the request with --request"
            }
            ExportRefused::NotApproved(_) => {
                "have it approved on the review page by somebody else than who asked for it"
            }
            ExportRefused::Expired(_) => "ask for it again on the review page",
            ExportRefused::NoSuchExport(_) | ExportRefused::OtherSession { .. } => {
                "the review page shows requests, and of which session they are"
            }
            ExportRefused::Doubtful { .. } | ExportRefused::SessionDamaged { .. } => VERIFY,
            ExportRefused::Purging { .. } | ExportRefused::Deleted { .. } => {
                "`obhut retention certificate show` prints the proof of its deletion"
            }
            _ => LATER,
        };
        match refused {
            ExportRefused::Read(error) => error.into(),
            damage @ (ExportRefused::Doubtful { .. } | ExportRefused::SessionDamaged { .. }) => {
                Self::damage(damage, advice)
            }
            refused => Self::new(refused, advice),
        }
    }
}

impl From<BackupError> for Failure {
    fn from(error: BackupError) -> Self {
        let advice = match &error {
            BackupError::Recipient { .. } | BackupError::NotPublic | BackupError::NoRecipient => {
                "give an age public key, age1…, or a passphrase file"
            }
            BackupError::Recipients { .. } => "leave some out, or name one whose identity they share",
            BackupError::Days { .. } => "choose another number with --days",
            BackupError::Catalog(_) | BackupError::Key(_) | BackupError::Ledger(_) => VERIFY,
            _ => "no file was written; try again",
        };
        Self::new(error, advice)
    }
}

impl From<PurgeError> for Failure {
    fn from(error: PurgeError) -> Self {
        let advice = match &error {
            PurgeError::Running => "wait until it has ended, then run it again if anything is still due",
            PurgeError::Damaged(_) | PurgeError::Key(_) | PurgeError::Ledger(_) | PurgeError::NoneGoes(_) => {
                VERIFY
            }
            PurgeError::OtherStore { .. } => {
                "see that the store's disk is mounted and the configuration names the archive's own store, then run it again"
            }
            PurgeError::Catalog(CatalogError::Busy) => {
                "somebody reads all of the catalog, as `obhut verify` does; run it again when that has ended"
            }
            PurgeError::Catalog(CatalogError::Full) | PurgeError::Object(ObjectError::Full { .. }) => {
                "what was deleted stays deleted; make room on that disk, then run it again"
            }
            _ => "what was deleted stays deleted; run it again when the disk or the object store is back",
        };
        Self::new(error, advice)
    }
}

impl From<CatalogError> for Failure {
    fn from(error: CatalogError) -> Self {
        Self::new(error, LATER)
    }
}

impl From<KeyError> for Failure {
    fn from(error: KeyError) -> Self {
        Self::new(error, VERIFY)
    }
}

impl From<RotateError> for Failure {
    fn from(error: RotateError) -> Self {
        Self::new(error, "what was rotated stays rotated; run it again to go on")
    }
}
