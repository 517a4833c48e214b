//! A thousand clients that say nothing, or say it byte by byte, take nobody's place.

use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddrV4, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use obhut_testkit::count_from;
use rustix::net::{AddressFamily, SocketType, bind, connect, socket};
use serde_json::json;

use crate::house::{House, PASSWORD, Who};

const CONNECTIONS: u32 = 1_000;

/// Clients that come from one address.
const NEIGHBOURS: u32 = 10;

/// A client that takes its time.
struct Slow {
    stream: TcpStream,
    /// What it says byte by byte, after what it said at once.
    words: Vec<u8>,
    said: usize,
}

impl Slow {
    fn connect(n: u32, place: &str) -> Self {
        let server: SocketAddrV4 = place.parse().expect("an address");
        let own = Ipv4Addr::from_bits(Ipv4Addr::new(127, 1, 0, 0).to_bits() + n / NEIGHBOURS);
        let stream = socket(AddressFamily::INET, SocketType::STREAM, None).expect("a socket");
        bind(&stream, &SocketAddrV4::new(own, 0)).expect("loopback has many addresses");
        connect(&stream, &server).expect("the server listens");
        let mut stream = TcpStream::from(stream);
        let (head, words) = match n % 3 {
            0 => (String::new(), String::new()),
            1 => {
                let head = format!("GET /v1/me HTTP/1.1\r\nhost: {place}\r\n");
                (head, format!("x-long: {}", "x".repeat(8_000)))
            }
            // As much as is taken of anybody, so that as much as can be is held for it.
            _ => {
                let length = if n.is_multiple_of(2) { 8 << 10 } else { 64 << 10 };
                let head = format!(
                    "POST /v1/login HTTP/1.1\r\nhost: {place}\r\ncontent-type: application/json\r\n\
                     content-length: {length}\r\n\r\n"
                );
                (head, format!("{{\"name\":\"{}", "x".repeat(8_000)))
            }
        };
        stream
            .write_all(head.as_bytes())
            .expect("the server takes the head");
        Self {
            stream,
            words: words.into_bytes(),
            said: 0,
        }
    }

    /// Says a byte. The server may have had enough of it: then it says no more.
    fn go_on(&mut self) {
        if let Some(byte) = self.words.get(self.said)
            && self.stream.write_all(&[*byte]).is_ok()
        {
            self.said += 1;
        }
    }
}

/// Whether the slow ones may go.
#[derive(Default)]
struct Done(AtomicBool);

/// Lets them go, also when the test fails.
struct Finish<'a>(&'a Done);

impl Drop for Finish<'_> {
    fn drop(&mut self) {
        self.0.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn a_thousand_slow_connections_take_nobodys_place() {
    let rounds = count_from("OBHUT_SLOW_ROUNDS", 15, 2_000);
    let house = House::build();
    let place = house.server.review().trim_start_matches("http://").to_owned();
    let mut slow: Vec<Slow> = (0..CONNECTIONS).map(|n| Slow::connect(n, &place)).collect();
    let done = Done::default();
    thread::scope(|scope| {
        scope.spawn(|| {
            while !done.0.load(Ordering::Relaxed) {
                slow.iter_mut().for_each(Slow::go_on);
                thread::yield_now();
            }
        });
        let _at_the_end = Finish(&done);
        // Not before each of them has its place: a log-in and everything behind it go on.
        let officer = house.login(Who::Officer);
        for round in 0..rounds {
            let grant = officer.open(&house.own, "to work beside them");
            let listed = officer.get("/v1/sessions").expect("an answer");
            assert_eq!(listed.status(), 200, "round {round}: {listed:?}");
            let frame = officer.frame(&house.own, 0, 0, &grant).expect("an answer");
            assert_eq!(frame.status(), 200, "round {round}: {:?}", frame.problem);
        }
        let wrong = json!({ "old": "not a password", "new": PASSWORD });
        let refused = officer.post("/v1/password", &wrong).expect("an answer");
        assert_eq!(refused.status(), 401, "{refused:?}");
    });
    drop(slow);
    let ended = house.server.stop();
    assert_eq!(ended.code, Some(0), "{ended:?}");
}
