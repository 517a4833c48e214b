//! A frame whose object is damaged is told as damaged and never left out, and the others are what they were.

use std::collections::BTreeSet;
use std::fs;

use obhut_testkit::{Reviewer, Server, segments, turn_over, turn_over_middle};
use serde_json::Value;

use crate::frames::parts;
use crate::house::{FRAMES, House, Who, sent};

/// Asks for every frame by itself; those that are told as damaged. The others are what was sent.
fn damaged_ones(officer: &Reviewer, session: &str, grant: &str) -> BTreeSet<u64> {
    let mut damaged = BTreeSet::new();
    for seq in 0..FRAMES {
        let answer = officer.frame(session, 0, seq, grant).expect("an answer");
        match answer.status() {
            200 => assert_eq!(answer.answer.body, sent(seq).bytes, "frame {seq}"),
            500 => {
                assert_eq!(answer.problem.as_deref(), Some("frame-damaged"), "{answer:?}");
                let said = answer.json()["detail"].as_str().expect("a detail").to_owned();
                assert!(said.contains(&format!("frame {seq} ")), "{said}");
                damaged.insert(seq);
            }
            other => panic!("frame {seq}: {other} {answer:?}"),
        }
    }
    damaged
}

/// A run names every number: those that are damaged without bytes, the others as they were sent.
fn expect_run(officer: &Reviewer, session: &str, grant: &str, damaged: &BTreeSet<u64>) {
    let last = FRAMES - 1;
    let path = format!("/v1/sessions/{session}/streams/0/frames?first=0&last={last}");
    let answer = officer.get_under(&path, Some(grant)).expect("an answer");
    assert_eq!(answer.status(), 200, "{:?}", answer.problem);
    let parts = parts(&answer.answer.body);
    let numbers: Vec<u64> = parts.iter().map(|part| part.seq).collect();
    assert_eq!(numbers, (0..FRAMES).collect::<Vec<_>>(), "a frame was left out");
    for part in parts {
        assert_eq!(part.damaged.is_some(), damaged.contains(&part.seq), "{part:?}");
        if let Some(why) = part.damaged {
            assert!(part.bytes.is_empty() && !why.contains(session), "{why}");
        } else {
            assert_eq!(part.bytes, sent(part.seq).bytes, "frame {}", part.seq);
        }
    }
}

fn index(officer: &Reviewer, session: &str, grant: &str) -> Value {
    let path = format!("/v1/sessions/{session}/streams/0/index");
    let answer = officer.get_under(&path, Some(grant)).expect("an answer");
    assert_eq!(answer.status(), 200, "{answer:?}");
    let index = answer.json();
    let numbers: Vec<u64> = index["seq"]
        .as_array()
        .expect("numbers")
        .iter()
        .filter_map(Value::as_u64)
        .collect();
    assert_eq!(numbers, (0..FRAMES).collect::<Vec<_>>(), "a frame was left out");
    index
}

#[test]
fn a_damaged_frame_is_named_and_no_byte_of_it_is_served() {
    let house = House::build();
    let officer = house.login(Who::Officer);
    let session = house.own.as_str();
    let grant = officer.open(session, "to see what is left");
    // Whole, before anything of it is kept in memory beside the description of its frames.
    assert_eq!(damaged_ones(&officer, session, &grant), BTreeSet::new());
    for path in segments(&house.program, &house.own) {
        turn_over_middle(&path);
    }
    let damaged = damaged_ones(&officer, session, &grant);
    let count = damaged.len() as u64;
    assert!(count > 0, "the damage was not met");
    expect_run(&officer, session, &grant, &damaged);
    // Their descriptions are whole: which frames there are, and when, is known.
    let listed = index(&officer, session, &grant);
    assert_eq!(listed["damaged"], serde_json::json!([]));
}

#[test]
fn frames_of_a_segment_that_is_gone_or_empty_are_listed_as_damaged() {
    let mut house = House::build();
    let officer = house.login(Who::Officer);
    let session = house.own.clone();
    let grant = officer.open(&session, "to see what is left");
    for (n, path) in segments(&house.program, &house.own).iter().enumerate() {
        match n % 3 {
            0 => fs::write(path, b"").expect("the object is emptied"),
            1 => fs::remove_file(path).expect("the object goes"),
            _ => turn_over(path, 0),
        }
    }
    // Nothing is remembered of what was read before.
    house.server.kill_now();
    house.server.wait_for_end();
    house.server = Server::start(&house.program);
    let officer = officer.at(house.server.review());
    let damaged = damaged_ones(&officer, &session, &grant);
    assert_eq!(damaged, (0..FRAMES).collect::<BTreeSet<_>>());
    expect_run(&officer, &session, &grant, &damaged);
    let listed = index(&officer, &session, &grant);
    let ranges = listed["damaged"].as_array().expect("ranges");
    let named: BTreeSet<u64> = ranges
        .iter()
        .flat_map(|range| {
            let bound = |name: &str| range[name].as_u64().expect("a number");
            bound("first")..=bound("last")
        })
        .collect();
    assert_eq!(named, damaged, "{listed}");
    for range in ranges {
        let why = range["why"].as_str().expect("a reason");
        assert!(!why.contains(&session), "it tells where it is stored: {why}");
    }
}
