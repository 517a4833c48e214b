//! Exports outlive the month in which they were asked for: who and why are forgotten, that they were is not, and `verify` knows
//! the one from damage.

use std::time::Duration;

use obhut_archive::objects::Disposal;
use obhut_archive::{
    ByLogin, ExportApprovals, ExportEntry, ExportFilter, ExportRef, ExportRefused, ExportState, Login,
    NewDecision, NewExport, Reason, SessionRef, User,
};

use crate::house::House;

const DAY: Duration = Duration::from_hours(24);

fn by(user: &User, login: &Login) -> ByLogin {
    ByLogin {
        login: login.login,
        user: user.user,
        who: user.name.clone(),
    }
}

impl House {
    async fn ask(&self, session: SessionRef, by: &ByLogin) -> ExportEntry {
        let new = NewExport {
            session,
            by: by.clone(),
            reason: Reason::new("a dispute", None).unwrap(),
            damaged: false,
        };
        self.archive.ask_export(new).await.unwrap()
    }

    async fn decide(&self, asked: &ExportEntry, by: &ByLogin) -> Result<ExportEntry, ExportRefused> {
        let new = NewDecision {
            of: ExportRef {
                tenant: asked.session.tenant,
                export: asked.export,
            },
            by: by.clone(),
            approve: true,
            reason: None,
        };
        self.archive.decide_export(new).await
    }

    async fn exports(&self) -> Vec<ExportEntry> {
        let filter = ExportFilter {
            limit: 10,
            ..ExportFilter::default()
        };
        self.archive
            .exports(&[self.tenant], filter)
            .await
            .unwrap()
            .entries
    }

    fn edit(&self, sql: &str) {
        let catalog = rusqlite::Connection::open(self.folder.path().join("catalog.sqlite")).unwrap();
        assert_eq!(catalog.execute(sql, []).unwrap(), 1);
    }
}

#[tokio::test]
async fn a_forgotten_month_leaves_its_exports_without_words() {
    let house = House::new().await;
    let at = house.session(house.tenant, true).await;
    house.seal(at).await;
    let (anna, otto) = (house.user("anna").await, house.user("otto").await);
    let anna = by(&anna, &house.login(&anna, 1).await);
    let otto = by(&otto, &house.login(&otto, 2).await);
    house.ask(at, &anna).await;
    let policy = house
        .archive
        .set_export_approvals(house.tenant, ExportApprovals::One);
    policy.await.unwrap();
    let approved = house.ask(at, &anna).await;
    let entry = house.decide(&approved, &otto).await.unwrap();
    assert_eq!(entry.state, ExportState::Approved);
    house.ask(at, &anna).await;
    assert_eq!(house.findings().await, []);
    let own = house.ask(at, &otto).await;
    assert!(matches!(
        house.decide(&own, &otto).await,
        Err(ExportRefused::OwnRequest(_))
    ));

    house.clock.advance(40 * DAY);
    let proof = Disposal::by_plan();
    let turn = house.archive.purge_turn().unwrap();
    let gone = turn.expire_month(house.tenant, "2026-11", |_, _| true, &proof);
    assert!(gone.await.unwrap());
    drop(turn);
    let listed = house.exports().await;
    assert_eq!(listed.len(), 4);
    for entry in &listed {
        assert_eq!((&entry.texts, entry.state), (&None, ExportState::Expired));
    }
    assert_eq!(house.findings().await, []);
    // Rows are compared with the lines all the same.
    let last = "WHERE export_id = (SELECT max(export_id) FROM exports)";
    house.edit(&format!(
        "UPDATE exports SET asked_at_us = asked_at_us + 1 {last}"
    ));
    let found = house.findings().await;
    assert!(
        !found.is_empty() && found.iter().all(|one| one.kind.as_str() == "export"),
        "{found:?}"
    );
}
