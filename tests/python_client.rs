//! A client that is not ours sends; what it was promised is there, byte for byte, and signed.
//!
//! `tests/python/intake_client.py` runs under `OBHUT_PYTHON`, which has httpx in `make test`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use obhut_format::sign::{SealReceipt, VerifyingKey};
use obhut_testkit::{Answer, Place, Program, Promises, Server, audit, corpus, seed};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

const PROGRAM: &str = env!("CARGO_BIN_EXE_obhut");

#[test]
fn what_a_python_client_sends_comes_back_bit_for_bit() {
    comes_back(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/timeline"));
}

#[test]
fn what_a_python_client_sends_of_a_whole_morning_comes_back_bit_for_bit() {
    if let Some(folder) = corpus("desk-png") {
        comes_back(&folder);
    }
}

/// A Python with httpx; `None`, with a word to whoever reads the log, where there is none.
fn python() -> Option<PathBuf> {
    let Some(python) = std::env::var_os("OBHUT_PYTHON").map(PathBuf::from) else {
        eprintln!("skipped: OBHUT_PYTHON names no Python");
        return None;
    };
    let mut probe = Command::new(&python);
    let probe = probe.args(["-c", "import httpx"]).stderr(Stdio::null()).status();
    if probe.is_ok_and(|status| status.success()) {
        Some(python)
    } else {
        eprintln!("skipped: {} is no Python with httpx", python.display());
        None
    }
}

fn comes_back(sent: &Path) {
    let Some(python) = python() else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let program = Program::new(PROGRAM, &folder.path().join("data"));
    let token = program.add_device("PC 1");
    let server = Server::start(&program);
    let said = send(&python, sent, server.intake(), &token);
    let session = said["session"].as_str().expect("a session").to_owned();
    let frames = said["frames"].as_array().expect("frames");
    let manifest = fs::read_to_string(sent.join("manifest.ndjson")).expect("a manifest");
    assert_eq!(frames.len(), manifest.lines().count(), "every frame was sent");

    let restored = folder.path().join("restored");
    let to = restored.to_str().expect("text");
    let finished = program.run(["restore", &session, "--to", to]);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    let promises = Promises::default();
    promises.opened(&session);
    for frame in frames {
        let seq = frame["seq"].as_u64().expect("a number");
        let file = frame["file"].as_str().expect("a name");
        let original = fs::read(sent.join(file)).expect("a readable frame");
        let extension = Path::new(file).extension().and_then(|text| text.to_str());
        let name = format!("0/{seq:08}.{}", extension.expect("an extension"));
        let back = fs::read(restored.join(&name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(original == back, "{file} came back as other bytes in {name}");
        let place = Place {
            session: session.clone(),
            stream: 0,
            seq,
        };
        promises.sending(&place, Sha256::digest(&original).into());
        let body = frame["receipt"].as_str().expect("a receipt").as_bytes().to_vec();
        promises.acknowledged(&place, &Answer { status: 201, body });
    }
    let count = fs::read_dir(restored.join("0")).expect("restored").count();
    assert_eq!(count, frames.len(), "exactly what was sent is restored");

    // Signatures of the frames' receipts, and everything once more by digest; the archive says that it is whole.
    audit(&program, &promises, std::slice::from_ref(&session));
    check_seal(
        &program,
        &session,
        said["sealed"].as_str().expect("a receipt"),
        frames.len(),
    );
    let ended = server.stop();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    audit(&program, &promises, &[session]);
    eprintln!("{} frames of {}", frames.len(), sent.display());
}

fn send(python: &Path, folder: &Path, intake: &str, token: &str) -> Value {
    let client = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python/intake_client.py");
    let output = Command::new(python)
        .arg(client)
        .arg(folder)
        .arg(seed().to_string())
        .env("OBHUT", intake)
        .env("TOKEN", token)
        .output()
        .expect("Python runs");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "the client was told otherwise: {stderr}");
    serde_json::from_slice(&output.stdout).expect("the client prints JSON")
}

fn check_seal(program: &Program, session: &str, receipt: &str, frames: usize) {
    let keys = program.json(["keys", "show"]);
    let key = keys.iter().find(|key| key["purpose"] == "archive");
    let key = key.expect("the archive's key is shown")["public_key"].as_str();
    let key = STANDARD.decode(key.expect("text")).expect("base64");
    let key = VerifyingKey::from_bytes(&key.try_into().expect("32 bytes")).expect("a public key");
    let receipt: SealReceipt = serde_json::from_str(receipt).expect("a sealing receipt");
    receipt.verify(&key).expect("the seal's signature");
    assert_eq!(receipt.session.to_string(), session);
    let [stream] = &receipt.streams[..] else {
        panic!("one stream was sent: {receipt:?}");
    };
    assert_eq!(stream.count, frames as u64, "{receipt:?}");
}
