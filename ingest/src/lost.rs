//! Sessions that nothing is heard of are sealed as lost, and sessions that are a day old.
//!
//! Silence counts only while frames are taken: an agent that was told to come again was not silent, and a server that
//! was down heard nobody.

use std::time::Duration;

use obhut_archive::{SealRequest, SessionRef, WriteError};
use obhut_format::chain::SealHow;
use serde_json::Map;
use tokio::sync::watch;

use crate::api::ApiState;
use crate::config::LostConfig;
use crate::metrics;

/// Seals what is silent now. Returns the sessions, and for those that could not be sealed why; they are tried again at
/// the next look.
pub(crate) async fn seal_silent(
    state: &ApiState,
    silence: Duration,
) -> Vec<(SessionRef, Result<(), WriteError>)> {
    if state.is_full() || state.since_refused().is_some_and(|since| since < silence) {
        return Vec::new();
    }
    let mut outcomes = Vec::new();
    for session in state.archive().silent_sessions(silence) {
        let request = SealRequest {
            how: SealHow::Lost,
            trusted_end: None,
            said: Map::new(),
            declared: Vec::new(),
        };
        // No patience: the packer finishes what is begun here.
        let begun = state.archive().seal(session, request, Duration::ZERO).await;
        outcomes.push((session, begun.map(|_| ())));
    }
    outcomes
}

/// Looks again and again until it is told to stop.
pub(crate) async fn keep_sealing(state: ApiState, config: LostConfig, mut stop: watch::Receiver<bool>) {
    let mut failing = false;
    loop {
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = tokio::time::sleep(config.every) => {}
        }
        let mut failed = false;
        for (session, outcome) in seal_silent(&state, config.silence).await {
            match outcome {
                Ok(()) => {
                    metrics::lost();
                    tracing::warn!(
                        tenant.id = %session.tenant, session.id = %session.session,
                        "nothing was heard of a session, or it is a day old: sealing it as lost"
                    );
                }
                Err(error) => {
                    // Once for each time that it starts: the next look tries again and may fail again.
                    if !failing {
                        tracing::error!(
                            tenant.id = %session.tenant, session.id = %session.session, error = %error,
                            "can't seal a lost session"
                        );
                    }
                    failed = true;
                }
            }
        }
        failing = failed;
    }
}
