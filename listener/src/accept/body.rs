//! A request's body that must keep its pace, and that is read to its end when a handler answers early.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::body::Body as RouterBody;
use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use parking_lot::Mutex;
use tokio::time::Instant;

use super::ListenerLimits;
use super::io::Alarm;
use super::pace::Pace;

/// The client sent its body more slowly than the listener's limits allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the body came more slowly than {bytes_per_second} bytes a second")]
pub struct BodyTooSlow {
    /// The rate asked for.
    pub bytes_per_second: u32,
}

/// How much of its request's body a response lets be read on before it is sent; put into the response's extensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DrainLimit(
    /// Bytes.
    pub u64,
);

#[derive(Debug)]
struct Paced {
    inner: Incoming,
    pace: Pace,
    bytes_per_second: u32,
    waits_since: Option<Instant>,
    alarm: Alarm,
    asked: bool,
}

impl Paced {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        self.asked = true;
        match Pin::new(&mut self.inner).poll_frame(cx) {
            Poll::Ready(frame) => {
                let waited = self
                    .waits_since
                    .take()
                    .map_or(std::time::Duration::ZERO, |since| since.elapsed());
                let bytes = match &frame {
                    Some(Ok(frame)) => frame.data_ref().map_or(0, Bytes::len),
                    _ => 0,
                };
                self.pace.received(waited, bytes);
                Poll::Ready(frame.map(|frame| frame.map_err(axum::Error::new)))
            }
            Poll::Pending => {
                let since = *self.waits_since.get_or_insert_with(Instant::now);
                if self.alarm.rang(since + self.pace.left(), cx) {
                    let slow = BodyTooSlow {
                        bytes_per_second: self.bytes_per_second,
                    };
                    return Poll::Ready(Some(Err(axum::Error::new(slow))));
                }
                Poll::Pending
            }
        }
    }
}

/// What is left of a body after the handler let go of it.
#[derive(Debug, Default)]
enum Rest {
    /// The handler still has it, or read it to its end.
    #[default]
    None,
    Unread(Box<Paced>),
    TooSlow,
    Failed,
}

/// The listener's hold on a body that a handler has.
#[derive(Debug, Clone, Default)]
pub(super) struct BodyHold(Arc<Mutex<Rest>>);

/// How reading a body on ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Drained {
    /// Nothing of the body is left, or nothing was asked of the client.
    Clean,
    /// More came than the limit, or the connection failed: it can't be used again.
    Broken,
    /// The client was too slow, in the handler or here.
    TooSlow,
}

impl BodyHold {
    /// Reads what the handler left, at most `limit` bytes.
    pub(super) async fn drain(&self, limit: u64, expects_continue: bool) -> Drained {
        let mut paced = match std::mem::take(&mut *self.0.lock()) {
            Rest::None => return Drained::Clean,
            Rest::TooSlow => return Drained::TooSlow,
            Rest::Failed => return Drained::Broken,
            Rest::Unread(paced) => paced,
        };
        // A client that waits for `100 Continue` has sent nothing; asking for the body would make it.
        if expects_continue && !paced.asked {
            return Drained::Clean;
        }
        let mut left = limit;
        loop {
            match std::future::poll_fn(|cx| paced.poll(cx)).await {
                None => return Drained::Clean,
                Some(Err(error)) if is_too_slow(&error) => return Drained::TooSlow,
                Some(Err(_)) => return Drained::Broken,
                Some(Ok(frame)) => {
                    let bytes = frame.data_ref().map_or(0, Bytes::len) as u64;
                    match left.checked_sub(bytes) {
                        Some(rest) => left = rest,
                        None => return Drained::Broken,
                    }
                }
            }
        }
    }
}

/// Whether reading a body failed because its sender was too slow.
pub fn is_too_slow(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if error.is::<BodyTooSlow>() {
            return true;
        }
        next = error.source();
    }
    false
}

/// The body a handler reads.
struct HandlerBody {
    paced: Option<Box<Paced>>,
    hold: BodyHold,
}

impl Body for HandlerBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = &mut *self;
        let Some(paced) = &mut this.paced else {
            return Poll::Ready(None);
        };
        let frame = ready!(paced.poll(cx));
        match &frame {
            Some(Ok(_)) => {}
            None => this.paced = None,
            Some(Err(error)) => {
                *this.hold.0.lock() = if is_too_slow(error) {
                    Rest::TooSlow
                } else {
                    Rest::Failed
                };
                this.paced = None;
            }
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.paced
            .as_ref()
            .is_none_or(|paced| paced.inner.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        self.paced
            .as_ref()
            .map_or_else(|| SizeHint::with_exact(0), |paced| paced.inner.size_hint())
    }
}

impl Drop for HandlerBody {
    fn drop(&mut self) {
        if let Some(paced) = self.paced.take()
            && !paced.inner.is_end_stream()
        {
            *self.hold.0.lock() = Rest::Unread(paced);
        }
    }
}

/// Wraps a request's body for the router, and keeps a hold on it.
pub(super) fn paced(inner: Incoming, limits: &ListenerLimits) -> (RouterBody, BodyHold) {
    let hold = BodyHold::default();
    if inner.is_end_stream() {
        return (RouterBody::empty(), hold);
    }
    let paced = Paced {
        inner,
        pace: Pace::new(limits.body_grace, limits.body_rate),
        bytes_per_second: limits.body_rate,
        waits_since: None,
        alarm: Alarm::default(),
        asked: false,
    };
    let body = HandlerBody {
        paced: Some(Box::new(paced)),
        hold: hold.clone(),
    };
    (RouterBody::new(body.boxed_unsync()), hold)
}
