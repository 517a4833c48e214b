//! On a full disk people still come in, and above all go out.

use std::sync::Arc;
use std::time::Duration;

use obhut_format::time::UtcMicros;

use super::*;
use crate::catalog::CatalogError;
use crate::catalog::tests::full_disk;
use crate::{AdminError, Archive, ArchiveOptions, SetClock};

const NEVER: LockPolicy = LockPolicy {
    place: |_| None,
    day: |_| None,
};

struct House {
    archive: Archive,
    folder: tempfile::TempDir,
    user: User,
    login: Login,
}

fn hash(text: &str) -> PasswordHash {
    PasswordHash::new(format!("$argon2id${text}")).expect("argon2id")
}

impl House {
    /// With a user who is logged in, on a disk that holds no page more than it does.
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut options = ArchiveOptions::embedded(&folder.path().join("data"));
        options.intake.reserve_bytes = 64 << 10;
        let now = UtcMicros::parse("2026-11-02T12:00:00Z").expect("an instant");
        let clock = Arc::new(SetClock::at(now));
        let (archive, _) = Archive::open(options, clock.clone()).await.expect("an archive");
        let new = NewUser {
            name: "anna".to_owned(),
            password: hash("a"),
            must_change: false,
            assignments: Vec::new(),
        };
        let user = archive.add_user(new).await.expect("a user");
        let login = archive.start_login(new_login(&user, 1)).await;
        let login = login.expect("looked").expect("a login");
        clock.advance(Duration::from_mins(1));
        archive.catalog().write(full_disk::fill).await.expect("filled");
        Self {
            archive,
            folder,
            user,
            login,
        }
    }

    fn reserve(&self) -> bool {
        let file = self.folder.path().join("data/intake/reserve");
        file.metadata().expect("the reserve's file").len() > 0
    }
}

fn new_login(user: &User, token: u8) -> NewLogin {
    NewLogin {
        user: user.user,
        proved: hash("a"),
        token_hash: [token; 32],
        lasts: Duration::from_hours(1),
    }
}

#[tokio::test]
async fn who_may_come_in_is_written_with_the_reserve() {
    type Write = for<'a> fn(&'a House) -> futures_util::future::BoxFuture<'a, Result<(), AdminError>>;
    let writes: [(&str, Write); 8] = [
        ("start a login", |house| {
            Box::pin(async {
                house
                    .archive
                    .start_login(new_login(&house.user, 2))
                    .await
                    .map(drop)
            })
        }),
        ("end a login", |house| {
            Box::pin(async { house.archive.end_login(house.login.login).await.map(drop) })
        }),
        ("disable", |house| {
            Box::pin(house.archive.disable_user(house.user.user))
        }),
        ("enable", |house| {
            Box::pin(house.archive.enable_user(house.user.user))
        }),
        ("reset", |house| {
            Box::pin(house.archive.set_password(house.user.user, hash("b"), true))
        }),
        ("change", |house| {
            Box::pin(async {
                let own = OwnPassword {
                    user: house.user.user,
                    login: house.login.login,
                    token_hash: [3; 32],
                    proved: hash("a"),
                    password: hash("b"),
                };
                house.archive.change_password(own).await.map(drop)
            })
        }),
        ("attempt", |house| {
            Box::pin(async {
                let attempt = Attempt::OwnPassword(house.user.user);
                house.archive.login_attempt(&attempt, NEVER).await.map(drop)
            })
        }),
        ("touch", |house| {
            Box::pin(async { house.archive.touch_login(house.login.login).await })
        }),
    ];
    for (what, write) in writes {
        let house = House::new().await;
        assert!(house.reserve(), "{what}");
        let full = write(&house).await;
        // This disk stays as full as it is; another has the reserve's room now.
        assert!(
            matches!(full, Err(AdminError::Catalog(CatalogError::Full))),
            "{what}: {full:?}"
        );
        assert!(!house.reserve(), "{what} does not take the reserve");
    }
}
