//! Where a connection stands, and the deadline that follows from it.
//!
//! ```text
//! Silent ──first byte──▶ Headers ──request complete──▶ Request ──answer written──▶ Idle ──first byte──▶ Headers …
//! ```
//!
//! The socket's wrapper moves a connection into `Headers`, the service into `Request` and `Idle`. hyper alone knows no
//! limit before the first byte, and counts the headers' time from the end of the previous answer.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::Instant;

use super::ListenerLimits;

/// Where a connection stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// Accepted; no byte has come.
    Silent,
    /// Between the first byte of a request (or of the TLS handshake) and the end of its headers.
    Headers,
    /// A request is being answered; its body has a pace of its own.
    Request,
    /// Answered; the next request may come.
    Idle,
}

#[derive(Debug)]
struct Standing {
    phase: Phase,
    since: Instant,
}

/// One connection's phase, shared by its socket and its service.
#[derive(Debug, Clone)]
pub(super) struct Phases {
    standing: Arc<Mutex<Standing>>,
    first_byte: Duration,
    headers: Duration,
    keep_alive: Duration,
}

impl Phases {
    pub(super) fn new(limits: &ListenerLimits) -> Self {
        Self {
            standing: Arc::new(Mutex::new(Standing {
                phase: Phase::Silent,
                since: Instant::now(),
            })),
            first_byte: limits.first_byte,
            headers: limits.headers,
            keep_alive: limits.keep_alive,
        }
    }

    pub(super) fn phase(&self) -> Phase {
        self.standing.lock().phase
    }

    /// When reading must have brought something, and the phase that says so. None while a request is being answered.
    pub(super) fn read_deadline(&self) -> Option<(Instant, Phase)> {
        let standing = self.standing.lock();
        let allowed = match standing.phase {
            Phase::Silent => self.first_byte,
            Phase::Headers => self.headers,
            Phase::Idle => self.keep_alive,
            Phase::Request => return None,
        };
        Some((standing.since + allowed, standing.phase))
    }

    /// Bytes came in.
    pub(super) fn received(&self) {
        let mut standing = self.standing.lock();
        if matches!(standing.phase, Phase::Silent | Phase::Idle) {
            *standing = Standing {
                phase: Phase::Headers,
                since: Instant::now(),
            };
        }
    }

    /// Bytes went out: an answer that is still being flushed is not idleness.
    pub(super) fn sent(&self) {
        let mut standing = self.standing.lock();
        if standing.phase == Phase::Idle {
            standing.since = Instant::now();
        }
    }

    /// A request's headers are complete.
    pub(super) fn request_began(&self) {
        *self.standing.lock() = Standing {
            phase: Phase::Request,
            since: Instant::now(),
        };
    }

    /// A request's answer has been handed to the socket.
    pub(super) fn request_ended(&self) {
        *self.standing.lock() = Standing {
            phase: Phase::Idle,
            since: Instant::now(),
        };
    }
}
