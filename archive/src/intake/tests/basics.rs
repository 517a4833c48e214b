//! Append, read, release, rotate, close, open again; the bound and the reserve.

use futures_util::future::join_all;

use super::super::{IntakeError, IntakeLog, IntakeOptions, MAX_CIPHERTEXT_BYTES, survey};
use super::{ciphertext, header, runtime, small};

#[test]
fn what_was_appended_is_read_back_also_after_opening_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("intake");
    let (log, found, recovery) = IntakeLog::open(&path, small()).expect("open");
    assert!(found.is_empty() && recovery.damage.is_empty());
    let appends = (0..40).map(|seq| log.append(header(seq), ciphertext(seq, 700)));
    let locations: Vec<_> = runtime()
        .block_on(join_all(appends))
        .into_iter()
        .map(|done| done.expect("durable"))
        .collect();
    for (seq, location) in (0..).zip(&locations) {
        assert_eq!(log.read(location).expect("read"), ciphertext(seq, 700));
    }
    assert_eq!(log.waiting(), 40);
    drop(log);

    let (log, found, recovery) = IntakeLog::open(&path, small()).expect("open again");
    assert_eq!(recovery.damage, []);
    assert_eq!(recovery.cuts, []);
    assert_eq!(found.len(), 40);
    for (seq, recovered) in (0..).zip(&found) {
        assert_eq!(recovered.header, header(seq));
        assert_eq!(
            recovered.location,
            locations[usize::try_from(seq).expect("small")]
        );
        assert_eq!(log.read(&recovered.location).expect("read"), ciphertext(seq, 700));
    }
}

#[test]
fn a_file_goes_when_all_of_it_is_released_and_not_before() {
    let folder = tempfile::tempdir().expect("a folder");
    let (log, ..) = IntakeLog::open(folder.path(), small()).expect("open");
    let runtime = runtime();
    let mut locations = Vec::new();
    for seq in 0..20 {
        locations.push(
            runtime
                .block_on(log.append(header(seq), ciphertext(seq, 1000)))
                .expect("durable"),
        );
    }
    let first = locations[0].file();
    let of_first: Vec<_> = locations
        .iter()
        .filter(|location| location.file() == first)
        .collect();
    let (last, others) = of_first.split_last().expect("entries");
    for location in others {
        assert!(log.release(location));
        assert!(!log.release(location), "a second release does nothing");
    }
    log.settle();
    assert!(log.holds(first));
    assert_eq!(log.read(last).expect("read").len(), 1000);
    assert!(log.release(last));
    log.settle();
    assert!(!log.holds(first));
    assert!(matches!(log.read(last), Err(IntakeError::Gone { .. })));
    assert!(!folder.path().join(format!("{first}.log")).exists());

    // The file being written stays until it is retired.
    for location in &locations {
        log.release(location);
    }
    log.settle();
    let current = locations.last().expect("entries").file();
    assert!(log.holds(current));
    runtime.block_on(log.retire()).expect("retired");
    log.settle();
    assert!(!log.holds(current));
    assert_eq!(log.used_bytes(), 0);
    assert_eq!(log.waiting(), 0);
}

#[test]
fn past_its_bound_the_log_is_full_until_something_is_released() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = IntakeOptions {
        max_bytes: 20_000,
        ..small()
    };
    let (log, ..) = IntakeLog::open(folder.path(), options).expect("open");
    let runtime = runtime();
    let mut locations = Vec::new();
    let refused = loop {
        match runtime.block_on(log.append(header(0), ciphertext(0, 1500))) {
            Ok(location) => locations.push(location),
            Err(error) => break error,
        }
    };
    assert!(matches!(refused, IntakeError::Full));
    assert!(log.is_nearly_full());
    assert_eq!(locations.len(), 12);
    for location in &locations {
        log.release(location);
    }
    log.settle();
    assert!(!log.is_nearly_full());
    runtime
        .block_on(log.append(header(1), ciphertext(1, 1500)))
        .expect("there is room again");
}

#[test]
fn an_entry_that_is_too_long_is_refused_and_an_empty_one_is_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let (log, ..) = IntakeLog::open(folder.path(), small()).expect("open");
    let runtime = runtime();
    let refused = runtime.block_on(log.append(header(0), vec![0; MAX_CIPHERTEXT_BYTES + 1]));
    assert!(matches!(refused, Err(IntakeError::TooLarge { .. })));
    let empty = runtime
        .block_on(log.append(header(0), Vec::new()))
        .expect("durable");
    assert!(log.read(&empty).expect("read").is_empty());
}

#[test]
fn an_entry_longer_than_the_queue_and_the_file_bound_goes_through() {
    let folder = tempfile::tempdir().expect("a folder");
    let (log, ..) = IntakeLog::open(folder.path(), small()).expect("open");
    let location = runtime()
        .block_on(log.append(header(0), ciphertext(0, 200_000)))
        .expect("durable");
    assert_eq!(log.read(&location).expect("read"), ciphertext(0, 200_000));
}

#[test]
fn an_append_that_was_given_up_holds_no_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let (log, ..) = IntakeLog::open(folder.path(), small()).expect("open");
    runtime().block_on(async {
        for seq in 0..30 {
            let append = log.append(header(seq), ciphertext(seq, 100));
            // Polled once, so that it is queued, and dropped.
            tokio::select! { biased; _ = append => {}, () = std::future::ready(()) => {} }
        }
        log.retire().await.expect("retired");
    });
    log.settle();
    assert_eq!(log.waiting(), 0);
    assert_eq!(log.used_bytes(), 0);
}

#[test]
fn a_second_log_on_the_same_folder_is_refused_but_a_survey_is_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let (log, ..) = IntakeLog::open(folder.path(), small()).expect("open");
    runtime()
        .block_on(log.append(header(7), ciphertext(7, 10)))
        .expect("durable");
    assert!(matches!(
        IntakeLog::open(folder.path(), small()),
        Err(IntakeError::Locked { .. })
    ));
    let mut found = Vec::new();
    let recovery = survey(folder.path(), &mut |recovered| {
        found.push(recovered.header.seq.get());
    })
    .expect("survey");
    assert_eq!(found, [7]);
    assert_eq!(recovery.damage, []);
}

#[test]
fn while_the_reserve_is_out_nothing_is_taken_in() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = IntakeOptions {
        reserve_bytes: 1 << 20,
        ..small()
    };
    let (log, ..) = IntakeLog::open(folder.path(), options).expect("open");
    let reserve = folder.path().join("reserve");
    let blocks = |path: &std::path::Path| {
        std::os::unix::fs::MetadataExt::blocks(&std::fs::metadata(path).expect("the reserve"))
    };
    assert!(blocks(&reserve) * 512 >= 1 << 20, "the reserve has real blocks");
    let runtime = runtime();
    runtime
        .block_on(log.append(header(0), ciphertext(0, 10)))
        .expect("durable");
    log.release_reserve().expect("released");
    assert_eq!(blocks(&reserve), 0);
    let refused = runtime.block_on(log.append(header(1), ciphertext(1, 10)));
    // Housekeeping may have taken it again already when the disk has room.
    assert!(matches!(refused, Err(IntakeError::Full)) || blocks(&reserve) > 0);
    assert!(log.refill_reserve().expect("there is space"));
    runtime
        .block_on(log.append(header(1), ciphertext(1, 10)))
        .expect("durable");
}
