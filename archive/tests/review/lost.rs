//! What is lost is named: by the index, by a run and by the single frame, with the same numbers.

use obhut_archive::AccessRange;

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
