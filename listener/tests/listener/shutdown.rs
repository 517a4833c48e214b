use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use obhut_listener::{ListenerLimits, Stopped};
use tokio::net::TcpStream;
use tokio::sync::Notify;

use super::{SHORT, Served, client, get_request, patient, rest, text};

#[tokio::test]
async fn idle_connections_are_closed_at_once() {
    // Were they not, this test would wait for the ten minutes given to requests.
    let served = Served::start(ListenerLimits {
        shutdown: Duration::from_mins(10),
        ..patient()
    })
    .await;
    let mut silent = served.connect().await;
    let mut used = client(served.connect().await).await;
    assert_eq!(text(get_request(&mut used).await).await.1, "hello");
    served.is_served().await;
    let address = served.address;
    assert_eq!(served.stop().await, Stopped { cut: 0 });
    assert_eq!(rest(&mut silent).await, "");
    assert!(
        TcpStream::connect(address).await.is_err(),
        "nothing listens any more"
    );
}

/// A handler that says when it began and ends when told.
fn waiting_router() -> (Router, Arc<Notify>, Arc<Notify>) {
    let (began, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (in_began, in_go_on) = (Arc::clone(&began), Arc::clone(&go_on));
    let router = Router::new().route(
        "/",
        get(move || async move {
            in_began.notify_one();
            in_go_on.notified().await;
            "done"
        }),
    );
    (router, began, go_on)
}

#[tokio::test]
async fn a_request_under_way_is_answered_before_the_listener_ends() {
    let (router, began, go_on) = waiting_router();
    let served = Served::start_with(
        ListenerLimits {
            shutdown: Duration::from_mins(10),
            ..patient()
        },
        router,
    )
    .await;
    let mut client = client(served.connect().await).await;
    let asking = tokio::spawn(async move { text(get_request(&mut client).await).await });
    began.notified().await;
    let stopping = tokio::spawn(served.stop());
    tokio::task::yield_now().await;
    go_on.notify_one();
    assert_eq!(asking.await.expect("an answer").1, "done");
    assert_eq!(stopping.await.expect("an end"), Stopped { cut: 0 });
}

#[tokio::test]
async fn a_request_that_outlasts_its_time_is_cut() {
    let (router, began, _go_on) = waiting_router();
    let served = Served::start_with(
        ListenerLimits {
            shutdown: SHORT,
            ..patient()
        },
        router,
    )
    .await;
    let mut client = client(served.connect().await).await;
    let asking = tokio::spawn(async move {
        let request = hyper::Request::get("/")
            .body(http_body_util::Full::default())
            .expect("a request");
        client.send_request(request).await.is_err()
    });
    began.notified().await;
    assert_eq!(served.stop().await, Stopped { cut: 1 });
    assert!(
        asking.await.expect("an end"),
        "the client sees that it was not answered"
    );
}
