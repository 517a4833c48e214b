//! The readers: snapshots, the time box, and what holds back a checkpoint.

use std::time::Duration;

use super::super::{CatalogError, CatalogOptions, Query};
use super::{Bench, IMPATIENT, numbers};

#[test]
fn a_read_sees_one_snapshot() {
    let bench = Bench::new();
    bench.add(1).expect("it commits");
    let seen = bench.catalog.read_blocking(|tx| {
        let before = numbers(tx)?;
        bench.add(2)?;
        Ok::<_, CatalogError>((before, numbers(tx)?))
    });
    assert_eq!(seen, Ok((vec![1], vec![1])));
    assert_eq!(bench.numbers(), [1, 2]);
}

#[test]
fn a_read_past_its_time_box_is_stopped() {
    const FOR_EVER: &str = "WITH RECURSIVE steps(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM steps)
SELECT COUNT(*) AS n FROM steps";

    let bench = Bench::with(CatalogOptions {
        read_limit: Duration::from_millis(1),
        ..IMPATIENT
    });
    let stopped = bench
        .catalog
        .read_blocking(|tx| (tx as &dyn Query).one(FOR_EVER, &[], |row| row.get::<i64>("n")));
    assert_eq!(stopped, Err(CatalogError::Busy));
    // The connection is as good as new.
    bench
        .runtime
        .block_on(bench.catalog.read(|_| Ok::<_, CatalogError>(())))
        .expect("reads go on");
}

#[test]
fn a_read_that_panics_gives_its_connection_back() {
    let bench = Bench::new();
    for _ in 0..=IMPATIENT.readers {
        let broken = bench.runtime.block_on(bench.catalog.read(|tx| {
            numbers(tx)?;
            panic!("a bug in a read");
            #[expect(unreachable_code, reason = "gives the closure its type")]
            Ok::<_, CatalogError>(())
        }));
        assert!(matches!(broken, Err(CatalogError::Other(_))));
    }
    bench.add(1).expect("it commits");
    assert_eq!(bench.numbers(), [1]);
    bench
        .runtime
        .block_on(bench.catalog.checkpoint_wal())
        .expect("no snapshot is left behind");
}

#[test]
fn a_reader_cannot_write() {
    let bench = Bench::new();
    let refused = bench.catalog.read_blocking(|tx| {
        (tx as &dyn Query).optional("DELETE FROM tenants RETURNING name", &[], |_| Ok(()))
    });
    assert_eq!(refused, Err(CatalogError::ReadOnly));
}

#[test]
fn a_checkpoint_waits_for_readers_and_says_so() {
    let bench = Bench::new();
    bench.add(1).expect("it commits");
    let log = bench.path().with_extension("db-wal");
    bench
        .catalog
        .read_blocking(|tx| {
            numbers(tx)?;
            bench.add(2)?;
            let waited = bench.runtime.block_on(bench.catalog.checkpoint_wal());
            assert_eq!(waited, Err(CatalogError::Busy));
            Ok::<_, CatalogError>(())
        })
        .expect("the read succeeds");
    assert_ne!(std::fs::metadata(&log).expect("log").len(), 0);
    bench
        .runtime
        .block_on(bench.catalog.checkpoint_wal())
        .expect("the reader is gone");
    assert_eq!(std::fs::metadata(&log).expect("log").len(), 0);
    assert_eq!(bench.numbers(), [1, 2]);
}
