//! The accept loop: TCP, TLS over TCP, or a unix socket, in front of a router.
//!
//! It owns everything a client can do to a server without sending a valid request: saying nothing, saying it byte by
//! byte, holding many connections, not reading its answer. Each of these ends by a deadline or a limit of
//! [`ListenerLimits`], while other clients are served. It refuses to offer clear text beyond loopback.
//!
//! What is absent on purpose: HTTP/2 (agents send one frame after the other, and every stream would need deadlines of its
//! own) and reloading of certificates (a restart takes less than a second, and agents retry).

mod body;
mod io;
mod limits;
mod network;
mod pace;
mod phase;
mod seats;
mod service;
mod socket;
mod tls;

use std::future::Future;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

pub use body::{BodyTooSlow, DrainLimit, is_too_slow};
pub use limits::ListenerLimits;
pub use network::network_of;
pub use tls::{CertificateFiles, TlsError};

use io::DeadlineIo;
use phase::{Phase, Phases};
use seats::{Seat, Seats};
use service::ConnectionService;
use socket::{Accepted, Socket};

/// Who is at the other end; in the extensions of every request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Peer {
    /// A TCP client.
    Address(SocketAddr),
    /// A process of the same user (or of root) on the unix socket.
    Local,
}

/// Why a listener can't start.
#[derive(Debug, thiserror::Error)]
pub enum ListenerError {
    /// Clear text would leave the machine.
    #[error("setting {setting}: {address} is not a loopback address and no certificate is set")]
    ClearText {
        /// The setting that names the address.
        setting: &'static str,
        /// The address.
        address: SocketAddr,
    },
    /// The address or socket can't be had.
    #[error("setting {setting}: can't listen on {place}: {cause}")]
    Bind {
        /// The setting that names the place.
        setting: &'static str,
        /// The address or the socket's path.
        place: String,
        /// What the system said.
        cause: std::io::Error,
    },
    /// The certificate or the key can't be used.
    #[error("setting {setting}: {cause}")]
    Tls {
        /// The setting that names the files.
        setting: &'static str,
        /// What is wrong with them.
        cause: TlsError,
    },
}

/// How a listener's service ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stopped {
    /// Connections that were cut because they outlasted the time given to them.
    pub cut: usize,
}

/// A bound listener, not serving yet.
#[derive(Debug)]
pub struct Listener {
    setting: &'static str,
    socket: Socket,
    tls: Option<Tls>,
    limits: Arc<ListenerLimits>,
}

/// `TlsAcceptor` has no `Debug`.
#[derive(Clone)]
struct Tls(TlsAcceptor);

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tls")
    }
}

impl Listener {
    /// Binds a TCP address. `setting` is the configuration's name for it, used in messages and metrics.
    pub async fn bind(
        setting: &'static str,
        address: SocketAddr,
        certificate: Option<&CertificateFiles>,
        limits: ListenerLimits,
    ) -> Result<Self, ListenerError> {
        if certificate.is_none() && !address.ip().to_canonical().is_loopback() {
            return Err(ListenerError::ClearText { setting, address });
        }
        let tls = certificate
            .map(tls::acceptor)
            .transpose()
            .map_err(|cause| ListenerError::Tls { setting, cause })?
            .map(Tls);
        let socket = Socket::tcp(address).await.map_err(|cause| ListenerError::Bind {
            setting,
            place: address.to_string(),
            cause,
        })?;
        Ok(Self {
            setting,
            socket,
            tls,
            limits: Arc::new(limits),
        })
    }

    /// Binds a unix socket that only this user may use, replacing a socket left behind: the caller must hold the lock of the
    /// folder it lies in. The socket is removed when the listener ends.
    pub fn bind_unix(
        setting: &'static str,
        path: &Path,
        limits: ListenerLimits,
    ) -> Result<Self, ListenerError> {
        let socket = Socket::unix(path).map_err(|cause| ListenerError::Bind {
            setting,
            place: path.display().to_string(),
            cause,
        })?;
        Ok(Self {
            setting,
            socket,
            tls: None,
            limits: Arc::new(limits),
        })
    }

    /// The address that was bound, with the port the system chose; none for a unix socket.
    pub fn local_address(&self) -> Option<SocketAddr> {
        self.socket.local_address()
    }

    /// The origin clients use, such as `http://127.0.0.1:8080`; none for a unix socket.
    pub fn origin(&self) -> Option<String> {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        self.local_address()
            .map(|address| format!("{scheme}://{address}"))
    }

    /// The path of a unix socket.
    pub fn path(&self) -> Option<PathBuf> {
        self.socket.path()
    }

    /// Serves until `stop` resolves, then stops accepting, closes idle connections at once and gives requests under way
    /// [`ListenerLimits::shutdown`] to end.
    pub async fn serve(self, router: Router, stop: impl Future<Output = ()>) -> Stopped {
        let Self {
            setting,
            socket,
            tls,
            limits,
        } = self;
        let seats = Seats::new(&limits);
        let (stopping, stopped) = watch::channel(false);
        let mut connections = JoinSet::new();
        let mut stop = std::pin::pin!(stop);
        loop {
            tokio::select! {
                biased;
                () = &mut stop => break,
                Some(_) = connections.join_next() => {}
                (accepted, seat) = next(&socket, &seats, setting) => {
                    let Some(seat) = seats.take(seat, accepted.peer()) else {
                        count_end(setting, "too-many-of-address");
                        continue;
                    };
                    let connection = Connection {
                        setting,
                        router: router.clone(),
                        tls: tls.clone(),
                        limits: Arc::clone(&limits),
                        stopping: stopped.clone(),
                        _seat: seat,
                    };
                    connections.spawn(connection.run(accepted));
                }
            }
        }
        drop(socket);
        stopping.send_replace(true);
        let all_ended = async { while connections.join_next().await.is_some() {} };
        if tokio::time::timeout(limits.shutdown, all_ended).await.is_ok() {
            return Stopped { cut: 0 };
        }
        let cut = connections.len();
        connections.shutdown().await;
        tracing::warn!(
            listener = setting,
            connections.cut = cut,
            "requests outlasted the shutdown and were cut"
        );
        Stopped { cut }
    }
}

/// The next connection, once there is a place for it. Loses nothing when dropped.
async fn next(socket: &Socket, seats: &Seats, setting: &'static str) -> (Accepted, Seat) {
    let seat = seats.free().await;
    loop {
        match socket.accept().await {
            Ok(Some(accepted)) => return (accepted, seat),
            Ok(None) => count_end(setting, "stranger"),
            // The peer was gone before we took it: no trouble of ours.
            Err(cause)
                if matches!(
                    cause.kind(),
                    ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset
                ) => {}
            Err(cause) => {
                // Most likely out of file descriptors: accepting again at once would spin until a connection ends.
                tracing::error!(listener = setting, error = %cause, "can't accept a connection");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

/// One accepted connection and what it needs.
struct Connection {
    setting: &'static str,
    router: Router,
    tls: Option<Tls>,
    limits: Arc<ListenerLimits>,
    stopping: watch::Receiver<bool>,
    _seat: Seat,
}

impl Connection {
    async fn run(self, accepted: Accepted) {
        let (setting, open) = (self.setting, OpenGauge::up(self.setting));
        let reason = match accepted {
            Accepted::Tcp(stream, peer) => self.greet(stream, peer).await,
            Accepted::Unix(stream, peer) => self.greet(stream, peer).await,
        };
        drop(open);
        count_end(setting, reason);
    }

    async fn greet<S>(mut self, stream: S, peer: Peer) -> &'static str
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let phases = Phases::new(&self.limits);
        let stream = DeadlineIo::new(stream, phases.clone(), self.limits.answer_stall);
        let Some(tls) = self.tls.take() else {
            return self.drive(stream, phases, peer).await;
        };
        let mut handshake = tls.0.accept(stream);
        let mut stopping = self.stopping.clone();
        let shaken = tokio::select! {
            shaken = &mut handshake => shaken,
            () = stops(&mut stopping) => {
                if phases.phase() == Phase::Silent {
                    return "shutdown";
                }
                handshake.await
            }
        };
        match shaken {
            Ok(stream) => self.drive(stream, phases, peer).await,
            Err(cause) if cause.kind() == ErrorKind::TimedOut => "deadline",
            Err(cause) => {
                tracing::debug!(listener = self.setting, error = %cause, "the handshake failed");
                "handshake"
            }
        }
    }

    async fn drive<S>(mut self, stream: S, phases: Phases, peer: Peer) -> &'static str
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let service = ConnectionService {
            router: self.router,
            phases,
            limits: Arc::clone(&self.limits),
            peer,
        };
        let mut http = http1::Builder::new();
        // Our own deadlines take the place of hyper's: it knows none before the first byte.
        http.timer(TokioTimer::new())
            .header_read_timeout(None)
            .max_header_size(self.limits.header_bytes);
        let mut connection = std::pin::pin!(http.serve_connection(TokioIo::new(stream), service));
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = stops(&mut self.stopping) => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        match ended {
            Ok(()) => "closed",
            Err(cause) if timed_out(&cause) => "deadline",
            Err(cause) => {
                tracing::debug!(listener = self.setting, error = %cause, "a connection failed");
                "failed"
            }
        }
    }
}

/// Resolves when the listener stops.
async fn stops(stopping: &mut watch::Receiver<bool>) {
    // The sender lives as long as the accept loop; should it be gone, the listener stops just as well.
    let _ = stopping.wait_for(|stopping| *stopping).await;
}

fn timed_out(error: &hyper::Error) -> bool {
    std::error::Error::source(error)
        .and_then(|source| source.downcast_ref::<std::io::Error>())
        .is_some_and(|io| io.kind() == ErrorKind::TimedOut)
}

fn count_end(setting: &'static str, reason: &'static str) {
    metrics::counter!("obhut_listener_ended_total", "listener" => setting, "reason" => reason).increment(1);
}

/// Counts a connection as open while it lives, also when its task is aborted.
struct OpenGauge(metrics::Gauge);

impl OpenGauge {
    fn up(setting: &'static str) -> Self {
        let gauge = metrics::gauge!("obhut_listener_connections", "listener" => setting);
        gauge.increment(1.0);
        Self(gauge)
    }
}

impl Drop for OpenGauge {
    fn drop(&mut self) {
        self.0.decrement(1.0);
    }
}
