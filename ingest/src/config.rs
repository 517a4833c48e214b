//! What the intake is configured with. The defaults are the embedded ones; `docs/reference/api-intake.md` names them.

use std::net::SocketAddr;
use std::time::Duration;

use obhut_archive::ClaimLimits;

use obhut_listener::rate::RateConfig;
use obhut_listener::{CertificateFiles, ListenerLimits};

/// The HTTP intake's settings.
#[derive(Debug, Clone)]
pub struct IntakeConfig {
    /// Where it listens; port 0 lets the system choose.
    pub address: SocketAddr,
    /// Certificate and key; without them only loopback is offered.
    pub certificate: Option<CertificateFiles>,
    /// Deadlines and limits of connections.
    pub listener: ListenerLimits,
    /// What a request may be and how it is answered.
    pub api: ApiConfig,
    /// When a silent session is sealed.
    pub lost: LostConfig,
}

/// What a request may be and how it is answered.
#[derive(Debug, Clone)]
pub struct ApiConfig {
    /// Most bytes in a frame. Default 16 MiB.
    pub frame_bytes: u64,
    /// Most pixels in a frame. Default 100 million.
    pub frame_pixels: u64,
    /// Most bytes in a JSON body. Default 1 MiB.
    pub json_bytes: u64,
    /// Bytes of bodies in memory at once, over all connections; a body waits for its share before it is read.
    /// Default 64 MiB.
    pub body_memory_bytes: u32,
    /// How long a body waits for its share before it is answered with 503. Default 15 s.
    pub body_memory_patience: Duration,
    /// How often one device may ask. The default of 5,000 a second stops a device that runs wild, and no agent that
    /// catches up after a night without a network; 20,000 at once after a pause.
    pub rate: RateConfig,
    /// Above this share of the intake log's bound nothing new is taken. Default 0.95.
    pub full_at: f32,
    /// When a client that was told "full" or "unavailable" is asked to come again. Default 10 s.
    pub retry_after: Duration,
    /// How long a seal waits for its frames to be packed before it is answered with 202. Default 5 s.
    pub seal_patience: Duration,
}

/// When a session is sealed because nothing was heard of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LostConfig {
    /// How long nothing was heard, counted only while the intake takes frames. Default 10 minutes.
    pub silence: Duration,
    /// How often to look. Default 5 s.
    pub every: Duration,
}

/// The packer's settings.
#[derive(Debug, Clone)]
pub struct PackerConfig {
    /// Packs at once. Default: half the machine's cores, at least one.
    pub workers: usize,
    /// Bytes that packs under way may hold in memory together; a single larger one is let through alone.
    /// Default 128 MiB.
    pub memory_bytes: u64,
    /// When frames are ready, and how many make a segment.
    pub limits: ClaimLimits,
    /// Above this share of the intake log's bound frames are packed without waiting for company. Default 0.7.
    pub hurry_at: f32,
    /// How often to look for frames that have waited long enough. Default 1 s.
    pub every: Duration,
    /// The first pause after a failure; it doubles with every further one. Default 1 s.
    pub first_pause: Duration,
    /// The longest pause. Default 30 s.
    pub longest_pause: Duration,
}

impl IntakeConfig {
    /// The defaults, listening on an address.
    pub fn at(address: SocketAddr) -> Self {
        Self {
            address,
            certificate: None,
            listener: ListenerLimits::default(),
            api: ApiConfig::default(),
            lost: LostConfig::default(),
        }
    }
}

impl Default for ApiConfig {
    fn default() -> Self {
        Self {
            frame_bytes: 16 << 20,
            frame_pixels: 100_000_000,
            json_bytes: 1 << 20,
            body_memory_bytes: 64 << 20,
            body_memory_patience: Duration::from_secs(15),
            rate: RateConfig {
                per_second: 5_000.0,
                burst: 20_000.0,
            },
            full_at: 0.95,
            retry_after: Duration::from_secs(10),
            seal_patience: Duration::from_secs(5),
        }
    }
}

impl Default for LostConfig {
    fn default() -> Self {
        Self {
            silence: Duration::from_mins(10),
            every: Duration::from_secs(5),
        }
    }
}

impl Default for PackerConfig {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            workers: (cores / 2).max(1),
            memory_bytes: 128 << 20,
            limits: ClaimLimits::default(),
            hurry_at: 0.7,
            every: Duration::from_secs(1),
            first_pause: Duration::from_secs(1),
            longest_pause: Duration::from_secs(30),
        }
    }
}

/// A setting that can't be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("setting {setting}: {why}")]
pub struct ConfigError {
    /// The setting's name.
    pub setting: &'static str,
    /// What is wrong with it.
    pub why: &'static str,
}

impl ApiConfig {
    /// Everything that is wrong, so that it can be told at once.
    pub fn problems(&self) -> Vec<ConfigError> {
        let mut found = Vec::new();
        let mut expect = |holds: bool, setting, why| {
            if !holds {
                found.push(ConfigError { setting, why });
            }
        };
        expect(self.frame_bytes > 0, "intake.frame_bytes", "must be at least 1");
        expect(self.frame_pixels > 0, "intake.frame_pixels", "must be at least 1");
        expect(
            u64::from(self.body_memory_bytes) >= self.frame_bytes.max(self.json_bytes),
            "intake.body_memory_bytes",
            "must have room for one frame and one JSON body of the largest size",
        );
        expect(
            self.rate.per_second > 0.0,
            "intake.rate.per_second",
            "must be above 0",
        );
        expect(self.rate.burst >= 1.0, "intake.rate.burst", "must be at least 1");
        expect(
            self.full_at > 0.0 && self.full_at <= 1.0,
            "intake.full_at",
            "must be above 0 and at most 1",
        );
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_go_together() {
        assert_eq!(ApiConfig::default().problems(), []);
    }

    #[test]
    fn every_problem_is_told_at_once() {
        let config = ApiConfig {
            frame_bytes: 0,
            body_memory_bytes: 1,
            full_at: 1.5,
            ..ApiConfig::default()
        };
        let settings: Vec<_> = config.problems().iter().map(|problem| problem.setting).collect();
        assert_eq!(
            settings,
            ["intake.frame_bytes", "intake.body_memory_bytes", "intake.full_at"]
        );
    }
}
