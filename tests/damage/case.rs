//! One damage, and what has to be said of it.

use std::path::Path;

use obhut_testkit::{Program, Snapshot};
use rusqlite::Connection;
use rusqlite::types::Value;

/// The catalog's file in the data folder.
pub(crate) const CATALOG: &str = "catalog.sqlite";

/// What `verify` must answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Expected {
    /// Exit code 1, and a finding that has one of these words in it.
    Found(Vec<String>),
    /// The same, or nothing: the last intake file's end mark holds no frame, and a crash in the midst of closing leaves a
    /// broken one. Every frame still has to wait.
    Harmless(Vec<String>),
    /// The same with the catalog's name, or exit code 2 with a message that names the catalog. Code 0 only when nothing
    /// that the catalog says has changed.
    Catalog,
}

/// A damage.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) expected: Expected,
    pub(crate) damage: Box<dyn Fn(&Path) + Send + Sync>,
}

impl Case {
    pub(crate) fn found(
        name: impl Into<String>,
        words: Vec<String>,
        damage: impl Fn(&Path) + Send + Sync + 'static,
    ) -> Self {
        Self {
            name: name.into(),
            expected: Expected::Found(words),
            damage: Box::new(damage),
        }
    }
}

impl Case {
    pub(crate) fn harmless_if(mut self, holds: bool) -> Self {
        if let (true, Expected::Found(words)) = (holds, &self.expected) {
            self.expected = Expected::Harmless(words.clone());
        }
        self
    }
}

/// Opens a catalog to damage it: no constraint stands in the way.
pub(crate) fn catalog(folder: &Path) -> Connection {
    let connection = Connection::open(folder.join(CATALOG)).expect("the catalog opens");
    for pragma in [
        "PRAGMA foreign_keys = OFF",
        "PRAGMA ignore_check_constraints = ON",
    ] {
        connection.execute_batch(pragma).expect("a pragma");
    }
    connection
}

/// Runs statements on a catalog.
pub(crate) fn execute(folder: &Path, sql: &str) {
    catalog(folder)
        .execute_batch(sql)
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
}

/// Judges what `verify` says of a damaged folder.
pub(crate) fn judge(case: &Case, whole: &Snapshot, program: &Program) -> Result<(), String> {
    let verdict = program.verify(false);
    match &case.expected {
        Expected::Found(words) if verdict.code != 1 => Err(format!(
            "exit code {} where 1 is due ({words:?}); {:?} {}",
            verdict.code, verdict.findings, verdict.stderr
        )),
        Expected::Found(words) if !verdict.names(words) => Err(format!(
            "no finding names any of {words:?}: {:?}",
            verdict.findings
        )),
        Expected::Harmless(words) if verdict.code == 0 => {
            let waiting = verdict
                .totals
                .as_ref()
                .and_then(|totals| totals["waiting"].as_u64());
            let before = program_on(whole, program).verify(false);
            let all = before
                .totals
                .as_ref()
                .and_then(|totals| totals["waiting"].as_u64());
            (waiting == all)
                .then_some(())
                .ok_or(format!("{words:?}: {waiting:?} frames wait where {all:?} did"))
        }
        Expected::Harmless(words) if verdict.code != 1 || !verdict.names(words) => {
            Err(format!("exit code {}, {:?}", verdict.code, verdict.findings))
        }
        Expected::Found(_) | Expected::Harmless(_) => Ok(()),
        Expected::Catalog => match verdict.code {
            1 => Ok(()),
            2 if verdict.stderr.contains(CATALOG) || verdict.stderr.contains("catalog") => Ok(()),
            2 => Err(format!(
                "the message does not name the catalog: {}",
                verdict.stderr
            )),
            _ => unchanged(whole, program.data()),
        },
    }
}

/// The same program on the archive as it was; the damaged folder is not needed any more.
fn program_on(whole: &Snapshot, program: &Program) -> Program {
    let folder = program.data().join("whole");
    std::fs::create_dir(&folder).expect("a new folder");
    whole.lay_out(&folder);
    program.on(&folder)
}

/// Whether a catalog still says what the whole one says, to whoever asks it whatever: rows, and the indexes over them.
fn unchanged(whole: &Snapshot, folder: &Path) -> Result<(), String> {
    let before = tempfile::tempdir().expect("a temporary folder");
    whole.restore(before.path(), Path::new(CATALOG));
    let (before, after) = (catalog(before.path()), catalog(folder));
    let dumped = dump(&after).map_err(|error| format!("exit code 0, but it can't be read: {error}"))?;
    let whole = dump(&before).expect("the whole catalog can be read");
    if let Some((was, is)) = whole.iter().zip(&dumped).find(|(was, is)| was != is) {
        return Err(format!("exit code 0, but {was:?} became {is:?}"));
    }
    if whole.len() != dumped.len() {
        return Err("exit code 0, but the catalog has other rows".to_owned());
    }
    let sound: Result<String, _> = after.query_row("PRAGMA integrity_check", [], |row| row.get(0));
    match sound.as_deref() {
        Ok("ok") => Ok(()),
        other => Err(format!("exit code 0, but SQLite's own check says {other:?}")),
    }
}

/// Every row of every table, schema included.
fn dump(connection: &Connection) -> rusqlite::Result<Vec<Vec<Value>>> {
    let mut all = Vec::new();
    for table in tables(connection)?
        .iter()
        .map(String::as_str)
        .chain(["sqlite_schema"])
    {
        let mut statement = connection.prepare(&format!("SELECT * FROM {table} ORDER BY rowid"))?;
        let columns = statement.column_count();
        let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let values: rusqlite::Result<Vec<Value>> = (0..columns)
                // Where a table stands in the file is nobody's business.
                .filter(|column| !(table == "sqlite_schema" && names[*column] == "rootpage"))
                .filter(|column| !crate::rows::is_judged_by_nothing(table, &names[*column]))
                .map(|column| row.get(column))
                .collect();
            all.push(values?);
        }
    }
    Ok(all)
}

/// The names of the tables.
pub(crate) fn tables(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_sequence' ORDER BY name";
    connection
        .prepare(sql)?
        .query_map([], |row| row.get(0))?
        .collect()
}
