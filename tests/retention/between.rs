//! Somebody between the program and its object store, who counts requests, passes them on, and breaks things at one of them.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Child;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// What happens at a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Break {
    /// The program is killed, and the store never hears of the request.
    KilledBefore,
    /// The program is killed when the store has done what was asked for.
    KilledAfter,
    /// The store does it, and the answer is lost.
    Unanswered,
    /// From here on nobody listens.
    Refused,
    /// From here on the store says that it failed.
    Failing,
    /// From here on the store says nothing.
    Silent,
}

/// The program, while it runs.
pub(crate) type Running = Arc<Mutex<Option<Child>>>;

/// What all connections know.
struct Shared {
    store: u16,
    broken: Option<(Break, usize)>,
    running: Running,
    requests: AtomicUsize,
    over: AtomicBool,
}

/// Listens until it is dropped.
pub(crate) struct Between {
    shared: Arc<Shared>,
    port: u16,
    listening: Option<thread::JoinHandle<()>>,
}

/// A request as it came.
struct Request {
    head: Vec<u8>,
    body: Vec<u8>,
}

impl Between {
    /// Begins to listen, before a store at a port of the loopback.
    pub(crate) fn start(store: u16, broken: Option<(Break, usize)>, running: Running) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("its address").port();
        let shared = Arc::new(Shared {
            store,
            broken,
            running,
            requests: AtomicUsize::new(0),
            over: AtomicBool::new(false),
        });
        let theirs = shared.clone();
        let listening = thread::spawn(move || {
            for stream in listener.incoming() {
                if theirs.over.load(Ordering::SeqCst) {
                    return;
                }
                let (stream, shared) = (stream.expect("a connection"), theirs.clone());
                // Its end is the connection's.
                thread::spawn(move || shared.serve(stream));
            }
        });
        Self {
            shared,
            port,
            listening: Some(listening),
        }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// How many requests came.
    pub(crate) fn requests(&self) -> usize {
        self.shared.requests.load(Ordering::SeqCst)
    }
}

impl Drop for Between {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::SeqCst);
        // Nobody may listen there any more.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
        if let Some(listening) = self.listening.take() {
            let _ = listening.join();
        }
    }
}

impl Shared {
    /// One request, one answer, and the connection is closed.
    fn serve(&self, mut client: TcpStream) {
        let Some(request) = read(&client) else { return };
        let n = self.requests.fetch_add(1, Ordering::SeqCst) + 1;
        let answer = match self.broken {
            Some((what, at)) if n == at => match what {
                Break::KilledBefore => return self.kill(),
                Break::KilledAfter => {
                    self.ask(&request);
                    return self.kill();
                }
                Break::Unanswered => {
                    self.ask(&request);
                    return;
                }
                Break::Refused => {
                    self.over.store(true, Ordering::SeqCst);
                    return;
                }
                Break::Failing => failing(),
                Break::Silent => return silence(&client),
            },
            Some((Break::Refused | Break::KilledBefore | Break::KilledAfter, at)) if n > at => return,
            Some((Break::Failing, at)) if n > at => failing(),
            Some((Break::Silent, at)) if n > at => return silence(&client),
            _ => self.ask(&request),
        };
        // It may have been killed meanwhile.
        let _ = client.write_all(&answer);
    }

    fn kill(&self) {
        if let Some(child) = &mut *self.running.lock().expect("no thread panicked") {
            child.kill().expect("it is ours");
        }
    }

    /// What the store answers.
    fn ask(&self, request: &Request) -> Vec<u8> {
        let mut store = TcpStream::connect(("127.0.0.1", self.store)).expect("the store listens");
        store.write_all(&request.head).expect("the store reads");
        store.write_all(&request.body).expect("the store reads");
        let mut answer = Vec::new();
        store.read_to_end(&mut answer).expect("the store answers");
        answer
    }
}

/// Reads a request; its connection is to be closed after the answer. `None` when nothing comes any more.
fn read(client: &TcpStream) -> Option<Request> {
    let mut from = BufReader::new(client);
    let (mut head, mut length) = (Vec::new(), 0);
    loop {
        let mut line = String::new();
        if from.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let name = line.to_ascii_lowercase();
        if let Some(value) = name.strip_prefix("content-length:") {
            length = value.trim().parse().expect("a length");
        }
        if line == "\r\n" {
            head.extend_from_slice(b"Connection: close\r\n\r\n");
            break;
        }
        if !name.starts_with("connection:") {
            head.extend_from_slice(line.as_bytes());
        }
    }
    let mut body = vec![0; length];
    from.read_exact(&mut body).ok()?;
    Some(Request { head, body })
}

fn failing() -> Vec<u8> {
    b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_vec()
}

/// Says nothing until the other side gives up.
fn silence(mut client: &TcpStream) {
    let _ = client.read(&mut [0]);
}
