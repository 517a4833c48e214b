//! What every store must do.

use bytes::Bytes;
use futures_util::TryStreamExt;
use obhut_archive::objects::{Disposal, ObjectError, Objects};

use crate::moto::Moto;
use crate::proxy::{Proxy, Spoil};
use crate::s3;

fn bytes(text: &'static str) -> [Bytes; 1] {
    [Bytes::from_static(text.as_bytes())]
}

async fn keys(objects: &Objects, prefix: &str) -> Vec<(String, u64)> {
    let listed: Vec<_> = objects.list(prefix).try_collect().await.expect("a listing");
    let mut keys: Vec<_> = listed
        .into_iter()
        .map(|object| (object.key, object.bytes))
        .collect();
    keys.sort();
    keys
}

/// The suite. `creates` says whether this store can refuse to overwrite.
async fn suite(objects: &Objects, creates: bool) {
    assert_eq!(objects.probe().await.expect("probe").create_if_absent, creates);
    assert_eq!(objects.capabilities().create_if_absent, creates);
    assert_eq!(keys(objects, "").await, [], "the probe leaves nothing behind");

    let key = "tenants/t/sessions/s/0/00000001-u.seg";
    objects
        .put(
            key,
            [
                Bytes::from_static(b"head\n"),
                Bytes::new(),
                Bytes::from_static(b"body"),
            ],
        )
        .await
        .expect("put");
    assert_eq!(objects.get(key).await.expect("get"), "head\nbody");
    assert_eq!(objects.head(key).await.expect("head"), 9);
    assert_eq!(objects.get_range(key, 2..6).await.expect("range"), "ad\nb");
    assert_eq!(
        objects.get_range(key, 5..100).await.expect("range past the end"),
        "body"
    );
    assert!(
        objects
            .get_range(key, 3..3)
            .await
            .expect("empty range")
            .is_empty()
    );
    for past in [9..10, 12..20] {
        let cut = objects.get_range(key, past).await.expect_err("nothing is there");
        assert!(
            matches!(&cut, ObjectError::Damaged { key: named, .. } if named == key),
            "{cut:?}"
        );
    }

    objects
        .put(key, bytes("head\nbody"))
        .await
        .expect("the same again is no error");
    let other = objects.put(key, bytes("other")).await;
    if creates {
        assert!(
            matches!(&other, Err(ObjectError::Exists { key: named }) if named == key),
            "{other:?}"
        );
        assert_eq!(objects.get(key).await.expect("get"), "head\nbody");
    }

    let line = "tenants/t/sessions/s/seal.line";
    objects.put_overwrite(line, bytes("one")).await.expect("first");
    objects.put_overwrite(line, bytes("two")).await.expect("second");
    assert_eq!(objects.get(line).await.expect("get"), "two");

    let large = Bytes::from(
        (0..5_000_000_u32)
            .map(|n| n.to_le_bytes()[1])
            .collect::<Vec<u8>>(),
    );
    objects
        .put("tenants/t/large", [large.slice(..17), large.slice(17..)])
        .await
        .expect("put");
    assert_eq!(objects.get("tenants/t/large").await.expect("get"), large);
    assert_eq!(
        objects
            .get_range("tenants/t/large", 4_999_990..5_000_000)
            .await
            .expect("range"),
        large.slice(4_999_990..)
    );
    objects.put("tenants/t/empty", []).await.expect("put nothing");
    assert!(objects.get("tenants/t/empty").await.expect("get").is_empty());
    let cut = objects
        .get_range("tenants/t/empty", 0..9)
        .await
        .expect_err("it is empty");
    assert!(matches!(&cut, ObjectError::Damaged { .. }), "{cut:?}");

    finding(objects, key, line).await;
    deleting(objects, key, line).await;
}

/// Listings, and what is not there.
async fn finding(objects: &Objects, key: &str, line: &str) {
    let of_session = keys(objects, "tenants/t/sessions/s/").await;
    assert_eq!(
        of_session.iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>(),
        [key, line]
    );
    assert_eq!(keys(objects, "tenants/t/sessions/nobody").await, []);
    assert_eq!(keys(objects, "tenants/t").await.len(), 4);
    assert_eq!(
        keys(objects, "tenants/t/sess").await,
        [],
        "a prefix ends at a slash"
    );

    let absent = "tenants/t/sessions/s/0/00000002-u.seg";
    for error in [
        objects.get(absent).await.expect_err("nothing"),
        objects.get_range(absent, 0..1).await.expect_err("nothing"),
        objects.head(absent).await.expect_err("nothing"),
    ] {
        assert!(
            matches!(&error, ObjectError::NotFound { key } if key == absent),
            "{error:?}"
        );
    }
    for bad in ["", "/x", "a/../b", "a#1"] {
        assert!(matches!(
            objects.put(bad, bytes("x")).await,
            Err(ObjectError::Key { .. })
        ));
        assert!(matches!(objects.get(bad).await, Err(ObjectError::Key { .. })));
    }
}

/// Deletions, repeated ones too, and writing again where everything was deleted.
async fn deleting(objects: &Objects, key: &str, line: &str) {
    let plan = Disposal::by_plan();
    for key in [key, line, "tenants/t/large", "tenants/t/empty"] {
        objects.delete(key, &plan).await.expect("delete");
        objects.delete(key, &plan).await.expect("delete again");
        assert!(matches!(
            objects.get(key).await,
            Err(ObjectError::NotFound { .. })
        ));
    }
    assert_eq!(keys(objects, "").await, []);
    objects
        .put(key, bytes("anew"))
        .await
        .expect("below folders that were removed");
    objects.delete(key, &plan).await.expect("delete");
}

#[tokio::test]
async fn a_local_folder_conforms() {
    let folder = tempfile::tempdir().expect("a folder");
    let objects = Objects::local(&folder.path().join("objects")).expect("open");
    suite(&objects, true).await;
    let left = std::fs::read_dir(folder.path().join("objects"))
        .expect("the folder")
        .count();
    assert_eq!(left, 0, "empty folders go with their last object");
}

#[tokio::test]
async fn an_s3_bucket_conforms() {
    let Some(moto) = Moto::start() else { return };
    suite(&s3(&moto.endpoint(), "archive", ""), true).await;
    suite(&s3(&moto.endpoint(), "archive", "below/here"), true).await;
}

#[tokio::test]
async fn a_bucket_that_ignores_the_condition_conforms_but_for_it() {
    let Some(moto) = Moto::start() else { return };
    let proxy = Proxy::start(moto.port(), Spoil::IgnoreCondition, usize::MAX).await;
    suite(&s3(&proxy.endpoint(), "archive", ""), false).await;
}
