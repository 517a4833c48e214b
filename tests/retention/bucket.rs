//! A bucket that many archives share, each below a prefix of its own, with what is put there by hand.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;

use crate::moto::Moto;

/// The bucket `archive`, which keeps versions.
pub(crate) struct Bucket(Moto);

impl Bucket {
    /// `None`, with a message, when there is no program that serves one.
    pub(crate) fn start() -> Option<Self> {
        Moto::start().map(Self)
    }

    /// Where it listens.
    pub(crate) fn port(&self) -> u16 {
        self.0.port
    }

    /// Settings for an archive that asks at a port of the loopback: the server's, or that of somebody between. The
    /// credentials are written below `folder`.
    pub(crate) fn settings(folder: &Path, port: u16, prefix: &str) -> String {
        fs::create_dir_all(folder).expect("a folder");
        let secret = |name: &str| {
            let path = folder.join(name);
            fs::write(&path, "test").expect("written");
            path.display().to_string()
        };
        let (access, key) = (secret("access"), secret("secret"));
        format!(
            "[objects.s3]\nbucket = \"archive\"\nendpoint = \"http://127.0.0.1:{port}\"\nprefix = \"{prefix}\"\nallow_http = true\n\
             access_key = {{ file = \"{access}\" }}\nsecret_key = {{ file = \"{key}\" }}\n"
        )
    }

    /// Puts an object there.
    pub(crate) fn put(&self, key: &str, bytes: &[u8]) {
        self.ask("PUT", &format!("/archive/{key}"), bytes)
            .expect("the object is taken");
    }

    /// The body of an answer that says that it was done. The server looks whether a request is signed, not how.
    fn ask(&self, method: &str, path: &str, body: &[u8]) -> Option<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port())).ok()?;
        let (port, length) = (self.port(), body.len());
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: {length}\r\nConnection: close\r\n\
             Authorization: AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0\r\n\r\n"
        );
        let mut answer = String::new();
        stream.write_all(head.as_bytes()).ok()?;
        stream.write_all(body).ok()?;
        stream.read_to_string(&mut answer).ok()?;
        let (head, body) = answer.split_once("\r\n\r\n")?;
        (head.split(' ').nth(1) == Some("200")).then(|| body.to_owned())
    }

    /// How many versions and delete markers there are, below a prefix, of keys with a word in them.
    pub(crate) fn versions_of(&self, prefix: &str, word: &str) -> usize {
        let path = format!("/archive?versions&prefix={prefix}/");
        // The server stumbles over what others put there while it lists.
        let mut tries = (0..50).filter_map(|_| self.ask("GET", &path, b""));
        let listed = tries.next().expect("a list");
        assert!(
            listed.contains("<IsTruncated>false</IsTruncated>"),
            "the whole list"
        );
        let keys = listed.split("<Key>").skip(1);
        keys.filter(|rest| rest.split("</Key>").next().is_some_and(|key| key.contains(word)))
            .count()
    }
}
