//! A disk that is really full: a tmpfs of four megabytes.

use std::path::Path;
use std::process::Command;

use super::super::{IntakeError, IntakeLog, IntakeOptions};
use super::{ciphertext, header, runtime};

/// A mount that is taken away with the test.
struct Mount(tempfile::TempDir);

impl Mount {
    fn new() -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder");
        let mut mount = Command::new("mount");
        let mounted = mount
            .args(["-t", "tmpfs", "-o", "size=4m", "tmpfs"])
            .arg(folder.path())
            .output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Self(folder));
        }
        eprintln!("skipped: mounting a small tmpfs is not permitted here");
        None
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        // A mount that cannot be taken away stays, and the folder with it; the test itself has its answer.
        let _ = Command::new("umount").arg(self.0.path()).status();
    }
}

fn options() -> IntakeOptions {
    IntakeOptions {
        max_bytes: 1 << 30,
        reserve_bytes: 1 << 20,
        file_bytes: 256 << 10,
        queue_bytes: 1 << 20,
    }
}

#[test]
fn on_a_full_disk_frames_are_refused_and_taken_again_when_there_is_room() {
    let Some(disk) = Mount::new() else { return };
    let path = disk.path().join("intake");
    let (log, ..) = IntakeLog::open(&path, options()).expect("open");
    let runtime = runtime();
    let mut kept = Vec::new();
    let refused = loop {
        let seq = kept.len() as u64;
        match runtime.block_on(log.append(header(seq), ciphertext(seq, 30_000))) {
            Ok(location) => kept.push(location),
            Err(error) => break error,
        }
    };
    assert!(matches!(refused, IntakeError::Full), "{refused:?}");
    assert!(kept.len() > 80, "about three megabytes fit, {}", kept.len());
    assert_eq!(log.stats().counts().stops, 0, "a full disk is no failure");

    // The reserve makes room for others, not for frames.
    log.release_reserve().expect("released");
    let refused = runtime.block_on(log.append(header(999), ciphertext(999, 100)));
    assert!(matches!(refused, Err(IntakeError::Full)), "{refused:?}");
    std::fs::write(disk.path().join("commit"), vec![1; 500_000]).expect("a commit finds room");
    assert!(
        !log.refill_reserve().expect("looked"),
        "not while there is no room for twice of it"
    );

    // Killed here, it opens on the full disk with everything it had acknowledged.
    let copy = tempfile::tempdir().expect("a folder");
    for (seq, location) in (0..).zip(&kept) {
        assert_eq!(log.read(location).expect("read"), ciphertext(seq, 30_000));
    }
    for entry in std::fs::read_dir(&path).expect("the folder") {
        let entry = entry.expect("an entry");
        std::fs::copy(entry.path(), copy.path().join(entry.file_name())).expect("copied");
    }
    let (copied, found, recovery) = IntakeLog::open(copy.path(), options()).expect("open");
    assert_eq!((found.len(), recovery.damage.len()), (kept.len(), 0));
    drop(copied);

    // The packer is done with most of it: files go, the reserve comes back, and with it the frames.
    std::fs::remove_file(disk.path().join("commit")).expect("removed");
    for location in &kept[..80] {
        log.release(location);
    }
    log.settle();
    assert!(log.refill_reserve().expect("looked"));
    let again = runtime
        .block_on(log.append(header(1000), ciphertext(1000, 30_000)))
        .expect("there is room");
    assert_eq!(log.read(&again).expect("read"), ciphertext(1000, 30_000));
    drop(log);
    let (_, found, recovery) = IntakeLog::open(&path, options()).expect("open");
    assert_eq!(recovery.damage, []);
    assert!(found.iter().any(|entry| entry.header.seq.get() == 1000));
}

#[test]
fn a_file_that_fills_the_disk_goes_when_it_is_done_though_senders_give_no_rest() {
    let Some(disk) = Mount::new() else { return };
    let options = IntakeOptions {
        file_bytes: 1 << 30,
        ..options()
    };
    let (log, ..) = IntakeLog::open(&disk.path().join("intake"), options).expect("open");
    let runtime = runtime();
    let mut kept = Vec::new();
    while let Ok(location) = runtime.block_on(log.append(header(kept.len() as u64), ciphertext(0, 30_000))) {
        kept.push(location);
    }
    for location in &kept {
        log.release(location);
    }
    // The whole log is one file: as long as that stays, nothing fits. This is refused, but makes room.
    let refused = runtime.block_on(log.append(header(998), ciphertext(998, 30_000)));
    assert!(matches!(refused, Err(IntakeError::Full)), "{refused:?}");
    log.settle();
    runtime
        .block_on(log.append(header(999), ciphertext(999, 30_000)))
        .expect("there is room");
}

#[test]
fn the_log_opens_on_a_disk_that_is_full_to_the_last_byte() {
    let Some(disk) = Mount::new() else { return };
    let path = disk.path().join("intake");
    let (log, ..) = IntakeLog::open(&path, options()).expect("open");
    let location = runtime()
        .block_on(log.append(header(1), ciphertext(1, 30_000)))
        .expect("durable");
    log.release_reserve().expect("released");
    drop(log);
    let filler = disk.path().join("filler");
    let overfull = std::fs::write(&filler, vec![1; 8 << 20]);
    assert!(overfull.is_err(), "the disk is full");
    let (log, found, _) = IntakeLog::open(&path, options()).expect("open");
    assert_eq!(found.len(), 1);
    assert_eq!(log.read(&location).expect("read"), ciphertext(1, 30_000));
    let refused = runtime().block_on(log.append(header(2), ciphertext(2, 100)));
    assert!(matches!(refused, Err(IntakeError::Full)), "{refused:?}");
    std::fs::remove_file(filler).expect("removed");
    assert!(log.refill_reserve().expect("looked"));
    runtime()
        .block_on(log.append(header(2), ciphertext(2, 100)))
        .expect("there is room again");
}
