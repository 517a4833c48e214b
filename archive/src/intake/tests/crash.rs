//! Kill and power cut at every operation of the log: what was acknowledged is there afterwards, undamaged, and the log
//! goes on.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::future::join_all;

use super::super::{IntakeLog, Location, Recovered};
use super::sim::SimFolder;
use super::{ciphertext, header, runtime, small};

/// What a run was promised, and which of it it said it no longer needs.
#[derive(Default)]
struct Promised {
    acknowledged: BTreeMap<u64, Location>,
    released: Vec<u64>,
}

fn length(seq: u64) -> usize {
    usize::try_from(seq * 131 % 900).expect("small")
}

/// Groups of appends over several files, with releases in between, until the end or the first refusal.
fn work(folder: &SimFolder, from: u64) -> Promised {
    let mut promised = Promised::default();
    let Ok((log, _)) = IntakeLog::open_on(Arc::new(folder.clone()), small(), &mut |_| {}) else {
        return promised;
    };
    let runtime = runtime();
    for group in 0..12 {
        let first = from + group * 4;
        let seqs = first..first + 1 + group % 4;
        let appends = seqs
            .clone()
            .map(|seq| log.append(header(seq), ciphertext(seq, length(seq))));
        let done = runtime.block_on(join_all(appends));
        for (seq, location) in seqs.zip(done) {
            if let Ok(location) = location {
                promised.acknowledged.insert(seq, location);
            }
        }
        if group % 3 == 2 {
            let old: Vec<u64> = promised
                .acknowledged
                .keys()
                .copied()
                .filter(|seq| *seq < first)
                .collect();
            for seq in old {
                if log.release(&promised.acknowledged[&seq]) {
                    promised.released.push(seq);
                }
            }
            log.settle();
        }
        if log.accepts().is_err() {
            break;
        }
    }
    promised
}

/// Opens what is left and checks every promise; returns the opened log.
fn check(folder: &SimFolder, promised: &[&Promised], what: &str) -> IntakeLog {
    let mut found: BTreeMap<u64, Recovered> = BTreeMap::new();
    let opened = IntakeLog::open_on(Arc::new(folder.clone()), small(), &mut |recovered| {
        found.insert(recovered.header.seq.get(), recovered);
    });
    let (log, recovery) = opened.unwrap_or_else(|error| panic!("{what}: {error}"));
    assert_eq!(recovery.damage, [], "{what}: nothing acknowledged is damaged");
    for recovered in found.values() {
        let seq = recovered.header.seq.get();
        let read = log
            .read(&recovered.location)
            .unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(read, ciphertext(seq, length(seq)), "{what}");
    }
    for promised in promised {
        for seq in promised
            .acknowledged
            .keys()
            .filter(|seq| !promised.released.contains(seq))
        {
            assert!(
                found.contains_key(seq),
                "{what}: entry {seq} was acknowledged and is lost"
            );
        }
    }
    log
}

/// Goes on after a crash, and looks once more after closing in order and after another crash.
fn go_on(folder: &SimFolder, before: &Promised, what: &str) {
    drop(check(folder, &[before], what));
    let more = work(folder, 1000);
    assert_eq!(more.acknowledged.len(), 30, "{what}: the log goes on");
    drop(check(folder, &[before, &more], what));
    drop(check(&folder.after_power_cut(99), &[before, &more], what));
}

fn operations_of_a_whole_run() -> u64 {
    let folder = SimFolder::default();
    assert_eq!(work(&folder, 0).acknowledged.len(), 30);
    folder.operations()
}

#[test]
fn a_kill_at_any_operation_loses_nothing_acknowledged() {
    for operation in 0..operations_of_a_whole_run() {
        let folder = SimFolder::default();
        folder.die_at(operation);
        let promised = work(&folder, 0);
        go_on(
            &folder.after_kill(),
            &promised,
            &format!("killed at operation {operation}"),
        );
    }
}

#[test]
fn a_power_cut_at_any_operation_loses_nothing_acknowledged() {
    for operation in 0..operations_of_a_whole_run() {
        let folder = SimFolder::default();
        folder.die_at(operation);
        let promised = work(&folder, 0);
        for seed in 0..6 {
            let what = format!("power cut at operation {operation}, seed {seed}");
            go_on(&folder.after_power_cut(seed * 7919 + operation), &promised, &what);
        }
    }
}

#[test]
fn a_second_crash_in_the_midst_of_recovery_loses_nothing_either() {
    let whole = operations_of_a_whole_run();
    for operation in (0..whole).step_by(3) {
        let folder = SimFolder::default();
        folder.die_at(operation);
        let promised = work(&folder, 0);
        let first = folder.after_power_cut(operation);
        for second in 0..40 {
            let again = first.after_power_cut(0);
            again.die_at(second);
            let opened = IntakeLog::open_on(Arc::new(again.clone()), small(), &mut |_| {});
            drop(opened);
            let what = format!("power cut at operation {operation}, then at {second} of recovery");
            drop(check(&again.after_power_cut(second), &[&promised], &what));
        }
    }
}
