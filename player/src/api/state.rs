//! What every handler has at hand.

use std::net::IpAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::FromRef;
use axum::http::HeaderMap;
use obhut_archive::Archive;
use obhut_archive::catalog::tenants::TenantRow;
use obhut_format::ids::UserId;
use obhut_listener::body::BodyBudget;
use obhut_listener::health::Told;
use obhut_listener::metrics::Metrics;
use obhut_listener::rate::Rates;
use obhut_listener::{ApiError, json};
use serde::de::DeserializeOwned;

use super::sums::Sums;
use crate::bundles::Bundles;
use crate::config::ApiConfig;
use crate::disposals::Disposals;
use crate::downloads::Downloads;
use crate::login::Passwords;
use crate::metrics::REVIEW;
use crate::reads::Reads;
use crate::web::Transport;

/// Above this share of the intake log's bound the service counts as full, as on the intake's address.
const FULL_AT: f32 = 0.95;

/// Most bytes in a body before a log-in: a name and a password, however they are spelt.
const UNPROVED_BYTES: u64 = 8 << 10;

/// Whose attempts to prove a password are slowed down together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Client {
    /// Whoever comes from a network.
    From(IpAddr),
    /// Whoever is logged in as a user.
    User(UserId),
}

/// What every handler has at hand. Cheap to clone.
#[derive(Debug, Clone)]
pub struct ApiState(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    told: Told,
    config: ApiConfig,
    transport: Transport,
    bodies: BodyBudget,
    unproved_bodies: BodyBudget,
    passwords: Passwords,
    attempts: Rates<Client>,
    sums: Sums,
    reads: Reads,
    bundles: Arc<dyn Bundles>,
    downloads: Arc<Downloads>,
    disposals: Arc<dyn Disposals>,
}

impl FromRef<ApiState> for Told {
    fn from_ref(state: &ApiState) -> Self {
        state.0.told.clone()
    }
}

impl ApiState {
    /// For one archive.
    pub fn new(
        archive: Archive,
        config: ApiConfig,
        transport: Transport,
        metrics: Metrics,
        passwords: Passwords,
        bundles: Arc<dyn Bundles>,
        disposals: Arc<dyn Disposals>,
    ) -> Self {
        REVIEW.describe();
        let told = Told {
            archive,
            metrics,
            full_at: FULL_AT,
        };
        let budget = |bytes| BodyBudget::new(bytes, config.body_memory_patience, config.retry_after);
        Self(Arc::new(Inner {
            told,
            bodies: budget(config.body_memory_bytes),
            unproved_bodies: budget(config.unproved_memory_bytes),
            passwords,
            attempts: Rates::new(config.attempts),
            sums: Sums::default(),
            reads: Reads::new(config.reads),
            bundles,
            downloads: Arc::new(Downloads::new(config.downloads)),
            disposals,
            config,
            transport,
        }))
    }

    pub(crate) fn archive(&self) -> &Archive {
        &self.0.told.archive
    }

    pub(crate) fn config(&self) -> &ApiConfig {
        &self.0.config
    }

    pub(crate) fn transport(&self) -> Transport {
        self.0.transport
    }

    pub(crate) fn passwords(&self) -> &Passwords {
        &self.0.passwords
    }

    /// How often somebody may try to prove a password.
    pub(crate) fn attempts(&self) -> &Rates<Client> {
        &self.0.attempts
    }

    /// The memory that frames on their way out may take.
    pub(super) fn reads(&self) -> &Reads {
        &self.0.reads
    }

    /// What makes evidence bundles.
    pub(super) fn bundles(&self) -> &dyn Bundles {
        &*self.0.bundles
    }

    /// Who takes bundles.
    pub(super) fn downloads(&self) -> &Arc<Downloads> {
        &self.0.downloads
    }

    /// What deletes.
    pub(super) fn disposals(&self) -> &dyn Disposals {
        &*self.0.disposals
    }

    pub(super) fn kept_sums(&self) -> &Sums {
        &self.0.sums
    }

    /// Reads a body of JSON into its type.
    pub(crate) async fn json<T: DeserializeOwned>(
        &self,
        headers: &HeaderMap,
        body: Body,
    ) -> Result<T, ApiError> {
        json::read(&self.0.bodies, self.config().json_bytes, headers, body).await
    }

    /// The same from somebody who has proved nothing yet, who takes no room from those who have.
    pub(crate) async fn small_json<T: DeserializeOwned>(
        &self,
        headers: &HeaderMap,
        body: Body,
    ) -> Result<T, ApiError> {
        json::read(&self.0.unproved_bodies, UNPROVED_BYTES, headers, body).await
    }

    /// Every tenant.
    pub(crate) async fn tenants(&self) -> Result<Vec<TenantRow>, ApiError> {
        let tenants = self.archive().tenants().await;
        tenants.map_err(|error| self.admin_trouble(&error))
    }
}
