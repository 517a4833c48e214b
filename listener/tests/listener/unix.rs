use std::fs;
use std::os::unix::fs::PermissionsExt;

use axum::Extension;
use axum::Router;
use axum::routing::get;
use obhut_listener::{Listener, ListenerError, Peer};
use tempfile::TempDir;
use tokio::net::UnixStream;
use tokio::sync::oneshot;

use super::{client, get_request, patient, text};

#[tokio::test]
async fn a_request_goes_through_a_unix_socket_of_this_user_alone() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("control.sock");
    let router = Router::new().route(
        "/",
        get(|Extension(peer): Extension<Peer>| async move {
            assert_eq!(peer, Peer::Local);
            "local"
        }),
    );
    let listener = Listener::bind_unix("control", &path, patient()).expect("a free path");
    assert_eq!(
        fs::metadata(&path).expect("the socket").permissions().mode() & 0o777,
        0o600
    );
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(listener.serve(router, async {
        let _ = stopped.await;
    }));
    let mut client = client(UnixStream::connect(&path).await.expect("accepted")).await;
    assert_eq!(text(get_request(&mut client).await).await.1, "local");
    stop.send(()).expect("the server runs");
    serving.await.expect("an end");
    assert!(!path.exists(), "the socket goes with its listener");
}

#[tokio::test]
async fn a_socket_left_behind_is_replaced_and_a_file_is_not() {
    let folder = TempDir::new().expect("a folder");
    let left_behind = folder.path().join("control.sock");
    drop(std::os::unix::net::UnixListener::bind(&left_behind).expect("a free path"));
    assert!(left_behind.exists());
    assert!(Listener::bind_unix("control", &left_behind, patient()).is_ok());

    let file = folder.path().join("file");
    fs::write(&file, "precious").expect("written");
    assert!(matches!(
        Listener::bind_unix("control", &file, patient()),
        Err(ListenerError::Bind { .. })
    ));
    assert_eq!(fs::read_to_string(&file).expect("still there"), "precious");
}
