use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use futures_util::stream;
use obhut_listener::ListenerLimits;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{SHORT, Served, client, get_request, patient, rest, text};

/// Sends byte after byte, never pausing for long, until the server ends it; what the server said. Pausing between bytes is
/// what this client is: no test result hangs on the length of the pause.
async fn trickle(stream: &mut TcpStream, byte: u8) -> String {
    let (mut read, mut write) = stream.split();
    let sending = async {
        while write.write_all(&[byte]).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let reading = rest(&mut read);
    let (said, ()) = tokio::join!(reading, sending);
    said
}

#[tokio::test]
async fn a_client_that_says_nothing_is_ended_and_others_are_served() {
    let served = Served::start(ListenerLimits {
        first_byte: SHORT,
        ..patient()
    })
    .await;
    let mut silent = served.connect().await;
    served.is_served().await;
    assert_eq!(rest(&mut silent).await, "");
    served.is_served().await;
}

#[tokio::test]
async fn headers_byte_by_byte_are_ended_and_others_are_served() {
    let served = Served::start(ListenerLimits {
        headers: SHORT,
        ..patient()
    })
    .await;
    let mut slow = served.connect().await;
    slow.write_all(b"GET / HTTP/1.1\r\nHost: test\r\nX-Slow: ")
        .await
        .expect("the server reads");
    served.is_served().await;
    assert_eq!(trickle(&mut slow, b'a').await, "");
    served.is_served().await;
}

#[tokio::test]
async fn a_body_byte_by_byte_is_answered_408_and_others_are_served() {
    let limits = ListenerLimits {
        body_grace: SHORT,
        body_rate: 100_000,
        ..patient()
    };
    let served = Served::start(limits).await;
    let mut slow = served.connect().await;
    slow.write_all(b"PUT / HTTP/1.1\r\nHost: test\r\nContent-Length: 1000000\r\n\r\n")
        .await
        .expect("the server reads");
    served.is_served().await;
    let said = trickle(&mut slow, b'a').await;
    assert!(said.starts_with("HTTP/1.1 408 Request Timeout\r\n"), "{said}");
    assert!(said.contains("connection: close\r\n"), "{said}");
    assert!(said.contains("\"type\":\"/problems/body-too-slow\""), "{said}");
    served.is_served().await;
}

#[tokio::test]
async fn a_body_that_stops_after_a_fast_start_is_answered_408() {
    let served = Served::start(ListenerLimits {
        body_grace: SHORT,
        ..patient()
    })
    .await;
    let mut slow = served.connect().await;
    slow.write_all(b"PUT / HTTP/1.1\r\nHost: test\r\nContent-Length: 200000\r\n\r\n")
        .await
        .expect("the server reads");
    slow.write_all(&vec![0; 199_999]).await.expect("the server reads");
    assert!(rest(&mut slow).await.starts_with("HTTP/1.1 408"));
}

#[tokio::test]
async fn a_refused_body_may_not_be_slow_either() {
    let served = Served::start(ListenerLimits {
        body_grace: SHORT,
        ..patient()
    })
    .await;
    let mut slow = served.connect().await;
    slow.write_all(b"PUT /refuse HTTP/1.1\r\nHost: test\r\nContent-Length: 10\r\n\r\n")
        .await
        .expect("the server reads");
    assert!(rest(&mut slow).await.starts_with("HTTP/1.1 408"));
}

#[tokio::test]
async fn a_connection_is_kept_for_the_next_request_and_ended_when_none_comes() {
    let served = Served::start(ListenerLimits {
        keep_alive: SHORT,
        ..patient()
    })
    .await;
    let mut stream = served.connect().await;
    for _ in 0..3 {
        stream
            .write_all(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n")
            .await
            .expect("the server reads");
        let mut answer = Vec::new();
        while !answer.ends_with(b"hello") {
            assert_ne!(stream.read_buf(&mut answer).await.expect("an answer"), 0);
        }
    }
    assert_eq!(rest(&mut stream).await, "");
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_turn() {
    let served = Served::start(patient()).await;
    let mut stream = served.connect().await;
    let (first, last) = (
        "GET / HTTP/1.1\r\nHost: test\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n",
    );
    stream
        .write_all(format!("{first}{last}").as_bytes())
        .await
        .expect("the server reads");
    assert_eq!(rest(&mut stream).await.matches("hello").count(), 2);
}

#[tokio::test]
async fn an_answer_nobody_takes_is_ended() {
    let endless = || stream::repeat_with(|| Ok::<_, std::io::Error>(vec![0_u8; 65_536]));
    let (dropped, ended) = tokio::sync::oneshot::channel::<()>();
    let dropped = std::sync::Arc::new(std::sync::Mutex::new(Some(dropped)));
    let router = Router::new().route(
        "/",
        get(move || {
            let guard = dropped.lock().expect("not poisoned").take();
            async move {
                use futures_util::StreamExt;
                Body::from_stream(endless().inspect(move |_| assert!(guard.is_some())))
            }
        }),
    );
    let served = Served::start_with(
        ListenerLimits {
            answer_stall: SHORT,
            ..patient()
        },
        router,
    )
    .await;
    let mut stream = served.connect().await;
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n")
        .await
        .expect("the server reads");
    // The body is dropped, and the sender in it, although the client keeps its connection open.
    assert!(ended.await.is_err());
    drop(stream);
}

#[tokio::test]
async fn a_slow_handler_is_no_slow_client() {
    let router = Router::new().route(
        "/",
        get(|| async {
            tokio::time::sleep(SHORT * 3).await;
            "late"
        }),
    );
    let limits = ListenerLimits {
        first_byte: SHORT,
        headers: SHORT,
        keep_alive: SHORT,
        body_grace: SHORT,
        ..patient()
    };
    let served = Served::start_with(limits, router).await;
    let mut client = client(served.connect().await).await;
    assert_eq!(text(get_request(&mut client).await).await.1, "late");
}
