//! The numbers a listener lives by.

use std::time::Duration;

/// Deadlines and limits of one listener.
///
/// The defaults suit an intake that faces the internet: a slow link still gets through, a client that says nothing does
/// not hold a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListenerLimits {
    /// From the accepted connection to its first byte. Default 10 s.
    pub first_byte: Duration,
    /// From the first byte of a request to the end of its headers; on the first request of a TLS connection the handshake
    /// counts too. Default 15 s.
    pub headers: Duration,
    /// Largest request line and headers together, in bytes. Default 32 KiB.
    pub header_bytes: usize,
    /// From the end of an answer to the first byte of the next request on the same connection. Default 75 s.
    pub keep_alive: Duration,
    /// What a request body must bring while the server waits for it, in bytes a second. Default 4 KiB/s.
    pub body_rate: u32,
    /// How long a body may stay behind [`body_rate`](Self::body_rate); also the longest silence inside a body, however
    /// fast it was before. Default 20 s.
    pub body_grace: Duration,
    /// The longest time a client may take nothing of an answer that is ready for it. Default 60 s.
    pub answer_stall: Duration,
    /// Connections at once; above it nothing is accepted until one ends. Default 2,048.
    pub connections: usize,
    /// Connections at once from one address (an IPv6 client counts by its /64); above it a connection is closed as soon as
    /// it is accepted. Default 128. Loopback and the unix socket do not count: a reverse proxy's clients all come from
    /// there, and it has limits of its own.
    pub connections_per_address: usize,
    /// Whether loopback counts for [`connections_per_address`](Self::connections_per_address) too. Default no.
    pub count_loopback: bool,
    /// How much of a request body is read on after an early answer, so that a client in the middle of sending reads the
    /// answer and not a reset. A handler sets another figure with [`DrainLimit`](super::DrainLimit). Default 1 MiB.
    pub drain_bytes: u64,
    /// How long requests under way may take to end once the listener stops. Default 8 s.
    pub shutdown: Duration,
}

impl Default for ListenerLimits {
    fn default() -> Self {
        Self {
            first_byte: Duration::from_secs(10),
            headers: Duration::from_secs(15),
            header_bytes: 32 * 1024,
            keep_alive: Duration::from_secs(75),
            body_rate: 4 * 1024,
            body_grace: Duration::from_secs(20),
            answer_stall: Duration::from_mins(1),
            connections: 2_048,
            connections_per_address: 128,
            count_loopback: false,
            drain_bytes: 1024 * 1024,
            shutdown: Duration::from_secs(8),
        }
    }
}
