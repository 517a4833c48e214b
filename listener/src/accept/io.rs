//! A socket that ends itself when its peer keeps it waiting.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

use super::phase::{Phase, Phases};

/// A timer that is armed only while something is awaited.
#[derive(Debug, Default)]
pub(super) struct Alarm(Option<Pin<Box<Sleep>>>);

impl Alarm {
    /// True when `deadline` has passed; otherwise wakes the task when it does.
    pub(super) fn rang(&mut self, deadline: Instant, cx: &mut Context<'_>) -> bool {
        let sleep = match &mut self.0 {
            Some(sleep) => {
                if sleep.deadline() != deadline {
                    sleep.as_mut().reset(deadline);
                }
                sleep
            }
            none => none.insert(Box::pin(tokio::time::sleep_until(deadline))),
        };
        sleep.as_mut().poll(cx).is_ready()
    }
}

/// The wrapper around the bare socket, below TLS, so that a handshake is under the same deadlines as a request.
#[derive(Debug)]
pub(super) struct DeadlineIo<S> {
    inner: S,
    phases: Phases,
    read_alarm: Alarm,
    write_alarm: Alarm,
    write_waits_since: Option<Instant>,
    answer_stall: Duration,
}

impl<S> DeadlineIo<S> {
    pub(super) fn new(inner: S, phases: Phases, answer_stall: Duration) -> Self {
        Self {
            inner,
            phases,
            read_alarm: Alarm::default(),
            write_alarm: Alarm::default(),
            write_waits_since: None,
            answer_stall,
        }
    }

    /// Lets a finished write through and ends a write that has stood still for too long.
    fn judge_write<T>(&mut self, written: Poll<io::Result<T>>, cx: &mut Context<'_>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.write_waits_since = None;
            self.phases.sent();
            return written;
        }
        let since = *self.write_waits_since.get_or_insert_with(Instant::now);
        if self.write_alarm.rang(since + self.answer_stall, cx) {
            return Poll::Ready(Err(timed_out("the client takes nothing of its answer")));
        }
        Poll::Pending
    }
}

fn timed_out(why: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, why)
}

impl<S: AsyncRead + Unpin> AsyncRead for DeadlineIo<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let before = buf.filled().len();
        let read = Pin::new(&mut this.inner).poll_read(cx, buf);
        if read.is_ready() {
            if buf.filled().len() > before {
                this.phases.received();
            }
            return read;
        }
        // Asked only when nothing is there: bytes that waited for a busy server are not late. Headers that never make us
        // wait end by their size.
        if let Some((deadline, phase)) = this.phases.read_deadline()
            && this.read_alarm.rang(deadline, cx)
        {
            return Poll::Ready(Err(timed_out(match phase {
                Phase::Silent => "no first byte in time",
                Phase::Idle => "no next request in time",
                Phase::Headers | Phase::Request => "headers incomplete in time",
            })));
        }
        Poll::Pending
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for DeadlineIo<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write(cx, buf);
        self.judge_write(written, cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write_vectored(cx, bufs);
        self.judge_write(written, cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}
