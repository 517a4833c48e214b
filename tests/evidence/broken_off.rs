//! Bundles that don't arrive: the server is killed, or the client leaves.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use obhut_testkit::expect_clean;

use crate::house::{House, judge};
use crate::officers::{Office, asked, taking};

/// Much more than lies between two ends of a connection.
const BYTES: usize = 48 << 20;

/// How a body in chunks ends.
const LAST_CHUNK: &[u8] = b"\r\n0\r\n\r\n";

fn long_recording(house: &House) -> String {
    let recording = house.place("long.mp4");
    let bytes: Vec<u8> = (0..u32::try_from(BYTES / 4).expect("a small number"))
        .flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes())
        .collect();
    fs::write(&recording, bytes).expect("written");
    let (session, _) = house.program.import(&recording);
    fs::remove_file(recording).expect("removed");
    session
}

/// Asks for a bundle and reads its beginning.
fn begin(office: &Office, export: &str) -> (TcpStream, Vec<u8>) {
    let host = office.server.review().trim_start_matches("http://");
    let mut stream = TcpStream::connect(host).expect("a connection");
    stream
        .set_read_timeout(Some(Duration::from_mins(1)))
        .expect("a socket takes a timeout");
    let cookie = office.anna.cookie().expect("a cookie");
    let path = format!("/v1/exports/{export}/bundle");
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nhost: {host}\r\ncookie: {cookie}\r\n\r\n"
    )
    .expect("asked");
    let mut arrived = vec![0; 64 << 10];
    stream.read_exact(&mut arrived).expect("a beginning");
    assert!(arrived.starts_with(b"HTTP/1.1 200 "));
    (stream, arrived)
}

#[test]
fn a_killed_server_leaves_no_bundle_that_looks_whole() {
    let house = House::new();
    let session = long_recording(&house);
    let mut office = Office::open(house);
    let export = asked(&office.anna, &session);
    let (mut stream, mut arrived) = begin(&office, &export);
    office.server.kill_now();
    office.server.wait_for_end();
    // A reset is as good as an end.
    let _ = stream.read_to_end(&mut arrived);
    assert!(arrived.len() < BYTES, "all of it was on its way already");
    assert!(!arrived.ends_with(LAST_CHUNK), "it looks whole");
    let head = arrived.windows(4).position(|bytes| bytes == b"\r\n\r\n");
    let part = office.house.place("part.zip");
    fs::write(&part, &arrived[head.expect("a head") + 4..]).expect("written");
    assert_ne!(judge(&part, None).code, Some(0));
    fs::remove_file(part).expect("removed");
    expect_clean(&office.house.program, true);
}

#[test]
fn a_client_that_leaves_leaves_nothing_behind() {
    let house = House::new();
    let session = long_recording(&house);
    let office = Office::open(house);
    let export = asked(&office.anna, &session);
    let (stream, _) = begin(&office, &export);
    let meanwhile = taking(&office.anna, &export);
    assert_eq!(meanwhile.problem.as_deref(), Some("exports-too-many"));
    drop(stream);
    // The turn is given back as soon as the server hears of it.
    let answer = loop {
        let answer = taking(&office.anna, &export);
        if answer.status() != 429 {
            break answer;
        }
    };
    assert_eq!(answer.status(), 200);
    assert!(answer.answer.body.len() > BYTES);
    let left: Vec<_> = fs::read_dir(office.house.folder.path())
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name())
        .collect();
    assert_eq!(left, ["data"]);
    assert_eq!(office.server.stop().code, Some(0));
    expect_clean(&office.house.program, true);
}
