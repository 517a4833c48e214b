//! The page in a real browser: the stories of `player/web/e2e`, told against the built program.
//!
//! `make test` builds the page and installs the browser. A program that was built without the page has nothing to tell
//! them of, and a machine without the browser nobody to tell them: they are skipped then, and say so.

use std::path::{Path, PathBuf};
use std::process::Command;

use obhut_testkit::{NewSession, Place, Program, Reviewer, Server, samples, segments, turn_over_middle};

const PASSWORD: &str = "a password of some length";

/// What stands on the page of a program that was built without it.
const NO_PAGE: &str = "was built without its web page";

/// A served archive as the stories want it.
struct House {
    program: Program,
    server: Server,
    token: String,
    /// A session of which one frame is damaged, and that frame's number.
    damaged: (String, u64),
    kept: Kept,
    _folder: tempfile::TempDir,
}

/// Sessions that Custody's stories are about.
struct Kept {
    /// Deleted, with a certificate.
    deleted: String,
    /// Held, and its deadline is past.
    held: String,
    /// Of a tenant whose exports need an approval.
    strict: String,
}

impl House {
    fn build() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let program = Program::new(env!("CARGO_BIN_EXE_obhut"), &folder.path().join("data"));
        let token = program.add_device("PC 1");
        program.add_user(
            "officer",
            PASSWORD,
            &["administrator", "compliance-officer", "auditor"],
            &[],
        );
        for (name, role) in [
            ("second", "compliance-officer"),
            ("auditor", "auditor"),
            ("administrator", "administrator"),
        ] {
            program.add_user(name, PASSWORD, &[role], &[]);
        }
        let kept = keep(&program, &folder.path().join("old"));
        let (short, frames) = program.import(&data("timeline-jpg"));
        let server = Server::start(&program);
        send(&server, &token);
        let damaged = damage(&program, &server, &short, frames);
        Self {
            program,
            server,
            token,
            damaged: (short, damaged),
            kept,
            _folder: folder,
        }
    }

    /// A user who has to change a one-time password first; that password.
    fn newcomer(&self, name: &str) -> String {
        let added = self
            .program
            .json(["user", "add", name, "--role", "compliance-officer"]);
        added[0]["password"]
            .as_str()
            .expect("a one-time password")
            .to_owned()
    }

    /// Tells one of the stories.
    fn tell(&self, story: &str) {
        let told = Command::new("node")
            .current_dir(page())
            .args(["--test", "--test-reporter=spec", &format!("e2e/{story}.test.mjs")])
            .env("OBHUT_WEB", self.server.review())
            .env("OBHUT_WEB_NAME", "officer")
            .env("OBHUT_WEB_PASSWORD", PASSWORD)
            .env("OBHUT_WEB_FIRST_NAME", "newcomer")
            .env("OBHUT_WEB_FIRST_PASSWORD", self.newcomer("newcomer"))
            .env("OBHUT_WEB_FIRST_NEW", "another password of some length")
            .env("OBHUT_WEB_INTAKE", self.server.intake())
            .env("OBHUT_WEB_DEVICE", &self.token)
            .env("OBHUT_WEB_SECOND_NAME", "second")
            .env("OBHUT_WEB_AUDITOR_NAME", "auditor")
            .env("OBHUT_WEB_ADMINISTRATOR_NAME", "administrator")
            .env("OBHUT_WEB_OTHERS_PASSWORD", PASSWORD)
            .env("OBHUT_WEB_DELETED", &self.kept.deleted)
            .env("OBHUT_WEB_HELD", &self.kept.held)
            .env("OBHUT_WEB_STRICT", &self.kept.strict)
            .env("OBHUT_WEB_DAMAGED", &self.damaged.0)
            .env("OBHUT_WEB_DAMAGED_FRAME", self.damaged.1.to_string())
            .output()
            .expect("node can be started");
        let said = String::from_utf8_lossy(&told.stdout);
        assert!(
            told.status.success(),
            "{said}\n{}\nthe server said:\n{}",
            String::from_utf8_lossy(&told.stderr),
            self.server.log()
        );
        assert!(
            said.contains("skipped 0"),
            "a part of the story was left out:\n{said}"
        );
    }
}

/// Imports sessions whose deadline is past, of which one is held and the other is deleted, and one of another tenant.
fn keep(program: &Program, old: &Path) -> Kept {
    make_old(old);
    let import = |args: &[&str]| {
        let folder = old.to_str().expect("a path in UTF-8");
        let imported = program.json([&["import", folder], args].concat());
        imported[0]["session"].as_str().expect("an id").to_owned()
    };
    program.json(["retention", "class", "add", "day", "--days", "1"]);
    let past = ["--class", "day", "--trust-times"];
    let (deleted, held) = (import(&past), import(&past));
    program.json(["hold", "place", &held, "--reason", "claim 114/26"]);
    program.json(["retention", "run"]);
    program.json(["tenant", "add", "strict"]);
    program.json(["tenant", "policy", "strict", "--export-approvals", "1"]);
    Kept {
        deleted,
        held,
        strict: import(&["--tenant", "strict"]),
    }
}

/// A copy of the short timeline whose frames say that they were captured in 2020.
fn make_old(to: &Path) {
    std::fs::create_dir(to).expect("a folder");
    for entry in std::fs::read_dir(data("timeline-jpg")).expect("the timeline") {
        let entry = entry.expect("an entry");
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if entry.file_name() == "manifest.ndjson" {
            let manifest = std::fs::read_to_string(from).expect("a manifest");
            std::fs::write(to, manifest.replace("\"2026-", "\"2020-")).expect("written");
        } else {
            std::fs::copy(from, to).expect("copied");
        }
    }
}

/// A folder of `tests/data`.
fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(name)
}

/// The folder of the page.
fn page() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("player/web")
}

/// A sealed session of two screens.
fn send(server: &Server, token: &str) {
    let agent = server.agent(token);
    let session = agent
        .open(&NewSession {
            purpose: "support case 4711".to_owned(),
            streams: vec!["left".to_owned(), "right".to_owned()],
            idempotency_key: "story".to_owned(),
            kind: "support",
        })
        .expect("a session is opened");
    for (seq, frame) in (0..).zip(samples()) {
        for stream in 0..2 {
            let place = Place {
                session: session.clone(),
                stream,
                seq,
            };
            let sent = agent.put(&place, &frame).expect("the server answers");
            assert_eq!(sent.status, 201, "{sent:?}");
        }
    }
    agent.seal_to_the_end(&session);
}

/// Turns over a bit in the middle of each object of a session; the number of a frame that is damaged now.
fn damage(program: &Program, server: &Server, session: &str, frames: u64) -> u64 {
    for object in segments(program, session) {
        turn_over_middle(&object);
    }
    let officer = Reviewer::log_in(server.review(), "officer", PASSWORD).expect("a login");
    let grant = officer.open(session, "to find what is damaged");
    (0..=frames)
        .find(|seq| {
            let answer = officer.frame(session, 0, *seq, &grant).expect("an answer");
            answer.problem.as_deref() == Some("frame-damaged")
        })
        .expect("a frame is damaged")
}

/// Builds the house and tells the story, where there is a page and a browser.
fn tell(story: &str) {
    let browser = std::env::var_os("OBHUT_CHROMIUM").map(PathBuf::from);
    if !browser.is_some_and(|browser| browser.exists()) || !page().join("node_modules").is_dir() {
        eprintln!("skipped: no browser is at hand; `make test` installs it and names it in OBHUT_CHROMIUM");
        return;
    }
    let house = House::build();
    let stranger = Reviewer::stranger(house.server.review());
    let page = stranger.get("/").expect("an answer").answer.body;
    if String::from_utf8_lossy(&page).contains(NO_PAGE) {
        eprintln!("skipped: the program was built without its page; `make test` builds it first");
        return;
    }
    house.tell(story);
}

#[test]
fn the_story_of_a_compliance_officer() {
    tell("story");
}

#[test]
fn the_story_of_custody() {
    tell("custody");
}

#[test]
fn the_story_by_keyboard_alone() {
    tell("keyboard");
}

#[test]
fn axe_finds_nothing() {
    tell("axe");
}
