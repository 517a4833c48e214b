//! `PUT …/frames/{seq}`.

use axum::http::{StatusCode, header};
use obhut_format::digest::Sha256Digest;
use obhut_format::sign::Receipt;
use obhut_ingest::api::ReceiptBody;
use obhut_ingest::config::{ApiConfig, PackerConfig};
use obhut_ingest::packer::{Flushed, Packer};
use serde_json::json;

use crate::house::{Answer, House, digest, picture, png, problem, small};

fn receipt(answer: &Answer) -> Receipt {
    let _: ReceiptBody = serde_json::from_str(&answer.text).unwrap();
    Receipt::parse(answer.text.as_bytes()).unwrap()
}

#[tokio::test]
async fn a_frame_is_acknowledged_with_a_receipt_that_the_public_key_verifies() {
    let house = House::new().await;
    let session = house.session().await;
    let body = picture("timeline/00010.png");
    let answer = house.frame(&session, 448, &body).send(&house).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
    let receipt = receipt(&answer);
    assert_eq!(receipt.session.to_string(), session);
    assert_eq!((receipt.stream.get(), receipt.seq.get()), (0, 448));
    assert_eq!(receipt.sha256, Sha256Digest::of(&body));
    let key = house.archive_key().await;
    receipt.verify(&key).unwrap();
    let mut forged = receipt;
    forged.sha256 = Sha256Digest::of(b"other bytes");
    assert!(forged.verify(&key).is_err());
}

#[tokio::test]
async fn the_same_frame_again_has_the_same_receipt_before_the_pack_after_it_and_after_the_seal() {
    let house = House::new().await;
    let packer = Packer::start(house.archive.clone(), PackerConfig::default());
    let session = house.session().await;
    let ask = house.frame(&session, 5, &small(5));
    let other = house.frame(&session, 5, &small(6));
    let first = ask.send(&house).await;
    assert_eq!(first.status, StatusCode::CREATED);
    for stage in ["waiting", "packed", "sealed"] {
        match stage {
            "packed" => assert_eq!(packer.flush().await, Flushed::All),
            "sealed" => {
                let sealed = house
                    .seal(&session, &json!([{ "n": 0, "count": 1, "last": 5 }]))
                    .send(&house)
                    .await;
                assert_eq!(sealed.status, StatusCode::OK);
                assert_eq!(sealed.json["streams"][0]["count"], 1, "stored once");
            }
            _ => {}
        }
        house.clock.advance(std::time::Duration::from_mins(1));
        let again = ask.send(&house).await;
        assert_eq!(
            (again.status, &again.text),
            (StatusCode::OK, &first.text),
            "{stage}"
        );
        assert_eq!(
            problem(&other.send(&house).await),
            (409, "number-taken"),
            "{stage}"
        );
    }
    assert_eq!(
        problem(&house.frame(&session, 6, &small(6)).send(&house).await),
        (409, "session-sealed")
    );
    packer.shutdown().await;
}

#[tokio::test]
async fn frames_come_in_any_order() {
    let house = House::new().await;
    let packer = Packer::start(house.archive.clone(), PackerConfig::default());
    let session = house.session().await;
    for seq in [9, 2, 7, 0, 4] {
        assert_eq!(
            house.frame(&session, seq, &small(seq)).send(&house).await.status,
            StatusCode::CREATED
        );
    }
    assert_eq!(packer.flush().await, Flushed::All);
    for seq in [3, 8] {
        assert_eq!(
            house.frame(&session, seq, &small(seq)).send(&house).await.status,
            StatusCode::CREATED
        );
    }
    let sealed = house
        .seal(&session, &json!([{ "n": 0, "count": 9, "last": 11 }]))
        .send(&house)
        .await;
    assert_eq!(sealed.status, StatusCode::OK);
    let stream = &sealed.json["streams"][0];
    assert_eq!(
        (&stream["count"], &stream["first"], &stream["last"]),
        (&json!(7), &json!(0), &json!(9))
    );
    let gaps = stream["gaps"].as_str().unwrap();
    assert!(gaps.starts_with("1,5-6"), "{gaps}");
    packer.shutdown().await;
}

#[tokio::test]
async fn headers_are_refused_each_with_its_status() {
    let house = House::new().await;
    let session = house.session().await;
    let good = house.frame(&session, 1, &small(1));
    for (ask, expected) in [
        (good.clone().without("Content-Digest"), (400, "digest-missing")),
        (
            good.clone().header("Content-Digest", "sha-512=:AAAA:"),
            (400, "digest-missing"),
        ),
        (
            good.clone().header("Content-Digest", "sha-256=:AAAA:"),
            (400, "digest-missing"),
        ),
        (good.clone().without("Captured-At"), (400, "header-malformed")),
        (
            good.clone().header("Captured-At", "noon"),
            (400, "header-malformed"),
        ),
        (
            good.clone().without("Content-Type"),
            (415, "media-type-unsupported"),
        ),
        (
            good.clone().header("Content-Type", "image/gif"),
            (415, "media-type-unsupported"),
        ),
        (
            good.clone().header("Content-Type", "image/jpeg"),
            (415, "media-type-differs"),
        ),
        (
            good.clone().header("Content-Digest", &digest(b"other")),
            (422, "digest-mismatch"),
        ),
        (
            good.clone().header("Captured-At", "2026-11-02T12:10:00.000001Z"),
            (422, "captured-ahead"),
        ),
    ] {
        assert_eq!(problem(&ask.send(&house).await), expected);
    }
    assert_eq!(
        house.archive.stats().waiting_frames,
        0,
        "nothing of a refused frame is kept"
    );
    let on_the_edge = good.clone().header("Captured-At", "2026-11-02T12:10:00Z");
    assert_eq!(on_the_edge.send(&house).await.status, StatusCode::CREATED);
    let years_late = house
        .frame(&session, 2, &small(2))
        .header("Captured-At", "2019-01-01T00:00:00Z");
    assert_eq!(years_late.send(&house).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn a_stream_or_number_that_can_not_be_is_refused() {
    let house = House::new().await;
    let session = house.session().await;
    let put = |rest: &str| {
        house
            .ask(
                axum::http::Method::PUT,
                &format!("/v1/sessions/{session}/streams/{rest}"),
            )
            .frame("image/png", &small(1))
    };
    for path in ["1/frames/1", "10000/frames/1", "x/frames/1", "00/frames/1"] {
        assert_eq!(
            problem(&put(path).send(&house).await),
            (404, "not-found"),
            "{path}"
        );
    }
    for path in [
        "0/frames/-1",
        "0/frames/x",
        "0/frames/9007199254740992",
        "0/frames/01",
    ] {
        assert_eq!(
            problem(&put(path).send(&house).await),
            (400, "request-malformed"),
            "{path}"
        );
    }
    assert_eq!(
        put("0/frames/9007199254740991").send(&house).await.status,
        StatusCode::CREATED
    );
}

#[tokio::test]
async fn a_picture_cut_behind_its_header_is_kept_and_one_cut_in_it_is_not() {
    let house = House::new().await;
    let session = house.session().await;
    let mut seq = 0;
    for (name, media_type, in_header) in [
        ("timeline/00010.png", "image/png", 20),
        ("timeline-jpg/00001.jpg", "image/jpeg", 20),
    ] {
        let whole = picture(name);
        let put = |seq: u64, body: &[u8]| house.frame(&session, seq, body).frame(media_type, body);
        for kept in [&whole[..], &whole[..whole.len() - 1], &whole[..whole.len() / 2]] {
            seq += 1;
            assert_eq!(
                put(seq, kept).send(&house).await.status,
                StatusCode::CREATED,
                "{name}"
            );
        }
        for refused in [&whole[..in_header], b"", &whole[1..]] {
            assert_eq!(
                problem(&put(99, refused).send(&house).await),
                (422, "image-unreadable"),
                "{name}"
            );
        }
    }
    assert_eq!(house.archive.stats().waiting_frames, 6);
}

#[tokio::test]
async fn too_many_pixels_and_too_many_bytes_are_refused() {
    let house = House::with(ApiConfig {
        frame_bytes: 2_000,
        ..ApiConfig::default()
    })
    .await;
    let session = house.session().await;
    let huge = png(1, 40_000, 40_000);
    assert_eq!(
        problem(&house.frame(&session, 1, &huge).send(&house).await),
        (413, "image-too-large")
    );
    let just = png(1, 10_000, 10_000);
    assert_eq!(
        house.frame(&session, 1, &just).send(&house).await.status,
        StatusCode::CREATED
    );
    let mut long = small(2);
    long.resize(2_001, 0);
    assert_eq!(
        problem(&house.frame(&session, 2, &long).send(&house).await),
        (413, "body-too-large")
    );
    long.truncate(2_000);
    assert_eq!(
        house.frame(&session, 2, &long).send(&house).await.status,
        StatusCode::CREATED
    );
}

#[tokio::test]
async fn a_session_that_is_a_day_old_takes_what_it_has_and_nothing_new() {
    let house = House::new().await;
    let session = house.session().await;
    let ask = house.frame(&session, 1, &small(1));
    let first = ask.send(&house).await;
    house.clock.advance(std::time::Duration::from_hours(24));
    assert_eq!(
        problem(&house.frame(&session, 2, &small(2)).send(&house).await),
        (409, "session-ended")
    );
    let again = ask.send(&house).await;
    assert_eq!((again.status, again.text), (StatusCode::OK, first.text));
}
