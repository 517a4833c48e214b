use std::net::SocketAddr;

use obhut_listener::{Listener, ListenerError, ListenerLimits};
use tokio::io::AsyncWriteExt;

use super::{Served, patient, rest};

#[tokio::test]
async fn one_connection_more_than_an_address_may_have_is_closed() {
    let limits = ListenerLimits {
        connections_per_address: 1,
        count_loopback: true,
        ..patient()
    };
    let served = Served::start(limits).await;
    let mut first = served.connect().await;
    let mut second = served.connect().await;
    assert_eq!(rest(&mut second).await, "");
    first
        .write_all(b"GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
        .await
        .expect("the server reads");
    assert!(rest(&mut first).await.ends_with("hello"));
}

#[tokio::test]
async fn above_all_its_connections_the_listener_waits_and_loses_none() {
    let served = Served::start(ListenerLimits {
        connections: 1,
        ..patient()
    })
    .await;
    let mut first = served.connect().await;
    let mut second = served.connect().await;
    let request = b"GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n";
    second.write_all(request).await.expect("the system keeps it");
    first.write_all(request).await.expect("the server reads");
    assert!(rest(&mut first).await.ends_with("hello"));
    assert!(rest(&mut second).await.ends_with("hello"));
}

#[tokio::test]
async fn clear_text_beyond_loopback_is_refused_with_the_setting_named() {
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:80"] {
        let address: SocketAddr = address.parse().expect("an address");
        let refused = Listener::bind("intake.listen", address, None, ListenerLimits::default()).await;
        let error = refused.expect_err("clear text beyond loopback");
        assert!(matches!(error, ListenerError::ClearText { .. }));
        assert!(
            error.to_string().starts_with("setting intake.listen: "),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_taken_address_is_named() {
    let served = Served::start(patient()).await;
    let refused = Listener::bind("review.listen", served.address, None, patient()).await;
    let message = refused.expect_err("the address is taken").to_string();
    assert!(
        message.contains("review.listen") && message.contains(&served.address.to_string()),
        "{message}"
    );
}
