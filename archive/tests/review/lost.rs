//! What is lost is named: by the index, by a run and by the single frame, with the same numbers.

use std::path::Path;

use bytes::Bytes;
use obhut_archive::{AccessRange, NewFrame};
use obhut_format::digest::Sha256Digest;

use crate::grants::range;
use crate::house::{seq, stream};
use crate::reading::{Looking, numbers, run};

/// Looks in the three ways at frames 1 to `last` of stream 0, of which `lost` are damaged and all others sound; returns why,
/// in the index's words.
async fn assert_named(looking: &Looking, last: u64, lost: &[u64]) -> Vec<String> {
    let opened = looking.opened(vec![AccessRange::ALL]).await;
    let index = opened.index(stream(0), None).await.unwrap();
    let sound: Vec<u64> = (1..=last).filter(|n| !lost.contains(n)).collect();
    assert_eq!(numbers(&index), sound);
    let ranges = index.damaged.iter();
    let named: Vec<u64> = ranges
        .flat_map(|range| range.first.get()..=range.last.get())
        .collect();
    assert_eq!(named, lost);

    let reader = looking.reader(AccessRange::ALL).await;
    let frames = run(&reader, 1, last).await;
    assert_eq!(frames.len() as u64, last, "a run names each");
    for (n, frame) in frames {
        assert_eq!(frame.is_err(), lost.contains(&n), "frame {n} of the run");
        let alone = reader.frame(stream(0), seq(n)).await;
        match frame {
            Ok(body) => {
                assert_eq!(body, Looking::body(n), "frame {n}");
                assert_eq!(alone.unwrap().body[..], body[..], "frame {n}");
            }
            Err(_) => assert!(alone.unwrap_err().is_damage(), "frame {n} alone"),
        }
    }
    index.damaged.into_iter().map(|range| range.why).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_object_costs_its_own_frames_and_no_other() {
    let looking = Looking::at_pictures(12).await;
    looking.house.pack(4).await;
    let looking = looking.restart(|_| ()).await;
    std::fs::write(&looking.objects()[1], b"").unwrap();
    let why = assert_named(&looking, 12, &[5, 6, 7, 8]).await;
    assert_eq!(why, ["its object is cut short"]);
    // Also where its head is known from before.
    std::fs::write(&looking.objects()[2], b"").unwrap();
    let reader = looking.reader(AccessRange::ALL).await;
    for n in 9..=12 {
        let error = reader.frame(stream(0), seq(n)).await.unwrap_err();
        assert!(error.is_damage(), "{error}");
    }
}

/// Flips a byte in the ciphertext of the intake log's entry of so many.
fn break_entry(data: &Path, index: usize) {
    let path = data.join("intake/0000000000000001.log");
    let mut bytes = std::fs::read(&path).unwrap();
    let mut entries = bytes.windows(4).enumerate().filter(|(_, four)| *four == b"OBHE");
    let (at, _) = entries.nth(index).unwrap();
    bytes[at + 1000] ^= 1;
    std::fs::write(path, bytes).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frame_that_broke_in_the_intake_log_is_named_after_a_restart_until_it_is_sent_again() {
    let looking = Looking::at_pictures(6).await;
    let looking = looking.restart(|options| break_entry(&options.data, 2)).await;
    let why = assert_named(&looking, 6, &[3]).await;
    assert_eq!(why, ["its bytes no longer check"]);
    // What a restore reads.
    let reader = looking.reader(AccessRange::ALL).await;
    let parts = reader.parts(stream(0)).await.unwrap();
    let [part] = &parts[..] else { panic!("{parts:?}") };
    assert!(reader.read(part).await.unwrap_err().is_damage());
    let salvaged = reader.salvage(part).await.unwrap();
    assert_eq!(
        (salvaged.frames.len(), salvaged.damaged.to_string()),
        (5, "3".to_owned())
    );
    drop(reader);

    // Packing the others does not hide it, nor does another start.
    looking.house.pack(96).await;
    assert_named(&looking, 6, &[3]).await;
    let looking = looking.restart(|_| ()).await;
    assert_named(&looking, 6, &[3]).await;

    // The agent still has it, but there is no room for it.
    let looking = looking.restart(|options| options.intake.max_bytes = 1).await;
    let body = Bytes::from(Looking::body(3));
    let again = NewFrame {
        at: looking.house.now(),
        name: None,
        media_type: "image/png".to_owned(),
        cut: false,
        sha256: Sha256Digest::of(&body),
        body,
    };
    let archive = &looking.house.archive;
    archive
        .put_frame(looking.at, stream(0), seq(3), again)
        .await
        .unwrap_err();
    assert_named(&looking, 6, &[3]).await;
    let looking = looking.restart(|_| ()).await;

    // Now there is.
    looking.house.put(looking.at, 0, 3, &Looking::body(3)).await;
    assert_named(&looking, 6, &[]).await;
    let looking = looking.restart(|_| ()).await;
    assert_named(&looking, 6, &[]).await;
    looking.house.pack(96).await;
    let looking = looking.restart(|_| ()).await;
    assert_named(&looking, 6, &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frame_that_broke_before_a_restart_is_missing_in_the_seal() {
    let looking = Looking::at_pictures(6).await;
    let looking = looking.restart(|options| break_entry(&options.data, 2)).await;
    looking.house.seal(looking.at).await;
    let reader = looking.opened(vec![AccessRange::ALL]).await;
    let index = reader.index(stream(0), None).await.unwrap();
    assert_eq!(numbers(&index), [1, 2, 4, 5, 6]);
    let archive = &looking.house.archive;
    let found = archive
        .find_session(&[looking.at.tenant], looking.at.session)
        .await
        .unwrap();
    let sealed = found.unwrap().sealed.unwrap();
    let gaps: Vec<String> = sealed.iter().map(|stream| stream.gaps.to_string()).collect();
    assert_eq!(gaps, ["3", ""]);
}

/// Runs statements on the catalog; no constraint stands in the way.
fn edit(looking: &Looking, sql: &str) {
    let folder = looking.house.folder.path();
    let catalog = rusqlite::Connection::open(folder.join("catalog.sqlite")).unwrap();
    let pragmas = "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON;";
    catalog.execute_batch(&format!("{pragmas} {sql}")).unwrap();
}

/// What a restore finds lost, as it names it.
async fn lost_to_a_restore(looking: &Looking) -> Vec<String> {
    let reader = looking.reader(AccessRange::ALL).await;
    let mut lost = Vec::new();
    for part in reader.parts(stream(0)).await.unwrap() {
        if let Err(error) = reader.read(&part).await {
            assert!(error.is_damage(), "{error}");
            lost.push(reader.salvage(&part).await.unwrap().damaged.to_string());
        }
    }
    lost
}

const NO_ROW: &str = "its row is missing from the catalog";

#[tokio::test(flavor = "multi_thread")]
async fn frames_do_not_vanish_with_their_segments_row() {
    for sealed in [true, false] {
        let looking = Looking::at_pictures(12).await;
        looking.house.pack(4).await;
        if sealed {
            looking.house.seal(looking.at).await;
        }
        let second = "DELETE FROM segments WHERE stream = 0 AND segment = 1";
        edit(&looking, second);
        let why = assert_named(&looking, 12, &[5, 6, 7, 8]).await;
        assert_eq!(why, [NO_ROW], "sealed: {sealed}");
        assert_eq!(lost_to_a_restore(&looking).await, ["5-8"], "sealed: {sealed}");

        let opened = looking.opened(vec![range(0, 1, 6)]).await;
        let index = opened.index(stream(0), Some(seq(5))).await.unwrap();
        let named: Vec<_> = index
            .damaged
            .iter()
            .map(|range| (range.first, range.last))
            .collect();
        assert_eq!(named, [(seq(6), seq(6))], "only what was asked for");

        let all = "DELETE FROM segments WHERE stream = 0";
        edit(&looking, all);
        let why = assert_named(&looking, 12, &(1..=12).collect::<Vec<_>>()).await;
        assert_eq!(why, [NO_ROW; 3], "sealed: {sealed}");
        let index = looking
            .opened(vec![AccessRange::ALL])
            .await
            .index(stream(1), None)
            .await;
        assert_eq!(index.unwrap().damaged, [], "the other stream never held any");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_seal_counts_is_named_though_row_and_chain_line_are_gone() {
    let looking = Looking::at_pictures(8).await;
    for n in 11..=12 {
        looking.house.put(looking.at, 0, n, &Looking::body(n)).await;
    }
    looking.house.pack(4).await;
    looking.house.seal(looking.at).await;
    let sql = "DELETE FROM segments WHERE stream = 0 AND segment = 1; DELETE FROM chain_lines WHERE n = 2";
    edit(&looking, sql);
    let index = looking
        .opened(vec![AccessRange::ALL])
        .await
        .index(stream(0), None)
        .await
        .unwrap();
    assert_eq!(numbers(&index), [1, 2, 3, 4, 11, 12], "9 and 10 were never there");
    let named: Vec<_> = index
        .damaged
        .iter()
        .map(|range| (range.first, range.last))
        .collect();
    assert_eq!(named, [(seq(5), seq(8))]);
    assert_eq!(lost_to_a_restore(&looking).await, ["5-8"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_row_says_other_numbers_than_its_chain_line_the_lines_count() {
    for sql in [
        "UPDATE segments SET first = 900, last = 903, ranges = '900-903' WHERE segment = 1",
        "UPDATE segments SET last = 5, count = 1, ranges = '5' WHERE segment = 1",
        "UPDATE segments SET ranges = 'none' WHERE segment = 1",
    ] {
        for emptied in [false, true] {
            let looking = Looking::at_pictures(12).await;
            looking.house.pack(4).await;
            looking.house.seal(looking.at).await;
            edit(&looking, sql);
            if emptied {
                std::fs::write(&looking.objects()[1], b"").unwrap();
            }
            let lost: &[u64] = if emptied { &[5, 6, 7, 8] } else { &[] };
            assert_named(&looking, 12, lost).await;
            let reader = looking.reader(AccessRange::ALL).await;
            assert_eq!(run(&reader, 890, 910).await, [], "{sql}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_names_another_segments_line_shows_none_of_its_frames() {
    let looking = Looking::at_pictures(4).await;
    looking.house.pack(4).await;
    looking.house.put(looking.at, 1, 1, b"right").await;
    looking.house.seal(looking.at).await;
    let sql = "DELETE FROM segments WHERE stream = 1; UPDATE segments SET stream = 1";
    edit(&looking, sql);
    let index = looking
        .opened(vec![AccessRange::ALL])
        .await
        .index(stream(1), None)
        .await
        .unwrap();
    assert_eq!(numbers(&index), [0_u64; 0]);
    let reader = looking
        .reader(AccessRange {
            stream: Some(stream(1)),
            frames: None,
        })
        .await;
    for n in 1..=4 {
        assert!(reader.frame(stream(1), seq(n)).await.unwrap_err().is_damage());
    }
}
