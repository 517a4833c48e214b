//! A served archive with two tenants, a session of each, and users of every role.

use std::ops::Range;
use std::path::{Path, PathBuf};

use obhut_testkit::{Agent, Frame, NewSession, Place, Program, Reviewer, Server, samples};
use serde_json::json;

use crate::operations::Subject;

/// The password of every user here.
pub(crate) const PASSWORD: &str = "a password of some length";

/// Words that stand in everything of the second tenant; nobody of the first may read them.
pub(crate) const FOREIGN: [&str; 4] = ["birke", "Birke PC", "what only Birke knows", "birke screen"];

/// Words of the first tenant's session that nobody may read without a grant.
pub(crate) const SEALED: [&str; 2] = ["what only a grant shows", "own screen"];

/// Frames of each session's only stream.
pub(crate) const FRAMES: u64 = 6;

pub(crate) struct House {
    pub(crate) program: Program,
    pub(crate) server: Server,
    /// A session of the tenant `default`.
    pub(crate) own: String,
    /// A session of the tenant `birke`.
    pub(crate) foreign: String,
    /// An export of each, asked for by their officers.
    own_export: String,
    foreign_export: String,
    /// A hold on the own session.
    own_hold: String,
    /// A hold on the foreign session.
    foreign_hold: String,
    /// Sessions that were deleted, of the first tenant and of the second.
    gone: Option<[String; 2]>,
    token: String,
    _folder: tempfile::TempDir,
}

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    Stranger,
    Administrator,
    Officer,
    Auditor,
}

impl Who {
    pub(crate) const ALL: [Self; 4] = [Self::Stranger, Self::Administrator, Self::Officer, Self::Auditor];

    pub(crate) fn role(self) -> Option<&'static str> {
        match self {
            Self::Stranger => None,
            Self::Administrator => Some("administrator"),
            Self::Officer => Some("compliance-officer"),
            Self::Auditor => Some("auditor"),
        }
    }
}

impl House {
    pub(crate) fn build() -> Self {
        Self::made(false)
    }

    /// With a session of each tenant that was deleted.
    pub(crate) fn with_certificates() -> Self {
        Self::made(true)
    }

    fn made(with_certificates: bool) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let program = Program::new(env!("CARGO_BIN_EXE_obhut"), &folder.path().join("data"));
        program.json(["tenant", "add", "birke"]);
        let device = program.json(["device", "add", "Birke PC", "--tenant", "birke"]);
        let foreign_token = device[0]["token"].as_str().expect("a token").to_owned();
        let own_token = program.add_device("PC 1");
        for who in Who::ALL {
            if let Some(role) = who.role() {
                program.add_user(role, PASSWORD, &[role], &["default"]);
                program.add_user(&format!("birke-{role}"), PASSWORD, &[role], &["birke"]);
            }
        }
        let gone = with_certificates.then(|| ["default", "birke"].map(|tenant| deleted(&program, tenant)));
        let server = Server::start(&program);
        let own = send(&server, &own_token, "own", SEALED[0], SEALED[1]);
        let foreign = send(
            &server,
            &foreign_token,
            "foreign",
            "what only Birke knows",
            "birke screen",
        );
        let [own_export, foreign_export] = [
            ("compliance-officer", &own),
            ("birke-compliance-officer", &foreign),
        ]
        .map(|(name, session)| {
            let officer = Reviewer::log_in(server.review(), name, PASSWORD).expect("a login");
            let body = json!({ "purpose": "what only an officer asks" });
            let path = format!("/v1/sessions/{session}/exports");
            let asked = officer.post(&path, &body).expect("the server answers");
            assert_eq!(asked.status(), 201, "{asked:?}");
            asked.json()["export"].as_str().expect("an id").to_owned()
        });
        let own_hold = hold(&program, &own, "default", "a matter of ours");
        let foreign_hold = hold(&program, &foreign, "birke", FOREIGN[2]);
        Self {
            program,
            server,
            own,
            foreign,
            own_export,
            foreign_export,
            own_hold,
            foreign_hold,
            gone,
            token: own_token,
            _folder: folder,
        }
    }

    /// What of the first tenant a path may name; its session where it names nothing.
    pub(crate) fn own_id(&self, subject: Option<Subject>) -> &str {
        match subject {
            None | Some(Subject::Session) => &self.own,
            Some(Subject::Hold) => &self.own_hold,
            Some(Subject::Certificate) => self.gone(0),
            Some(Subject::Export) => &self.own_export,
        }
    }

    /// What of the second tenant a path may name.
    pub(crate) fn foreign_id(&self, subject: Subject) -> &str {
        match subject {
            Subject::Session => &self.foreign,
            Subject::Hold => &self.foreign_hold,
            Subject::Certificate => self.gone(1),
            Subject::Export => &self.foreign_export,
        }
    }

    fn gone(&self, n: usize) -> &str {
        &self.gone.as_ref().expect("a house with certificates")[n]
    }

    /// Everything of the second tenant that has an id.
    pub(crate) fn foreign_ids(&self) -> impl Iterator<Item = &str> {
        let gone = self.gone.as_ref().map(|[_, foreign]| foreign);
        [&self.foreign, &self.foreign_hold, &self.foreign_export]
            .into_iter()
            .chain(gone)
            .map(String::as_str)
    }

    /// A login of the first tenant.
    pub(crate) fn login(&self, who: Who) -> Reviewer {
        match who.role() {
            None => Reviewer::stranger(self.server.review()),
            Some(role) => self.login_as(role),
        }
    }

    /// A login by name.
    pub(crate) fn login_as(&self, name: &str) -> Reviewer {
        Reviewer::log_in(self.server.review(), name, PASSWORD)
            .unwrap_or_else(|refused| panic!("{name} can't log in: {refused:?}"))
    }

    /// What sends for the first tenant.
    pub(crate) fn agent(&self) -> Agent {
        self.server.agent(&self.token)
    }

    /// Another session of the first tenant, sealed.
    pub(crate) fn another(&self, key: &str) -> String {
        send(&self.server, &self.token, key, "another matter", "another screen")
    }

    /// The catalog's file.
    pub(crate) fn catalog(&self) -> PathBuf {
        self.program.data().join("catalog.sqlite")
    }
}

/// The frame that has a number, in each session.
pub(crate) fn sent(seq: u64) -> Frame {
    let frames = samples();
    frames[usize::try_from(seq).expect("a small number") % frames.len()].clone()
}

/// Opens a session with one stream.
pub(crate) fn begin(agent: &Agent, key: &str, purpose: &str, stream: &str) -> String {
    let new = NewSession {
        purpose: purpose.to_owned(),
        streams: vec![stream.to_owned()],
        idempotency_key: key.to_owned(),
        kind: "support",
    };
    agent.open(&new).expect("a session is opened")
}

/// Sends frames of these numbers.
pub(crate) fn put(agent: &Agent, session: &str, numbers: Range<u64>) {
    for seq in numbers {
        let place = Place {
            session: session.to_owned(),
            stream: 0,
            seq,
        };
        let answer = agent.put(&place, &sent(seq)).expect("the server answers");
        assert_eq!(answer.status, 201, "{answer:?}");
    }
}

/// Imports a session of a class that keeps nothing, and has it deleted; its id.
fn deleted(program: &Program, tenant: &str) -> String {
    program.json([
        "retention",
        "class",
        "add",
        "gone",
        "--at-once",
        "--tenant",
        tenant,
    ]);
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/timeline-jpg");
    let data = data.to_str().expect("a path in UTF-8");
    let imported = program.json(["import", "--tenant", tenant, "--class", "gone", data]);
    let session = imported[0]["session"].as_str().expect("an id").to_owned();
    let ran = program.json(["retention", "run"]);
    let done = |line: &serde_json::Value| line["session"] == session && line["outcome"] == "deleted";
    assert!(ran.iter().any(done), "{ran:?}");
    session
}

/// Holds a session; the hold's id.
fn hold(program: &Program, session: &str, tenant: &str, reason: &str) -> String {
    program.json(["hold", "place", session, "--reason", reason]);
    let holds = program.json(["hold", "list", "--tenant", tenant]);
    let hold = holds
        .iter()
        .find(|hold| hold["session"] == session)
        .expect("a hold");
    hold["hold"].as_str().expect("an id").to_owned()
}

/// Opens a session, sends [`FRAMES`] frames and seals it; its id.
fn send(server: &Server, token: &str, key: &str, purpose: &str, stream: &str) -> String {
    let agent = server.agent(token);
    let session = begin(&agent, key, purpose, stream);
    put(&agent, &session, 0..FRAMES);
    agent.seal_to_the_end(&session);
    session
}
