//! Who looked is forgotten a month at a time: the key goes, the records go, the ledger stays and says so.

use std::time::Duration;

use obhut_archive::objects::Disposal;
use obhut_archive::{
    AccessFilter, AccessPage, AccessRange, AccessRequest, Actor, DetailMonth, NewHold, NewRelease, Reason,
    SessionRef,
};
use obhut_format::time::{SignedMicros, UtcMicros};
use rusqlite::Connection;

use crate::house::House;

const DAY: Duration = Duration::from_hours(24);

/// Retention's own rule is tested where it stands; here a month goes when its days are over and nothing is held.
fn due(month: &DetailMonth, now: UtcMicros) -> bool {
    let until = month
        .ends_at
        .checked_add(SignedMicros::from_days(month.kept_days));
    until.is_some_and(|until| until <= now) && month.holds == 0
}

impl House {
    async fn look(&self, at: SessionRef) {
        let restore = AccessRequest {
            session: at,
            range: AccessRange::ALL,
            who: "somebody".to_owned(),
            reason: Reason::new("a complaint", None).unwrap(),
        };
        self.archive.record_access(restore).await.unwrap();
    }

    async fn looks(&self) -> AccessPage {
        let filter = AccessFilter {
            limit: 100,
            ..AccessFilter::default()
        };
        self.archive.access_list(&[self.tenant], filter).await.unwrap()
    }

    fn wrapped(&self, month: &str) -> Vec<u8> {
        let catalog = Connection::open(self.folder.path().join("catalog.sqlite")).unwrap();
        let sql = "SELECT wrapped FROM detail_keys WHERE period = ?1";
        catalog.query_row(sql, [month], |row| row.get(0)).unwrap()
    }

    fn set_wrapped(&self, month: &str, wrapped: &[u8]) {
        let catalog = Connection::open(self.folder.path().join("catalog.sqlite")).unwrap();
        let sql = "UPDATE detail_keys SET wrapped = ?2 WHERE period = ?1";
        assert_eq!(catalog.execute(sql, (month, wrapped)).unwrap(), 1);
    }

    /// Whether a piece of these bytes, 16 long, stands in any file of the data folder.
    fn holds_a_piece_of(&self, bytes: &[u8]) -> bool {
        let files = std::fs::read_dir(self.folder.path()).unwrap();
        let files = files
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.is_file());
        let mut contents = files.map(|path| std::fs::read(path).unwrap());
        contents.any(|content| {
            let mut pieces = bytes.windows(16);
            pieces.any(|piece| content.windows(16).any(|window| window == piece))
        })
    }

    async fn finds_the_key_of(&self, month: &str) {
        let found = self.findings().await;
        let mut places = found.iter().filter_map(|one| one.object.as_deref());
        assert!(places.any(|place| place.contains(month)), "{found:?}");
    }

    async fn expire(&self, month: &str) -> bool {
        let proof = Disposal::by_plan();
        let turn = self.archive.purge_turn().unwrap();
        let gone = turn.expire_month(self.tenant, month, due, &proof).await.unwrap();
        turn.finish_months(self.tenant, &proof).await.unwrap();
        gone
    }
}

fn hold(at: SessionRef) -> NewHold {
    NewHold {
        session: at,
        reason: "a claim".to_owned(),
        owner: None,
        review_on: None,
        by: Actor::command_line(),
    }
}

fn release() -> NewRelease {
    NewRelease {
        reason: None,
        by: Actor::command_line(),
    }
}

#[tokio::test]
async fn who_looked_in_a_month_goes_with_its_key_and_the_ledger_says_so() {
    let house = House::new().await;
    let at = house.session(house.tenant, true).await;
    house.put(at, 0, 1, b"a picture").await;
    house.seal(at).await;
    house.look(at).await;
    house.archive.place_hold(hold(at)).await.unwrap();
    let released = house.archive.release_holds(at, None, release()).await;
    assert_eq!(released.unwrap().len(), 1);
    house.clock.advance(30 * DAY);
    house.look(at).await;
    house.archive.place_hold(hold(at)).await.unwrap();
    let november = house.wrapped("2026-11");
    assert!(house.holds_a_piece_of(&november));

    // The last day of the four years after November's end.
    house.clock.advance(1_459 * DAY);
    assert!(!house.expire("2026-11").await, "not a day too soon");
    assert_eq!(house.looks().await.entries.len(), 2);
    house.clock.advance(2 * DAY);
    assert!(house.expire("2026-11").await);

    assert!(!house.holds_a_piece_of(&november));
    let looks = house.looks().await.entries;
    assert_eq!(looks.len(), 1, "December's");
    assert!(looks[0].detail.is_some() && !looks[0].damaged);
    assert_eq!(house.findings().await, []);
    assert!(!house.expire("2026-11").await, "there is nothing left to destroy");

    // December has the reason of a hold that is in force.
    house.clock.advance(40 * DAY);
    let months = house.archive.detail_months(house.tenant).await.unwrap();
    let december = months.iter().find(|month| month.month == "2026-12").unwrap();
    assert_eq!(december.holds, 1);
    assert!(!house.expire("2026-12").await);
    let released = house.archive.release_holds(at, None, release()).await;
    assert_eq!(released.unwrap().len(), 1);
    assert!(house.expire("2026-12").await);
    assert_eq!(house.looks().await.entries, []);
    assert_eq!(house.findings().await, []);

    let house = house.restart().await;
    assert_eq!(house.looks().await.entries, []);
    // Keys are wrapped anew as if the others had never been.
    house.archive.rotate_kek(house.tenant).await.unwrap();
    assert_eq!(house.findings().await, []);
}

#[tokio::test]
async fn a_key_destroyed_by_hand_and_one_put_back_are_found() {
    let house = House::new().await;
    let at = house.session(house.tenant, true).await;
    house.seal(at).await;
    house.look(at).await;
    let november = house.wrapped("2026-11");
    house.clock.advance(1_500 * DAY);
    assert!(house.expire("2026-11").await);
    house.look(at).await;
    assert_eq!(house.findings().await, []);

    house.set_wrapped("2026-11", &november);
    house.finds_the_key_of("2026-11").await;
    house.set_wrapped("2026-11", &[0; 76]);
    assert_eq!(house.findings().await, []);
    house.set_wrapped("2030-12", &[0; 76]);
    house.finds_the_key_of("2030-12").await;
}
