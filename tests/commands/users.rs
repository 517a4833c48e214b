//! Who may log in: the first administrator, and `obhut user`.

use std::fs::{self, File};

use serde_json::{Value, json};

use crate::house::{House, Server};

/// Logs in over HTTP; the status, and what the answer says.
fn log_in(server: &Server, name: &str, password: &str) -> (u16, Value) {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .build()
        .into();
    let mut answer = agent
        .post(&format!("{}/v1/login", server.review))
        .send_json(json!({ "name": name, "password": password }))
        .expect("an answer");
    let told = answer.body_mut().read_json().expect("JSON");
    (answer.status().as_u16(), told)
}

/// The one-time password in what was printed: four groups of five.
fn password_in(text: &str) -> Option<&str> {
    let is_one = |word: &&str| {
        let groups: Vec<&str> = word.split('-').collect();
        groups.len() == 4 && groups.iter().all(|group| group.len() == 5)
    };
    text.split(|c: char| c.is_whitespace() || c == ';').find(is_one)
}

#[test]
fn the_first_serve_adds_an_administrator_and_shows_their_password_once() {
    let house = House::new();
    let messages = house.path("messages");
    let start = || {
        let server = house.serve_saying(File::create(&messages).expect("a file").into());
        (server, fs::read_to_string(&messages).expect("text"))
    };
    let (server, said) = start();
    let password = password_in(&said).unwrap_or_else(|| panic!("no password in {said}"));
    assert!(
        said.contains("admin") && said.contains("reset-password"),
        "{said}"
    );
    let (status, told) = log_in(&server, "admin", password);
    assert_eq!((status, &told["must_change_password"]), (200, &json!(true)));
    assert_eq!(
        told["permissions"],
        json!([
            "sessions", "content", "access", "state", "custody", "hold", "export"
        ])
    );
    let roles = told["roles"].as_array().expect("roles");
    assert_eq!(roles.len(), 3);
    assert!(roles.iter().all(|role| role["tenant"].is_null()));
    assert_eq!(server.end(), Some(0));

    let (server, said) = start();
    assert_eq!(password_in(&said), None, "{said}");
    assert_eq!(house.json(&["user", "list"]).len(), 1);
    assert_eq!(server.end(), Some(0));
}

#[test]
fn where_somebody_was_added_before_there_is_no_first_administrator() {
    let house = House::new();
    house.json(&["user", "add", "anna", "--role", "auditor"]);
    let server = house.serve();
    let names: Vec<Value> = house.json(&["user", "list"]);
    assert_eq!(names.len(), 1);
    assert_eq!(names[0]["name"], "anna");
    assert_eq!(server.end(), Some(0));
}

#[test]
fn a_user_is_added_changed_disabled_and_let_in_again_while_the_server_runs() {
    let house = House::new();
    let server = house.serve();
    house.json(&["tenant", "add", "Nord"]);
    let roles = [
        "--role",
        "auditor",
        "--role",
        "compliance-officer",
        "--tenant",
        "Nord",
    ];
    let added = house.json(&[&["user", "add", "Anna"], &roles[..]].concat());
    assert_eq!(added[0]["name"], "anna");
    assert_eq!(
        added[0]["roles"],
        json!([
            { "role": "auditor", "tenant": "Nord" },
            { "role": "compliance-officer", "tenant": "Nord" },
        ])
    );
    let first = added[0]["password"].as_str().expect("a password").to_owned();
    assert_eq!(log_in(&server, "anna", &first).0, 200);

    let changed = house.json(&["user", "roles", "anna", "--role", "administrator"]);
    assert_eq!(
        changed[0]["roles"],
        json!([{ "role": "administrator", "tenant": null }])
    );
    assert!(!changed[0].to_string().contains(&first));
    let told = log_in(&server, "anna", &first).1;
    assert_eq!(told["permissions"], json!(["sessions", "state"]));

    for _ in 0..5 {
        assert_eq!(log_in(&server, "anna", "wrong").0, 401);
    }
    assert_eq!(log_in(&server, "anna", &first).0, 429);
    let reset = house.json(&["user", "reset-password", "anna"]);
    let second = reset[0]["password"].as_str().expect("a password").to_owned();
    assert_eq!(log_in(&server, "anna", &first).0, 401);
    assert_eq!(log_in(&server, "anna", &second).0, 200, "the lock is lifted");

    let disabled = house.json(&["user", "disable", "anna"]);
    assert!(disabled[0]["disabled_at"].is_string());
    assert_eq!(log_in(&server, "anna", &second).0, 401);
    house.json(&["user", "enable", "anna"]);
    assert_eq!(log_in(&server, "anna", &second).0, 200);

    let listed = house.run(&["user", "list"]);
    assert_eq!(listed.code, 0);
    assert!(
        listed
            .out
            .lines()
            .any(|line| line.starts_with("anna") && line.contains("administrator"))
    );
    assert!(!listed.out.contains(&second) && !listed.out.contains("argon2"));
    assert_eq!(server.end(), Some(0));
}

#[test]
fn a_password_of_ones_own_comes_from_a_file_and_needs_no_changing() {
    let house = House::new();
    let file = house.path("password");
    fs::write(&file, "correct horse battery\nsecond line\n").expect("written");
    let path = file.to_str().expect("text");
    let args = [
        "user",
        "add",
        "olga",
        "--role",
        "compliance-officer",
        "--password-file",
        path,
    ];
    let added = house.json(&args);
    assert_eq!(added[0]["password"], Value::Null);
    let server = house.serve();
    let (status, told) = log_in(&server, "olga", "correct horse battery");
    assert_eq!((status, &told["must_change_password"]), (200, &json!(false)));
    assert_eq!(server.end(), Some(0));
}

#[test]
fn what_is_no_user_role_or_password_is_told_and_adds_nobody() {
    let house = House::new();
    let short = house.path("short");
    fs::write(&short, "elevenchars\n").expect("written");
    let short = short.to_str().expect("text");
    let blank = house.path("blank");
    fs::write(&blank, " ".repeat(12)).expect("written");
    let blank = blank.to_str().expect("text");
    let control = house.path("control");
    fs::write(&control, "correct\0 horse\n").expect("written");
    let control = control.to_str().expect("text");
    house.json(&["user", "add", "anna", "--role", "auditor"]);
    let table: [(&[&str], &str); 11] = [
        (
            &["user", "add", "anna", "--role", "auditor"],
            "user \"anna\" exists already",
        ),
        (
            &["user", "add", "ANNA", "--role", "auditor"],
            "user \"anna\" exists already",
        ),
        (&["user", "add", "an na", "--role", "auditor"], "is not a"),
        (
            &["user", "add", "olga", "--role", "chief"],
            "\"chief\" is no role",
        ),
        (
            &["user", "add", "olga", "--role", "auditor", "--tenant", "Nord"],
            "no tenant \"Nord\"",
        ),
        (
            &[
                "user",
                "add",
                "olga",
                "--role",
                "auditor",
                "--password-file",
                short,
            ],
            "at least 12 characters",
        ),
        (
            &[
                "user",
                "add",
                "olga",
                "--role",
                "auditor",
                "--password-file",
                "nowhere",
            ],
            "can't be read",
        ),
        (
            &[
                "user",
                "add",
                "olga",
                "--role",
                "auditor",
                "--password-file",
                blank,
            ],
            "more than white space",
        ),
        (
            &[
                "user",
                "add",
                "olga",
                "--role",
                "auditor",
                "--password-file",
                control,
            ],
            "no control characters",
        ),
        (
            &["user", "add", "\u{43e}lga", "--role", "auditor"],
            "letters of one script",
        ),
        (&["user", "disable", "otto"], "no user \"otto\""),
    ];
    for (args, said) in table {
        let refused = house.run(args);
        assert_eq!((refused.code, refused.out.as_str()), (2, ""), "{args:?}");
        assert!(refused.err.contains(said), "{args:?}: {}", refused.err);
        assert_eq!(refused.err.lines().count(), 2, "{}", refused.err);
    }
    assert_eq!(house.json(&["user", "list"]).len(), 1);
}
