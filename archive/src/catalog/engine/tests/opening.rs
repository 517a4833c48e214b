//! Opening, refusing to open, and closing.

use std::os::unix::fs::PermissionsExt;

use super::super::{Catalog, CatalogError};
use super::{Bench, insert, numbers};

#[test]
fn what_is_committed_is_there_after_opening_again() {
    let bench = Bench::new();
    bench.add(1).expect("it commits");
    bench.runtime.block_on(bench.catalog.close());
    let again = Catalog::open(&bench.path()).expect("the catalog is there");
    assert_eq!(again.read_blocking(|tx| numbers(tx)), Ok(vec![1]));
}

#[test]
fn only_the_owner_can_read_the_files() {
    let bench = Bench::new();
    bench.add(1).expect("it commits");
    for file in ["catalog.db", "catalog.db-wal"] {
        let mode = std::fs::metadata(bench.folder.path().join(file))
            .expect(file)
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
}

#[test]
fn a_closed_catalog_says_so_and_leaves_one_file() {
    let bench = Bench::new();
    bench.add(1).expect("it commits");
    bench.runtime.block_on(bench.catalog.close());
    assert_eq!(bench.add(2), Err(CatalogError::Closed));
    assert_eq!(
        bench.catalog.read_blocking(|tx| numbers(tx)),
        Err(CatalogError::Closed)
    );
    let read = bench.catalog.read(|tx| numbers(tx));
    assert_eq!(bench.runtime.block_on(read), Err(CatalogError::Closed));
    assert_eq!(
        bench.runtime.block_on(bench.catalog.checkpoint_wal()),
        Err(CatalogError::Closed)
    );
    bench.runtime.block_on(bench.catalog.close());
    assert_eq!(std::fs::read_dir(bench.folder.path()).expect("folder").count(), 1);
}

#[test]
fn a_second_handle_beside_the_writer_reads_and_does_not_write() {
    let bench = Bench::new();
    let look = Catalog::open_read_only(&bench.path()).expect("a catalog");
    bench.add(1).expect("it commits");
    assert_eq!(look.read_blocking(|tx| numbers(tx)), Ok(vec![1]));
    let refused = bench.runtime.block_on(look.write(|tx| insert(tx, 2)));
    assert_eq!(refused, Err(CatalogError::ReadOnly));
    assert_eq!(
        bench.runtime.block_on(look.checkpoint_wal()),
        Err(CatalogError::ReadOnly)
    );
    assert!(look.stats().is_none());
}

#[test]
fn looking_makes_no_catalog() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let path = folder.path().join("catalog.db");
    assert!(Catalog::open_read_only(&path).is_err());
    assert!(!path.exists());
    // A file that is there but was never migrated is not touched either.
    std::fs::write(&path, b"").expect("empty file");
    assert!(matches!(
        Catalog::open_read_only(&path),
        Err(CatalogError::Unmade)
    ));
    assert_eq!(std::fs::metadata(&path).expect("file").len(), 0);
}

#[test]
fn a_newer_catalog_is_refused_and_not_changed() {
    let bench = Bench::new();
    bench.runtime.block_on(bench.catalog.close());
    let stranger = bench.stranger();
    stranger
        .execute_batch(
            "INSERT INTO schema_versions SELECT MAX(version) + 1, 'later', applied_on, checksum FROM schema_versions",
        )
        .expect("a version of the future");
    stranger.close().expect("close");
    let before = std::fs::read(bench.path()).expect("database");
    for opened in [
        Catalog::open(&bench.path()),
        Catalog::open_read_only(&bench.path()),
    ] {
        let refused = opened.expect_err("a catalog of the future");
        let CatalogError::Newer { found, known } = refused else {
            panic!("{refused:?}");
        };
        assert_eq!(found, known + 1);
        assert_eq!(
            refused.to_string(),
            format!("catalog is at version {found}, this program knows versions up to {known}")
        );
    }
    assert_eq!(std::fs::read(bench.path()).expect("database"), before);
}

#[test]
fn a_catalog_whose_history_differs_from_our_files_is_refused() {
    let bench = Bench::new();
    bench.runtime.block_on(bench.catalog.close());
    bench
        .stranger()
        .execute_batch("UPDATE schema_versions SET checksum = '1'")
        .expect("another history");
    assert!(matches!(
        Catalog::open(&bench.path()),
        Err(CatalogError::Other(_))
    ));
}

#[test]
fn a_file_that_is_no_database_is_damage() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let path = folder.path().join("catalog.db");
    std::fs::write(&path, [0x55; 8_192]).expect("rubbish");
    assert!(matches!(Catalog::open(&path), Err(CatalogError::Damaged(_))));
    assert!(matches!(
        Catalog::open_read_only(&path),
        Err(CatalogError::Damaged(_))
    ));
}
