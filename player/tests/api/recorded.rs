//! Sessions for the lists: opened, sealed, held, opened with a purpose.

use std::sync::Arc;
use std::time::Duration;

use obhut_archive::objects::Disposal;
use obhut_archive::{
    AccessRange, ClaimLimits, Clock, Judge, NewSession, NewStream, OpenGrant, Purge, Reason, ReviewGrant,
    SealOutcome, SealRequest, SessionRef,
};
use obhut_format::chain::{SealHow, SessionKind, StreamKind};
use obhut_format::ids::{StreamNo, TenantId};
use obhut_format::time::SignedMicros;
use obhut_player::login::LoginToken;

use crate::house::House;

/// Opens a session on a device of this name, a minute after the one before.
pub(crate) async fn session(house: &House, tenant: TenantId, device: &str, kind: SessionKind) -> SessionRef {
    house.clock.advance(Duration::from_mins(1));
    opened_at_once(house, tenant, device, kind).await
}

/// Opens a session at this very moment.
pub(crate) async fn opened_at_once(
    house: &House,
    tenant: TenantId,
    device: &str,
    kind: SessionKind,
) -> SessionRef {
    let device = house.archive.import_device(tenant, device).await.unwrap();
    let new = NewSession {
        tenant,
        device: device.device,
        kind,
        started_at: house.clock.now(),
        class: None,
        streams: vec![NewStream {
            n: StreamNo::new(0).unwrap(),
            kind: StreamKind::Timeline,
            name: Some("left".to_owned()),
        }],
        consent: None,
        description: serde_json::from_value(serde_json::json!({ "purpose": "a look over the shoulder" }))
            .unwrap(),
        request_key: None,
    };
    let opened = house.archive.open_session(new).await.unwrap();
    SessionRef {
        tenant,
        session: opened.session,
    }
}

/// Seals a session.
pub(crate) async fn seal(house: &House, at: SessionRef) {
    let request = || SealRequest {
        how: SealHow::Sealed,
        trusted_end: None,
        said: serde_json::Map::new(),
        declared: Vec::new(),
    };
    house.archive.seal(at, request(), Duration::ZERO).await.unwrap();
    while let Some(claim) = house.archive.claim(&ClaimLimits::default()) {
        house.archive.pack(claim).await.unwrap();
    }
    assert!(house.archive.finish_seals().await.is_empty());
    let sealed = house.archive.seal(at, request(), Duration::ZERO).await.unwrap();
    assert!(matches!(sealed, SealOutcome::Sealed(_)));
}

/// A sealed session of the first tenant, with frames.
pub(crate) async fn sealed(house: &House) -> SessionRef {
    let at = session(house, house.tenant, "PC 1", SessionKind::Support).await;
    house.put(at, 1..=3).await;
    seal(house, at).await;
    at
}

/// Begins a session's deletion: it takes and shows nothing any more.
pub(crate) async fn begin_deletion(house: &House, at: SessionRef) -> Vec<Purge> {
    let turn = house.archive.purge_turn().unwrap();
    let judge: Judge = Arc::new(|_, _| Some("at-once".to_owned()));
    let begun = turn.intend(vec![at], judge).await.unwrap();
    assert_eq!(begun.len(), 1);
    begun
}

/// Deletes a session to its end.
pub(crate) async fn delete(house: &House, at: SessionRef) {
    let begun = begin_deletion(house, at).await;
    let proof = Disposal::by_plan();
    let turn = house.archive.purge_turn().unwrap();
    let (mut erased, read) = turn.erase(begun, &proof).await.unwrap();
    assert!(read.is_empty(), "somebody reads it");
    for purge in &mut erased {
        turn.remove(purge, &proof).await.unwrap();
    }
    let gone = turn.forget(erased, &proof).await.unwrap();
    turn.certify(gone, &proof).await.unwrap();
}

/// Opens a session for an hour in the name of whoever's cookie it is.
pub(crate) async fn grant(house: &House, cookie: &str, at: SessionRef, purpose: &str) -> ReviewGrant {
    let mut headers = axum::http::HeaderMap::new();
    headers.insert("cookie", cookie.parse().unwrap());
    let token = LoginToken::of_request(&headers).unwrap();
    let idle = Duration::from_hours(1);
    let (login, user) = house.archive.login(token.hash(), idle).await.unwrap().unwrap();
    let new = OpenGrant {
        session: at,
        login: login.login,
        user: user.user,
        who: user.name,
        reason: Reason::new(purpose, Some("R-7")).unwrap(),
        ranges: vec![AccessRange::ALL],
        until: house
            .clock
            .now()
            .checked_add(SignedMicros::from_secs(3_600))
            .unwrap(),
    };
    house.archive.open_grant(new).await.unwrap()
}
