//! Many senders at once.

use axum::http::StatusCode;
use obhut_ingest::config::PackerConfig;
use obhut_ingest::packer::Packer;
use serde_json::json;

use crate::house::{House, small};

const WRITERS: u64 = 8;
const FRAMES: u64 = 240;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eight_writers_out_of_order_each_frame_twice_are_all_kept_once() {
    let house = House::new().await;
    let packer = Packer::start(house.archive.clone(), PackerConfig::default());
    let session = house.session().await;
    let mut writers = Vec::new();
    for writer in 0..WRITERS {
        let router = house.router.clone();
        // Every writer sends a quarter of the frames, so that every frame has two senders; each from its own start.
        let asks: Vec<_> = (0..FRAMES)
            .map(|n| (n * 7 + writer * 31) % FRAMES)
            .filter(|seq| seq % 4 == writer % 4)
            .map(|seq| (seq, house.frame(&session, seq, &small(seq))))
            .collect();
        writers.push(tokio::spawn(async move {
            let mut answers = Vec::new();
            for (seq, ask) in asks {
                answers.push((seq, ask.send_to(&router).await));
            }
            answers
        }));
    }
    let (mut fresh, mut receipts) = (0, std::collections::BTreeMap::new());
    for writer in writers {
        for (seq, answer) in writer.await.unwrap() {
            assert!(answer.status.is_success(), "{:?}", answer.json);
            fresh += u64::from(answer.status == StatusCode::CREATED);
            let first = receipts.entry(seq).or_insert_with(|| answer.text.clone());
            assert_eq!(*first, answer.text, "frame {seq}");
        }
    }
    assert_eq!((fresh, receipts.len() as u64), (FRAMES, FRAMES));
    let sealed = house
        .seal(
            &session,
            &json!([{ "n": 0, "count": FRAMES, "last": FRAMES - 1 }]),
        )
        .send(&house)
        .await;
    assert_eq!(sealed.status, StatusCode::OK);
    assert_eq!(
        (
            &sealed.json["streams"][0]["count"],
            &sealed.json["streams"][0]["gaps"]
        ),
        (&json!(FRAMES), &json!(""))
    );
    packer.shutdown().await;
    house.verifies().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_frames_that_race_for_a_number_one_wins() {
    let house = House::new().await;
    let session = house.session().await;
    for seq in 0..20 {
        let asks = [
            house.frame(&session, seq, &small(1_000)),
            house.frame(&session, seq, &small(2_000)),
        ];
        let [a, b] = asks.map(|ask| {
            let router = house.router.clone();
            tokio::spawn(async move { ask.send_to(&router).await.status })
        });
        let mut statuses = [a.await.unwrap(), b.await.unwrap()];
        statuses.sort();
        assert_eq!(statuses, [StatusCode::CREATED, StatusCode::CONFLICT]);
    }
    assert_eq!(house.archive.stats().waiting_frames, 20);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_key_sent_by_many_at_once_opens_one_session() {
    let house = House::new().await;
    let ask = house
        .open(&crate::house::opening())
        .header("Idempotency-Key", "once");
    let asked: Vec<_> = (0..8)
        .map(|_| {
            let (ask, router) = (ask.clone(), house.router.clone());
            tokio::spawn(async move { ask.send_to(&router).await })
        })
        .collect();
    let mut sessions = std::collections::BTreeSet::new();
    for answer in asked {
        let answer = answer.await.unwrap();
        assert_eq!(answer.status, StatusCode::CREATED, "{:?}", answer.json);
        sessions.insert(answer.text);
    }
    assert_eq!(sessions.len(), 1);
}
