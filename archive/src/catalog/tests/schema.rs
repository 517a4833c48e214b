//! The migration files against the habits of the house.

const FILES: &[&str] = &[
    include_str!("../../../../migrations/sqlite/0001_store.sql"),
    include_str!("../../../../migrations/sqlite/0002_review.sql"),
    include_str!("../../../../migrations/sqlite/0003_retention.sql"),
    include_str!("../../../../migrations/sqlite/0004_deletion.sql"),
    include_str!("../../../../migrations/sqlite/0005_exports.sql"),
    include_str!("../../../../migrations/sqlite/0006_custody.sql"),
];

/// The tables of a migration: name, whether a comment stands above, and the lines of the body.
fn tables(sql: &str) -> Vec<(String, bool, Vec<&str>, bool)> {
    let mut found = Vec::new();
    let mut lines = sql.lines().peekable();
    let mut previous = "";
    while let Some(line) = lines.next() {
        if let Some(rest) = line.strip_prefix("CREATE TABLE ") {
            let name = rest.trim_end_matches(" (").to_owned();
            let mut body = Vec::new();
            let mut strict = false;
            for line in lines.by_ref() {
                if line.starts_with(')') {
                    strict = line == ") STRICT;";
                    break;
                }
                body.push(line);
            }
            found.push((name, previous.starts_with("-- "), body, strict));
        }
        previous = line;
    }
    found
}

/// The columns that a migration adds to tables of an earlier one: table, column, and whether a comment stands above.
fn added(sql: &str) -> Vec<(&str, &str, bool)> {
    let mut found = Vec::new();
    let mut lines = sql.lines();
    let mut previous = "";
    while let Some(line) = lines.next() {
        let table = line
            .strip_prefix("ALTER TABLE ")
            .and_then(|rest| rest.strip_suffix(" ADD COLUMN"));
        if let Some(table) = table {
            let name = lines.next().and_then(column).expect("a column on the next line");
            found.push((table, name, previous.starts_with("-- ")));
        }
        previous = line;
    }
    found
}

/// A line that declares a column, as against comments, continuations and table constraints.
fn column(line: &str) -> Option<&str> {
    let line = line
        .strip_prefix("    ")
        .filter(|line| !line.starts_with([' ', ')', '-']))?;
    let name = line.split_whitespace().next()?;
    name.chars()
        .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        .then_some(name)
}

#[test]
fn every_table_is_strict_and_every_table_and_column_has_its_comment() {
    let mut seen = 0;
    for sql in FILES {
        for (table, column, commented) in added(sql) {
            assert!(commented, "{table}.{column} has no comment");
            seen += 1;
        }
        for (table, commented, body, strict) in tables(sql) {
            assert!(commented, "table {table} has no comment");
            assert!(strict, "table {table} is not STRICT");
            let mut previous = "";
            for line in body {
                if let Some(column) = column(line) {
                    assert!(
                        previous.trim_start().starts_with("-- "),
                        "{table}.{column} has no comment"
                    );
                    seen += 1;
                }
                previous = line;
            }
        }
    }
    assert!(seen > 100, "the parser has lost the columns: {seen}");
}

#[test]
fn the_parser_of_this_test_sees_what_the_database_sees() {
    let database = rusqlite::Connection::open_in_memory().expect("database in memory");
    let mut parsed: Vec<String> = Vec::new();
    for sql in FILES {
        database.execute_batch(sql).expect("migration");
        let added = added(sql).into_iter();
        parsed.extend(added.map(|(table, column, _)| format!("{table}.{column}")));
        for (table, _, body, _) in tables(sql) {
            parsed.extend(
                body.into_iter()
                    .filter_map(column)
                    .map(|column| format!("{table}.{column}")),
            );
        }
    }
    let mut statement = database
        .prepare(
            "SELECT tables.name || '.' || columns.name FROM pragma_table_list AS tables \
             JOIN pragma_table_info(tables.name) AS columns \
             WHERE tables.schema = 'main' AND tables.name NOT LIKE 'sqlite_%'",
        )
        .expect("statement");
    let mut real: Vec<String> = statement
        .query_map([], |row| row.get(0))
        .expect("rows")
        .collect::<Result<_, _>>()
        .expect("names");
    real.sort();
    parsed.sort();
    assert_eq!(parsed, real);
}
