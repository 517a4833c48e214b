//! What a grant shows: the description, the index, and frames, each of them on record before its first byte.

use std::time::Duration;

use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use obhut_archive::Action;
use obhut_format::digest::Sha256Digest;
use serde_json::{Value, json};

use crate::house::{Ask, House, problem};
use crate::looking::{UNDER_A_GRANT, body, look, open, opening};

/// The lines of a run, each with its bytes.
fn parts(mut bytes: &[u8]) -> Vec<(Value, Vec<u8>)> {
    let mut parts = Vec::new();
    while let Some(end) = bytes.iter().position(|byte| *byte == b'\n') {
        let head: Value = serde_json::from_slice(&bytes[..end]).unwrap();
        let len = usize::try_from(head["bytes"].as_u64().unwrap_or(0)).unwrap();
        let (body, rest) = bytes[end + 1..].split_at(len);
        parts.push((head, body.to_vec()));
        bytes = rest;
    }
    assert!(bytes.is_empty());
    parts
}

#[tokio::test(flavor = "multi_thread")]
async fn the_description_and_the_index_are_shown_under_the_opening_alone() {
    let house = House::new().await;
    let at = house.session(house.tenant).await;
    house.put(at, 1..=3).await;
    house.pack(2).await;
    house.put_as(at, 4, "image/jpeg").await;
    let cookie = house.officer("olga").await;
    let grant = open(&house, at, &cookie, None).await;
    let told = look(&house, at, &cookie, &grant, "description").await;
    assert_eq!(told.status, StatusCode::OK);
    assert_eq!(told.json["title"], "ticket 4711");
    assert_eq!(told.json["description"]["purpose"], "ticket 4711");
    assert_eq!(
        told.json["streams"],
        json!([
            { "n": 0, "kind": "timeline", "name": "left", "frames": 4 },
            { "n": 1, "kind": "timeline", "name": "right", "frames": 0 },
        ])
    );
    assert_eq!(told.json["state"], "open");

    let size = u64::try_from(body(1).len()).unwrap();
    let noon = 1_793_620_800_000_i64;
    let index = look(&house, at, &cookie, &grant, "streams/0/index").await;
    assert_eq!(
        index.json,
        json!({
            "state": "open", "seq": [1, 2, 3, 4], "at": [noon, noon + 1000, noon + 2000, noon + 3000],
            "bytes": [size, size, size, size], "type": [0, 0, 0, 1], "types": ["image/png", "image/jpeg"],
            "cut": [], "damaged": [],
        })
    );
    let rest = look(&house, at, &cookie, &grant, "streams/0/index?after=3").await;
    assert_eq!(
        (&rest.json["seq"], &rest.json["types"]),
        (&json!([4]), &json!(["image/jpeg"]))
    );
    let none = look(&house, at, &cookie, &grant, "streams/9/index").await;
    assert_eq!(problem(&none), (404, "not-found"));
    let malformed = look(&house, at, &cookie, &grant, "streams/0/index?after=-1").await;
    assert_eq!(problem(&malformed), (400, "request-malformed"));
    assert_eq!(house.looks().await, [(Action::Open, None)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frame_comes_as_it_was_captured_and_is_on_record() {
    let house = House::new().await;
    let at = house.session(house.tenant).await;
    house.put(at, 1..=2).await;
    house.pack(2).await;
    house.put(at, 3..=3).await;
    let cookie = house.officer("olga").await;
    let grant = open(&house, at, &cookie, None).await;
    for n in [2, 3] {
        let answer = look(&house, at, &cookie, &grant, &format!("streams/0/frames/{n}")).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.bytes, body(n));
        assert_eq!(answer.header("content-type"), "image/png");
        assert_eq!(answer.header("content-disposition"), "");
        assert_eq!(
            answer.header("captured-at"),
            format!("2026-11-02T12:00:0{}.000000Z", n - 1)
        );
        let digest = STANDARD.encode(Sha256Digest::of(&body(n)).as_bytes());
        assert_eq!(answer.header("content-digest"), format!("sha-256=:{digest}:"));
        for directive in ["sandbox", "default-src 'none'"] {
            let policy = answer.header("content-security-policy");
            assert!(policy.split("; ").any(|part| part == directive), "{policy}");
        }
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(house.looks().await[0], (Action::View, Some((n, n))));
    }
    let unknown = look(&house, at, &cookie, &grant, "streams/0/frames/9").await;
    assert_eq!(problem(&unknown), (404, "frame-unknown"));
    let malformed = look(&house, at, &cookie, &grant, "streams/0/frames/x").await;
    assert_eq!(problem(&malformed), (400, "request-malformed"));
}

#[tokio::test]
async fn what_is_no_picture_is_only_saved() {
    let house = House::new().await;
    let at = house.session(house.tenant).await;
    house.put_as(at, 1, "text/html").await;
    house.put_as(at, 2, "image/svg+xml").await;
    let cookie = house.officer("olga").await;
    let grant = open(&house, at, &cookie, None).await;
    for n in [1, 2] {
        let answer = look(&house, at, &cookie, &grant, &format!("streams/0/frames/{n}")).await;
        assert_eq!(answer.header("content-type"), "application/octet-stream");
        assert_eq!(answer.header("content-disposition"), "attachment");
        assert_eq!(answer.bytes, body(n));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_has_every_frame_that_is_there_under_one_record() {
    let house = House::new().await;
    let at = house.session(house.tenant).await;
    house.put(at, 1..=3).await;
    house.put(at, 6..=7).await;
    house.pack(4).await;
    house.put(at, 8..=9).await;
    let cookie = house.officer("olga").await;
    let grant = open(&house, at, &cookie, None).await;
    let answer = look(&house, at, &cookie, &grant, "streams/0/frames?first=2&last=8").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("content-type"), "application/vnd.obhut.frames");
    let parts = parts(&answer.bytes);
    let numbers: Vec<u64> = parts
        .iter()
        .map(|(head, _)| head["seq"].as_u64().unwrap())
        .collect();
    assert_eq!(numbers, [2, 3, 6, 7, 8]);
    for (n, (head, bytes)) in numbers.iter().zip(&parts) {
        assert_eq!(*bytes, body(*n));
        assert_eq!(head["type"], "image/png");
        assert_eq!(head["sha256"], json!(Sha256Digest::of(bytes)));
    }
    assert_eq!(parts[0].0["at"], "2026-11-02T12:00:01.000000Z");
    assert_eq!(
        house.looks().await,
        [(Action::View, Some((2, 8))), (Action::Open, None)]
    );

    let empty = look(&house, at, &cookie, &grant, "streams/0/frames?first=20&last=275").await;
    assert_eq!((empty.status, empty.bytes.len()), (StatusCode::OK, 0));
    let before = house.looks().await;
    for query in ["first=1&last=257", "first=2&last=1"] {
        let answer = look(&house, at, &cookie, &grant, &format!("streams/0/frames?{query}")).await;
        assert_eq!(problem(&answer), (422, "request-invalid"), "{query}");
    }
    for query in ["first=1", "last=1", "", "first=1&last=x", "first=1&last=2&all=1"] {
        let answer = look(&house, at, &cookie, &grant, &format!("streams/0/frames?{query}")).await;
        assert_eq!(problem(&answer), (400, "request-malformed"), "{query}");
    }
    assert_eq!(house.looks().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_frame_is_told_as_damaged_and_none_of_it_is_shown() {
    let house = House::new().await;
    let at = house.session(house.tenant).await;
    house.put(at, 1..=2).await;
    house.pack(2).await;
    let objects = house.objects();
    house.put(at, 3..=4).await;
    let [object] = &objects[..] else {
        panic!("one segment: {objects:?}")
    };
    let mut bytes = std::fs::read(object).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(object, &bytes).unwrap();
    let cookie = house.officer("olga").await;
    let grant = open(&house, at, &cookie, None).await;

    let answer = look(&house, at, &cookie, &grant, "streams/0/frames/1").await;
    assert_eq!(problem(&answer), (500, "frame-damaged"));
    let named = format!("frame 1 of stream 0 of session {}", at.session);
    assert_eq!(answer.json["detail"], named);
    assert_eq!(
        house.looks().await[0],
        (Action::View, Some((1, 1))),
        "the attempt is on record"
    );

    let run = look(&house, at, &cookie, &grant, "streams/0/frames?first=1&last=4").await;
    assert_eq!(run.status, StatusCode::OK);
    let parts = parts(&run.bytes);
    assert_eq!(parts.len(), 4);
    for (n, (head, bytes)) in (1..).zip(&parts) {
        assert_eq!(head["seq"], n);
        if n <= 2 {
            assert!(
                head["damaged"].as_str().is_some_and(|why| !why.is_empty()),
                "{head}"
            );
            assert_eq!(head.as_object().unwrap().len(), 2);
        } else {
            assert_eq!(*bytes, body(n));
        }
    }

    let index = look(&house, at, &cookie, &grant, "streams/0/index").await;
    assert_eq!(index.json["seq"], json!([1, 2, 3, 4]));
    for column in ["at", "bytes", "type"] {
        assert_eq!(index.json[column].as_array().unwrap().len(), 4, "{column}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_chain_line_hides_no_frames_but_its_own() {
    let house = House::new().await;
    let at = house.session(house.tenant).await;
    house.put(at, 1..=8).await;
    house.pack(4).await;
    let cookie = house.officer("olga").await;
    let grant = open(&house, at, &cookie, None).await;
    // The line of the second segment names other frames, then nothing at all.
    for (change, damaged) in [("replace(line, '5-8', '5-7')", 8..=8), ("'nonsense'", 5..=8)] {
        let change = format!(
            "UPDATE chain_lines SET line = CAST({change} AS BLOB) WHERE n = (SELECT MAX(n) FROM segments)"
        );
        assert_eq!(house.catalog().execute(&change, []).unwrap(), 1);
        let run = look(&house, at, &cookie, &grant, "streams/0/frames?first=1&last=8").await;
        assert_eq!(run.status, StatusCode::OK, "{}", run.text);
        let parts = parts(&run.bytes);
        assert_eq!(parts.len(), 8);
        for (n, (head, bytes)) in (1..).zip(&parts) {
            assert_eq!(head["seq"], n);
            let single = look(&house, at, &cookie, &grant, &format!("streams/0/frames/{n}")).await;
            if damaged.contains(&n) {
                assert!(head["damaged"].as_str().is_some_and(|why| !why.is_empty()));
                assert_eq!(problem(&single), (500, "frame-damaged"));
            } else if n <= 4 {
                assert_eq!((bytes, &single.bytes), (&body(n), &body(n)));
            }
        }
    }
}

#[tokio::test]
async fn a_page_that_only_follows_a_session_does_not_keep_its_login_alive() {
    let house = House::new().await;
    let at = house.session(house.tenant).await;
    house.put(at, 1..=1).await;
    let cookie = house.officer("olga").await;
    let lasting = json!({ "purpose": "a complaint", "minutes": 480 });
    let opened = opening(at, &cookie, &lasting).send(&house).await;
    let grant = opened.json["grant"].as_str().unwrap().to_owned();
    let asked = |what: &'static str| {
        house.clock.advance(Duration::from_mins(12));
        look(&house, at, &cookie, &grant, what)
    };
    for what in ["streams/0/index", "streams/0/index", "streams/0/frames/1"] {
        assert_eq!(asked(what).await.status, StatusCode::OK, "{what}");
    }
    for _ in 0..2 {
        assert_eq!(asked("streams/0/index?after=1").await.status, StatusCode::OK);
    }
    let ended = asked("streams/0/index?after=1").await;
    assert_eq!(problem(&ended), (401, "login-required"));
}

#[tokio::test]
async fn what_can_not_be_put_on_record_is_not_shown_and_may_be_tried_again() {
    let house = House::new().await;
    let at = house.session(house.tenant).await;
    house.put(at, 1..=3).await;
    let cookie = house.officer("olga").await;
    let grant = open(&house, at, &cookie, None).await;
    let before = house.looks().await;
    let catalog = house.catalog();
    catalog
        .execute_batch(
            "CREATE TRIGGER no BEFORE INSERT ON access_records BEGIN SELECT RAISE(ABORT, 'no'); END",
        )
        .unwrap();
    for what in ["streams/0/frames/2", "streams/0/frames?first=1&last=3"] {
        let answer = look(&house, at, &cookie, &grant, what).await;
        assert_eq!(problem(&answer), (503, "unavailable"), "{what}");
        assert_eq!(answer.header("retry-after"), "5");
    }
    let opening = opening(at, &cookie, &json!({ "purpose": "a complaint" }));
    assert_eq!(problem(&opening.send(&house).await), (503, "unavailable"));
    assert_eq!(house.looks().await, before);
    catalog.execute_batch("DROP TRIGGER no").unwrap();
    let answer = look(&house, at, &cookie, &grant, "streams/0/frames/2").await;
    assert_eq!(answer.bytes, body(2));
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let house = House::new().await;
    let at = house.session(house.tenant).await;
    house.put(at, 1..=4).await;
    let cookie = house.officer("olga").await;
    let grant = open(&house, at, &cookie, None).await;
    let gone = obhut_archive::SessionRef {
        session: "0192f000-0000-7000-8003-000000000001".parse().unwrap(),
        ..at
    };
    for what in UNDER_A_GRANT {
        let answer = look(&house, gone, &cookie, &grant, what).await;
        assert_eq!(problem(&answer), (404, "not-found"), "{what}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_for_some_streams_names_no_other() {
    let house = House::new().await;
    let at = house.session(house.tenant).await;
    let cookie = house.officer("olga").await;
    let some = open(&house, at, &cookie, Some(json!([{ "n": 1 }]))).await;
    let told = look(&house, at, &cookie, &some, "description").await;
    assert_eq!(told.status, StatusCode::OK);
    assert_eq!(told.json["description"]["purpose"], "ticket 4711");
    let said = &told.json["description"]["streams"];
    assert_eq!(
        (said[0]["n"].as_u64(), said.as_array().map(Vec::len)),
        (Some(1), Some(1))
    );
    assert!(
        told.text.contains("right") && !told.text.contains("left"),
        "{}",
        told.text
    );
    let all = open(&house, at, &cookie, None).await;
    let told = look(&house, at, &cookie, &all, "description").await;
    let said = told.json["description"]["streams"].as_array().map(Vec::len);
    assert_eq!(said, Some(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_narrower_grant_hides_nothing_that_an_older_one_names() {
    let house = House::new().await;
    let at = house.session(house.tenant).await;
    let cookie = house.officer("olga").await;
    let names = async || {
        let details = Ask::get(&format!("/v1/sessions/{}", at.session)).by(&cookie);
        let details = details.send(&house).await.json;
        let name = |n: usize| details["streams"][n]["name"].clone();
        (details["grant"]["grant"].clone(), name(0), name(1))
    };
    let asked = |minutes: u32, n: u32| json!({ "purpose": "a complaint", "minutes": minutes, "streams": [{ "n": n }] });
    let old = opening(at, &cookie, &asked(2, 0)).send(&house).await.json["grant"].clone();
    assert_eq!(names().await, (old, json!("left"), Value::Null));
    house.clock.advance(Duration::from_mins(1));
    let new = opening(at, &cookie, &asked(20, 1)).send(&house).await.json["grant"].clone();
    assert_eq!(names().await, (new.clone(), json!("left"), json!("right")));
    house.clock.advance(Duration::from_mins(1));
    assert_eq!(names().await, (new, Value::Null, json!("right")));
}
