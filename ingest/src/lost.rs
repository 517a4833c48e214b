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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use obhut_archive::{Archive, ArchiveOptions, NewSession, NewStream, SetClock};
    use obhut_format::chain::{SessionKind, StreamKind};
    use obhut_format::ids::StreamNo;
    use obhut_format::time::UtcMicros;
    use obhut_listener::metrics::Metrics;

    use super::*;
    use crate::config::ApiConfig;

    const SILENCE: Duration = Duration::from_mins(10);

    #[tokio::test]
    async fn an_agent_that_was_told_to_come_again_was_not_silent() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let clock = Arc::new(SetClock::at(UtcMicros::UNIX_EPOCH));
        let options = ArchiveOptions::embedded(folder.path());
        let (archive, _) = Archive::open(options, clock.clone()).await.expect("an archive");
        let tenant = archive.tenant("default").await.expect("the first tenant").tenant;
        let (device, _) = archive.add_device(tenant, "PC 1").await.expect("a device");
        let new = NewSession {
            tenant,
            device: device.device,
            kind: SessionKind::Support,
            started_at: UtcMicros::UNIX_EPOCH,
            class: None,
            streams: vec![NewStream {
                n: StreamNo::ZERO,
                kind: StreamKind::Timeline,
                name: None,
            }],
            consent: None,
            description: Map::new(),
            request_key: None,
        };
        archive.open_session(new).await.expect("a session");
        let metrics = Metrics::install().expect("a recorder");
        let state = ApiState::new(archive.clone(), ApiConfig::default(), metrics);
        clock.advance(Duration::from_mins(9));
        state.refused();
        clock.advance(Duration::from_mins(9));
        assert!(seal_silent(&state, SILENCE).await.is_empty());
        clock.advance(Duration::from_mins(1));
        let sealed = seal_silent(&state, SILENCE).await;
        assert!(matches!(sealed[..], [(_, Ok(()))]));
        assert!(archive.finish_seals().await.is_empty());
        assert_eq!(archive.stats().open_sessions, 0);
        assert!(seal_silent(&state, SILENCE).await.is_empty());
    }
}
