//! What every handler has at hand.

use std::sync::Arc;

use axum::extract::FromRef;
use obhut_archive::Archive;
use obhut_listener::health::Told;
use obhut_listener::metrics::Metrics;

use crate::config::ApiConfig;
use crate::metrics::REVIEW;
use crate::web::Transport;

/// Above this share of the intake log's bound the service counts as full, as on the intake's address.
const FULL_AT: f32 = 0.95;

/// What every handler has at hand. Cheap to clone.
#[derive(Debug, Clone)]
pub struct ApiState(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    told: Told,
    config: ApiConfig,
    transport: Transport,
}

impl FromRef<ApiState> for Told {
    fn from_ref(state: &ApiState) -> Self {
        state.0.told.clone()
    }
}

impl ApiState {
    /// For one archive.
    pub fn new(archive: Archive, config: ApiConfig, transport: Transport, metrics: Metrics) -> Self {
        REVIEW.describe();
        let told = Told {
            archive,
            metrics,
            full_at: FULL_AT,
        };
        Self(Arc::new(Inner {
            told,
            config,
            transport,
        }))
    }

    pub(crate) fn config(&self) -> &ApiConfig {
        &self.0.config
    }

    pub(crate) fn transport(&self) -> Transport {
        self.0.transport
    }
}
