//! Opening what a crash or an operator left behind.
#![allow(clippy::unwrap_used, reason = "a test that can't go on fails")]

use std::fs;
use std::path::Path;
use std::sync::Arc;

use obhut_archive::{Archive, ArchiveOptions, OpenError, SystemClock};

async fn open(data: &Path) -> Result<Archive, OpenError> {
    let opened = Archive::open(ArchiveOptions::embedded(data), Arc::new(SystemClock)).await;
    opened.map(|(archive, _)| archive)
}

/// A folder in which making an archive ended after the root key and within the catalog.
async fn broken_off(catalog: &[u8]) -> tempfile::TempDir {
    let house = tempfile::tempdir().unwrap();
    drop(open(&house.path().join("other")).await.unwrap());
    let data = house.path().join("data");
    fs::create_dir(&data).unwrap();
    fs::rename(house.path().join("other/root.key"), data.join("root.key")).unwrap();
    fs::write(data.join("catalog.sqlite"), catalog).unwrap();
    house
}

#[tokio::test]
async fn an_archive_whose_making_was_broken_off_is_made_the_next_time() {
    let house = broken_off(b"").await;
    let data = house.path().join("data");
    let archive = open(&data).await.unwrap();
    assert_eq!(archive.tenant("default").await.unwrap().name, "default");
}

#[tokio::test]
async fn no_new_archive_is_made_where_only_the_catalog_is_gone() {
    for emptied in [false, true] {
        let house = broken_off(b"").await;
        let data = house.path().join("data");
        fs::create_dir(data.join("intake")).unwrap();
        fs::write(data.join("intake/0000000000000001.log"), b"frames").unwrap();
        let catalog = data.join("catalog.sqlite");
        if !emptied {
            fs::remove_file(&catalog).unwrap();
        }
        let refused = open(&data).await;
        assert!(
            matches!(refused, Err(OpenError::CatalogLost { .. })),
            "{refused:?}"
        );
        assert_eq!(fs::metadata(&catalog).map_or(0, |file| file.len()), 0);
    }
}
