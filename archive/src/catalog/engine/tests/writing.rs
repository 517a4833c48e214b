//! The writer: batches, failures inside them, and when callers are answered.

use std::sync::mpsc;
use std::time::Duration;

use super::super::{Catalog, CatalogError, CatalogOptions, Query, Tx, Value, WriterStats};
use super::{Bench, IMPATIENT, INSERT_TENANT, insert, numbers, pragma};

#[test]
fn jobs_that_wait_share_one_commit() {
    let bench = Bench::new();
    let (held, release) = bench.hold();
    let waiting: Vec<_> = (0..50).map(|n| bench.start(move |tx| insert(tx, n))).collect();
    release.send(()).expect("the job waits");
    for write in waiting.into_iter().chain([held]) {
        bench.finish(write).expect("it commits");
    }
    // The job that held the writer wrote nothing, but it was kept.
    assert_eq!(bench.catalog.stats(), Some(WriterStats { jobs: 51, commits: 1 }));
    assert_eq!(bench.numbers(), (0..50).collect::<Vec<_>>());
}

#[test]
fn a_job_that_fails_or_panics_takes_back_only_its_own() {
    let bench = Bench::new();
    let (held, release) = bench.hold();
    let good = bench.start(|tx| insert(tx, 1));
    let refused = bench.start(|tx| {
        insert(tx, 2)?;
        insert(tx, 2)
    });
    let broken = bench.start(|tx| {
        insert(tx, 3)?;
        panic!("a bug in a job");
    });
    let swallowed = bench.start(|tx| {
        insert(tx, 4)?;
        // The statement is undone, the job is not: that is the job's own choice.
        insert(tx, 1).or(Ok(()))
    });
    release.send(()).expect("the job waits");
    bench.finish(held).expect("it commits");
    bench.finish(good).expect("it commits");
    assert!(matches!(bench.finish(refused), Err(CatalogError::Conflict(_))));
    assert!(matches!(bench.finish(broken), Err(CatalogError::Other(_))));
    bench.finish(swallowed).expect("it commits");
    assert_eq!(bench.numbers(), [1, 4]);
    assert_eq!(bench.catalog.stats(), Some(WriterStats { jobs: 5, commits: 1 }));
}

#[test]
fn a_batch_with_nothing_to_keep_is_not_committed() {
    let bench = Bench::new();
    assert!(
        bench
            .runtime
            .block_on(bench.catalog.write(|_| Err::<(), _>(CatalogError::Full)))
            .is_err()
    );
    assert_eq!(bench.catalog.stats(), Some(WriterStats { jobs: 1, commits: 0 }));
    bench.add(1).expect("the writer goes on");
}

#[test]
fn nobody_is_answered_before_the_commit() {
    let bench = Bench::new();
    let (reached, at_hook) = mpsc::channel();
    let (release, released) = mpsc::channel();
    bench
        .catalog
        .set_before_commit(move |tx| {
            assert_eq!(numbers(tx)?, [1], "the hook sees the jobs' rows");
            reached.send(()).expect("the test waits");
            released.recv().expect("the test releases");
            Ok(())
        })
        .expect("a writer");
    let mut write = bench.start(|tx| insert(tx, 1));
    at_hook.recv().expect("the hook runs");
    assert!(bench.is_pending(&mut write));
    assert!(bench.numbers().is_empty());
    release.send(()).expect("the hook waits");
    bench.finish(write).expect("it commits");
    assert_eq!(bench.numbers(), [1]);
}

#[test]
fn a_hook_that_fails_or_panics_fails_its_batch_and_no_other() {
    let bench = Bench::new();
    let mut runs = 0;
    bench
        .catalog
        .set_before_commit(move |tx| {
            runs += 1;
            match runs {
                1 => Err(CatalogError::Other("no signature".to_owned())),
                2 => panic!("a bug in the hook"),
                _ => insert(tx, 100 + runs),
            }
        })
        .expect("a writer");
    assert_eq!(bench.add(1), Err(CatalogError::Other("no signature".to_owned())));
    assert!(matches!(bench.add(2), Err(CatalogError::Other(_))));
    bench.add(3).expect("it commits");
    assert_eq!(bench.numbers(), [3, 103]);
}

#[test]
fn a_failed_commit_fails_every_job_of_the_batch() {
    let bench = Bench::new();
    let (held, release) = bench.hold();
    let good = bench.start(|tx| insert(tx, 1));
    // A refusal inside a batch that is lost is not known to be one.
    let refused = bench.start(|tx| insert(tx, 1));
    let orphan = bench.start(|tx| {
        tx.execute("PRAGMA defer_foreign_keys = ON", &[])?;
        tx.execute("INSERT INTO keks VALUES (zeroblob(16), 1, zeroblob(76), 0)", &[])
            .map(drop)
    });
    release.send(()).expect("the job waits");
    for write in [held, good, refused, orphan] {
        let Err(CatalogError::Conflict(what)) = bench.finish(write) else {
            panic!("the commit must fail");
        };
        assert!(what.contains("FOREIGN KEY"), "{what}");
    }
    assert!(bench.numbers().is_empty());
    bench.add(2).expect("the writer goes on");
    assert_eq!(bench.numbers(), [2]);
}

#[test]
fn a_full_disk_is_told_and_leaves_nothing() {
    let bench = Bench::new();
    let full = bench.runtime.block_on(bench.catalog.write(|tx| {
        insert(tx, 1)?;
        pragma(tx, "PRAGMA max_page_count = 1")?;
        for n in 2..=255_u32 {
            tx.execute(
                "INSERT INTO tenant_policies VALUES (:tenant, :version, :policy, 0)",
                &[
                    (":tenant", (&[1; 16]).into()),
                    (":version", n.into()),
                    (":policy", "x".repeat(5_000).as_str().into()),
                ],
            )?;
        }
        Ok::<_, CatalogError>(())
    }));
    assert_eq!(full, Err(CatalogError::Full));
    assert!(bench.numbers().is_empty());
    let more = |tx: &mut Tx<'_>| pragma(tx, "PRAGMA max_page_count = 100000");
    bench
        .runtime
        .block_on(bench.catalog.write(more))
        .expect("the writer goes on");
    bench.add(2).expect("there is space again");
    assert_eq!(bench.numbers(), [2]);
}

#[test]
fn a_database_that_another_process_holds_is_busy() {
    let bench = Bench::new();
    let stranger = bench.stranger();
    stranger.execute_batch("BEGIN IMMEDIATE").expect("lock");
    assert_eq!(bench.add(1), Err(CatalogError::Busy));
    stranger.execute_batch("ROLLBACK").expect("unlock");
    bench.add(1).expect("it is free again");
}

/// One after the other they would outlast what a test may take.
#[test]
fn jobs_behind_a_lock_wait_for_it_together() {
    let bench = Bench::with(CatalogOptions {
        busy_timeout: Duration::from_secs(2),
        ..IMPATIENT
    });
    let stranger = bench.stranger();
    stranger.execute_batch("BEGIN IMMEDIATE").expect("lock");
    let jobs: Vec<_> = (0..=u8::MAX)
        .map(|n| bench.catalog.write(move |tx| insert(tx, n)))
        .collect();
    let done = bench.runtime.block_on(futures_util::future::join_all(jobs));
    assert!(
        done.iter().all(|done| *done == Err(CatalogError::Busy)),
        "{done:?}"
    );
    stranger.execute_batch("ROLLBACK").expect("unlock");
    bench.add(1).expect("it is free again");
    assert_eq!(bench.numbers(), [1]);
}

#[test]
fn a_parameter_too_many_too_few_or_misspelt_is_refused() {
    let bench = Bench::new();
    let names: [&[&'static str]; 3] = [&[":at"], &[":at", ":name"], &[":name", ":tenant", ":other"]];
    for (n, given) in names.into_iter().enumerate() {
        let statement = ["SELECT 1", "SELECT :at", INSERT_TENANT][n];
        let done = bench.catalog.read_blocking(|tx| {
            let params: Vec<_> = given.iter().map(|name| (*name, Value::Null)).collect();
            (tx as &dyn Query).optional(statement, &params, |_| Ok(()))
        });
        assert!(
            matches!(done, Err(CatalogError::Other(_))),
            "{statement} with {given:?}: {done:?}"
        );
    }
}

#[test]
fn a_job_may_hold_the_last_handle() {
    let bench = Bench::new();
    let (path, catalog) = (bench.path(), bench.catalog.clone());
    let write = bench.start(move |tx| {
        let done = insert(tx, 1);
        drop(catalog);
        done
    });
    let Bench {
        catalog,
        runtime,
        folder,
    } = bench;
    drop(catalog);
    runtime.block_on(write).expect("it commits");
    let again = Catalog::open(&path).expect("the catalog is there");
    assert_eq!(again.read_blocking(|tx| numbers(tx)), Ok(vec![1]));
    drop(folder);
}
