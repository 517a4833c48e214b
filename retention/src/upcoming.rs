//! What would go at an instant, and what would be kept from going: a page at a time, nothing changed.

use obhut_archive::Archive;
use obhut_archive::catalog::CatalogError;
use obhut_archive::catalog::sessions::SessionCursor;
use obhut_format::ids::TenantId;
use obhut_format::time::UtcMicros;

use crate::plan::DisposalPlan;

/// Sessions judged in one page.
pub const PAGE: u32 = 500;

/// A page of what is due.
#[derive(Debug, Clone)]
pub struct Upcoming {
    /// What goes, and what a hold keeps.
    pub plan: DisposalPlan,
    /// Where the next page begins; `None` after the last.
    pub next: Option<SessionCursor>,
}

/// Judges a tenant's sessions whose deadline is at `at` or before, as of that instant.
pub async fn upcoming(
    archive: &Archive,
    tenant: TenantId,
    at: UtcMicros,
    after: Option<SessionCursor>,
) -> Result<Upcoming, CatalogError> {
    let sessions = archive.expiring(tenant, at, after, PAGE).await?;
    let full = sessions.len() >= PAGE as usize;
    let next = sessions
        .last()
        .filter(|_| full)
        .map(obhut_archive::Expiring::cursor);
    Ok(Upcoming {
        plan: DisposalPlan::of_sessions(sessions, at),
        next,
    })
}
