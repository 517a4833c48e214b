//! The list of looks.

use std::time::Duration;

use obhut_archive::{AccessFilter, AccessRange, AccessRequest, Action, Login, Reason, SessionRef, User};
use obhut_format::ids::{AccessId, TenantId};

use crate::grants::{all, range};
use crate::house::{House, seq};

/// Two tenants' sessions, looked at by two people in turn.
struct Looked {
    house: House,
    tenants: [TenantId; 2],
    sessions: [SessionRef; 2],
    anna: User,
    first: Login,
    /// Newest first.
    made: Vec<AccessId>,
}

async fn looked() -> Looked {
    let house = House::new().await;
    let second = house.archive.add_tenant("second").await.unwrap().tenant;
    let sessions = [
        house.session(house.tenant, true).await,
        house.session(second, false).await,
    ];
    let tenants = [house.tenant, second];
    let (anna, bert) = (house.user("anna").await, house.user("bert").await);
    let (first, other) = (house.login(&anna, 1).await, house.login(&bert, 2).await);
    let mut made = Vec::new();
    for n in 0..6 {
        house.clock.advance(Duration::from_secs(1));
        let at = sessions[n % 2];
        let holder = if n < 3 { (&anna, &first) } else { (&bert, &other) };
        let grant = house.grant(at, holder, vec![AccessRange::ALL]).await.unwrap();
        house.clock.advance(Duration::from_secs(1));
        let view = house.archive.record_view(&grant, range(0, 1, 9)).await.unwrap();
        made.extend([grant.id(), view.record()]);
    }
    house.clock.advance(Duration::from_secs(1));
    let restore = AccessRequest {
        session: sessions[0],
        range: AccessRange::ALL,
        who: "command line".to_owned(),
        reason: Reason::new("moving house", None).unwrap(),
    };
    made.push(house.archive.record_access(restore).await.unwrap().record());
    made.reverse();
    Looked {
        house,
        tenants,
        sessions,
        anna,
        first,
        made,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn looks_are_listed_over_tenants_newest_first_on_pages_of_any_size() {
    let Looked {
        house, tenants, made, ..
    } = looked().await;
    for limit in [1, 2, 5, 13, 100] {
        let mut filter = AccessFilter { limit, ..all() };
        let mut listed = Vec::new();
        loop {
            let page = house.archive.access_list(&tenants, filter.clone()).await.unwrap();
            assert!(page.entries.len() <= limit as usize);
            listed.extend(page.entries.iter().map(|entry| entry.row.access));
            filter.after = page.next;
            if filter.after.is_none() {
                break;
            }
        }
        assert_eq!(listed, made, "pages of {limit}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn looks_are_filtered_by_what_is_sealed_and_what_is_not() {
    let Looked {
        house,
        tenants,
        sessions,
        anna,
        first,
        ..
    } = looked().await;
    let second = tenants[1];
    let list =
        async |filter: AccessFilter| house.archive.access_list(&tenants, filter).await.unwrap().entries;
    let of_anna = list(AccessFilter {
        who: Some("ANN".to_owned()),
        ..all()
    })
    .await;
    assert_eq!(of_anna.len(), 6);
    assert!(of_anna.iter().all(|entry| {
        let detail = entry.detail.as_ref().unwrap();
        (
            detail.who.as_str(),
            detail.purpose.as_str(),
            detail.case.as_deref(),
        ) == ("anna", "a complaint", Some("4711"))
            && detail.user == Some(anna.user)
            && detail.login == Some(first.login)
            && !entry.damaged
    }));
    let views = list(AccessFilter {
        action: Some(Action::View),
        ..all()
    })
    .await;
    assert_eq!(views.len(), 6);
    assert!(
        views
            .iter()
            .all(|entry| entry.row.grant.is_some() && entry.row.first == Some(seq(1)))
    );
    let of_session = list(AccessFilter {
        session: Some(sessions[1].session),
        ..all()
    })
    .await;
    assert_eq!(of_session.len(), 6);
    let both = AccessFilter {
        session: Some(sessions[1].session),
        action: Some(Action::Open),
        ..all()
    };
    assert_eq!(list(both).await.len(), 3);
    let restores = list(AccessFilter {
        action: Some(Action::Restore),
        ..all()
    })
    .await;
    assert_eq!(restores[0].detail.as_ref().unwrap().who, "command line");
    let (from, until) = (of_session[3].row.at, of_session[1].row.at);
    let between = AccessFilter {
        session: Some(sessions[1].session),
        from: Some(from),
        until: Some(until),
        ..all()
    };
    assert_eq!(list(between).await, of_session[2..=3]);
    let only_second = house.archive.access_list(&[second], all()).await.unwrap().entries;
    assert_eq!(only_second, of_session);
}
