//! Users, their logins, and attempts that fail.

use std::net::IpAddr;
use std::time::Duration;

use obhut_archive::{
    AdminError, Archive, Assignment, Attempt, LockPolicy, LoginAttempt, NewLogin, NewUser, OwnPassword,
    PasswordChange, PasswordHash, Role,
};
use obhut_format::ids::{TenantId, UserId};

use crate::house::{HOUR, House, password};

const IDLE: Duration = Duration::from_mins(30);

#[tokio::test(flavor = "multi_thread")]
async fn a_user_is_found_by_name_whatever_its_case_and_added_once() {
    let house = House::new().await;
    let archive = &house.archive;
    assert!(!archive.has_users().await.unwrap());
    let anna = house.user(" Änna@firma.example ").await;
    assert_eq!(anna.name, "änna@firma.example");
    let (found, hash) = archive.user_by_name("ÄNNA@firma.example").await.unwrap().unwrap();
    assert_eq!((&found, hash), (&anna, password("a")));
    assert_eq!(archive.users().await.unwrap(), std::slice::from_ref(&anna));
    assert_eq!(archive.user_by_name("anna").await.unwrap(), None);

    let again = NewUser {
        name: "änna@FIRMA.example".to_owned(),
        password: password("b"),
        must_change: false,
        assignments: Vec::new(),
    };
    let refused = archive.add_user(again.clone()).await;
    assert!(
        matches!(refused, Err(AdminError::Exists { what: "user", .. })),
        "{refused:?}"
    );
    assert_eq!(archive.add_first_user(again).await.unwrap(), None);
    for bad in ["", " ", "a b", "a/b", "\u{430}nna", "\u{3164}", &"x".repeat(101)] {
        let new = NewUser {
            name: bad.to_owned(),
            password: password("b"),
            must_change: false,
            assignments: Vec::new(),
        };
        let refused = archive.add_user(new).await;
        assert!(
            matches!(refused, Err(AdminError::BadUserName { .. })),
            "{bad:?}: {refused:?}"
        );
    }
    assert_eq!(PasswordHash::new("$argon2i$v=19$x"), None);
    assert_eq!(format!("{:?}", password("secret")), "PasswordHash(..)");
}

/// The only user's.
async fn assignments(house: &House) -> Vec<Assignment> {
    let mut users = house.archive.users().await.unwrap();
    let user = users.pop().unwrap();
    assert_eq!(users, []);
    user.assignments
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_are_held_once_for_a_tenant_or_for_all() {
    let house = House::new().await;
    let user = house.user("anna").await;
    let everywhere = |role| Assignment { role, tenant: None };
    let here = Assignment {
        role: Role::Auditor,
        tenant: Some(house.tenant),
    };
    let wanted = vec![
        everywhere(Role::Auditor),
        here,
        everywhere(Role::Auditor),
        here,
        everywhere(Role::Administrator),
    ];
    house.archive.set_assignments(user.user, wanted).await.unwrap();
    let mut held = assignments(&house).await;
    held.sort_unstable();
    assert_eq!(
        held,
        [everywhere(Role::Administrator), everywhere(Role::Auditor), here]
    );
    let nowhere = Assignment {
        role: Role::Auditor,
        tenant: Some(TenantId::from_bytes([9; 16])),
    };
    let refused = house.archive.set_assignments(user.user, vec![nowhere]).await;
    assert!(
        matches!(refused, Err(AdminError::Unknown { what: "tenant", .. })),
        "{refused:?}"
    );
    let kept = assignments(&house).await;
    assert_eq!(kept.len(), 3, "a refused change changes nothing");
    let stranger = UserId::from_bytes([9; 16]);
    let refused = house.archive.set_assignments(stranger, Vec::new()).await;
    assert!(
        matches!(refused, Err(AdminError::Unknown { what: "user", .. })),
        "{refused:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_ends_by_silence_by_age_by_its_user_and_with_its_user() {
    let house = House::new().await;
    let archive = &house.archive;
    let user = house.user("anna").await;
    let login = house.login(&user, 1).await;
    let (found, whose) = archive.login([1; 32], IDLE).await.unwrap().unwrap();
    assert_eq!((found, whose), (login, user.clone()));
    assert_eq!(archive.login([2; 32], IDLE).await.unwrap(), None);

    // Silence, and being heard.
    house.clock.advance(IDLE);
    assert!(archive.login([1; 32], IDLE).await.unwrap().is_some());
    archive.touch_login(login.login).await.unwrap();
    house.clock.advance(IDLE);
    assert!(archive.login([1; 32], IDLE).await.unwrap().is_some());
    house.clock.advance(Duration::from_secs(1));
    assert!(archive.login([1; 32], IDLE).await.unwrap().is_none());
    assert_eq!(archive.sweep_logins(IDLE, HOUR).await.unwrap(), 1);

    // Age.
    let login = house.login(&user, 2).await;
    for _ in 0..24 {
        assert!(archive.login([2; 32], IDLE).await.unwrap().is_some());
        house.clock.advance(IDLE);
        archive.touch_login(login.login).await.unwrap();
    }
    assert!(archive.login([2; 32], IDLE).await.unwrap().is_none());

    // Its user, once.
    let login = house.login(&user, 3).await;
    assert!(archive.end_login(login.login).await.unwrap());
    assert!(!archive.end_login(login.login).await.unwrap());
    assert!(archive.login([3; 32], IDLE).await.unwrap().is_none());

    // Another password ends every login but the one it was changed with.
    let (kept, _) = (house.login(&user, 4).await, house.login(&user, 5).await);
    let own = OwnPassword {
        user: user.user,
        login: kept.login,
        token_hash: [7; 32],
        proved: password("a"),
        password: password("b"),
    };
    assert_eq!(
        archive.change_password(own).await.unwrap(),
        PasswordChange::Changed
    );
    let (found, now) = archive.login([7; 32], IDLE).await.unwrap().unwrap();
    assert_eq!((found, now.must_change), (kept, false));
    assert!(now.password_at > user.password_at);
    assert!(
        archive.login([4; 32], IDLE).await.unwrap().is_none(),
        "its token is another"
    );
    assert!(archive.login([5; 32], IDLE).await.unwrap().is_none());
    assert_eq!(
        archive.user_by_name("anna").await.unwrap().unwrap().1,
        password("b")
    );

    // A disabled user has no login and gets none.
    archive.disable_user(user.user).await.unwrap();
    assert!(archive.login([7; 32], IDLE).await.unwrap().is_none());
    let new = NewLogin {
        user: user.user,
        proved: password("b"),
        token_hash: [6; 32],
        lasts: HOUR,
    };
    assert_eq!(archive.start_login(new.clone()).await.unwrap(), None);
    archive.enable_user(user.user).await.unwrap();
    assert!(
        archive.login([7; 32], IDLE).await.unwrap().is_none(),
        "it does not come back"
    );
    assert!(archive.start_login(new).await.unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_overtakes_whoever_proved_the_password_before_it() {
    let house = House::new().await;
    let archive = &house.archive;
    let user = house.user("anna").await;
    let login = house.login(&user, 1).await;
    let own = OwnPassword {
        user: user.user,
        login: login.login,
        token_hash: [2; 32],
        proved: password("a"),
        password: password("mine"),
    };
    let new = NewLogin {
        user: user.user,
        proved: password("a"),
        token_hash: [3; 32],
        lasts: HOUR,
    };
    archive
        .set_password(user.user, password("reset"), true)
        .await
        .unwrap();
    // The reset has ended the login; and with another login, the proof is of another password.
    assert_eq!(
        archive.change_password(own.clone()).await.unwrap(),
        PasswordChange::LoginEnded
    );
    let after = NewLogin {
        proved: password("reset"),
        token_hash: [4; 32],
        ..new.clone()
    };
    let after = archive.start_login(after).await.unwrap().unwrap();
    let own = OwnPassword {
        login: after.login,
        ..own
    };
    assert_eq!(
        archive.change_password(own).await.unwrap(),
        PasswordChange::Overtaken
    );
    assert_eq!(archive.start_login(new).await.unwrap(), None);
    let (found, hash) = archive.user_by_name("anna").await.unwrap().unwrap();
    assert_eq!((found.must_change, hash), (true, password("reset")));
    assert!(archive.login([4; 32], IDLE).await.unwrap().is_some());
}

/// Locked for a minute from the third attempt on; for all places from the tenth of a day.
const LOCKS: LockPolicy = LockPolicy {
    place: |failures| (failures >= 3).then_some(Duration::from_mins(1)),
    day: |failures| (failures >= 10).then_some(HOUR),
};

fn from(network: u8, name: &str) -> Attempt {
    Attempt::LogIn {
        name: name.to_owned(),
        from: Some(IpAddr::from([192, 0, 2, network])),
    }
}

/// How many of so many attempts are looked at before the lock.
async fn looked_at(archive: &Archive, attempt: &Attempt) -> usize {
    let mut counted = 0;
    while let LoginAttempt::Counted(_) = archive.login_attempt(attempt, LOCKS).await.unwrap() {
        counted += 1;
        assert!(counted < 100, "it is never locked");
    }
    counted
}

#[tokio::test(flavor = "multi_thread")]
async fn attempts_are_counted_before_they_are_looked_at_and_survive_a_restart() {
    let house = House::new().await;
    // Twenty at the same time: three get through.
    let attempts = (0..20).map(|n| {
        let archive = house.archive.clone();
        let attempt = from(1, if n % 2 == 0 { "Nobody" } else { " nobody " });
        async move { archive.login_attempt(&attempt, LOCKS).await.unwrap() }
    });
    let outcomes = futures_util::future::join_all(attempts).await;
    let counted = |outcome: &&LoginAttempt| matches!(outcome, LoginAttempt::Counted(_));
    assert_eq!(outcomes.iter().filter(counted).count(), 3);

    let house = house.restart().await;
    let archive = &house.archive;
    let until = house.after(Duration::from_mins(1));
    let nobody = from(1, "nobody");
    let locked = archive.login_attempt(&nobody, LOCKS).await.unwrap();
    assert_eq!(locked, LoginAttempt::Locked { until });
    let other = from(1, "somebody");
    assert_eq!(looked_at(archive, &other).await, 3, "each name by itself");
    let elsewhere = Attempt::LogIn {
        name: "nobody".to_owned(),
        from: None,
    };
    assert_eq!(looked_at(archive, &elsewhere).await, 3, "each place by itself");

    // One more each time, until one succeeds.
    house.clock.advance(Duration::from_mins(1));
    assert_eq!(looked_at(archive, &nobody).await, 1);
    house.clock.advance(Duration::from_mins(1));
    let LoginAttempt::Counted(right) = archive.login_attempt(&nobody, LOCKS).await.unwrap() else {
        panic!("the lock is over")
    };
    archive.attempt_succeeded(right).await.unwrap();
    assert_eq!(looked_at(archive, &nobody).await, 3);
    house.clock.advance(2 * HOUR);
    archive.sweep_logins(IDLE, HOUR).await.unwrap();
    assert_eq!(looked_at(archive, &other).await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_attempts_of_a_day_are_counted_over_all_places() {
    let house = House::new().await;
    let archive = &house.archive;
    let user = house.user("anna").await;
    for network in 1..=3 {
        assert_eq!(looked_at(archive, &from(network, "anna")).await, 3);
    }
    // The tenth succeeds, and is not one of them.
    let tenth = archive.login_attempt(&from(4, "anna"), LOCKS).await.unwrap();
    let LoginAttempt::Counted(right) = tenth else {
        panic!("nine are free")
    };
    archive.attempt_succeeded(right).await.unwrap();
    assert_eq!(looked_at(archive, &from(5, "anna")).await, 1);
    assert_eq!(looked_at(archive, &from(6, "anna")).await, 0);
    assert_eq!(looked_at(archive, &from(6, "bert")).await, 3);
    let own = Attempt::OwnPassword(user.user);
    assert_eq!(looked_at(archive, &own).await, 3, "under a lock of its own");
    archive.clear_login_failures(&user).await.unwrap();
    assert_eq!(looked_at(archive, &from(1, "anna")).await, 3);
    assert_eq!(looked_at(archive, &own).await, 3);
    assert_eq!(
        looked_at(archive, &from(6, "bert")).await,
        0,
        "nobody else's is lifted"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_catalog_holds_no_name_that_was_only_tried() {
    let house = House::new().await;
    house
        .archive
        .login_attempt(&from(1, "my-secret-password"), LOCKS)
        .await
        .unwrap();
    house.archive.close().await;
    let plain = <sha2::Sha256 as sha2::Digest>::digest(b"my-secret-password");
    let bytes = std::fs::read(house.folder.path().join("catalog.sqlite")).unwrap();
    let has = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
    assert!(!has(b"my-secret-password"), "the name itself");
    assert!(!has(&plain), "a hash that can be guessed at");
}
