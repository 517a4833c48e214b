//! S3 for one test: moto's server, and a gate before it that can be held or shut.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;

use crate::archive::Archive;

/// A moto server for one test, ended with it.
pub(crate) struct Moto {
    program: Child,
    pub(crate) port: u16,
}

impl Moto {
    /// Starts one with a bucket `archive` that keeps versions; `None`, with a message, when there is no program.
    pub(crate) fn start() -> Option<Self> {
        let Some(program) = std::env::var_os("OBHUT_MOTO") else {
            eprintln!("skipped: OBHUT_MOTO does not name a moto_server program");
            return None;
        };
        let free = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr());
        let port = free.expect("a free port").port();
        let program = Command::new(program)
            .args(["-H", "127.0.0.1", "-p", &port.to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("moto starts");
        let mut moto = Self { program, port };
        while moto.ask("PUT", "/archive", "").is_none() {
            let ended = moto.program.try_wait().expect("its state");
            assert!(ended.is_none(), "moto has ended");
            std::thread::sleep(Duration::from_millis(20));
        }
        let versions = "<VersioningConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
                        <Status>Enabled</Status></VersioningConfiguration>";
        moto.ask("PUT", "/archive?versioning", versions)
            .expect("it keeps versions");
        Some(moto)
    }

    /// The body of an answer that says that it was done.
    fn ask(&self, method: &str, path: &str, body: &str) -> Option<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        let (port, length) = (self.port, body.len());
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        );
        let mut answer = String::new();
        stream.write_all(request.as_bytes()).ok()?;
        stream.read_to_string(&mut answer).ok()?;
        let (head, body) = answer.split_once("\r\n\r\n")?;
        (head.split(' ').nth(1) == Some("200")).then(|| body.to_owned())
    }

    /// How many versions and delete markers there are of keys with a word in them.
    pub(crate) fn versions_of(&self, word: &str) -> usize {
        let listed = self.ask("GET", "/archive?versions", "").expect("a list");
        assert!(
            listed.contains("<IsTruncated>false</IsTruncated>"),
            "the whole list"
        );
        let keys = listed.split("<Key>").skip(1);
        keys.filter(|rest| rest.split("</Key>").next().is_some_and(|key| key.contains(word)))
            .count()
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

/// Has an archive's objects go to a bucket behind a port.
pub(crate) fn use_bucket(archive: &Archive, port: u16, prefix: &str) {
    for name in ["access", "secret"] {
        std::fs::write(archive.beside(name), "test").expect("written");
    }
    let beside = |name: &str| archive.beside(name).display().to_string();
    archive.configure(&format!(
        "[retention]\nevery = \"24h\"\n[objects.s3]\nbucket = \"archive\"\nendpoint = \"http://127.0.0.1:{port}\"\n\
         prefix = \"{prefix}\"\nallow_http = true\naccess_key = {{ file = \"{}\" }}\nsecret_key = {{ file = \"{}\" }}\n",
        beside("access"),
        beside("secret")
    ));
}

/// What a gate does with requests that delete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// Lets everything through.
    Open,
    /// Lets as many through, and keeps the next waiting.
    HoldAfter(usize),
    /// Keeps one waiting.
    Held,
    /// Lets as many through, and ends every connection at the next.
    ShutAfter(usize),
    /// Takes no connection.
    Shut,
}

#[derive(Debug)]
struct Post {
    state: Mutex<State>,
    changed: Condvar,
}

impl Post {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no thread panics with it")
    }

    /// Whether bytes on their way to the store may go on.
    fn passes(&self, bytes: &[u8]) -> bool {
        let mut state = self.lock();
        if bytes.starts_with(b"DELETE ") || bytes.starts_with(b"POST ") {
            *state = match *state {
                State::HoldAfter(0) => State::Held,
                State::HoldAfter(more) => State::HoldAfter(more - 1),
                State::ShutAfter(0) => State::Shut,
                State::ShutAfter(more) => State::ShutAfter(more - 1),
                other => other,
            };
            self.changed.notify_all();
        }
        while *state == State::Held {
            state = self.changed.wait(state).expect("no thread panics with it");
        }
        *state != State::Shut
    }
}

/// A gate before a server.
pub(crate) struct Gate {
    pub(crate) port: u16,
    post: Arc<Post>,
}

impl Gate {
    pub(crate) fn before(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("its address").port();
        let post = Arc::new(Post {
            state: Mutex::new(State::Open),
            changed: Condvar::new(),
        });
        let keeper = post.clone();
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let Ok(server) = TcpStream::connect(("127.0.0.1", server)) else {
                    continue;
                };
                if *keeper.lock() != State::Shut {
                    forward(&client, &server, keeper.clone());
                }
            }
        });
        Self { port, post }
    }

    pub(crate) fn set(&self, state: State) {
        *self.post.lock() = state;
        self.post.changed.notify_all();
    }

    /// Waits until a request is held.
    pub(crate) fn wait_until_held(&self) {
        let mut state = self.post.lock();
        while *state != State::Held {
            state = self.post.changed.wait(state).expect("no thread panics with it");
        }
    }
}

fn forward(client: &TcpStream, server: &TcpStream, post: Arc<Post>) {
    let clone = |stream: &TcpStream| stream.try_clone().expect("a second handle");
    let ((from, to), (mut answers, mut back)) =
        ((clone(client), clone(server)), (clone(server), clone(client)));
    std::thread::spawn(move || {
        // Whichever end hangs up first.
        let _ = std::io::copy(&mut answers, &mut back);
        let _ = back.shutdown(Shutdown::Both);
    });
    std::thread::spawn(move || {
        let (mut from, mut to) = (from, to);
        let mut buffer = vec![0; 1 << 16];
        while let Ok(count) = from.read(&mut buffer)
            && count > 0
            && post.passes(&buffer[..count])
            && to.write_all(&buffer[..count]).is_ok()
        {}
        let _ = from.shutdown(Shutdown::Both);
        let _ = to.shutdown(Shutdown::Both);
    });
}
