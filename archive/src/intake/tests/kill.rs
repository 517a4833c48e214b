//! A kill at a random moment under load: the folder is copied while threads append, and each copy is recovered.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use parking_lot::Mutex;

use super::super::{IntakeLog, IntakeOptions};
use super::{ciphertext, header, runtime};

const BYTES: usize = 5000;

/// Copies about as a kill would leave it, and says which file was the last. The names are listed before anything is
/// copied: each listed file but the last is closed then, and everything acknowledged before stands in one of them.
fn copy(from: &Path, to: &Path) -> Option<String> {
    let listed = std::fs::read_dir(from).expect("the folder");
    let names = listed.map(|entry| {
        entry
            .expect("an entry")
            .file_name()
            .into_string()
            .expect("a name")
    });
    let mut names: Vec<String> = names
        .filter(|name| Path::new(name).extension().is_some_and(|end| end == "log"))
        .collect();
    names.sort();
    for name in &names {
        std::fs::copy(from.join(name), to.join(name)).expect("copied");
    }
    names.pop()
}

#[test]
fn every_entry_acknowledged_before_the_copy_is_in_the_copy() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = IntakeOptions {
        max_bytes: 1 << 30,
        reserve_bytes: 0,
        file_bytes: 200_000,
        queue_bytes: 1 << 20,
    };
    let (log, ..) = IntakeLog::open(folder.path(), options).expect("open");
    let next = AtomicU64::new(0);
    let stop = AtomicBool::new(false);
    let acknowledged = Mutex::new(BTreeMap::new());
    std::thread::scope(|threads| {
        for _ in 0..6 {
            threads.spawn(|| {
                let runtime = runtime();
                while !stop.load(Ordering::SeqCst) {
                    let seq = next.fetch_add(1, Ordering::SeqCst);
                    let location = runtime
                        .block_on(log.append(header(seq), ciphertext(seq, BYTES)))
                        .expect("durable");
                    acknowledged.lock().insert(seq, location);
                }
            });
        }
        for round in 1..=12 {
            while acknowledged.lock().len() < round * 25 {
                std::thread::yield_now();
            }
            let before: Vec<u64> = acknowledged.lock().keys().copied().collect();
            let copied = tempfile::tempdir().expect("a folder");
            let last = copy(folder.path(), copied.path());
            let (copy, found, recovery) = IntakeLog::open(copied.path(), options).expect("the copy opens");
            // Copying takes time, as a kill does not: in the file being written, an entry may be copied half and the
            // next group whole. Nowhere else may anything be wrong.
            let by_copying = |file| last.as_deref() == Some(&format!("{file}.log"));
            assert!(
                recovery.damage.iter().all(|damage| by_copying(damage.file)),
                "{:?}",
                recovery.damage
            );
            let found: BTreeMap<u64, _> = found
                .into_iter()
                .map(|entry| (entry.header.seq.get(), entry.location))
                .collect();
            for seq in before {
                let location = found
                    .get(&seq)
                    .unwrap_or_else(|| panic!("entry {seq} was acknowledged and is lost"));
                assert_eq!(copy.read(location).expect("read"), ciphertext(seq, BYTES));
            }
        }
        stop.store(true, Ordering::SeqCst);
    });
    let waiting = log.waiting();
    assert_eq!(waiting, acknowledged.lock().len() as u64);
    let counts = log.stats().counts();
    assert!(counts.groups < counts.entries, "writers share their syncs");
}
