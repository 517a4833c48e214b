//! A proxy on loopback that spoils what passes: answers 503, cuts bodies, drops a header. One request a connection.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What the proxy does to requests while its count lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spoil {
    /// Answers 503 itself.
    Unavailable,
    /// Passes on half of an answer's body and closes.
    CutAnswer,
    /// Passes the request on, and closes without answering: the client cannot know that it was done.
    LoseAnswer,
    /// Takes `If-None-Match` out of requests, as a store that ignores it.
    IgnoreCondition,
}

pub(crate) struct Proxy {
    port: u16,
    left: Arc<AtomicUsize>,
}

impl Proxy {
    /// Spoils the next `count` requests to `upstream`.
    pub(crate) async fn start(upstream: u16, spoil: Spoil, count: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("its address").port();
        let left = Arc::new(AtomicUsize::new(count));
        let counter = Arc::clone(&left);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(pass(client, upstream, spoil, Arc::clone(&counter)));
            }
        });
        Self { port, left }
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(crate) fn spoil_next(&self, count: usize) {
        self.left.store(count, Ordering::SeqCst);
    }
}

async fn pass(mut client: TcpStream, upstream: u16, spoil: Spoil, left: Arc<AtomicUsize>) {
    let Some((head, body)) = read_request(&mut client).await else {
        return;
    };
    let less = |left: usize| left.checked_sub(1);
    let spoiling = left
        .fetch_update(Ordering::SeqCst, Ordering::SeqCst, less)
        .is_ok();
    if spoiling && spoil == Spoil::Unavailable {
        let answer = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        let _ = client.write_all(answer).await;
        return;
    }
    let mut request = String::new();
    for (index, line) in head.lines().enumerate() {
        let name = line.split(':').next().unwrap_or_default().to_ascii_lowercase();
        let dropped = spoiling && spoil == Spoil::IgnoreCondition && name == "if-none-match";
        if index == 0 || !(dropped || name == "connection") {
            request.push_str(line);
            request.push_str("\r\n");
        }
    }
    request.push_str("Connection: close\r\n\r\n");
    let mut server = TcpStream::connect(("127.0.0.1", upstream))
        .await
        .expect("the store");
    server
        .write_all(request.as_bytes())
        .await
        .expect("the head is sent");
    server.write_all(&body).await.expect("the body is sent");
    let mut answer = Vec::new();
    server.read_to_end(&mut answer).await.expect("the answer");
    if spoiling && spoil == Spoil::LoseAnswer {
        return;
    }
    if spoiling && spoil == Spoil::CutAnswer {
        let body_at = end_of_head(&answer).unwrap_or(answer.len());
        answer.truncate(body_at + (answer.len() - body_at) / 2);
    }
    // A client that has gone away needs no answer.
    let _ = client.write_all(&answer).await;
}

/// The head of a request, as text, and its body.
async fn read_request(client: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let head_len = loop {
        if let Some(end) = end_of_head(&bytes) {
            break end;
        }
        if client.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let mut body = bytes.split_off(head_len);
    let head = String::from_utf8(bytes).ok()?.trim_end().to_owned();
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.trim().parse::<usize>().ok())
            .flatten()
    });
    while body.len() < length.unwrap_or(0) {
        if client.read_buf(&mut body).await.ok()? == 0 {
            return None;
        }
    }
    Some((head, body))
}

fn end_of_head(bytes: &[u8]) -> Option<usize> {
    bytes
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .map(|at| at + 4)
}
