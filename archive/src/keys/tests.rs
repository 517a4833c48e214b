//! Tests of what is kept in memory, over a real catalog.

use std::sync::Arc;

use obhut_format::time::UtcMicros;

use super::{KeyError, Period, keks};
use crate::catalog::{CatalogError, detail_keys};
use crate::{Archive, ArchiveOptions, SetClock};

const NOW: UtcMicros = UtcMicros::UNIX_EPOCH;

async fn archive(folder: &std::path::Path) -> Archive {
    let clock = Arc::new(SetClock::at(NOW));
    Archive::open(ArchiveOptions::embedded(folder), clock)
        .await
        .expect("an archive")
        .0
}

#[tokio::test]
async fn a_key_whose_row_was_taken_back_is_not_used_again() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let archive = archive(folder.path()).await;
    let tenant = archive.tenant("default").await.expect("the first tenant").tenant;
    let month = Period::month_of(NOW);

    let (keys, period) = (archive.keys().clone(), month.clone());
    let taken_back: Result<(), KeyError> = archive
        .catalog()
        .write(move |tx| {
            keys.detail_key(tx, tenant, &period, NOW)?;
            // As another job of the same batch would: it finds the row that is not committed yet.
            keys.detail_key(tx, tenant, &period, NOW)?;
            keys.insert_kek(tx, tenant, 2, NOW)?;
            keys.kek(tx, tenant, 2)?;
            Err(CatalogError::Full.into())
        })
        .await;
    assert!(taken_back.is_err());

    let (keys, period) = (archive.keys().clone(), month.clone());
    let same = archive
        .catalog()
        .write(move |tx| {
            let used = keys.detail_key(tx, tenant, &period, NOW)?;
            let row = detail_keys::get(tx, tenant, period.as_str())?.expect("its row");
            let kept = keys.open_detail_row(tx, &row)?;
            assert!(keys.kek(tx, tenant, 2).is_err());
            keys.insert_kek(tx, tenant, 2, NOW)?;
            let kek = keys.kek(tx, tenant, 2)?;
            let row = keks::by_version(tx, tenant, 2)?.expect("its row");
            Ok::<_, KeyError>(kept.expose() == used.expose() && keys.open_kek(&row)?.expose() == kek.expose())
        })
        .await;
    assert!(same.expect("written"));
}

#[tokio::test]
async fn rotations_that_meet_leave_an_archive_that_opens() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let first = archive(folder.path()).await;
    let tenant = first.tenant("default").await.expect("the first tenant").tenant;
    let done = tokio::join!(
        first.rotate_root(),
        first.rotate_kek(tenant),
        first.rotate_root(),
        first.rotate_kek(tenant),
        first.rotate_root(),
    );
    let versions = [done.0, done.2, done.4].map(|done| done.expect("rotated").version);
    assert_eq!(versions.iter().max(), Some(&4));
    first.close().await;
    drop(first);
    let again = archive(folder.path()).await;
    again.add_device(tenant, "PC 1").await.expect("its keys open");
}
