//! What is no log-in, no grant of one's own or no page of ours: it is refused, shows nothing and leaves nothing on record.

use obhut_testkit::{Reviewed, Reviewer};
use serde_json::json;

use crate::frames::parts;
use crate::house::{House, PASSWORD, SEALED, Who, begin, put, sent};
use crate::records::records;

fn expect(answer: Option<Reviewed>, status: u16, problem: &str) -> Reviewed {
    let answer = answer.expect("an answer");
    assert_eq!(
        (answer.status(), answer.problem.as_deref()),
        (status, Some(problem)),
        "{answer:?}"
    );
    assert_eq!((&answer.record, answer.cookie()), (&None, None), "{answer:?}");
    answer
}

/// Everything of a session's content.
fn content(session: &str) -> [String; 4] {
    [
        "description",
        "streams/0/index",
        "streams/0/frames/0",
        "streams/0/frames?first=0&last=5",
    ]
    .map(|what| format!("/v1/sessions/{session}/{what}"))
}

/// What is on record of a session's frames, as the auditor sees it.
fn viewed(house: &House, session: &str) -> usize {
    records(&house.login(Who::Auditor), session, "view").len()
}

#[test]
fn the_cookie_of_a_login_that_logged_out_opens_nothing() {
    let house = House::build();
    let officer = house.login(Who::Officer);
    let grant = officer.open(&house.own, "before going home");
    let gone = officer.post("/v1/logout", &json!({})).expect("an answer");
    assert_eq!(gone.status(), 204, "{gone:?}");
    for path in content(&house.own) {
        expect(officer.get_under(&path, Some(&grant)), 401, "login-required");
    }
    for path in [
        "/v1/me",
        "/v1/sessions",
        "/v1/access",
        "/v1/access.csv",
        "/v1/state",
    ] {
        expect(officer.get(path), 401, "login-required");
    }
    let open = format!("/v1/sessions/{}/grants", house.own);
    expect(
        officer.post(&open, &json!({ "purpose": "once more" })),
        401,
        "login-required",
    );
    // The grant does not outlive its login, whoever comes with it.
    let again = house.login(Who::Officer);
    for path in content(&house.own) {
        expect(again.get_under(&path, Some(&grant)), 403, "grant-required");
    }
    let held = again.get(&open).expect("an answer").json();
    assert_eq!(held["grants"], json!([]));
    assert_eq!(viewed(&house, &house.own), 0);
}

#[test]
fn a_grant_of_another_session_or_user_shows_nothing() {
    let house = House::build();
    let another = house.another("another");
    house
        .program
        .add_user("second", PASSWORD, &["compliance-officer"], &["default"]);
    let officer = house.login(Who::Officer);
    let second = house.login_as("second");
    let of_another = officer.open(&another, "for the other session");
    let of_second = second.open(&house.own, "by somebody else");
    let nobodys = "01890000-0000-7000-8000-000000000000";
    // The record of a view is no opening.
    let view = {
        let answer = second.frame(&house.own, 0, 0, &of_second).expect("an answer");
        answer.record.expect("a record")
    };
    for path in content(&house.own) {
        for grant in [of_another.as_str(), &of_second, &view, nobodys, "", "x"] {
            let answer = expect(officer.get_under(&path, Some(grant)), 403, "grant-required");
            let text = String::from_utf8_lossy(&answer.answer.body).into_owned();
            assert!(SEALED.iter().all(|word| !text.contains(word)), "{text}");
        }
        // Two are none.
        let two = [("grant", of_another.as_str()), ("grant", &of_second)];
        expect(officer.send_with("GET", &path, &two, None), 403, "grant-required");
    }
    assert_eq!((viewed(&house, &house.own), viewed(&house, &another)), (1, 0));
}

#[test]
fn what_is_outside_the_grant_stays_outside() {
    let house = House::build();
    let officer = house.login(Who::Officer);
    let stream = format!("/v1/sessions/{}/streams/0", house.own);
    let open = json!({ "purpose": "two frames", "streams": [{ "n": 0, "first": 2, "last": 3 }] });
    let opened = officer
        .post(&format!("/v1/sessions/{}/grants", house.own), &open)
        .expect("an answer")
        .json();
    let grant = opened["grant"].as_str().expect("a grant");
    for outside in [
        "frames/1",
        "frames/4",
        "frames?first=1&last=2",
        "frames?first=3&last=4",
        "frames?first=0&last=5",
        "frames?first=4&last=5",
    ] {
        let path = format!("{stream}/{outside}");
        expect(officer.get_under(&path, Some(grant)), 403, "outside-grant");
    }
    let inside = officer
        .get_under(&format!("{stream}/frames?first=2&last=3"), Some(grant))
        .expect("an answer");
    let parts = parts(&inside.answer.body);
    assert!(parts.iter().map(|part| part.seq).eq(2..=3));
    assert!(parts.iter().all(|part| part.bytes == sent(part.seq).bytes));
    let index = officer
        .get_under(&format!("{stream}/index"), Some(grant))
        .expect("an answer")
        .json();
    assert_eq!(index["seq"], json!([2, 3]));
    assert_eq!(viewed(&house, &house.own), 1);
}

#[test]
fn another_sites_page_can_do_nothing() {
    let house = House::build();
    let officer = house.login(Who::Officer);
    let open = format!("/v1/sessions/{}/grants", house.own);
    let login = json!({ "name": "compliance-officer", "password": PASSWORD }).to_string();
    let purpose = json!({ "purpose": "what somebody else wants" }).to_string();
    let password = json!({ "old": PASSWORD, "new": "what somebody else knows" }).to_string();
    let requests = [
        ("/v1/login", login.as_str()),
        (open.as_str(), &purpose),
        ("/v1/password", &password),
        ("/v1/logout", ""),
    ];
    let elsewhere = [
        ("origin", "https://evil.example.org"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ];
    for (path, body) in requests {
        for header in elsewhere {
            let headers = [header, ("content-type", "application/json")];
            expect(
                officer.send_with("POST", path, &headers, Some(body)),
                403,
                "cross-origin",
            );
        }
        // What a form can send without asking.
        for form in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data",
        ] {
            let headers = [("content-type", form)];
            if !body.is_empty() {
                let answer = officer.send_with("POST", path, &headers, Some(body));
                expect(answer, 415, "media-type-unsupported");
            }
        }
    }
    assert_eq!(officer.get("/v1/me").expect("an answer").status(), 200);
    assert!(records(&officer, &house.own, "open").is_empty());
    house.login(Who::Officer);
}

#[test]
fn a_wrong_password_and_an_unknown_name_are_answered_alike_until_they_are_locked() {
    let house = House::build();
    let stranger = house.login(Who::Stranger);
    let attempt = |name: &str, password: &str| {
        let answer = stranger.post("/v1/login", &json!({ "name": name, "password": password }));
        let mut answer = answer.expect("an answer");
        answer.header.remove("date");
        answer
    };
    let told = |answer: &Reviewed| (answer.status(), answer.answer.body.clone(), answer.header.clone());
    for n in 0..5 {
        let [known, unknown] = ["auditor", "nobody"].map(|name| attempt(name, "not a password"));
        expect(Some(known.clone()), 401, "login-failed");
        assert_eq!(told(&known), told(&unknown), "attempt {n}");
    }
    for password in [PASSWORD, "not a password"] {
        for name in ["auditor", "nobody"] {
            let mut locked = expect(Some(attempt(name, password)), 429, "login-locked");
            let seconds = locked.header.remove("retry-after").expect("when to come again");
            assert!(
                (1..=60).contains(&seconds.parse::<u32>().expect("seconds")),
                "{seconds}"
            );
        }
    }
    // Nobody else is locked out with them.
    house.login(Who::Officer);
    house.program.json(["user", "reset-password", "auditor"]);
    expect(Some(attempt("auditor", PASSWORD)), 401, "login-failed");
}

#[test]
fn a_disabled_user_is_out_at_once() {
    let house = House::build();
    let officer = house.login(Who::Officer);
    let grant = officer.open(&house.own, "while it lasts");
    house.program.json(["user", "disable", "compliance-officer"]);
    for path in content(&house.own) {
        expect(officer.get_under(&path, Some(&grant)), 401, "login-required");
    }
    let refused = Reviewer::log_in(house.server.review(), "compliance-officer", PASSWORD);
    expect(refused.err(), 401, "login-failed");
    assert_eq!(viewed(&house, &house.own), 0);
}

#[test]
fn a_session_that_is_sealed_while_it_is_watched_loses_no_frame() {
    let house = House::build();
    let officer = house.login(Who::Officer);
    let agent = house.agent();
    let session = begin(&agent, "watched", "what is going on", "a screen");
    let grant = officer.open(&session, "to watch it");
    let index = |after: Option<u64>| {
        let after = after.map_or_else(String::new, |seq| format!("?after={seq}"));
        let path = format!("/v1/sessions/{session}/streams/0/index{after}");
        officer.get_under(&path, Some(&grant)).expect("an answer").json()
    };
    let expect_frames = |count: u64| {
        for seq in 0..count {
            let frame = officer.frame(&session, 0, seq, &grant).expect("an answer");
            assert_eq!(frame.status(), 200, "frame {seq}: {:?}", frame.problem);
            assert_eq!(frame.answer.body, sent(seq).bytes, "frame {seq}");
        }
    };
    put(&agent, &session, 0..3);
    let first = index(None);
    assert_eq!(
        (&first["state"], &first["seq"]),
        (&json!("open"), &json!([0, 1, 2]))
    );
    expect_frames(3);
    put(&agent, &session, 3..5);
    assert_eq!(index(Some(2))["seq"], json!([3, 4]));
    agent.seal_to_the_end(&session);
    let end = index(Some(4));
    assert_eq!((&end["state"], &end["seq"]), (&json!("sealed"), &json!([])));
    assert_eq!(index(None)["seq"], json!([0, 1, 2, 3, 4]));
    expect_frames(5);
}
