//! What stands between a socket and a service: used by each service that speaks HTTP, which know nothing of each other.
//!
//! The crate owns the accept loop with its deadlines ([`accept`]), the answers a client reads when something is wrong
//! ([`problem`], [`error`]), bodies on their way into memory ([`body`], [`json`]), rates ([`rate`]), and what every
//! address tells of its service ([`health`], [`metrics`], [`openapi`]). [`dress`](dress::dress) puts around a service's
//! routes what all of them have in common.
//!
//! It refuses to know any service's endpoints, who may ask for what, and to answer with an internal cause.

pub mod accept;
pub mod body;
pub mod dress;
pub mod error;
pub mod health;
pub mod json;
pub mod metrics;
pub mod observe;
pub mod openapi;
pub mod place;
pub mod problem;
pub mod rate;
pub mod running;

pub use accept::{
    BodyTooSlow, CertificateFiles, DrainLimit, Listener, ListenerError, ListenerLimits, Peer, Stopped,
    TlsError, is_too_slow, network_of,
};
pub use error::{ApiError, Machinery};
pub use problem::Problem;
pub use running::Running;
