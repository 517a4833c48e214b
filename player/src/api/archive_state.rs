//! `GET /v1/state`: how the archive is.

use std::io;

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use obhut_archive::catalog::tenants::TenantRow;
use obhut_archive::verify::VerifyReport;
use obhut_format::ids::TenantId;
use obhut_format::time::UtcMicros;
use obhut_listener::{ApiError, json};
use serde::Serialize;
use utoipa::ToSchema;

use super::ApiState;
use super::deletions::LastRun;
use super::visitor::Visitor;
use super::words::ObjectsKindName;
use crate::permission::{Permission, Reach};

/// How the archive is.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ArchiveState {
    /// The program's.
    version: &'static str,
    #[schema(value_type = String, format = DateTime)]
    now: UtcMicros,
    /// What the sessions of each tenant that the login sees take; sums may be some seconds old.
    storage: Vec<StorageEntry>,
    objects: ObjectsState,
    /// Of the sessions of the tenants that the login sees.
    deletions: DeletionState,
    /// The intake log of all tenants; null for a login that does not see them all.
    #[schema(required)]
    intake: Option<IntakeState>,
    /// The last `obhut verify`; null where there was none, or where it looked at more than the login sees.
    #[schema(required)]
    verify: Option<VerifyState>,
}

/// What a tenant's sessions take.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TenantStorage)]
pub(super) struct StorageEntry {
    #[schema(value_type = String, format = Uuid)]
    tenant: TenantId,
    name: String,
    sessions: SessionCounts,
    frames: u64,
    original_bytes: u64,
    stored_bytes: u64,
}

/// Sessions by state.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SessionCounts {
    open: u64,
    sealing: u64,
    sealed: u64,
}

/// Where objects go.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ObjectsState {
    #[schema(value_type = ObjectsKindName)]
    kind: &'static str,
}

/// How deletions go on.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DeletionState {
    /// Sessions that nothing holds and whose time was up a day ago.
    overdue: u64,
    /// Sessions whose deletion has begun and has not ended.
    under_way: u64,
    /// The last run since the server started; null where there was none yet.
    #[schema(required)]
    last_run: Option<LastRun>,
}

/// How full the intake is.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct IntakeState {
    used_bytes: u64,
    bound_bytes: u64,
    waiting_frames: u64,
    /// Sessions open or being sealed.
    open_sessions: u64,
}

/// What the last look found.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct VerifyState {
    #[schema(value_type = String, format = DateTime)]
    at: UtcMicros,
    took_ms: u64,
    /// Whether originals were unpacked and compared with their digests.
    deep: bool,
    /// The only tenant it looked at, by name; null: all.
    #[schema(required)]
    tenant: Option<String>,
    /// How many things it found.
    findings: u64,
}

/// How the archive is, as far as the login sees it.
#[utoipa::path(
    get, path = "/v1/state", tag = "state",
    responses((status = 200, body = ArchiveState))
)]
pub(super) async fn state(
    State(state): State<ApiState>,
    Extension(visitor): Extension<Visitor>,
) -> Result<Response, ApiError> {
    let archive = state.archive();
    let tenants = visitor.tenants(&state).await?;
    let everything = visitor.reach(Permission::State) == Reach::Everywhere;
    let (mut storage, mut overdue) = (Vec::with_capacity(tenants.len()), 0);
    for row in &tenants {
        let kept = state.sums(row.tenant).await?;
        let sums = kept.storage;
        overdue += kept.overdue.sessions;
        storage.push(StorageEntry {
            tenant: row.tenant,
            name: row.name.clone(),
            sessions: SessionCounts {
                open: sums.open,
                sealing: sums.sealing,
                sealed: sums.sealed,
            },
            frames: sums.frames,
            original_bytes: sums.original_bytes,
            stored_bytes: sums.stored_bytes,
        });
    }
    let intake = everything.then(|| {
        let stats = archive.stats();
        IntakeState {
            used_bytes: stats.intake_used_bytes,
            bound_bytes: stats.intake_bound_bytes,
            waiting_frames: stats.waiting_frames,
            open_sessions: stats.open_sessions,
        }
    });
    let report = last_report(&state).await?;
    let report = report.filter(|report| {
        let sees = |name: &String| tenants.iter().any(|row| row.name == *name);
        report.tenant.as_ref().map_or(everything, sees)
    });
    let deletions = deletions(&state, &tenants, overdue).await?;
    let kind = if archive.is_local() { "local" } else { "s3" };
    let told = ArchiveState {
        version: env!("CARGO_PKG_VERSION"),
        now: archive.clock().now(),
        storage,
        objects: ObjectsState { kind },
        deletions,
        intake,
        verify: report.map(|report| VerifyState {
            at: report.at,
            took_ms: report.took_ms,
            deep: report.deep,
            tenant: report.tenant,
            findings: report.findings.values().sum(),
        }),
    };
    Ok(json::answer(StatusCode::OK, &told))
}

async fn deletions(state: &ApiState, tenants: &[TenantRow], overdue: u64) -> Result<DeletionState, ApiError> {
    let ids: Vec<TenantId> = tenants.iter().map(|row| row.tenant).collect();
    let archive = state.archive();
    let under_way = archive.under_way(&ids).await;
    let under_way = under_way.map_err(|error| state.catalog_trouble(&error))?;
    Ok(DeletionState {
        overdue,
        under_way: under_way.len() as u64,
        last_run: LastRun::of(state, &ids),
    })
}

/// What the last look left beside the archive. A note that can't be read hides nothing else on the page.
async fn last_report(state: &ApiState) -> Result<Option<VerifyReport>, ApiError> {
    let archive = state.archive().clone();
    let read = tokio::task::spawn_blocking(move || archive.last_verify());
    let report: io::Result<Option<VerifyReport>> = read.await.map_err(ApiError::internal)?;
    Ok(report.unwrap_or_else(|error| {
        tracing::warn!(%error, "the report of the last verification can't be read");
        None
    }))
}
