use hyper::StatusCode;
use obhut_listener::{DrainLimit, ListenerLimits};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{Served, patient, rest, router};

/// Sends all of a request before it reads a word, as simple clients do.
async fn send_then_read(served: &Served, path: &str, bytes: usize) -> String {
    let mut stream = served.connect().await;
    let head =
        format!("PUT {path} HTTP/1.1\r\nHost: test\r\nContent-Length: {bytes}\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).await.expect("the server reads");
    let sent = stream.write_all(&vec![7; bytes]).await;
    let said = rest(&mut stream).await;
    assert!(
        sent.is_ok() || !said.is_empty(),
        "reset before the answer could be read"
    );
    said
}

#[tokio::test]
async fn a_client_in_the_middle_of_sending_reads_its_refusal() {
    let served = Served::start(patient()).await;
    for _ in 0..20 {
        let said = send_then_read(&served, "/refuse", 1024 * 1024).await;
        assert!(said.starts_with("HTTP/1.1 401 "), "{said}");
    }
}

#[tokio::test]
async fn the_connection_serves_on_after_a_drained_refusal() {
    let served = Served::start(patient()).await;
    let mut stream = served.connect().await;
    stream
        .write_all(b"PUT /refuse HTTP/1.1\r\nHost: test\r\nContent-Length: 3\r\n\r\nabc")
        .await
        .expect("the server reads");
    stream
        .write_all(b"PUT / HTTP/1.1\r\nHost: test\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc")
        .await
        .expect("the server reads");
    let said = rest(&mut stream).await;
    assert!(
        said.starts_with("HTTP/1.1 401 ") && said.contains("HTTP/1.1 200 OK"),
        "{said}"
    );
}

#[tokio::test]
async fn no_more_is_read_than_the_limit() {
    let served = Served::start(ListenerLimits {
        drain_bytes: 1_000,
        ..patient()
    })
    .await;
    let mut stream = served.connect().await;
    stream
        .write_all(b"PUT /refuse HTTP/1.1\r\nHost: test\r\nContent-Length: 4000000000\r\n\r\n")
        .await
        .expect("the server reads");
    stream.write_all(&[0; 2_000]).await.expect("the server reads");
    let said = rest(&mut stream).await;
    assert!(
        said.starts_with("HTTP/1.1 401 ") && said.contains("connection: close"),
        "{said}"
    );
}

#[tokio::test]
async fn a_handler_may_let_more_be_read() {
    let more = |mut response: axum::response::Response| async {
        response.extensions_mut().insert(DrainLimit(4_000_000));
        response
    };
    let served = Served::start_with(
        ListenerLimits {
            drain_bytes: 0,
            ..patient()
        },
        router().layer(axum::middleware::map_response(more)),
    )
    .await;
    let said = send_then_read(&served, "/refuse", 4_000_000).await;
    assert!(said.starts_with("HTTP/1.1 401 "), "{said}");
}

#[tokio::test]
async fn a_client_that_waits_for_continue_is_refused_at_once() {
    let served = Served::start(patient()).await;
    let mut stream = served.connect().await;
    stream
        .write_all(
            b"PUT /refuse HTTP/1.1\r\nHost: test\r\nContent-Length: 1000\r\nExpect: 100-continue\r\n\r\n",
        )
        .await
        .expect("the server reads");
    let mut first_line = [0; 12];
    stream.read_exact(&mut first_line).await.expect("an answer");
    assert_eq!(&first_line, b"HTTP/1.1 401");
}

#[tokio::test]
async fn headers_over_their_size_are_answered() {
    let served = Served::start(ListenerLimits {
        header_bytes: 1_000,
        ..patient()
    })
    .await;
    let mut stream = served.connect().await;
    let long = format!(
        "GET / HTTP/1.1\r\nHost: test\r\nX-Long: {}\r\n\r\n",
        "a".repeat(2_000)
    );
    stream.write_all(long.as_bytes()).await.expect("the server reads");
    let said = rest(&mut stream).await;
    let status = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
    assert!(
        said.starts_with(&format!("HTTP/1.1 {}", status.as_u16())),
        "{said}"
    );
}
