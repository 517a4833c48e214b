//! The commands' end of the control interface.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use obhut_archive::{Archive, LockError, OpenError, SystemClock};
use parking_lot::Mutex;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::net::UnixStream;

use super::desk::Desk;
use super::{PREFIX, server, socket};
use crate::config::Config;
use crate::failure::Failure;
use crate::service::{Duties, Service};

/// How long a command waits for another that has the folder.
const PATIENCE: Duration = Duration::from_secs(10);

/// Longest path a socket's address can hold.
const MAX_SOCKET_PATH: usize = 107;

/// Bytes on their way between the two ends within one process.
const PIPE: usize = 256 << 10;

/// What a command needs of the data folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// An archive that is there.
    Existing(Duties),
    /// An archive, made when there is none.
    AnyOrNew(Duties),
}

/// A way to the archive: a running server's, or our own.
#[derive(Debug)]
pub(crate) struct Client {
    via: Via,
    idle: Mutex<Vec<SendRequest<Full<Bytes>>>>,
}

#[derive(Debug)]
enum Via {
    Socket(PathBuf),
    Here(Router, Box<Service>),
}

impl Client {
    /// Reaches the running server of the data folder, or opens the archive itself.
    pub(crate) async fn connect(config: &Config, need: Need) -> Result<Self, Failure> {
        let data = &config.archive.data;
        let (duties, may_create) = match need {
            Need::Existing(duties) => (duties, false),
            Need::AnyOrNew(duties) => (duties, true),
        };
        let path = socket(data);
        let start = Instant::now();
        loop {
            if let Ok(stream) = dial(&path).await {
                let sender = shake(TokioIo::new(stream)).await?;
                return Ok(Self {
                    via: Via::Socket(path),
                    idle: Mutex::new(vec![sender]),
                });
            }
            if !may_create {
                config.archive.expect_archive()?;
            }
            match Archive::open(config.archive.clone(), Arc::new(SystemClock)).await {
                Ok((archive, _)) => {
                    let desk = Desk::new(archive.clone())?;
                    let service = Service::start(archive, &config.beside, duties);
                    let via = Via::Here(server::router(desk), Box::new(service));
                    return Ok(Self {
                        via,
                        idle: Mutex::default(),
                    });
                }
                // A server that is starting has the lock before its socket; another command ends soon.
                Err(OpenError::Lock(LockError::InUse { .. })) if start.elapsed() < PATIENCE => {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Ends our own service, where there is one. To be called when the command has done its work.
    pub(crate) async fn close(self) {
        let Self { via, idle } = self;
        drop(idle);
        match via {
            Via::Socket(_) => {}
            Via::Here(router, service) => {
                drop(router);
                service.stop().await;
            }
        }
    }

    /// Asks, and reads an answer in JSON.
    pub(crate) async fn call<A: Serialize, R: DeserializeOwned>(
        &self,
        path: &str,
        ask: &A,
    ) -> Result<R, Failure> {
        let body = serde_json::to_vec(ask).map_err(Failure::internal)?;
        let request = request(Method::POST, path).header("content-type", "application/json");
        self.exchange(
            request
                .body(Full::new(Bytes::from(body)))
                .map_err(Failure::internal)?,
        )
        .await
    }

    /// Sends bytes with a header.
    pub(crate) async fn put<R: DeserializeOwned>(
        &self,
        path: &str,
        header: (&str, String),
        body: Bytes,
    ) -> Result<R, Failure> {
        let request = request(Method::PUT, path).header(header.0, header.1);
        self.exchange(request.body(Full::new(body)).map_err(Failure::internal)?)
            .await
    }

    /// Asks, and hands on the body of the answer as it comes.
    pub(crate) async fn stream<A: Serialize>(&self, path: &str, ask: &A) -> Result<Incoming, Failure> {
        let body = serde_json::to_vec(ask).map_err(Failure::internal)?;
        let request = request(Method::POST, path).header("content-type", "application/json");
        let request = request
            .body(Full::new(Bytes::from(body)))
            .map_err(Failure::internal)?;
        let (response, _sender) = self.send(request).await?;
        let response = succeeded(response).await?;
        Ok(response.into_body())
    }

    async fn exchange<R: DeserializeOwned>(&self, request: Request<Full<Bytes>>) -> Result<R, Failure> {
        let (response, sender) = self.send(request).await?;
        let response = succeeded(response).await?;
        let body = response
            .into_body()
            .collect()
            .await
            .map_err(|error| gone(&error))?
            .to_bytes();
        self.idle.lock().push(sender);
        serde_json::from_slice(&body).map_err(Failure::internal)
    }

    async fn send(
        &self,
        request: Request<Full<Bytes>>,
    ) -> Result<(Response<Incoming>, SendRequest<Full<Bytes>>), Failure> {
        let idle = self.idle.lock().pop();
        let mut sender = match idle {
            Some(sender) if sender.is_ready() => sender,
            _ => self.dial().await?,
        };
        let response = sender.send_request(request).await.map_err(|error| gone(&error))?;
        Ok((response, sender))
    }

    async fn dial(&self) -> Result<SendRequest<Full<Bytes>>, Failure> {
        match &self.via {
            Via::Socket(path) => {
                let stream = dial(path).await.map_err(|error| gone(&error))?;
                shake(TokioIo::new(stream)).await
            }
            Via::Here(router, _) => {
                let (ours, theirs) = tokio::io::duplex(PIPE);
                server::serve_here(router.clone(), theirs);
                shake(TokioIo::new(ours)).await
            }
        }
    }
}

fn request(method: Method, path: &str) -> hyper::http::request::Builder {
    Request::builder()
        .method(method)
        .uri(format!("{PREFIX}{path}"))
        .header("host", "obhut")
}

/// Connects to a unix socket, also to one whose path is longer than a socket's address can hold.
pub(super) async fn dial(path: &Path) -> std::io::Result<UnixStream> {
    if path.as_os_str().len() <= MAX_SOCKET_PATH {
        return UnixStream::connect(path).await;
    }
    let (folder, name) = (path.parent(), path.file_name());
    let (Some(folder), Some(name)) = (folder, name) else {
        return UnixStream::connect(path).await;
    };
    let folder = std::fs::File::open(folder)?;
    let number = std::os::fd::AsRawFd::as_raw_fd(&folder);
    UnixStream::connect(Path::new("/proc/self/fd").join(number.to_string()).join(name)).await
}

async fn shake<S>(stream: S) -> Result<SendRequest<Full<Bytes>>, Failure>
where
    S: hyper::rt::Read + hyper::rt::Write + Send + Unpin + 'static,
{
    let (sender, connection) = http1::handshake(stream).await.map_err(|error| gone(&error))?;
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "control connection ended");
        }
    });
    Ok(sender)
}

/// An answer that says what went wrong becomes the failure that it says.
async fn succeeded(response: Response<Incoming>) -> Result<Response<Incoming>, Failure> {
    if response.status().is_success() {
        return Ok(response);
    }
    let status = response.status();
    let body = response
        .into_body()
        .collect()
        .await
        .map_err(|error| gone(&error))?
        .to_bytes();
    Err(serde_json::from_slice(&body)
        .unwrap_or_else(|_| Failure::internal(format!("the server answered {status}"))))
}

/// The server went away in the middle.
pub(crate) fn gone(error: &dyn std::error::Error) -> Failure {
    Failure::new(
        format!("the server stopped answering: {error}"),
        "see whether it still runs, then try again; what it acknowledged is kept",
    )
}
