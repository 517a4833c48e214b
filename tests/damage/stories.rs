//! Manipulations of somebody who knows the catalog: several rows changed together, so that they still fit each other.

use std::fs;
use std::path::Path;

use obhut_testkit::Snapshot;

use crate::case::{Case, execute};

/// SQL that somebody might run who wants a thing gone, kept, or said otherwise; and what has to be named.
const STATEMENTS: [(&str, &[&str], &str); 35] = [
    (
        "a revoked device is let in again",
        &["devices", "device_tokens"],
        "UPDATE devices SET revoked_at_us = NULL; UPDATE device_tokens SET revoked_at_us = NULL",
    ),
    (
        "a device is revoked without a word in the ledger",
        &["devices", "device_tokens"],
        "UPDATE devices SET revoked_at_us = 1793000000000000 WHERE revoked_at_us IS NULL;
         UPDATE device_tokens SET revoked_at_us = 1793000000000000 WHERE revoked_at_us IS NULL",
    ),
    (
        "a device gets a second token",
        &["devices", "device_tokens"],
        "INSERT INTO device_tokens SELECT randomblob(32), device_id, tenant_id, created_at_us, NULL FROM device_tokens",
    ),
    (
        "tokens of two devices are exchanged",
        &["devices", "device_tokens"],
        "UPDATE device_tokens SET device_id =
            (SELECT device_id FROM devices d WHERE d.tenant_id = device_tokens.tenant_id
             AND d.device_id <> device_tokens.device_id)
         WHERE (SELECT count(*) FROM devices d WHERE d.tenant_id = device_tokens.tenant_id) = 2",
    ),
    (
        "a deadline is moved in the row alone",
        &["sessions"],
        "UPDATE sessions SET retain_until_us = retain_until_us - 86400000000 WHERE state = 'sealed'",
    ),
    (
        "a deadline is moved with the class's days",
        &["sessions"],
        "UPDATE sessions SET class_days = class_days - 1, retain_until_us = retain_until_us - 86400000000
         WHERE state = 'sealed'",
    ),
    (
        "a deadline is moved with the session's end",
        &["sessions"],
        "UPDATE sessions SET ended_at_us = ended_at_us - 5, retain_until_us = retain_until_us - 5
         WHERE state = 'sealed'",
    ),
    ("a deadline is taken away", &["sessions"], "UPDATE sessions SET retain_until_us = NULL WHERE state = 'sealed'"),
    (
        "a class is shortened for the sessions to come",
        &["classes"],
        "INSERT INTO classes SELECT tenant_id, name, version + 1, 1, created_at_us FROM classes",
    ),
    (
        "a policy is replaced",
        &["tenant_policies"],
        "INSERT INTO tenant_policies SELECT tenant_id, version + 100, '{}', created_at_us FROM tenant_policies",
    ),
    (
        "a hold is made up",
        &["holds"],
        "INSERT INTO holds SELECT randomblob(16), tenant_id, session_id, 1, opened_at_us, NULL, NULL, NULL
         FROM sessions LIMIT 1",
    ),
    (
        "an export approves itself",
        &["exports"],
        "UPDATE exports SET decision = 'approved', decided_leaf_n = leaf_n, decided_at_us = asked_at_us
         WHERE decision IS NULL",
    ),
    (
        "a refused export passes for an approved one",
        &["exports"],
        "UPDATE exports SET decision = 'approved' WHERE decision = 'refused'",
    ),
    (
        "a refusal is forgotten",
        &["exports"],
        "UPDATE exports SET decision = NULL, decided_leaf_n = NULL, decided_at_us = NULL WHERE decision = 'refused'",
    ),
    (
        "a bundle is put under another request",
        &["access_records"],
        "UPDATE access_records SET export_id = (SELECT max(export_id) FROM exports) WHERE export_id IS NOT NULL",
    ),
    (
        "a hold is released in its row alone",
        &["holds"],
        "UPDATE holds SET released_at_us = placed_at_us + 5, release_leaf_n = leaf_n WHERE released_at_us IS NULL",
    ),
    (
        "a hold is released by the leaf of another",
        &["holds"],
        "UPDATE holds SET (released_at_us, release_leaf_n) =
            (SELECT h.released_at_us, h.release_leaf_n FROM holds h WHERE h.released_at_us IS NOT NULL)
         WHERE released_at_us IS NULL",
    ),
    (
        "a release is taken back in the row",
        &["holds"],
        "UPDATE holds SET released_at_us = NULL, release_leaf_n = NULL",
    ),
    (
        "a release is forgotten with its leaf",
        &["ledger_leaves", "ledger_heads", "holds"],
        "DELETE FROM ledger_leaves WHERE (tenant_id, n) IN
            (SELECT tenant_id, release_leaf_n FROM holds WHERE release_leaf_n IS NOT NULL);
         UPDATE holds SET released_at_us = NULL, release_leaf_n = NULL",
    ),
    (
        "a hold is put on another session",
        &["holds"],
        "UPDATE holds SET session_id = (SELECT session_id FROM sessions WHERE session_id <> holds.session_id LIMIT 1)",
    ),
    (
        "holds change places with their leaves",
        &["holds"],
        "UPDATE holds SET (leaf_n, placed_at_us) =
            (SELECT h.leaf_n, h.placed_at_us FROM holds h WHERE h.session_id = holds.session_id AND h.hold_id <> holds.hold_id)
         WHERE 1 < (SELECT count(*) FROM holds h WHERE h.session_id = holds.session_id)",
    ),
    (
        "a certificate is filed at another time",
        &["certificates"],
        "UPDATE certificates SET purged_at_us = purged_at_us - 86400000000",
    ),
    (
        "a look is made up",
        &["access_records"],
        "INSERT INTO access_records
         SELECT randomblob(16), tenant_id, 1, session_id, NULL, NULL, NULL, opened_at_us, 'restore', NULL, NULL
         FROM sessions LIMIT 1",
    ),
    (
        "a view passes for a restore",
        &["access_records"],
        "UPDATE access_records SET action = 'restore', grant_id = NULL WHERE action = 'view'",
    ),
    (
        "an opening passes for a restore",
        &["access_records"],
        "UPDATE access_records SET action = 'restore' WHERE action = 'open'",
    ),
    (
        "a view is put under another opening",
        &["access_records"],
        "UPDATE access_records SET grant_id = (SELECT access_id FROM access_records WHERE action = 'restore' LIMIT 1)
         WHERE action = 'view'",
    ),
    (
        "a look is forgotten with its leaf",
        &["ledger_leaves", "ledger_heads"],
        "DELETE FROM ledger_leaves WHERE (tenant_id, n) IN (SELECT tenant_id, leaf_n FROM access_records);
         DELETE FROM access_records",
    ),
    (
        "an event is forgotten with its leaf",
        &["ledger_leaves", "ledger_heads", "events"],
        "DELETE FROM ledger_leaves WHERE n IN (SELECT leaf_n FROM events) AND scope = 'session';
         DELETE FROM events",
    ),
    (
        "the keys of two sessions are exchanged",
        &["deks"],
        "UPDATE deks SET wrapped = CASE dek_id WHEN 1 THEN (SELECT wrapped FROM deks WHERE dek_id = 2)
            ELSE (SELECT wrapped FROM deks WHERE dek_id = 1) END WHERE dek_id IN (1, 2)",
    ),
    ("a key is destroyed", &["deks"], "UPDATE deks SET wrapped = zeroblob(76) WHERE dek_id = 1"),
    (
        "two leaves change places",
        &["ledger_leaves", "ledger_heads"],
        "UPDATE ledger_leaves SET line = CASE n WHEN 5 THEN (SELECT l.line FROM ledger_leaves l WHERE l.n = 6
            AND l.tenant_id = ledger_leaves.tenant_id) ELSE (SELECT l.line FROM ledger_leaves l WHERE l.n = 5
            AND l.tenant_id = ledger_leaves.tenant_id) END WHERE n IN (5, 6)",
    ),
    (
        "details of two leaves change places",
        &["ledger_leaves"],
        "UPDATE ledger_leaves SET detail = CASE n WHEN 1 THEN (SELECT l.detail FROM ledger_leaves l WHERE l.n = 2
            AND l.tenant_id = ledger_leaves.tenant_id) ELSE (SELECT l.detail FROM ledger_leaves l WHERE l.n = 1
            AND l.tenant_id = ledger_leaves.tenant_id) END WHERE n IN (1, 2)",
    ),
    (
        "a session is sealed again as lost",
        &["sessions"],
        "UPDATE sessions SET how = 'lost' WHERE how = 'sealed'",
    ),
    (
        "the last leaf is dropped and the head with it",
        &["ledger"],
        "DELETE FROM ledger_leaves WHERE n = (SELECT size - 1 FROM ledger_heads h
            WHERE h.tenant_id = ledger_leaves.tenant_id); UPDATE ledger_heads SET size = size - 1",
    ),
    (
        "a whole session is forgotten",
        &["the catalog does not have it", "its session"],
        "DELETE FROM segments WHERE session_id = (SELECT session_id FROM sessions WHERE state = 'sealed' LIMIT 1);
         DELETE FROM chain_lines WHERE session_id = (SELECT session_id FROM sessions WHERE state = 'sealed' LIMIT 1);
         DELETE FROM streams WHERE session_id = (SELECT session_id FROM sessions WHERE state = 'sealed' LIMIT 1);
         DELETE FROM events WHERE session_id = (SELECT session_id FROM sessions WHERE state = 'sealed' LIMIT 1);
         DELETE FROM sessions WHERE session_id = (SELECT session_id FROM sessions WHERE state = 'sealed' LIMIT 1)",
    ),
];

/// All of them.
pub(crate) fn all(whole: &Snapshot) -> Vec<Case> {
    let statement = |(name, words, sql): &(&'static str, &[&str], &'static str)| {
        let (sql, words) = (*sql, words.iter().map(|word| (*word).to_owned()).collect());
        Case::found(*name, words, move |folder| execute(folder, sql))
    };
    let mut cases: Vec<Case> = STATEMENTS.iter().map(statement).collect();
    cases.push(unsealed());
    cases.push(cut());
    cases.push(vanished(whole));
    cases
}

/// The session that is sealed and has segments, in SQL.
const SEALED: &str =
    "(SELECT session_id FROM segments JOIN sessions USING (session_id) WHERE state = 'sealed' LIMIT 1)";

/// The seal is taken back: last line, state, and the object.
fn unsealed() -> Case {
    let sql = format!(
        "DELETE FROM chain_lines WHERE session_id = {SEALED} AND n = (SELECT lines - 1 FROM sessions WHERE session_id = {SEALED});
         UPDATE sessions SET state = 'open', how = NULL, ended_at_us = NULL, sealed_at_us = NULL, retain_until_us = NULL,
            seal_request = NULL, lines = lines - 1 WHERE session_id = {SEALED}"
    );
    Case::found(
        "a seal is taken back",
        vec!["sessions".to_owned(), "chain_lines".to_owned(), "seal".to_owned()],
        move |folder| {
            execute(folder, &sql);
            remove_all(&folder.join("objects"), "seal.line");
        },
    )
}

/// The last segment before the seal is cut out, the counts adjusted.
fn cut() -> Case {
    let sql = format!(
        "UPDATE sessions SET frames = frames - (SELECT count FROM segments s WHERE s.session_id = sessions.session_id ORDER BY n DESC LIMIT 1),
            lines = lines - 1 WHERE session_id = {SEALED};
         DELETE FROM segments WHERE session_id = {SEALED} AND n = (SELECT max(n) FROM segments WHERE session_id = {SEALED});
         DELETE FROM chain_lines WHERE session_id = {SEALED} AND n = (SELECT max(n) - 1 FROM chain_lines WHERE session_id = {SEALED});
         UPDATE chain_lines SET n = n - 1 WHERE session_id = {SEALED} AND n = (SELECT max(n) FROM chain_lines WHERE session_id = {SEALED})"
    );
    Case::found(
        "a segment is cut out before the seal",
        vec!["chain_lines".to_owned(), "sessions".to_owned()],
        move |folder| execute(folder, &sql),
    )
}

/// Everything of the ledger's copies goes.
fn vanished(whole: &Snapshot) -> Case {
    assert!(
        whole
            .files()
            .any(|(name, _)| name.extension().is_some_and(|e| e == "leaves")),
        "the archive copies its ledger"
    );
    Case::found(
        "every copy of the ledger is removed",
        vec!["/ledger/".to_owned()],
        |folder| remove_all(&folder.join("objects"), ".leaves"),
    )
}

fn remove_all(folder: &Path, suffix: &str) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            remove_all(&path, suffix);
        } else if path.to_string_lossy().ends_with(suffix) {
            fs::remove_file(path).expect("removed");
        }
    }
}
