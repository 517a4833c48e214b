//! The audit after a fault: everything promised is there, and the archive says of itself that it is whole.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use obhut_format::sign::VerifyingKey;

use crate::program::Program;
use crate::promises::Promises;
use crate::verdict::Verdict;

/// Verifies, and panics unless the archive is whole. Orphans are no damage.
pub fn expect_clean(program: &Program, deep: bool) -> Verdict {
    let verdict = program.verify(deep);
    assert_eq!(verdict.code, 0, "verify found damage: {verdict:#?}");
    assert!(verdict.damage().is_empty(), "{verdict:#?}");
    verdict
}

/// Restores some sessions and compares them with the record; verifies; checks every receipt.
///
/// Works beside a running server and without one.
pub fn audit(program: &Program, promises: &Promises, sessions: &[String]) -> Verdict {
    let listed = program.json(["sessions"]);
    for session in sessions {
        let restored = program.restore(session).frames();
        promises.compare(session, &restored);
        let entry = listed
            .iter()
            .find(|entry| entry["session"] == session.as_str())
            .unwrap_or_else(|| panic!("session {session} is not listed"));
        // What is listed was looked at before: a frame can only have been packed since, none can have come.
        let held = restored.len() as u64;
        assert_eq!(
            entry["frames"].as_u64(),
            Some(held),
            "session {session} counts other frames than it gives back: {entry}"
        );
    }
    promises.check_receipts(&archive_key(program));
    expect_clean(program, true)
}

/// The key that signs receipts, as the program shows it.
fn archive_key(program: &Program) -> VerifyingKey {
    let keys = program.json(["keys", "show"]);
    let shown = keys
        .iter()
        .find(|key| key["purpose"] == "archive")
        .expect("the archive's key is shown");
    let text = shown["public_key"].as_str().expect("the public key");
    let bytes: Vec<u8> = STANDARD.decode(text).expect("base64");
    let bytes: [u8; 32] = bytes.try_into().expect("32 bytes");
    VerifyingKey::from_bytes(&bytes).expect("a public key")
}
