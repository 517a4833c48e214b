//! What every handler has at hand.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use obhut_archive::{Archive, Sender, SessionRef};
use obhut_format::ids::{DeviceId, SessionId};

use axum::body::Body;
use axum::extract::FromRef;
use axum::http::HeaderMap;
use obhut_listener::ApiError;
use obhut_listener::body::BodyBudget;
use obhut_listener::health::Told;
use obhut_listener::json;
use obhut_listener::metrics::Metrics;
use obhut_listener::rate::Rates;
use serde::de::DeserializeOwned;

use super::error::Trouble;
use crate::config::ApiConfig;
use crate::metrics;
use crate::problem::Problem;

/// What every handler has at hand. Cheap to clone.
#[derive(Debug, Clone)]
pub struct ApiState(Arc<Inner>);

impl FromRef<ApiState> for Told {
    fn from_ref(state: &ApiState) -> Self {
        state.0.told.clone()
    }
}

#[derive(Debug)]
struct Inner {
    told: Told,
    config: ApiConfig,
    bodies: BodyBudget,
    rates: Rates<DeviceId>,
    /// The clock's uptime, in microseconds, when a known device was last told to come again; 0 for never.
    refused_at_us: AtomicU64,
}

impl ApiState {
    /// For one archive.
    pub fn new(archive: Archive, config: ApiConfig, metrics: Metrics) -> Self {
        let bodies = BodyBudget::new(
            config.body_memory_bytes,
            config.body_memory_patience,
            config.retry_after,
        );
        let rates = Rates::new(config.rate);
        metrics::describe();
        let told = Told {
            archive,
            metrics,
            full_at: config.full_at,
        };
        Self(Arc::new(Inner {
            told,
            config,
            bodies,
            rates,
            refused_at_us: AtomicU64::new(0),
        }))
    }

    pub(crate) fn archive(&self) -> &Archive {
        &self.0.told.archive
    }

    pub(crate) fn config(&self) -> &ApiConfig {
        &self.0.config
    }

    pub(crate) fn bodies(&self) -> &BodyBudget {
        &self.0.bodies
    }

    pub(crate) fn rates(&self) -> &Rates<DeviceId> {
        &self.0.rates
    }

    /// Reads a body of JSON into its type.
    pub(crate) async fn json<T: DeserializeOwned>(
        &self,
        headers: &HeaderMap,
        body: Body,
    ) -> Result<T, ApiError> {
        json::read(self.bodies(), self.config().json_bytes, headers, body).await
    }

    /// What the archive did not do, as an answer.
    pub(crate) fn trouble(&self, error: impl Into<Trouble>) -> ApiError {
        error.into().answer(self.config().retry_after)
    }

    /// Whether the intake log is so full that nothing new is taken.
    pub(crate) fn is_full(&self) -> bool {
        self.0.told.is_full()
    }

    /// Refuses what is new while the intake log is nearly full. Sealing and events go on: they make room, or need
    /// next to none.
    pub(crate) fn expect_room(&self) -> Result<(), ApiError> {
        if self.is_full() {
            return Err(Problem::full(self.config().retry_after).into());
        }
        Ok(())
    }

    /// A session that this device opened. Another device's, another tenant's and one that is not there are not told
    /// apart.
    pub(crate) async fn own_session(&self, sender: Sender, session: &str) -> Result<SessionRef, ApiError> {
        let session: SessionId = session.parse().map_err(|_| Problem::not_found())?;
        let at = SessionRef {
            tenant: sender.tenant,
            session,
        };
        let device = self
            .archive()
            .session_device(at)
            .await
            .map_err(|error| self.trouble(error))?;
        if device != sender.device {
            return Err(Problem::not_found().into());
        }
        Ok(at)
    }

    /// Notes that a device was told to come again.
    pub(crate) fn refused(&self) {
        let uptime = self.archive().clock().uptime();
        let uptime = u64::try_from(uptime.as_micros()).unwrap_or(u64::MAX);
        self.0.refused_at_us.fetch_max(uptime.max(1), Ordering::Relaxed);
    }

    /// For how long nobody was told to come again; `None` if nobody ever was.
    pub(crate) fn since_refused(&self) -> Option<Duration> {
        let at = self.0.refused_at_us.load(Ordering::Relaxed);
        (at > 0).then(|| {
            self.archive()
                .clock()
                .uptime()
                .saturating_sub(Duration::from_micros(at))
        })
    }
}
