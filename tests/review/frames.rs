//! Reads `application/vnd.obhut.frames` as `docs/reference/api-review.md` describes it.

use serde_json::Value;

/// One number of an answer: its line, and the bytes behind it.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) seq: u64,
    /// Why there are no bytes.
    pub(crate) damaged: Option<String>,
    pub(crate) bytes: Vec<u8>,
}

/// All of an answer; it must end where a frame ends.
pub(crate) fn parts(mut body: &[u8]) -> Vec<Part> {
    let mut found = Vec::new();
    while !body.is_empty() {
        let end = body.iter().position(|byte| *byte == b'\n').expect("a line");
        let line: Value = serde_json::from_slice(&body[..end]).expect("a line of JSON");
        let length = line["bytes"].as_u64().unwrap_or(0);
        let length = usize::try_from(length).expect("a length");
        let (bytes, rest) = body[end + 1..]
            .split_at_checked(length)
            .expect("as many bytes as the line says");
        found.push(Part {
            seq: line["seq"].as_u64().expect("a number"),
            damaged: line["damaged"].as_str().map(str::to_owned),
            bytes: bytes.to_vec(),
        });
        body = rest;
    }
    found
}
