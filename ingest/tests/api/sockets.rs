//! The running intake through real sockets: what a client reads when it is refused in the middle of sending.

use std::net::SocketAddr;

use obhut_ingest::config::IntakeConfig;
use obhut_ingest::server::{Intake, StartError};
use obhut_listener::ListenerError;
use obhut_listener::metrics::Metrics;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::house::{Ask, House, small};

async fn start(house: &House) -> Intake {
    let config = IntakeConfig::at(([127, 0, 0, 1], 0).into());
    Intake::start(house.archive.clone(), config, Metrics::install().unwrap())
        .await
        .unwrap()
}

/// Sends all of it before it reads a word.
async fn send(intake: &Intake, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(intake.local_address()).await.unwrap();
    stream.write_all(request).await.unwrap();
    let mut said = String::new();
    stream.read_to_string(&mut said).await.unwrap();
    said
}

fn closing(ask: Ask) -> Vec<u8> {
    ask.header("Connection", "close").bytes()
}

#[tokio::test]
async fn a_frame_goes_over_the_wire() {
    let house = House::new().await;
    let intake = start(&house).await;
    assert_eq!(intake.origin(), format!("http://{}", intake.local_address()));
    let session = house.session().await;
    let said = send(&intake, &closing(house.frame(&session, 1, &small(1)))).await;
    assert!(said.starts_with("HTTP/1.1 201 "), "{said}");
    assert_eq!(intake.shutdown().await.cut, 0);
}

#[tokio::test]
async fn a_refusal_is_read_and_not_a_reset() {
    let house = House::new().await;
    let intake = start(&house).await;
    let session = house.session().await;
    let large = vec![7; 20 << 20];
    let too_large = house.frame(&session, 1, &large);
    let said = send(&intake, &closing(too_large.clone())).await;
    assert!(
        said.starts_with("HTTP/1.1 413 ") && said.contains("/problems/body-too-large"),
        "{said}"
    );
    let a_mebibyte = house
        .frame(&session, 1, &large[..1 << 20])
        .without("Authorization");
    let said = send(&intake, &closing(a_mebibyte)).await;
    assert!(said.starts_with("HTTP/1.1 401 "), "{said}");
    let no_digest = house
        .frame(&session, 1, &large[..10 << 20])
        .without("Content-Digest");
    let said = send(&intake, &closing(no_digest)).await;
    assert!(
        said.starts_with("HTTP/1.1 400 ") && said.contains("/problems/digest-missing"),
        "{said}"
    );
    intake.shutdown().await;
}

#[tokio::test]
async fn token_session_headers_and_length_are_judged_before_the_body_is_asked_for() {
    let house = House::new().await;
    let intake = start(&house).await;
    let session = house.session().await;
    let good = house
        .frame(&session, 1, &small(1))
        .header("Expect", "100-continue")
        .header("Connection", "close");
    let head = |ask: &Ask| {
        let bytes = ask.bytes();
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
        bytes[..end].to_vec()
    };
    let large = house
        .frame(&session, 1, &vec![0; (16 << 20) + 1])
        .header("Expect", "100-continue");
    for (ask, status) in [
        (good.clone().without("Authorization"), "401"),
        (
            house
                .frame("019a0000-0000-7000-8000-000000000000", 1, &small(1))
                .header("Expect", "100-continue"),
            "404",
        ),
        (good.clone().without("Content-Digest"), "400"),
        (good.clone().header("Content-Type", "text/plain"), "415"),
        (good.clone().header("Captured-At", "2027-01-01T00:00:00Z"), "422"),
        (large, "413"),
    ] {
        let said = send(&intake, &head(&ask.header("Connection", "close"))).await;
        assert!(
            said.starts_with(&format!("HTTP/1.1 {status} ")),
            "{status}: {said}"
        );
    }
    let mut stream = TcpStream::connect(intake.local_address()).await.unwrap();
    stream.write_all(&head(&good)).await.unwrap();
    let mut interim = [0; 25];
    stream.read_exact(&mut interim).await.unwrap();
    assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(&small(1)).await.unwrap();
    let mut said = String::new();
    stream.read_to_string(&mut said).await.unwrap();
    assert!(said.starts_with("HTTP/1.1 201 "), "{said}");
    intake.shutdown().await;
}

#[tokio::test]
async fn clear_text_stays_on_the_machine_and_bad_settings_are_told() {
    let house = House::new().await;
    let config = IntakeConfig::at(SocketAddr::from(([0, 0, 0, 0], 0)));
    let refused = Intake::start(house.archive.clone(), config, Metrics::install().unwrap()).await;
    assert!(matches!(
        refused,
        Err(StartError::Listener(ListenerError::ClearText {
            setting: "intake",
            ..
        }))
    ));
    let mut config = IntakeConfig::at(([127, 0, 0, 1], 0).into());
    config.api.frame_bytes = 0;
    config.api.full_at = 2.0;
    let refused = Intake::start(house.archive.clone(), config, Metrics::install().unwrap())
        .await
        .unwrap_err();
    assert!(
        matches!(&refused, StartError::Config(problems) if problems.len() == 2),
        "{refused}"
    );
}
