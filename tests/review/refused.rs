//! Where a look can't be put on record, nothing is shown.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;

use obhut_testkit::{Program, Reviewer, Server, expect_clean};
use serde_json::{Value, json};

use crate::clients::{self, Arrived};
use crate::house::{House, PASSWORD, Who};
use crate::records::records;

/// A "come again" and not a byte more.
fn expect_unavailable(arrived: &Arrived, what: &str) {
    assert_eq!(arrived.status, Some(503), "{what}: {arrived:?}");
    assert_eq!(arrived.record, None, "{what}: {arrived:?}");
    let problem: Value =
        serde_json::from_slice(&arrived.body).expect("a problem in JSON and nothing behind it");
    assert_eq!(problem["type"], "/problems/unavailable", "{what}: {problem}");
}

/// What shows something, or makes it possible to.
#[derive(Debug, Clone, Copy)]
enum Look {
    Frame,
    Run,
    Opening,
}

impl Look {
    const ALL: [Self; 3] = [Self::Frame, Self::Run, Self::Opening];

    /// `first` is the number of the session's first frame.
    fn send(self, origin: &str, (session, first): (&str, u64), cookie: &str, grant: &str) -> Arrived {
        let of_stream = |what: &str| {
            let path = format!("/v1/sessions/{session}/streams/0/{what}");
            clients::get(origin, &path, cookie, grant)
        };
        match self {
            Self::Frame => of_stream(&format!("frames/{first}")),
            Self::Run => of_stream(&format!("frames?first={first}&last={}", first + 5)),
            Self::Opening => {
                let path = format!("/v1/sessions/{session}/grants");
                clients::post(origin, &path, cookie, &json!({ "purpose": "once more" }))
            }
        }
    }

    fn done(self) -> u16 {
        match self {
            Self::Frame | Self::Run => 200,
            Self::Opening => 201,
        }
    }
}

#[test]
fn with_the_catalog_locked_nothing_is_served() {
    let house = House::build();
    let officer = house.login(Who::Officer);
    let cookie = officer.cookie().expect("a cookie");
    let grant = officer.open(&house.own, "to wait in vain");
    let origin = house.server.review();
    let on_record = || ["view", "open"].map(|action| records(&officer, &house.own, action).len());
    let before = on_record();
    let lock = rusqlite::Connection::open(house.catalog()).expect("the catalog opens");
    lock.execute_batch("BEGIN IMMEDIATE")
        .expect("the catalog can be locked");
    thread::scope(|scope| {
        for look in Look::ALL {
            let (session, grant) = (&house.own, &grant);
            scope.spawn(move || {
                let arrived = look.send(origin, (session, 0), cookie, grant);
                expect_unavailable(&arrived, &format!("{look:?}"));
            });
        }
    });
    lock.execute_batch("ROLLBACK").expect("the lock ends");
    assert_eq!(on_record(), before);
    for look in Look::ALL {
        let arrived = look.send(origin, (&house.own, 0), cookie, &grant);
        assert_eq!(arrived.status, Some(look.done()), "{look:?}: it does not recover");
    }
    assert_eq!(on_record(), [before[0] + 2, before[1] + 1]);
    let ended = house.server.stop();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    expect_clean(&house.program, true);
}

/// A small disk of its own, unmounted at the end.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=48m", "tmpfs"])
            .arg(folder.path())
            .status();
        mounted
            .is_ok_and(|status| status.success())
            .then_some(Self(folder))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(self.0.path()).status();
    }
}

/// Takes all the room there is.
fn fill(ballast: &Path) {
    use std::io::Write as _;
    let mut file = fs::File::options()
        .create(true)
        .append(true)
        .open(ballast)
        .expect("a file can be made");
    for size in [1 << 20, 4096] {
        while file.write_all(&vec![1; size]).is_ok() {}
    }
}

#[test]
fn on_a_full_disk_nothing_is_served_that_is_not_on_record() {
    let Some(disk) = SmallDisk::mount() else {
        eprintln!("skipped: mounting a small tmpfs is not permitted here");
        return;
    };
    let program = Program::new(env!("CARGO_BIN_EXE_obhut"), &disk.path().join("data"));
    program.configure("[intake_log]\nmax_bytes = 16777216\nreserve_bytes = 1048576\n");
    program.add_user("officer", PASSWORD, &["compliance-officer"], &[]);
    let (session, _) = program.import(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/timeline"));
    let server = Server::start(&program);
    let officer = Reviewer::log_in(server.review(), "officer", PASSWORD).expect("a login");
    let cookie = officer.cookie().expect("a cookie");
    let grant = officer.open(&session, "while the disk fills up");
    let index = format!("/v1/sessions/{session}/streams/0/index");
    let index = officer.get_under(&index, Some(&grant)).expect("an answer").json();
    let first = index["seq"][0].as_u64().expect("a number");
    let ballast = disk.path().join("ballast");
    let send = |look: Look| look.send(server.review(), (&session, first), cookie, &grant);
    let (mut views, mut openings, mut refused) = (0, 1, 0);
    while refused < 3 {
        assert!(views < 20_000, "the disk never filled up");
        refused = 0;
        for look in Look::ALL {
            fill(&ballast);
            let arrived = send(look);
            if arrived.status != Some(look.done()) {
                expect_unavailable(&arrived, &format!("{look:?}"));
                refused += 1;
            } else if let Look::Opening = look {
                openings += 1;
            } else {
                views += 1;
            }
        }
    }
    assert!(views > 0, "the reserve is for this");
    fs::remove_file(&ballast).expect("the ballast goes");
    for look in Look::ALL {
        assert_eq!(
            send(look).status,
            Some(look.done()),
            "{look:?}: it does not recover"
        );
    }
    assert_eq!(records(&officer, &session, "view").len(), views + 2);
    assert_eq!(records(&officer, &session, "open").len(), openings + 1);
    let ended = server.stop();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    expect_clean(&program, true);
}
