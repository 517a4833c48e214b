//! From what the archive did not do to what a client reads.

use std::time::Duration;

use obhut_archive::catalog::CatalogError;
use obhut_archive::{AdminError, ExportRefused, ReadError};
use obhut_listener::{ApiError, Machinery};

use super::ApiState;
use crate::login::PasswordError;
use crate::problem::{
    self, EXPORT_DAMAGED, EXPORT_DECIDED, EXPORT_EXPIRED, EXPORT_NOT_APPROVED, FRAME_DAMAGED, FRAME_UNKNOWN,
    GRANT_EXPIRED, NOT_OWN_REQUEST, OUTSIDE_GRANT, OWN_REQUEST, Problem, SESSION_DAMAGED, SESSION_OPEN,
};

impl ApiState {
    /// Of people and the register.
    pub(crate) fn admin_trouble(&self, error: &AdminError) -> ApiError {
        self.broken(Machinery::of_admin(error), error)
    }

    /// Of lists.
    pub(crate) fn catalog_trouble(&self, error: &CatalogError) -> ApiError {
        self.broken(Machinery::of_catalog(error), error)
    }

    /// Of looking.
    pub(crate) fn read_trouble(&self, error: &ReadError) -> ApiError {
        match error {
            ReadError::NoSuchSession(_) => Problem::not_found().into(),
            ReadError::NoSuchFrame { .. } => Problem::of(&FRAME_UNKNOWN).into(),
            ReadError::OutsideGrant { .. } | ReadError::RangeOutsideGrant(_) => {
                Problem::of(&OUTSIDE_GRANT).into()
            }
            ReadError::GrantExpired(_) => Problem::of(&GRANT_EXPIRED).into(),
            ReadError::TooManyGrants { until, .. } => {
                let left = until.get().saturating_sub(self.archive().clock().now().get());
                problem::grants_too_many(Duration::from_micros(u64::try_from(left).unwrap_or(0))).into()
            }
            ReadError::LoginEnded(_) => problem::login_required().into(),
            damage if damage.is_damage() => ApiError::caused(Problem::of(&FRAME_DAMAGED), damage),
            other => self.broken(Machinery::of_read(other), other),
        }
    }

    /// Of exports.
    pub(crate) fn export_trouble(&self, error: &ExportRefused) -> ApiError {
        let problem = match error {
            ExportRefused::NoSuchExport(_) => return Problem::not_found().into(),
            ExportRefused::NotSealed(_) => &SESSION_OPEN,
            ExportRefused::Purging { since, .. } => return problem::session_purging(*since).into(),
            ExportRefused::Deleted {
                session,
                since,
                certified,
            } => return problem::session_deleted(*session, *since, *certified).into(),
            ExportRefused::OwnRequest(_) => &OWN_REQUEST,
            ExportRefused::NotOwnRequest(_) => &NOT_OWN_REQUEST,
            ExportRefused::Decided(_) => &EXPORT_DECIDED,
            ExportRefused::NotApproved(_) => &EXPORT_NOT_APPROVED,
            ExportRefused::Expired(_) => &EXPORT_EXPIRED,
            ExportRefused::Doubtful { .. } => return ApiError::caused(Problem::of(&EXPORT_DAMAGED), error),
            ExportRefused::SessionDamaged { .. } => {
                return ApiError::caused(Problem::of(&SESSION_DAMAGED), error);
            }
            // Asked by nobody here.
            ExportRefused::OtherSession { .. } | ExportRefused::ApprovalNeeded(_) => {
                return ApiError::internal(error);
            }
            ExportRefused::Read(damage) if damage.is_damage() => return ApiError::internal(damage),
            ExportRefused::Read(error) => return self.read_trouble(error),
        };
        Problem::of(problem).into()
    }

    /// Of passwords. What is wrong with a chosen one is told.
    pub(crate) fn password_trouble(&self, error: &PasswordError) -> ApiError {
        match error {
            PasswordError::TooShort
            | PasswordError::TooLong
            | PasswordError::Control
            | PasswordError::Blank => Problem::request_invalid(error.to_string()).into(),
            PasswordError::Busy => self.unavailable(error),
            PasswordError::Failed(_) => ApiError::internal(error),
        }
    }

    /// A full disk is told as "unavailable" here: what was asked for can't be put on record, and nobody has anything to
    /// send again but the request.
    pub(super) fn broken(&self, state: Machinery, cause: &impl std::fmt::Display) -> ApiError {
        match state {
            Machinery::Full | Machinery::Unavailable => self.unavailable(cause),
            Machinery::Broken => ApiError::internal(cause),
        }
    }

    pub(super) fn unavailable(&self, cause: &impl std::fmt::Display) -> ApiError {
        ApiError::caused(Problem::unavailable(self.config().retry_after), cause)
    }
}
