//! What only a local folder has: staging files, and a disk that can be full.

use std::fs;
use std::process::Command;

use bytes::Bytes;
use futures_util::TryStreamExt;
use obhut_archive::objects::{Disposal, ObjectError, Objects};

#[tokio::test]
async fn staging_files_are_hidden_and_swept_and_nothing_else_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let objects = Objects::local(folder.path()).expect("open");
    objects
        .put("a/b/kept", [Bytes::from_static(b"kept")])
        .await
        .expect("put");
    for name in ["a/b/torn#1", "a/b/kept#12", "torn#2", "a/b/other#x", "a/b/other#"] {
        fs::write(folder.path().join(name), "torn").expect("written");
    }
    let listed: Vec<_> = objects.list("").try_collect().await.expect("a listing");
    assert!(
        listed
            .iter()
            .all(|object| !object.key.ends_with(|c: char| c.is_ascii_digit())),
        "{listed:?}"
    );
    assert_eq!(objects.sweep_staging().expect("swept"), 3);
    assert_eq!(objects.sweep_staging().expect("swept"), 0);
    let mut left: Vec<_> = fs::read_dir(folder.path().join("a/b"))
        .expect("the folder")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .into_string()
                .expect("a name")
        })
        .collect();
    left.sort();
    assert_eq!(left, ["kept", "other#", "other#x"]);
    assert_eq!(objects.get("a/b/kept").await.expect("get"), "kept");
}

#[tokio::test]
async fn a_start_looks_for_staging_files_unless_the_last_end_was_orderly() {
    let folder = tempfile::tempdir().expect("a folder");
    let staged = folder.path().join("a/torn#1");
    let put = |objects: Objects, key: &'static str| async move {
        objects
            .put(key, [Bytes::from_static(b"kept")])
            .await
            .expect("put");
        objects
    };
    let open = || Objects::local(folder.path()).expect("open");
    put(open(), "a/first").await.settle().expect("settled");
    // Nothing of ours, and so not looked for.
    fs::write(&staged, "torn").expect("written");
    assert_eq!(open().sweep_staging().expect("swept"), 0);
    // Killed: it is not settled.
    drop(put(open(), "a/second").await);
    let objects = open();
    assert_eq!(objects.sweep_staging().expect("swept"), 1);
    assert!(!staged.exists());
    // Killed again before it wrote anything.
    fs::write(&staged, "torn").expect("written");
    assert_eq!(open().sweep_staging().expect("swept"), 1);
}

#[tokio::test]
async fn a_delete_takes_the_second_name_that_a_crash_left() {
    let folder = tempfile::tempdir().expect("a folder");
    let objects = Objects::local(folder.path()).expect("open");
    objects
        .put("a/secret", [Bytes::from_static(b"secret")])
        .await
        .expect("put");
    for number in 1..3 {
        fs::hard_link(
            folder.path().join("a/secret"),
            folder.path().join(format!("a/secret#{number}")),
        )
        .expect("a link");
    }
    objects
        .delete("a/secret", &Disposal::by_plan())
        .await
        .expect("delete");
    assert_eq!(fs::read_dir(folder.path()).expect("the folder").count(), 0);
}

#[tokio::test]
async fn a_full_disk_is_said_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().expect("a folder");
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=4m", "tmpfs"])
        .arg(folder.path())
        .status();
    if !mounted.is_ok_and(|status| status.success()) {
        eprintln!("skipped: mounting a small tmpfs is not permitted here");
        return;
    }
    let objects = Objects::local(folder.path()).expect("open");
    objects
        .put("a/small", [Bytes::from(vec![1; 1000])])
        .await
        .expect("put");
    let refused = objects.put("a/large", [Bytes::from(vec![1; 8 << 20])]).await;
    let listed: Vec<_> = objects.list("").try_collect().await.expect("a listing");
    let left = fs::read_dir(folder.path().join("a")).expect("the folder").count();
    objects
        .put("a/next", [Bytes::from(vec![1; 1 << 20])])
        .await
        .expect("there is room for a smaller one");
    drop(objects);
    assert!(
        Command::new("umount")
            .arg(folder.path())
            .status()
            .is_ok_and(|status| status.success())
    );
    assert!(matches!(refused, Err(ObjectError::Full { .. })), "{refused:?}");
    assert_eq!((listed.len(), left), (1, 1));
}
