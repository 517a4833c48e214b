//! A bucket that keeps versions: a plain delete only hides an object there. Of a session that was deleted, no version and no
//! delete marker may be left, by the bucket's own listing.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use obhut_testkit::expect_clean;
use serde_json::json;

use crate::archive::Archive;

/// A moto server for one test, ended with it.
struct Moto {
    program: Child,
    port: u16,
}

impl Moto {
    /// Starts one with a bucket `archive` that keeps versions; `None`, with a message, when there is no program.
    fn start() -> Option<Self> {
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
    fn versions_of(&self, word: &str) -> usize {
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

#[test]
fn no_version_and_no_marker_of_a_deleted_session_is_left() {
    let Some(moto) = Moto::start() else { return };
    for prefix in ["", "below/here"] {
        let archive = Archive::new();
        let program = &archive.program;
        for (name, text) in [("access", "test"), ("secret", "test")] {
            std::fs::write(archive.beside(name), text).expect("written");
        }
        let beside = |name: &str| archive.beside(name).display().to_string();
        archive.configure(&format!(
            "[objects.s3]\nbucket = \"archive\"\nendpoint = \"http://127.0.0.1:{}\"\nprefix = \"{prefix}\"\nallow_http = true\n\
             access_key = {{ file = \"{}\" }}\nsecret_key = {{ file = \"{}\" }}\n",
            moto.port,
            beside("access"),
            beside("secret")
        ));
        let due = archive.import_old(&[]);
        let held = archive.import_old(&[]);
        program.json(["hold", "place", &held, "--reason", "case 7"]);
        let before = moto.versions_of(&held);
        assert!(before >= 4 && moto.versions_of(&due) == before);

        let lines = program.json(["retention", "run"]);
        assert_eq!(
            (&lines[0]["session"], &lines[0]["outcome"]),
            (&json!(due), &json!("deleted")),
            "{lines:?}"
        );
        assert_eq!(moto.versions_of(&due), 0);
        assert_eq!(moto.versions_of(&held), before, "the other's are as they were");
        program.restore(&held);
        assert_eq!(expect_clean(program, true).tombstones(), [due]);
    }
}
