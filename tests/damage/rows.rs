//! Damage to the catalog's rows, table by table and column by column: whatever a schema says of its columns decides
//! which values are tried, so that a new table is covered by being there.

use std::collections::BTreeMap;

use obhut_testkit::{Snapshot, count_from};
use rusqlite::Connection;
use rusqlite::types::Value;

use crate::case::{CATALOG, Case, catalog, execute, tables};

/// Columns that nothing is judged by, and why a change of them is no damage.
const CACHES: [(&str, &str, &str); 7] = [
    (
        "sessions",
        "last_activity_us",
        "only tells the server when to call a session lost",
    ),
    ("sessions", "request_key", "only recognises a repeated request"),
    ("archive", "created_at_us", "shown, and used for nothing"),
    ("archive", "archive_id", "shown, and used for nothing yet"),
    (
        "signing_keys",
        "created_at_us",
        "shown; the key itself is checked",
    ),
    (
        "keks",
        "created_at_us",
        "used for nothing; the key itself is checked",
    ),
    (
        "detail_keys",
        "created_at_us",
        "used for nothing; the key itself is checked",
    ),
];

/// Tables that are not the archive's, or no evidence.
const NOT_OURS: [(&str, &str); 6] = [
    ("sqlite_stat1", "what the planner is to think of sizes"),
    (
        "schema_versions",
        "which migrations ran; a program that knows others refuses to look",
    ),
    (
        "users",
        "who may come in; who did what stands in the ledger, under the name of then",
    ),
    ("user_roles", "what they may do from now on"),
    ("logins", "who is in just now"),
    ("login_failures", "who was not let in"),
];

/// Words of which a column's value is one.
const WORDS: [&[&str]; 9] = [
    &["monitoring", "support", "meeting", "training"],
    &["open", "sealing", "sealed"],
    &["sealed", "lost", "imported"],
    &["timeline", "recording", "attachment"],
    &["archive", "ledger"],
    &["open", "view", "restore"],
    &["approved", "refused"],
    &["register", "session"],
    &["2026-10", "2026-11"],
];

struct Column {
    name: String,
    nullable: bool,
    in_key: bool,
}

struct Row {
    id: i64,
    values: Vec<Value>,
}

struct Table {
    name: String,
    columns: Vec<Column>,
    rows: Vec<Row>,
}

fn load(whole: &Snapshot) -> Vec<Table> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    whole.restore(folder.path(), CATALOG.as_ref());
    let connection = catalog(folder.path());
    let names = tables(&connection).expect("a sound catalog");
    let ours = names
        .into_iter()
        .filter(|name| !NOT_OURS.iter().any(|(other, _)| other == name));
    let loaded: Vec<Table> = ours
        .map(|name| table(&connection, name).expect("a sound catalog"))
        .collect();
    for (table, column, _) in CACHES {
        let known = loaded
            .iter()
            .any(|t| t.name == table && t.columns.iter().any(|c| c.name == column));
        assert!(known, "{table}.{column} is no column any more");
    }
    loaded
}

fn table(connection: &Connection, name: String) -> rusqlite::Result<Table> {
    let mut columns = Vec::new();
    let mut statement = connection.prepare("SELECT name, \"notnull\", pk FROM pragma_table_info(?1)")?;
    let mut found = statement.query([&name])?;
    while let Some(row) = found.next()? {
        columns.push(Column {
            name: row.get(0)?,
            nullable: !row.get::<_, bool>(1)?,
            in_key: row.get::<_, i64>(2)? > 0,
        });
    }
    let mut rows = Vec::new();
    let mut statement = connection.prepare(&format!("SELECT rowid, * FROM {name} ORDER BY rowid"))?;
    let mut found = statement.query([])?;
    while let Some(row) = found.next()? {
        let values: rusqlite::Result<Vec<Value>> = (1..=columns.len()).map(|at| row.get(at)).collect();
        rows.push(Row {
            id: row.get(0)?,
            values: values?,
        });
    }
    Ok(Table { name, columns, rows })
}

/// A value as SQL.
fn literal(value: &Value) -> String {
    match value {
        Value::Null => "NULL".to_owned(),
        Value::Integer(number) => number.to_string(),
        Value::Real(number) => number.to_string(),
        Value::Text(text) => format!("'{}'", text.replace('\'', "''")),
        Value::Blob(bytes) => format!("x'{}'", hex::encode(bytes)),
    }
}

/// Other values that a column could have instead.
fn others(value: &Value, column: &Column) -> Vec<Value> {
    let mut found = match value {
        // A column that is empty gets something of each type; the table takes what fits.
        Value::Null => vec![
            Value::Integer(7),
            Value::Blob(vec![7; 32]),
            Value::Text("2026-12-24".to_owned()),
        ],
        Value::Integer(number) => vec![Value::Integer(number + 1), Value::Integer((number - 1).max(0))],
        Value::Real(number) => vec![Value::Real(number + 1.0)],
        Value::Text(text) => other_texts(text),
        Value::Blob(bytes) => other_bytes(bytes),
    };
    if column.nullable {
        found.push(Value::Null);
    }
    found.retain(|other| other != value);
    found
}

fn other_texts(text: &str) -> Vec<Value> {
    let words = WORDS.iter().filter(|words| words.contains(&text));
    let mut found: Vec<Value> = words
        .flat_map(|words| words.iter().map(|word| Value::Text((*word).to_owned())))
        .collect();
    let mut changed: Vec<char> = text.chars().collect();
    if let Some(last) = changed.last_mut() {
        *last = if *last == '7' { '8' } else { '7' };
    }
    found.push(Value::Text(changed.into_iter().collect()));
    found.push(Value::Text(format!("{text} ")));
    found
}

fn other_bytes(bytes: &[u8]) -> Vec<Value> {
    let mut found = Vec::new();
    for at in [0, bytes.len() / 2, bytes.len().saturating_sub(1)] {
        let mut other = bytes.to_vec();
        if let Some(byte) = other.get_mut(at) {
            *byte ^= 1;
        }
        found.push(Value::Blob(other));
    }
    found.push(Value::Blob(vec![0; bytes.len()]));
    found
}

/// What a finding about a row has to name, one of these: its table, the session or other thing that it is about, the
/// object it names, or the head that stands for it.
fn words(table: &Table, row: &Row, sessions: &BTreeMap<i64, String>) -> Vec<String> {
    let mut words = vec![table.name.clone()];
    for (column, value) in table.columns.iter().zip(&row.values) {
        match value {
            Value::Blob(bytes) if bytes.len() == 16 => words.push(uuid(bytes)),
            Value::Text(text) if column.name == "object" => words.push(text.clone()),
            _ => {}
        }
    }
    let tenant = |name: &&str| !matches!(*name, "tenants" | "keks" | "detail_keys" | "ledger_heads");
    if tenant(&table.name.as_str()) {
        // A tenant is no place where something else is at hand.
        let at = table.columns.iter().position(|column| column.name == "tenant_id");
        if let Some(Value::Blob(id)) = at.map(|at| &row.values[at]) {
            words.retain(|word| *word != uuid(id));
        }
    }
    match table.name.as_str() {
        // The head, the copies and what the leaf tells of stand for it too.
        "ledger_leaves" => {
            words.extend(
                [
                    "ledger_heads",
                    "ledger-copy",
                    "access_records",
                    "holds",
                    "exports",
                ]
                .map(str::to_owned),
            );
        }
        // Where the next copy begins shows that one is missing.
        "ledger_copies" => words.push("ledger-copy".to_owned()),
        _ => {}
    }
    if table.name == "deks" {
        words.extend(sessions.get(&row.id).cloned());
    }
    words
}

fn uuid(bytes: &[u8]) -> String {
    let text = hex::encode(bytes);
    format!(
        "{}-{}-{}-{}-{}",
        &text[..8],
        &text[8..12],
        &text[12..16],
        &text[16..20],
        &text[20..]
    )
}

/// Which session has which key.
fn by_dek(tables: &[Table]) -> BTreeMap<i64, String> {
    let sessions = tables.iter().find(|table| table.name == "sessions");
    let sessions = sessions.expect("there are sessions");
    let at = |name: &str| {
        let found = sessions.columns.iter().position(|column| column.name == name);
        found.expect("a column of sessions")
    };
    let (dek, session) = (at("dek_id"), at("session_id"));
    let pair = |row: &Row| match (&row.values[dek], &row.values[session]) {
        (Value::Integer(dek), Value::Blob(id)) => (*dek, uuid(id)),
        other => panic!("a session without a key: {other:?}"),
    };
    sessions.rows.iter().map(pair).collect()
}

/// Whether a column may say anything without harm.
pub(crate) fn is_judged_by_nothing(table: &str, column: &str) -> bool {
    NOT_OURS.iter().any(|(other, _)| *other == table)
        || CACHES.iter().any(|(t, c, _)| (*t, *c) == (table, column))
}

/// Some of a table's rows, spread over it.
fn sample(rows: &[Row]) -> impl Iterator<Item = &Row> {
    let most = count_from("OBHUT_ROWS", 3, usize::MAX);
    let step = rows.len().div_ceil(most).max(1);
    rows.iter().step_by(step)
}

/// Every column of every table changed, row by row.
pub(crate) fn edited(whole: &Snapshot) -> Vec<Case> {
    let tables = load(whole);
    let sessions = by_dek(&tables);
    let mut cases = Vec::new();
    for table in &tables {
        for (index, column) in table.columns.iter().enumerate() {
            if is_judged_by_nothing(&table.name, &column.name) {
                continue;
            }
            for row in sample(&table.rows) {
                for other in others(&row.values[index], column) {
                    let (name, id) = (&table.name, row.id);
                    let sql = format!(
                        "UPDATE OR IGNORE {name} SET {} = {} WHERE rowid = {id}",
                        column.name,
                        literal(&other)
                    );
                    if !takes(whole, &sql) {
                        continue;
                    }
                    let mut named = words(table, row, &sessions);
                    // A row that goes by another name now is found under it, or missed under the old one.
                    match &other {
                        Value::Blob(bytes) if bytes.len() == 16 => named.push(uuid(bytes)),
                        Value::Text(text) if column.name == "object" => named.push(text.clone()),
                        _ => {}
                    }
                    let was = literal(&row.values[index]);
                    cases.push(Case::found(
                        format!(
                            "{name}.{} of row {id} from {was:.80} to {:.80}",
                            column.name,
                            literal(&other)
                        ),
                        named,
                        move |folder| execute(folder, &sql),
                    ));
                }
            }
        }
    }
    cases
}

/// Whether a statement does something: the column's type or a unique index may forbid it.
fn takes(whole: &Snapshot, sql: &str) -> bool {
    thread_local! {
        static SCRATCH: std::cell::RefCell<Option<(tempfile::TempDir, Connection)>> = const { std::cell::RefCell::new(None) };
    }
    SCRATCH.with_borrow_mut(|scratch| {
        let (_, connection) = scratch.get_or_insert_with(|| {
            let folder = tempfile::tempdir().expect("a temporary folder");
            whole.restore(folder.path(), CATALOG.as_ref());
            let connection = catalog(folder.path());
            (folder, connection)
        });
        connection.execute_batch("BEGIN").expect("a transaction");
        let changed = connection.execute(sql, []);
        connection.execute_batch("ROLLBACK").expect("rolled back");
        changed.is_ok_and(|count| count > 0)
    })
}

/// Rows that nothing misses, and why.
fn may_go(table: &Table, row: &Row) -> Option<&'static str> {
    let last = |key: &str| {
        let at = table.columns.iter().position(|column| column.name == key);
        let at = at.expect("a column");
        let tenant = table.columns.iter().position(|column| column.name == "tenant_id");
        let tenant = tenant.expect("a column");
        let number = |row: &Row| match row.values[at] {
            Value::Integer(number) => number,
            _ => 0,
        };
        let same = table
            .rows
            .iter()
            .filter(|other| other.values[tenant] == row.values[tenant]);
        same.map(number).max() == Some(number(row))
    };
    match table.name.as_str() {
        "ledger_copies" if last("first") => Some(
            "a crash between writing a copy and recording it leaves the same; the copy is still compared",
        ),
        _ => None,
    }
}

/// Every row of every table deleted.
pub(crate) fn deleted(whole: &Snapshot) -> Vec<Case> {
    let tables = load(whole);
    let sessions = by_dek(&tables);
    let mut cases = Vec::new();
    for table in &tables {
        for row in table.rows.iter().filter(|row| may_go(table, row).is_none()) {
            let (name, id) = (&table.name, row.id);
            let sql = format!("DELETE FROM {name} WHERE rowid = {id}");
            let case = Case::found(
                format!("{name}, row {id} deleted"),
                words(table, row, &sessions),
                move |folder| execute(folder, &sql),
            );
            cases.push(case);
        }
    }
    cases
}

/// Every row once more under a key of its own.
pub(crate) fn doubled(whole: &Snapshot) -> Vec<Case> {
    let tables = load(whole);
    let sessions = by_dek(&tables);
    let mut cases = Vec::new();
    for table in &tables {
        // A key that no session has opens nothing.
        if table.name == "deks" {
            continue;
        }
        for row in sample(&table.rows) {
            // Each part of the key in turn, so that the row is somebody else's, or comes a second time.
            for (index, column) in table
                .columns
                .iter()
                .enumerate()
                .filter(|(_, column)| column.in_key)
            {
                for other in others(&row.values[index], column) {
                    let Some(sql) = insert(whole, table, row, index, &other) else {
                        continue;
                    };
                    let mut named = words(table, row, &sessions);
                    if let Value::Blob(bytes) = &other
                        && bytes.len() == 16
                    {
                        named.push(uuid(bytes));
                    }
                    cases.push(Case::found(
                        format!(
                            "{}, row {} again with {} {:.80}",
                            table.name,
                            row.id,
                            column.name,
                            literal(&other)
                        ),
                        named,
                        move |folder| execute(folder, &sql),
                    ));
                }
            }
        }
    }
    cases
}

/// A row with another value in one column, and with its unique columns made new where that is needed.
fn insert(whole: &Snapshot, table: &Table, row: &Row, index: usize, other: &Value) -> Option<String> {
    let fresh = |at: usize, value: &Value| {
        if at == index {
            return literal(other);
        }
        match table.columns[at].name.as_str() {
            "object" | "name" if table.name != "classes" => literal(&other_texts(&text_of(value))[0]),
            "request_key" => "NULL".to_owned(),
            "dek_id" => "dek_id + 1000".to_owned(),
            "leaf_n" if matches!(table.name.as_str(), "access_records" | "exports") => {
                "leaf_n + 1000".to_owned()
            }
            "n" if table.name == "segments" => "n + 1000".to_owned(),
            _ => literal(value),
        }
    };
    let values: Vec<String> = row
        .values
        .iter()
        .enumerate()
        .map(|(at, value)| fresh(at, value))
        .collect();
    let sql = format!(
        "INSERT INTO {0} SELECT {1} FROM {0} WHERE rowid = {2}",
        table.name,
        values.join(", "),
        row.id
    );
    takes(whole, &sql).then_some(sql)
}

fn text_of(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        _ => String::new(),
    }
}
