//! A served archive, and two officers at its review page.

use std::fs;
use std::path::PathBuf;

use obhut_testkit::{Reviewed, Reviewer, Server};
use serde_json::{Value, json};

use crate::house::House;

const PASSWORD: &str = "a password of some length";

/// Where the officers are.
pub(crate) struct Office {
    pub(crate) house: House,
    pub(crate) server: Server,
    pub(crate) anna: Reviewer,
    pub(crate) bruno: Reviewer,
}

impl Office {
    /// Serves the house's archive.
    pub(crate) fn open(house: House) -> Self {
        for name in ["anna", "bruno"] {
            house
                .program
                .add_user(name, PASSWORD, &["compliance-officer"], &["default"]);
        }
        let server = Server::start(&house.program);
        let [anna, bruno] =
            ["anna", "bruno"].map(|name| Reviewer::log_in(server.review(), name, PASSWORD).expect("a login"));
        Self {
            house,
            server,
            anna,
            bruno,
        }
    }

    /// Wants an approval for exports.
    pub(crate) fn want_approvals(&self) {
        let policy = self
            .house
            .program
            .json(["tenant", "policy", "default", "--export-approvals", "1"]);
        assert_eq!(policy[0]["export_approvals"], 1);
    }

    pub(crate) fn entry(&self, export: &str) -> Value {
        let answer = self
            .anna
            .get(&format!("/v1/exports/{export}"))
            .expect("an answer");
        assert_eq!(answer.status(), 200, "{answer:?}");
        answer.json()
    }

    /// Takes a bundle; where it is.
    pub(crate) fn taken(&self, who: &Reviewer, export: &str, name: &str) -> PathBuf {
        let answer = taking(who, export);
        assert_eq!(answer.status(), 200, "{answer:?}");
        assert_eq!(answer.header["content-type"], "application/zip");
        assert_eq!(answer.header["cache-control"], "no-store");
        let place = self.house.place(name);
        fs::write(&place, &answer.answer.body).expect("written");
        place
    }
}

/// Asks for an export.
pub(crate) fn asking(who: &Reviewer, session: &str) -> Reviewed {
    let body = json!({ "purpose": "a dispute", "case": "7 O 12/26" });
    let path = format!("/v1/sessions/{session}/exports");
    who.post(&path, &body).expect("an answer")
}

/// The same, granted; its id.
pub(crate) fn asked(who: &Reviewer, session: &str) -> String {
    let answer = asking(who, session);
    assert_eq!(answer.status(), 201, "{answer:?}");
    answer.json()["export"].as_str().expect("an id").to_owned()
}

/// Decides about one.
pub(crate) fn decided(who: &Reviewer, export: &str, approve: bool) -> Reviewed {
    let body = json!({ "approve": approve, "reason": "as the court wants it" });
    let path = format!("/v1/exports/{export}/decision");
    who.post(&path, &body).expect("an answer")
}

/// Takes a bundle.
pub(crate) fn taking(who: &Reviewer, export: &str) -> Reviewed {
    let path = format!("/v1/exports/{export}/bundle");
    who.get(&path).expect("a whole answer")
}

/// Whether something was refused with this problem.
pub(crate) fn expect_refused(answer: &Reviewed, status: u16, problem: &str) {
    let said = (answer.status(), answer.problem.as_deref());
    assert_eq!(said, (status, Some(problem)), "{answer:?}");
}
