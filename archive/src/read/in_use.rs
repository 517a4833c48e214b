//! Who reads a session just now: a deletion waits for them before it destroys the key they hold.

use std::collections::HashMap;
use std::sync::Arc;

use obhut_format::ids::SessionId;
use parking_lot::Mutex;
use tokio::sync::Notify;

/// Readers at work, by session.
#[derive(Debug, Default)]
pub(crate) struct InUse {
    inner: Arc<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    readers: Mutex<HashMap<SessionId, usize>>,
    /// Rung when the last reader of a session has ended.
    ended: Notify,
}

/// A reader at work, as long as this lives. Taken before the session's key is: whoever begins after a deletion looked finds
/// the session being purged.
#[derive(Debug)]
pub(crate) struct Reading {
    inner: Arc<Inner>,
    session: SessionId,
}

impl InUse {
    /// Notes a reader.
    pub(crate) fn begin(&self, session: SessionId) -> Reading {
        *self.inner.readers.lock().entry(session).or_default() += 1;
        Reading {
            inner: self.inner.clone(),
            session,
        }
    }

    /// Waits until nobody reads the session.
    pub(crate) async fn unused(&self, session: SessionId) {
        loop {
            let ended = self.inner.ended.notified();
            tokio::pin!(ended);
            // Before the look, so that an end between look and wait is heard.
            ended.as_mut().enable();
            if !self.inner.readers.lock().contains_key(&session) {
                return;
            }
            ended.await;
        }
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        let mut readers = self.inner.readers.lock();
        if let Some(count) = readers.get_mut(&self.session) {
            *count -= 1;
            if *count == 0 {
                readers.remove(&self.session);
                drop(readers);
                self.inner.ended.notify_waiters();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SESSION: SessionId = SessionId::from_bytes([1; 16]);
    const OTHER: SessionId = SessionId::from_bytes([2; 16]);

    #[tokio::test]
    async fn whoever_waits_is_let_go_by_the_last_reader() {
        let in_use = Arc::new(InUse::default());
        let (first, second) = (in_use.begin(SESSION), in_use.begin(SESSION));
        in_use.unused(OTHER).await;
        let waiting = tokio::spawn({
            let in_use = in_use.clone();
            async move { in_use.unused(SESSION).await }
        });
        drop(first);
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        drop(second);
        waiting.await.expect("let go");
        in_use.unused(SESSION).await;
    }
}
