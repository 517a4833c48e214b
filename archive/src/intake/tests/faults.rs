//! Disk errors under a running log: the writers are told, nothing acknowledged is lost, and intake comes back only by
//! recovering from what is on the disk.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::future::join_all;

use super::super::{IntakeError, IntakeLog};
use super::sim::{EIO, ENOSPC, Op, SimFolder};
use super::{ciphertext, header, runtime, small};

fn open(folder: &SimFolder) -> IntakeLog {
    IntakeLog::open_on(Arc::new(folder.clone()), small(), &mut |_| {})
        .expect("open")
        .0
}

/// Waits, without a clock, for the log to take entries again.
fn until_it_accepts(log: &IntakeLog) {
    while log.accepts().is_err() {
        std::thread::yield_now();
    }
}

fn found_in(folder: &SimFolder) -> BTreeMap<u64, Vec<u8>> {
    let mut found = Vec::new();
    let (log, recovery) =
        IntakeLog::open_on(Arc::new(folder.clone()), small(), &mut |entry| found.push(entry)).expect("open");
    assert_eq!(recovery.damage, []);
    found
        .iter()
        .map(|entry| (entry.header.seq.get(), log.read(&entry.location).expect("read")))
        .collect()
}

#[test]
fn a_failed_sync_stops_intake_and_the_log_recovers_into_a_new_file() {
    let folder = SimFolder::default();
    let log = open(&folder);
    let runtime = runtime();
    let kept = runtime
        .block_on(log.append(header(1), ciphertext(1, 300)))
        .expect("durable");
    folder.fail_once(folder.operations() + 1, EIO);
    let refused = runtime.block_on(log.append(header(2), ciphertext(2, 300)));
    assert!(matches!(refused, Err(IntakeError::Failed(_))), "{refused:?}");
    until_it_accepts(&log);
    let after = runtime
        .block_on(log.append(header(3), ciphertext(3, 300)))
        .expect("durable");
    assert_ne!(kept.file(), after.file(), "what comes later goes into a new file");
    assert_eq!(log.read(&kept).expect("read"), ciphertext(1, 300));
    let counts = log.stats().counts();
    assert_eq!(
        (counts.stops, counts.recoveries, counts.refused_failed >= 1),
        (1, 1, true)
    );
    drop(log);
    // The refused entry is gone for good, whichever way the machine ends.
    for end in [folder.after_kill(), folder.after_power_cut(3)] {
        assert_eq!(found_in(&end).keys().copied().collect::<Vec<_>>(), [1, 3]);
    }
}

#[test]
fn while_syncs_keep_failing_everything_is_refused() {
    let folder = SimFolder::default();
    let log = open(&folder);
    let runtime = runtime();
    let kept = runtime
        .block_on(log.append(header(1), ciphertext(1, 300)))
        .expect("durable");
    folder.fail_all(Some((Op::SyncFile, EIO)));
    for seq in 2..6 {
        let refused = runtime.block_on(log.append(header(seq), ciphertext(seq, 300)));
        assert!(matches!(refused, Err(IntakeError::Failed(_))), "{refused:?}");
    }
    assert!(log.is_nearly_full());
    assert_eq!(log.read(&kept).expect("read goes on"), ciphertext(1, 300));
    folder.fail_all(None);
    until_it_accepts(&log);
    runtime
        .block_on(log.append(header(9), ciphertext(9, 300)))
        .expect("durable");
    drop(log);
    assert_eq!(
        found_in(&folder.after_power_cut(1))
            .keys()
            .copied()
            .collect::<Vec<_>>(),
        [1, 9]
    );
}

#[test]
fn closing_while_stopped_leaves_a_folder_that_opens_without_damage() {
    let folder = SimFolder::default();
    let log = open(&folder);
    let runtime = runtime();
    runtime
        .block_on(log.append(header(1), ciphertext(1, 300)))
        .expect("durable");
    folder.fail_all(Some((Op::SyncFile, EIO)));
    assert!(
        runtime
            .block_on(log.append(header(2), ciphertext(2, 300)))
            .is_err()
    );
    drop(log);
    for end in [
        folder.after_kill(),
        folder.after_power_cut(1),
        folder.after_power_cut(2),
    ] {
        assert!(found_in(&end).contains_key(&1));
    }
}

#[test]
fn a_full_disk_refuses_and_the_log_goes_on_when_there_is_space() {
    let folder = SimFolder::default();
    let log = open(&folder);
    let runtime = runtime();
    runtime
        .block_on(log.append(header(1), ciphertext(1, 300)))
        .expect("durable");
    folder.set_capacity(Some(600));
    let group = (2..5).map(|seq| log.append(header(seq), ciphertext(seq, 300)));
    for refused in runtime.block_on(join_all(group)) {
        assert!(matches!(refused, Err(IntakeError::Full)), "{refused:?}");
    }
    let small = runtime
        .block_on(log.append(header(5), ciphertext(5, 20)))
        .expect("this still fits");
    assert_eq!(log.read(&small).expect("read"), ciphertext(5, 20));
    folder.set_capacity(None);
    runtime
        .block_on(log.append(header(6), ciphertext(6, 300)))
        .expect("space is back");
    assert_eq!(log.stats().counts().stops, 0, "a full disk is no failure");
    drop(log);
    assert_eq!(
        found_in(&folder.after_power_cut(4))
            .keys()
            .copied()
            .collect::<Vec<_>>(),
        [1, 5, 6]
    );
}

#[test]
fn any_single_error_at_any_operation_loses_nothing_and_is_survived() {
    let run = |fault: Option<(u64, i32)>| {
        let folder = SimFolder::default();
        if let Some((operation, code)) = fault {
            folder.fail_once(operation, code);
        }
        let opened = IntakeLog::open_on(Arc::new(folder.clone()), small(), &mut |_| {});
        // The fault hit the opening itself: it says so, and the next try succeeds.
        let log = opened.map_or_else(|_| open(&folder), |(log, _)| log);
        let runtime = runtime();
        let mut kept = Vec::new();
        for seq in 0..24 {
            until_it_accepts(&log);
            if let Ok(location) = runtime.block_on(log.append(header(seq), ciphertext(seq, 700))) {
                kept.push((seq, location));
            }
        }
        assert!(
            kept.len() >= 23,
            "{fault:?}: one fault costs one entry at most, kept {}",
            kept.len()
        );
        for (seq, location) in &kept {
            assert_eq!(
                log.read(location).expect("read"),
                ciphertext(*seq, 700),
                "{fault:?}"
            );
        }
        drop(log);
        for end in [folder.after_kill(), folder.after_power_cut(5)] {
            let found = found_in(&end);
            for (seq, _) in &kept {
                assert_eq!(found.get(seq), Some(&ciphertext(*seq, 700)), "{fault:?}");
            }
        }
        folder.history()
    };
    let history = run(None);
    for (operation, op) in (0..).zip(&history) {
        if *op != Op::Read {
            run(Some((operation, EIO)));
            run(Some((operation, ENOSPC)));
        }
    }
}
