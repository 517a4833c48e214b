//! A store that answers 503, cuts its answers, or loses them.

use bytes::Bytes;
use obhut_archive::objects::{ObjectError, Objects};

use crate::moto::Moto;
use crate::proxy::{Proxy, Spoil};
use crate::s3;

async fn behind(moto: &Moto, spoil: Spoil) -> (Proxy, Objects) {
    let proxy = Proxy::start(moto.port(), spoil, 0).await;
    let objects = s3(&proxy.endpoint(), "archive", "");
    objects
        .put("kept", [Bytes::from(vec![7; 100_000])])
        .await
        .expect("put");
    (proxy, objects)
}

#[tokio::test]
async fn a_503_is_repeated_and_then_said() {
    let Some(moto) = Moto::start() else { return };
    let (proxy, objects) = behind(&moto, Spoil::Unavailable).await;
    proxy.spoil_next(1);
    assert_eq!(objects.get("kept").await.expect("the second try").len(), 100_000);
    proxy.spoil_next(1);
    objects
        .put("new", [Bytes::from_static(b"new")])
        .await
        .expect("the second try");
    proxy.spoil_next(100);
    for error in [
        objects.get("kept").await.expect_err("503"),
        objects.head("kept").await.expect_err("503"),
        objects
            .put("newer", [Bytes::from_static(b"new")])
            .await
            .expect_err("503"),
        objects.probe().await.expect_err("503"),
    ] {
        assert!(matches!(error, ObjectError::Unavailable { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn a_store_that_is_not_there_is_unavailable() {
    let objects = s3("http://127.0.0.1:9", "archive", "");
    let error = objects.get("kept").await.expect_err("nobody listens");
    assert!(matches!(error, ObjectError::Unavailable { .. }), "{error:?}");
    let error = objects
        .put("kept", [Bytes::from_static(b"x")])
        .await
        .expect_err("nobody listens");
    assert!(matches!(error, ObjectError::Unavailable { .. }), "{error:?}");
}

#[tokio::test]
async fn a_cut_answer_is_fetched_anew_and_never_taken_for_the_whole() {
    let Some(moto) = Moto::start() else { return };
    let (proxy, objects) = behind(&moto, Spoil::CutAnswer).await;
    proxy.spoil_next(1);
    assert_eq!(
        objects.get("kept").await.expect("the rest is fetched").len(),
        100_000
    );
    proxy.spoil_next(100);
    for error in [
        objects.get("kept").await.expect_err("cut"),
        objects.get_range("kept", 10..90_000).await.expect_err("cut"),
    ] {
        assert!(matches!(error, ObjectError::Damaged { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn a_put_whose_answer_was_lost_succeeds_when_it_is_repeated() {
    let Some(moto) = Moto::start() else { return };
    let (proxy, objects) = behind(&moto, Spoil::LoseAnswer).await;
    proxy.spoil_next(1);
    // Whether the client repeats it or says so: trying again must not take our own bytes for another's.
    let first = objects.put("lost", [Bytes::from_static(b"lost")]).await;
    assert!(
        matches!(first, Ok(()) | Err(ObjectError::Unavailable { .. })),
        "{first:?}"
    );
    objects
        .put("lost", [Bytes::from_static(b"lost")])
        .await
        .expect("again");
    assert_eq!(objects.get("lost").await.expect("get"), "lost");
}
