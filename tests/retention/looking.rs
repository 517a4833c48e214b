//! Looking into a data folder while no program has it open.

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};

use obhut_testkit::Program;
use rusqlite::Connection;
use rusqlite::types::ValueRef;

fn catalog(program: &Program) -> Connection {
    Connection::open(program.data().join("catalog.sqlite")).expect("the catalog")
}

/// A session's id as the catalog holds it.
fn id(session: &str) -> Vec<u8> {
    hex::decode(session.replace('-', "")).expect("an id")
}

/// The tables in which any value of any row holds a session's id, as bytes or as text.
pub(crate) fn tables_with(program: &Program, session: &str) -> BTreeSet<String> {
    let catalog = catalog(program);
    let mut found = BTreeSet::new();
    let wanted = id(session);
    let mut tables = catalog
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
        .expect("a statement");
    let tables: Vec<String> = tables
        .query_map([], |row| row.get(0))
        .expect("tables")
        .collect::<Result<_, _>>()
        .expect("names");
    for table in tables {
        let mut statement = catalog
            .prepare(&format!("SELECT * FROM \"{table}\""))
            .expect("a table");
        let columns = statement.column_count();
        let mut rows = statement.query([]).expect("rows");
        while let Some(row) = rows.next().expect("a row") {
            for column in 0..columns {
                let value = row.get_ref(column).expect("a value");
                let (ValueRef::Blob(bytes) | ValueRef::Text(bytes)) = value else {
                    continue;
                };
                if holds(bytes, &wanted) || holds(bytes, session.as_bytes()) {
                    found.insert(table.clone());
                }
            }
        }
    }
    found
}

fn holds(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

/// The wrapped keys of sessions, as they stand in the catalog.
pub(crate) fn wrapped_keys(program: &Program, sessions: &[String]) -> Vec<Vec<u8>> {
    let catalog = catalog(program);
    let mut statement = catalog
        .prepare("SELECT wrapped FROM deks JOIN sessions USING (dek_id) WHERE session_id = ?1")
        .expect("a statement");
    let keys = sessions.iter().map(|session| {
        let key: Vec<u8> = statement
            .query_row([id(session)], |row| row.get(0))
            .expect("a key");
        assert!(key.iter().any(|byte| *byte != 0), "it is there");
        key
    });
    keys.collect()
}

/// Every file of a data folder in which any 16 bytes of these keys stand one after the other.
pub(crate) fn files_with_a_piece_of(program: &Program, keys: &[Vec<u8>]) -> Vec<PathBuf> {
    const PIECE: usize = 16;
    // The first four bytes are the version of the wrapping key, which all have in common.
    let pieces: HashSet<&[u8]> = keys.iter().flat_map(|key| key[4..].windows(PIECE)).collect();
    // Most places are no beginning of any piece.
    let start = |bytes: &[u8]| usize::from(bytes[0]) << 8 | usize::from(bytes[1]);
    let mut starts = vec![false; 1 << 16];
    for piece in &pieces {
        starts[start(piece)] = true;
    }
    let mut found = Vec::new();
    for path in files(program.data()) {
        let bytes = std::fs::read(&path).expect("a readable file");
        let hit = bytes
            .windows(PIECE)
            .any(|window| starts[start(window)] && pieces.contains(window));
        if hit {
            found.push(path);
        }
    }
    found
}

/// Every file below a folder.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut next = vec![folder.to_owned()];
    while let Some(folder) = next.pop() {
        for entry in std::fs::read_dir(folder).expect("a readable folder") {
            let entry = entry.expect("an entry");
            let kind = entry.file_type().expect("its kind");
            if kind.is_dir() {
                next.push(entry.path());
            } else if kind.is_file() {
                found.push(entry.path());
            }
        }
    }
    found
}

/// Everything in the data folder whose path names a session.
pub(crate) fn paths_with(program: &Program, session: &str) -> Vec<PathBuf> {
    let all = files(program.data()).into_iter();
    all.filter(|path| path.to_str().is_some_and(|path| path.contains(session)))
        .collect()
}
