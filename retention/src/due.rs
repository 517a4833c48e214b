//! What is due at an instant: all tenants' sessions whose time is up, judged, a page at a time; nothing changed.
//!
//! The one walk behind the plan that is shown, the run that deletes and the count of what is overdue.

use std::collections::VecDeque;

use obhut_archive::catalog::sessions::SessionCursor;
use obhut_archive::catalog::tenants::TenantRow;
use obhut_archive::{Archive, Expiring, PurgeError};
use obhut_format::ids::TenantId;
use obhut_format::time::UtcMicros;

use crate::plan::DisposalPlan;

/// Sessions judged in one page.
pub const PAGE: u32 = 500;

/// Where a page ends: the next begins after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// In which tenant.
    pub tenant: TenantId,
    /// After which of its sessions.
    pub session: SessionCursor,
}

/// A page of what is due: of one tenant, the earliest deadline first.
#[derive(Debug, Clone)]
pub struct Page {
    /// Whose.
    pub tenant: TenantRow,
    /// What goes, and what a hold keeps.
    pub plan: DisposalPlan,
    /// Where it ends; `None` when it is the tenant's last.
    pub end: Option<Place>,
}

/// A tenant whose sessions can't be looked at. The walk goes on with the next.
#[derive(Debug, thiserror::Error)]
#[error("what is due of tenant {name} can't be looked at: {cause}")]
pub struct Unseen {
    /// The tenant's name.
    pub name: String,
    /// Why not.
    #[source]
    pub cause: PurgeError,
}

/// The walk.
#[derive(Debug)]
pub struct Due<'a> {
    archive: &'a Archive,
    at: UtcMicros,
    tenants: VecDeque<TenantRow>,
    after: Option<Place>,
}

impl<'a> Due<'a> {
    /// Over what of these tenants is due at `at`, one tenant after the other.
    pub fn of(archive: &'a Archive, tenants: Vec<TenantRow>, at: UtcMicros) -> Self {
        Self {
            archive,
            at,
            tenants: tenants.into(),
            after: None,
        }
    }

    /// Begins where a page ended.
    #[must_use]
    pub fn after(mut self, place: Place) -> Self {
        if let Some(begun) = self.tenants.iter().position(|row| row.tenant == place.tenant) {
            self.tenants.drain(..begun);
            self.after = Some(place);
        }
        self
    }

    /// The next page with anything in it; `None` when all was seen.
    pub async fn next(&mut self) -> Option<Result<Page, Unseen>> {
        loop {
            let tenant = self.tenants.front()?.clone();
            let after = self.after.take().map(|place| place.session);
            let found = self.archive.expiring(tenant.tenant, self.at, after, PAGE).await;
            let sessions = match found {
                Ok(sessions) => sessions,
                Err(cause) => {
                    self.tenants.pop_front();
                    return Some(Err(Unseen {
                        name: tenant.name,
                        cause: cause.into(),
                    }));
                }
            };
            let full = sessions.len() >= PAGE as usize;
            self.after = sessions.last().filter(|_| full).map(|last| Place {
                tenant: tenant.tenant,
                session: Expiring::cursor(last),
            });
            if self.after.is_none() {
                self.tenants.pop_front();
            }
            if !sessions.is_empty() {
                return Some(Ok(Page {
                    tenant,
                    plan: DisposalPlan::of_sessions(sessions, self.at),
                    end: self.after,
                }));
            }
        }
    }

    /// Whether all pages were given.
    pub fn is_over(&self) -> bool {
        self.tenants.is_empty()
    }
}
