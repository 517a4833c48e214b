//! The listening socket itself.

use std::fs::{self, Permissions};
use std::io;
use std::net::SocketAddr;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};

use super::Peer;

/// A TCP or unix socket that accepts.
#[derive(Debug)]
pub(super) enum Socket {
    Tcp(TcpListener),
    Unix(UnixSocket),
}

/// A unix socket, its path and its owner.
#[derive(Debug)]
pub(super) struct UnixSocket {
    listener: UnixListener,
    path: PathBuf,
    owner: u32,
}

/// An accepted connection.
#[derive(Debug)]
pub(super) enum Accepted {
    Tcp(TcpStream, Peer),
    Unix(UnixStream, Peer),
}

impl Socket {
    pub(super) async fn tcp(address: SocketAddr) -> io::Result<Self> {
        TcpListener::bind(address).await.map(Self::Tcp)
    }

    pub(super) fn unix(path: &Path) -> io::Result<Self> {
        match fs::symlink_metadata(path) {
            // Left behind by a process that was killed: nobody can listen on it, the folder's lock is ours.
            Ok(found) if found.file_type().is_socket() => fs::remove_file(path)?,
            Ok(_) => {
                return Err(io::Error::new(
                    io::ErrorKind::AlreadyExists,
                    "the path is taken by a file",
                ));
            }
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => {}
            Err(cause) => return Err(cause),
        }
        let listener = UnixListener::bind(path)?;
        fs::set_permissions(path, Permissions::from_mode(0o600))?;
        let owner = fs::symlink_metadata(path)?.uid();
        Ok(Self::Unix(UnixSocket {
            listener,
            path: path.to_path_buf(),
            owner,
        }))
    }

    pub(super) fn local_address(&self) -> Option<SocketAddr> {
        match self {
            Self::Tcp(listener) => listener.local_addr().ok(),
            Self::Unix(_) => None,
        }
    }

    pub(super) fn path(&self) -> Option<PathBuf> {
        match self {
            Self::Tcp(_) => None,
            Self::Unix(socket) => Some(socket.path.clone()),
        }
    }

    /// The next connection; none when a process of another user knocked at the unix socket. Loses nothing when dropped.
    pub(super) async fn accept(&self) -> io::Result<Option<Accepted>> {
        match self {
            Self::Tcp(listener) => {
                let (stream, address) = listener.accept().await?;
                // Answers are small; waiting to fill a packet would only delay acknowledgements. It fails only when the
                // client is gone already, which reading finds out.
                let _ = stream.set_nodelay(true);
                Ok(Some(Accepted::Tcp(stream, Peer::Address(address))))
            }
            Self::Unix(socket) => {
                let (stream, _) = socket.listener.accept().await?;
                let user = stream.peer_cred()?.uid();
                // The mode of the socket says the same, but only from the moment after it was bound.
                let known = user == socket.owner || user == 0;
                Ok(known.then_some(Accepted::Unix(stream, Peer::Local)))
            }
        }
    }
}

impl Accepted {
    pub(super) fn peer(&self) -> &Peer {
        match self {
            Self::Tcp(_, peer) | Self::Unix(_, peer) => peer,
        }
    }
}

impl Drop for UnixSocket {
    fn drop(&mut self) {
        // Best effort: a socket left behind is replaced at the next start.
        let _ = fs::remove_file(&self.path);
    }
}
