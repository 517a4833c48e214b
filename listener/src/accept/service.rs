//! One connection's requests on their way into the router and their answers on the way out.

use std::convert::Infallible;
use std::future::{self, Future};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use axum::Router;
use axum::body::Body as RouterBody;
use axum::http::{HeaderMap, HeaderValue, Request, Response, header};
use axum::response::IntoResponse;
use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use tower::ServiceExt;

use super::body::{self, DrainLimit, Drained};
use super::phase::Phases;
use super::{ListenerLimits, Peer};
use crate::problem::Problem;

/// The router as one connection sees it.
#[derive(Debug, Clone)]
pub(super) struct ConnectionService {
    pub(super) router: Router,
    pub(super) phases: Phases,
    pub(super) limits: Arc<ListenerLimits>,
    pub(super) peer: Peer,
}

impl hyper::service::Service<Request<Incoming>> for ConnectionService {
    type Response = Response<AnswerBody>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        self.phases.request_began();
        let this = self.clone();
        Box::pin(async move {
            let response = this.answer(request).await;
            let phases = this.phases;
            let connection = future::poll_fn(|cx| Poll::Ready(cx.waker().clone())).await;
            Ok(response.map(|inner| AnswerBody {
                inner,
                phases,
                connection,
            }))
        })
    }
}

impl ConnectionService {
    async fn answer(&self, request: Request<Incoming>) -> Response<RouterBody> {
        let expects_continue = expects_continue(request.headers());
        let (mut parts, incoming) = request.into_parts();
        let (handler_body, hold) = body::paced(incoming, &self.limits);
        parts.extensions.insert(self.peer.clone());
        let request = Request::from_parts(parts, handler_body);
        let mut response = match self.router.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        let limit = response
            .extensions()
            .get()
            .map_or(self.limits.drain_bytes, |limit: &DrainLimit| limit.0);
        match hold.drain(limit, expects_continue).await {
            Drained::Clean => {}
            Drained::Broken => close_after(&mut response),
            Drained::TooSlow => {
                response = Problem::body_too_slow(self.limits.body_rate).into_response();
                close_after(&mut response);
            }
        }
        response
    }
}

fn close_after(response: &mut Response<RouterBody>) {
    response
        .headers_mut()
        .insert(header::CONNECTION, HeaderValue::from_static("close"));
}

fn expects_continue(headers: &HeaderMap) -> bool {
    headers
        .get(header::EXPECT)
        .is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"100-continue"))
}

/// An answer's body; its end is the end of the request.
#[derive(Debug)]
pub(super) struct AnswerBody {
    inner: RouterBody,
    phases: Phases,
    /// Wakes the connection's task: hyper read last while the request had no deadline, and only reading again arms that of
    /// the idle connection.
    connection: Waker,
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.inner).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

impl Drop for AnswerBody {
    fn drop(&mut self) {
        self.phases.request_ended();
        self.connection.wake_by_ref();
    }
}
