//! The listener through real sockets: what a slow, silent or greedy client can do, and what others notice of it.
//!
//! Limits are short here, and a test waits for what was promised (the connection ends, the answer comes); it never asks
//! how long it took.

mod deadlines;
mod early_answers;
mod limits;
mod shutdown;
mod tls;
mod unix;

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::routing::{get, put};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{self, SendRequest};
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use obhut_listener::{Listener, ListenerLimits, Stopped};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// Limits under which the deadlines a test is not about never come.
fn patient() -> ListenerLimits {
    let long = Duration::from_mins(10);
    ListenerLimits {
        first_byte: long,
        headers: long,
        keep_alive: long,
        body_grace: long,
        answer_stall: long,
        ..ListenerLimits::default()
    }
}

/// A deadline that is to come; long enough that a machine under load does not make a quick client late.
const SHORT: Duration = Duration::from_millis(600);

/// A server under test.
struct Served {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    done: JoinHandle<Stopped>,
}

impl Served {
    async fn start(limits: ListenerLimits) -> Self {
        Self::start_with(limits, router()).await
    }

    async fn start_with(limits: ListenerLimits, router: Router) -> Self {
        let listener = Listener::bind("test", SocketAddr::from(([127, 0, 0, 1], 0)), None, limits)
            .await
            .expect("loopback can be bound");
        let address = listener.local_address().expect("an address");
        let (stop, stopped) = oneshot::channel::<()>();
        let done = tokio::spawn(listener.serve(router, async {
            let _ = stopped.await;
        }));
        Self { address, stop, done }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address)
            .await
            .expect("the server accepts")
    }

    /// A whole, quick request on a connection of its own.
    async fn is_served(&self) {
        let mut client = client(self.connect().await).await;
        assert_eq!(
            text(get_request(&mut client).await).await,
            (StatusCode::OK, "hello".to_owned())
        );
    }

    async fn stop(self) -> Stopped {
        self.stop.send(()).expect("the server runs");
        self.done.await.expect("the server does not panic")
    }
}

/// `GET /` says hello, `PUT /` says how many bytes came, `PUT /refuse` says no without reading.
fn router() -> Router {
    Router::new()
        .route("/", get(|| async { "hello" }))
        .route("/", put(|body: Bytes| async move { body.len().to_string() }))
        .route("/refuse", put(|| async { StatusCode::UNAUTHORIZED }))
}

async fn client<S>(stream: S) -> SendRequest<Full<Bytes>>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (client, connection) = http1::handshake(TokioIo::new(stream))
        .await
        .expect("a fresh connection");
    tokio::spawn(connection);
    client
}

async fn get_request(client: &mut SendRequest<Full<Bytes>>) -> Response<hyper::body::Incoming> {
    let request = Request::get("/")
        .header("host", "test")
        .body(Full::default())
        .expect("a well-formed request");
    client.ready().await.expect("the connection is open");
    client.send_request(request).await.expect("an answer")
}

async fn text(response: Response<hyper::body::Incoming>) -> (StatusCode, String) {
    let status = response.status();
    let body = response
        .into_body()
        .collect()
        .await
        .expect("a whole body")
        .to_bytes();
    (status, String::from_utf8(body.to_vec()).expect("text"))
}

/// Everything the server still says until it closes; a reset is a close.
async fn rest(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut said = Vec::new();
    let _ = stream.read_to_end(&mut said).await;
    String::from_utf8(said).expect("text")
}
