//! The least of an HTTP client that sends frames one after another on one connection, and costs next to nothing.

use std::io::{BufRead, BufReader, IoSlice, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context, Result, bail};

/// No answer takes so long.
const PATIENCE: Duration = Duration::from_mins(1);

/// A connection that is kept.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: BufReader<TcpStream>,
    line: String,
    cookie: Option<String>,
}

impl Connection {
    /// Connects to an origin such as `http://127.0.0.1:8080`.
    pub(crate) fn to(origin: &str) -> Result<Self> {
        let place = origin.strip_prefix("http://").context("not an http:// address")?;
        let stream = TcpStream::connect(place).with_context(|| format!("no connection to {place}"))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self {
            stream: BufReader::new(stream),
            line: String::new(),
            cookie: None,
        })
    }

    /// The cookie that an answer has set.
    pub(crate) fn cookie(&self) -> Option<&str> {
        self.cookie.as_deref()
    }

    /// Sends a request, whose head ends before its empty line, and reads the answer.
    pub(crate) fn ask(&mut self, head: &str, body: &[u8]) -> Result<(u16, Vec<u8>)> {
        let head = format!("{head}host: localhost\r\ncontent-length: {}\r\n\r\n", body.len());
        let all = head.len() + body.len();
        let mut parts = [IoSlice::new(head.as_bytes()), IoSlice::new(body)];
        let mut parts = &mut parts[..];
        let mut sent = 0;
        while sent < all {
            let now = self.stream.get_mut().write_vectored(parts)?;
            if now == 0 {
                bail!("the connection was closed while sending");
            }
            sent += now;
            IoSlice::advance_slices(&mut parts, now);
        }
        self.answer()
    }

    fn answer(&mut self) -> Result<(u16, Vec<u8>)> {
        let status = self.next_line()?;
        let status = status.split(' ').nth(1).and_then(|code| code.parse().ok());
        let status = status.context("the answer has no status")?;
        let mut length = 0;
        let mut cookie = None;
        loop {
            let line = self.next_line()?;
            if line.is_empty() {
                break;
            }
            let Some((name, value)) = line.split_once(':') else {
                continue;
            };
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse().context("content-length")?;
            } else if name.eq_ignore_ascii_case("set-cookie") {
                cookie = value.split(';').next().map(|cookie| cookie.trim().to_owned());
            }
        }
        if cookie.is_some() {
            self.cookie = cookie;
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        Ok((status, body))
    }

    fn next_line(&mut self) -> Result<&str> {
        self.line.clear();
        if self.stream.read_line(&mut self.line)? == 0 {
            bail!("the connection was closed");
        }
        Ok(self.line.trim_end())
    }
}
