//! A thousand clients that say nothing, or say it byte by byte, for a while.

use std::io::Write;
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use super::Times;

const CLIENTS: usize = 1_000;

/// Between two bytes of a slow client.
const PACE: Duration = Duration::from_millis(500);

/// Does `work` over and over for a time, beside slow clients; when one is cut off, another comes.
pub(super) fn beside(
    origin: &str,
    time: Duration,
    mut work: impl FnMut() -> Result<Duration>,
) -> Result<Times> {
    let place = origin.strip_prefix("http://").context("not an http:// address")?;
    let mut clients: Vec<Client> = (0..CLIENTS)
        .map(|kind| Client::new(kind, place))
        .collect::<Result<_>>()?;
    let done = AtomicBool::new(false);
    let mut times = Times::default();
    let worked = thread::scope(|scope| {
        let slow = scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                for client in &mut clients {
                    client.say();
                }
                thread::sleep(PACE);
            }
        });
        let begun = Instant::now();
        let mut worked = Ok(());
        while worked.is_ok() && begun.elapsed() < time {
            worked = work().map(|took| times.add(took));
        }
        done.store(true, Ordering::Relaxed);
        slow.join().expect("the slow clients don't panic");
        worked
    });
    worked.map(|()| times)
}

/// One slow client.
struct Client {
    place: String,
    kind: usize,
    stream: TcpStream,
    said: usize,
}

impl Client {
    fn new(kind: usize, place: &str) -> Result<Self> {
        let stream = TcpStream::connect(place)?;
        Ok(Self {
            place: place.to_owned(),
            kind,
            stream,
            said: 0,
        })
    }

    /// Says its next byte; comes again when it was cut off.
    fn say(&mut self) {
        let body = b"POST /v1/login HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 9000\r\n\r\n";
        let went = match self.kind % 3 {
            // Nothing: but it looks whether it is still there.
            0 => self.stream.peek_is_open(),
            1 => {
                let words = b"GET /v1/me HTTP/1.1\r\nx-long: ";
                let byte = words.get(self.said).copied().unwrap_or(b'x');
                self.stream.write_all(&[byte]).is_ok()
            }
            _ if self.said == 0 => self.stream.write_all(body).is_ok(),
            _ => self.stream.write_all(b"{").is_ok(),
        };
        self.said += 1;
        if !went && let Ok(stream) = TcpStream::connect(&self.place) {
            (self.stream, self.said) = (stream, 0);
        }
    }
}

trait IsOpen {
    fn peek_is_open(&self) -> bool;
}

impl IsOpen for TcpStream {
    fn peek_is_open(&self) -> bool {
        let waits = self.set_nonblocking(true);
        let seen = self.peek(&mut [0]);
        let back = self.set_nonblocking(false);
        waits.and(back).is_ok() && seen.is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock)
    }
}
