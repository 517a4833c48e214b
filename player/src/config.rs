//! What review is configured with. The defaults are the embedded ones; `docs/reference/configuration.md` names them.

use std::net::SocketAddr;
use std::time::Duration;

use obhut_listener::rate::RateConfig;
use obhut_listener::{CertificateFiles, ListenerLimits};

use crate::downloads::DownloadLimits;
use crate::reads::ReadLimits;

/// The review address's settings.
#[derive(Debug, Clone)]
pub struct ReviewConfig {
    /// Where it listens; port 0 lets the system choose.
    pub address: SocketAddr,
    /// Certificate and key; without them only loopback is offered.
    pub certificate: Option<CertificateFiles>,
    /// Deadlines and limits of connections.
    pub listener: ListenerLimits,
    /// Logins, and how requests are answered.
    pub api: ApiConfig,
}

/// Logins, and how requests are answered.
#[derive(Debug, Clone)]
pub struct ApiConfig {
    /// The origin that browsers use, such as `https://review.example.org`, where a proxy stands in front; without it the
    /// address's own scheme and whatever host the request names.
    pub origin: Option<String>,
    /// Whether a proxy on this machine appends the address it was asked from to `X-Forwarded-For`, so that attempts to log in are
    /// counted by that. Default no.
    pub forwarded_for: bool,
    /// How long a login lasts without a request. Default 30 minutes.
    pub idle: Duration,
    /// How long a login lasts at most. Default 12 hours.
    pub lasts: Duration,
    /// How often one network may try to log in, and one user to change their password. Default: once in two seconds, 30 times at
    /// once after a pause.
    pub attempts: RateConfig,
    /// Most bytes in a JSON body. Default 64 KiB.
    pub json_bytes: u64,
    /// Bytes of bodies in memory at once, over all logins. Default 8 MiB.
    pub body_memory_bytes: u32,
    /// The same of those who have proved nothing yet, who take nothing from the others. Default 16 MiB: 8 KiB for each connection
    /// that may be there.
    pub unproved_memory_bytes: u32,
    /// How long a body waits for its share before it is answered with 503. Default 15 s.
    pub body_memory_patience: Duration,
    /// When a client that was told "unavailable" is asked to come again. Default 5 s.
    pub retry_after: Duration,
    /// How much memory frames on their way out may take.
    pub reads: ReadLimits,
    /// How many bundles are taken at once.
    pub downloads: DownloadLimits,
    /// How long the sums on the page of the archive's state are kept. Default 10 s.
    pub sums_kept: Duration,
}

impl ReviewConfig {
    /// The defaults, listening on an address.
    pub fn at(address: SocketAddr) -> Self {
        Self {
            address,
            certificate: None,
            listener: ListenerLimits::default(),
            api: ApiConfig::default(),
        }
    }
}

impl Default for ApiConfig {
    fn default() -> Self {
        Self {
            origin: None,
            forwarded_for: false,
            idle: Duration::from_mins(30),
            lasts: Duration::from_hours(12),
            attempts: RateConfig {
                per_second: 0.5,
                burst: 30.0,
            },
            json_bytes: 64 << 10,
            body_memory_bytes: 8 << 20,
            unproved_memory_bytes: 16 << 20,
            body_memory_patience: Duration::from_secs(15),
            retry_after: Duration::from_secs(5),
            reads: ReadLimits::default(),
            downloads: DownloadLimits::default(),
            sums_kept: Duration::from_secs(10),
        }
    }
}
