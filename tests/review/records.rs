//! Every byte served is covered by a record, and no record is there that nobody asked for.

use std::collections::BTreeMap;

use obhut_testkit::{Dice, Reviewed, Reviewer, expect_clean, seed};
use serde_json::Value;

use crate::frames::parts;
use crate::house::{FRAMES, House, Who, sent};

/// First and last number of a request, or of the record of it.
type Range = (u64, u64);

const REQUESTS: usize = 1_000;

/// All records of a session with an action, newest first, over as many pages as there are.
pub(crate) fn records(reviewer: &Reviewer, session: &str, action: &str) -> Vec<Value> {
    let mut found = Vec::new();
    let mut cursor = String::new();
    loop {
        let path = format!("/v1/access?session={session}&action={action}&limit=100{cursor}");
        let page = reviewer.get(&path).expect("the server answers");
        assert_eq!(page.status(), 200, "{page:?}");
        let page = page.json();
        found.extend(page["access"].as_array().expect("a list").iter().cloned());
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return found,
        }
    }
}

fn range(record: &Value) -> Range {
    assert_eq!(record["stream"], 0, "{record}");
    let number = |name: &str| {
        record[name]
            .as_u64()
            .unwrap_or_else(|| panic!("no {name} in {record}"))
    };
    (number("first"), number("last"))
}

/// What is asked.
#[derive(Debug, Clone, Copy)]
enum Ask {
    /// A frame.
    Single(u64),
    /// Several.
    Run(Range),
    /// A frame, its header alone.
    Head(u64),
    /// What shows no frame.
    Beside(&'static str),
    /// What nobody may have: without a grant, in another tenant, and more than one answer holds.
    Refused(&'static str),
}

const BESIDE: [&str; 4] = ["own/description", "own/streams/0/index", "own/grants", "own"];

const REFUSED: [&str; 5] = [
    "foreign/streams/0/frames/0",
    "own/streams/0/frames?first=0&last=300",
    "own/streams/0/frames?first=2&last=1",
    "own/streams/7/frames/0",
    "own/streams/0/frames/x",
];

impl Ask {
    fn any(dice: &mut Dice) -> Self {
        // Beyond the last frame, too: a number that nobody has sent.
        let first = dice.below(FRAMES + 2);
        match dice.below(10) {
            0..4 => Self::Single(first),
            4..8 => Self::Run((first, first + dice.below(3))),
            8 => Self::Head(first),
            _ if dice.once_in(2) => Self::Beside(dice.pick::<&str>(&BESIDE)),
            _ => Self::Refused(dice.pick::<&str>(&REFUSED)),
        }
    }

    fn send(self, house: &House, officer: &Reviewer, grant: &str) -> Reviewed {
        let own = &house.own;
        let (method, path) = match self {
            Self::Single(seq) => ("GET", format!("{own}/streams/0/frames/{seq}")),
            Self::Head(seq) => ("HEAD", format!("{own}/streams/0/frames/{seq}")),
            Self::Run((first, last)) => ("GET", format!("{own}/streams/0/frames?first={first}&last={last}")),
            Self::Beside(path) | Self::Refused(path) => {
                let path = path.replace("own", own).replace("foreign", &house.foreign);
                ("GET", path)
            }
        };
        officer
            .send(method, &format!("/v1/sessions/{path}"), Some(grant), None)
            .expect("the server answers")
    }

    /// What must be on record when it was answered.
    fn range(self) -> Option<Range> {
        match self {
            Self::Single(seq) | Self::Head(seq) => Some((seq, seq)),
            Self::Run(range) => Some(range),
            Self::Beside(_) | Self::Refused(_) => None,
        }
    }
}

/// The bytes are those that were sent, and of numbers that the request names.
fn check_bytes(ask: Ask, answer: &Reviewed) {
    match ask {
        Ask::Single(seq) => assert_eq!(answer.answer.body, sent(seq).bytes, "{ask:?}"),
        Ask::Head(_) => assert!(answer.answer.body.is_empty(), "{ask:?}"),
        Ask::Run((first, last)) => {
            let parts = parts(&answer.answer.body);
            let numbers: Vec<u64> = parts.iter().map(|part| part.seq).collect();
            let expected: Vec<u64> = (first..=last).filter(|seq| *seq < FRAMES).collect();
            assert_eq!(numbers, expected, "{ask:?}");
            for part in parts {
                assert_eq!(part.bytes, sent(part.seq).bytes, "{ask:?}: frame {}", part.seq);
            }
        }
        Ask::Beside(_) | Ask::Refused(_) => {}
    }
}

/// Opens the session for two frames alone.
fn narrow_grant(officer: &Reviewer, session: &str) -> String {
    let body = serde_json::json!({
        "purpose": "to look at two frames", "case": "CASE-2", "streams": [{ "n": 0, "first": 2, "last": 3 }],
    });
    let path = format!("/v1/sessions/{session}/grants");
    let answer = officer.post(&path, &body).expect("the server answers");
    assert_eq!(answer.status(), 201, "{answer:?}");
    answer.json()["grant"].as_str().expect("a grant").to_owned()
}

#[test]
fn every_byte_served_is_covered_by_a_record_and_every_record_by_a_request() {
    let house = House::build();
    let officer = house.login(Who::Officer);
    let mut dice = Dice::new(seed());
    let session = &house.own;
    let whole = officer.open(session, "to look at everything");
    let narrow = narrow_grant(&officer, session);
    // What was answered, by the record that the answer names; and what was answered that there is no such frame.
    let mut named: BTreeMap<String, Range> = BTreeMap::new();
    let mut unknown: BTreeMap<Range, usize> = BTreeMap::new();
    for _ in 0..REQUESTS {
        let grant = if dice.once_in(4) { &narrow } else { &whole };
        let ask = Ask::any(&mut dice);
        let answer = ask.send(&house, &officer, grant);
        let say = || format!("{ask:?}: {} {:?}", answer.status(), answer.problem);
        let Some((first, last)) = ask.range() else {
            let expected = matches!(ask, Ask::Beside(_));
            assert_eq!(answer.status() == 200, expected, "{}", say());
            assert_eq!(answer.record, None, "{}", say());
            continue;
        };
        let allowed = *grant == whole || (first >= 2 && last <= 3);
        match answer.status() {
            200 => {
                assert!(allowed, "outside the grant: {}", say());
                check_bytes(ask, &answer);
                let record = answer.record.clone().expect("an answer names its record");
                let before = named.insert(record, (first, last));
                assert_eq!(before, None, "a record of its own for each request");
            }
            404 => {
                assert!(allowed && first >= FRAMES, "{}", say());
                *unknown.entry((first, last)).or_default() += 1;
            }
            status => assert!(status == 403 && !allowed, "{}", say()),
        }
    }
    assert!(named.len() > REQUESTS / 4, "the dice served too little");

    for record in records(&officer, session, "view") {
        let id = record["access"].as_str().expect("an id");
        match named.remove(id) {
            Some(asked) => assert_eq!(range(&record), asked, "the record tells another range"),
            // The record is there before anybody knows whether the frame is.
            None => match unknown.get_mut(&range(&record)) {
                Some(left) if *left > 0 => *left -= 1,
                _ => panic!("a record without a request: {record}"),
            },
        }
        assert_eq!(record["who"], "compliance-officer");
        let purpose = record["purpose"].as_str().expect("a purpose");
        let grant = if purpose == "to look at everything" {
            &whole
        } else {
            &narrow
        };
        assert_eq!(record["grant"], grant.as_str(), "{record}");
    }
    assert!(named.is_empty(), "served without a record: {named:?}");
    assert_eq!(records(&officer, session, "open").len(), 2, "one for each grant");
    assert!(records(&officer, session, "restore").is_empty());
    let elsewhere = house.login_as("birke-auditor");
    assert!(records(&elsewhere, &house.foreign, "view").is_empty());
    // Each record with its leaf and each leaf with its record, the sealed detail compared.
    let ended = house.server.stop();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    expect_clean(&house.program, true);
}
