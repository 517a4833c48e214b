//! Clients without a library between them and the socket: what arrives is counted byte by byte.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;

/// What came of a request until the connection ended.
#[derive(Debug)]
pub(crate) struct Arrived {
    /// The status, when the status line arrived.
    pub(crate) status: Option<u16>,
    /// The access record that the header names.
    pub(crate) record: Option<String>,
    /// Bytes of the body.
    pub(crate) body: Vec<u8>,
}

/// Connects to `http://host:port`; `None` when nobody listens there any more.
fn connect(origin: &str) -> Option<TcpStream> {
    let address = origin.strip_prefix("http://").expect("clear text on loopback");
    let stream = TcpStream::connect(address).ok()?;
    stream
        .set_read_timeout(Some(Duration::from_mins(1)))
        .expect("a socket takes a timeout");
    Some(stream)
}

/// Asks for `path` on a connection of its own and reads until the server closes it or is gone.
pub(crate) fn get(origin: &str, path: &str, cookie: &str, grant: &str) -> Arrived {
    exchange(
        origin,
        &format!("GET {path}"),
        cookie,
        &format!("grant: {grant}\r\n\r\n"),
    )
}

/// Sends JSON, and reads as [`get`] does.
pub(crate) fn post(origin: &str, path: &str, cookie: &str, body: &Value) -> Arrived {
    let body = body.to_string();
    let length = body.len();
    let rest = format!("content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}");
    exchange(origin, &format!("POST {path}"), cookie, &rest)
}

fn exchange(origin: &str, what: &str, cookie: &str, rest: &str) -> Arrived {
    let Some(mut stream) = connect(origin) else {
        return read(&[]);
    };
    let host = origin.trim_start_matches("http://");
    let request =
        format!("{what} HTTP/1.1\r\nhost: {host}\r\ncookie: {cookie}\r\nconnection: close\r\n{rest}");
    let mut bytes = Vec::new();
    if stream.write_all(request.as_bytes()).is_ok() {
        let mut buffer = [0; 16 << 10];
        loop {
            match stream.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => bytes.extend_from_slice(&buffer[..count]),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => panic!("the server is silent"),
                // The program was killed: what came so far is what it gave away.
                Err(_) => break,
            }
        }
    }
    read(&bytes)
}

/// Of what came. A header that breaks off names no record.
fn read(bytes: &[u8]) -> Arrived {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
    let head = String::from_utf8_lossy(&bytes[..end.unwrap_or(bytes.len())]).into_owned();
    let status = head
        .strip_prefix("HTTP/1.1 ")
        .and_then(|rest| rest.get(..3)?.parse().ok());
    let mut lines = head.lines().filter(|_| end.is_some());
    let record = lines.find_map(|line| line.strip_prefix("access-record: "));
    Arrived {
        status,
        record: record.map(str::to_owned),
        body: end.map_or_else(Vec::new, |end| bytes[end + 4..].to_vec()),
    }
}
