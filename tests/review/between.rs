//! The program is killed on either side of the moment at which a look is on record: before the commit nothing has left, and
//! whatever has left is on record after the next start, in catalog and ledger.

use std::collections::BTreeSet;
use std::thread;
use std::time::Duration;

use obhut_testkit::{Dice, Server, Tracer, count_from, expect_clean, seed};

use crate::clients;
use crate::house::{FRAMES, House, Who};
use crate::records::records;

/// Where the program is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    /// When the access record's transaction is to be written.
    Write,
    /// When its commit is to become durable.
    Commit,
    /// When the first byte of the answer is to leave.
    Answer,
}

impl Side {
    fn tracer(self, house: &House) -> Tracer {
        let wal = house.program.data().join("catalog.sqlite-wal");
        let wal = wal.to_str().expect("a path in UTF-8").to_owned();
        let of_the_log = ["-P".to_owned(), wal];
        match self {
            Self::Write => Tracer::new(kill_at("pwrite64").into_iter().chain(of_the_log)),
            Self::Commit => Tracer::new(kill_at("fsync,fdatasync").into_iter().chain(of_the_log)),
            // Files are written with other calls.
            Self::Answer => Tracer::new(kill_at("writev,sendto,sendmsg")),
        }
    }

    /// What the killed call was about.
    fn place(self) -> &'static str {
        match self {
            Self::Write | Self::Commit => "catalog.sqlite-wal",
            Self::Answer => "<socket:",
        }
    }
}

fn kill_at(calls: &str) -> [String; 4] {
    [
        "-e".to_owned(),
        format!("trace={calls}"),
        "-e".to_owned(),
        format!("inject={calls}:signal=KILL:when=1"),
    ]
}

#[test]
fn killed_on_either_side_of_the_record_no_byte_has_left_that_is_not_on_record() {
    if !Tracer::is_permitted() {
        eprintln!("skipped: strace is not installed, or must not trace here (ptrace is not permitted)");
        return;
    }
    let mut house = House::build();
    let mut officer = house.login(Who::Officer);
    let cookie = officer.cookie().expect("a cookie").to_owned();
    let grant = officer.open(&house.own, "to be cut off");
    let mut before = 0;
    for side in [Side::Write, Side::Commit, Side::Answer] {
        for frames in ["frames/1", "frames?first=0&last=5"] {
            let say = format!("{side:?} {frames}");
            let tracer = side.tracer(&house);
            let attached = tracer.attach(house.server.pid());
            let path = format!("/v1/sessions/{}/streams/0/{frames}", house.own);
            let arrived = clients::get(house.server.review(), &path, &cookie, &grant);
            assert_eq!(
                (arrived.status, arrived.body.len()),
                (None, 0),
                "{say}: something left"
            );
            // It was killed: this collects what is left of it.
            house.server.wait_for_end();
            drop(attached);
            let said = tracer.said();
            assert!(said.contains(side.place()), "{say}: killed elsewhere: {said}");
            house.server = Server::start(&house.program);
            officer = officer.at(house.server.review());
            let found = records(&officer, &house.own, "view").len() - before;
            match side {
                Side::Write => assert_eq!(found, 0, "{say}: a record of what was not committed"),
                // Whether the commit survives is up to the disk; both are right.
                Side::Commit => assert!(found <= 1, "{say}: {found} records"),
                Side::Answer => assert_eq!(found, 1, "{say}: the answer was about to leave without a record"),
            }
            before += found;
            // Each record with its leaf, and each leaf with its record.
            expect_clean(&house.program, false);
        }
    }
    let ended = house.server.stop();
    assert_eq!(ended.code, Some(0), "{ended:?}");
}

#[test]
fn whatever_left_before_a_kill_is_on_record_after_it() {
    let rounds = count_from("OBHUT_VIEW_KILLS", 8, 200);
    let mut dice = Dice::new(seed());
    let mut house = House::build();
    let mut officer = house.login(Who::Officer);
    let cookie = officer.cookie().expect("a cookie").to_owned();
    let grant = officer.open(&house.own, "to be cut off again and again");
    let mut left: BTreeSet<String> = BTreeSet::new();
    for _ in 0..rounds {
        let readers: Vec<_> = (0..4)
            .map(|_| {
                let (origin, cookie, grant, session) = (
                    house.server.review().to_owned(),
                    cookie.clone(),
                    grant.clone(),
                    house.own.clone(),
                );
                let mut dice = Dice::new(dice.number());
                thread::spawn(move || look_until_it_is_gone(&origin, &cookie, &grant, &session, &mut dice))
            })
            .collect();
        dice.dither(Duration::from_millis(300));
        house.server.kill_now();
        for reader in readers {
            left.extend(reader.join().expect("the reader ends"));
        }
        house.server.wait_for_end();
        house.server = Server::start(&house.program);
    }
    officer = officer.at(house.server.review());
    let recorded: BTreeSet<String> = records(&officer, &house.own, "view")
        .iter()
        .map(|record| record["access"].as_str().expect("an id").to_owned())
        .collect();
    let missing: Vec<_> = left.difference(&recorded).collect();
    assert!(missing.is_empty(), "left without a record: {missing:?}");
    assert!(left.len() > rounds, "too little left");
    let ended = house.server.stop();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    expect_clean(&house.program, true);
}

/// Asks for runs of frames until the server is killed; the records that were named by whatever arrived.
fn look_until_it_is_gone(
    origin: &str,
    cookie: &str,
    grant: &str,
    session: &str,
    dice: &mut Dice,
) -> Vec<String> {
    let mut named = Vec::new();
    loop {
        let first = dice.below(FRAMES);
        let last = first + dice.below(FRAMES - first);
        let path = format!("/v1/sessions/{session}/streams/0/frames?first={first}&last={last}");
        let arrived = clients::get(origin, &path, cookie, grant);
        match (arrived.status, arrived.record) {
            (Some(200), Some(record)) => named.push(record),
            // Broken off before the first byte of a frame.
            (Some(200), None) => {
                assert!(arrived.body.is_empty(), "{path}: bytes without a record");
                return named;
            }
            (None, _) => return named,
            (Some(other), _) => panic!("{path}: {other}"),
        }
    }
}
