//! A served archive with two tenants, a session of each, and users of every role.

use std::ops::Range;
use std::path::PathBuf;

use obhut_testkit::{Agent, Frame, NewSession, Place, Program, Reviewer, Server, samples};
use serde_json::json;

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
    pub(crate) own_export: String,
    pub(crate) foreign_export: String,
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
        Self {
            program,
            server,
            own,
            foreign,
            own_export,
            foreign_export,
            token: own_token,
            _folder: folder,
        }
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

/// Opens a session, sends [`FRAMES`] frames and seals it; its id.
fn send(server: &Server, token: &str, key: &str, purpose: &str, stream: &str) -> String {
    let agent = server.agent(token);
    let session = begin(&agent, key, purpose, stream);
    put(&agent, &session, 0..FRAMES);
    agent.seal_to_the_end(&session);
    session
}
