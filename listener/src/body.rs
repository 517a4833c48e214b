//! A request's body on its way into memory: bounded, within a budget that all requests share, hashed as it comes.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::Body as _;
use obhut_format::digest::Sha256Digest;
use sha2::{Digest, Sha256};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::accept::is_too_slow;
use crate::problem::Problem;

/// The bytes of bodies that may be in memory at once.
#[derive(Debug, Clone)]
pub struct BodyBudget {
    bytes: Arc<Semaphore>,
    patience: Duration,
    retry_after: Duration,
}

/// A body that came whole.
#[derive(Debug)]
pub struct Collected {
    /// Its bytes; they give their share of the budget back when the last holder drops them.
    pub bytes: Bytes,
    /// Their digest.
    pub sha256: Sha256Digest,
}

/// A body's bytes together with their share of the budget.
struct Budgeted {
    bytes: BytesMut,
    _share: OwnedSemaphorePermit,
}

impl AsRef<[u8]> for Budgeted {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl BodyBudget {
    /// `bytes` in all; a body waits at most `patience` for its share, and is asked to come again `retry_after` that.
    pub fn new(bytes: u32, patience: Duration, retry_after: Duration) -> Self {
        Self {
            bytes: Arc::new(Semaphore::new(bytes as usize)),
            patience,
            retry_after,
        }
    }

    /// Waits for a share. A client is not asked for its body meanwhile, so the wait is no fault of its own.
    async fn share(&self, bytes: u64) -> Result<OwnedSemaphorePermit, Problem> {
        let unavailable = || Problem::unavailable(self.retry_after);
        let permits = u32::try_from(bytes).map_err(|_| unavailable())?;
        let share = Arc::clone(&self.bytes).acquire_many_owned(permits);
        match tokio::time::timeout(self.patience, share).await {
            Ok(share) => Ok(share.expect("the semaphore is never closed")),
            Err(_) => Err(unavailable()),
        }
    }

    /// Reads a body of at most `limit` bytes. Nothing is asked of the client before a body that says how long it is
    /// was found short enough, so a client that waits for `100 Continue` hears of it first.
    pub async fn collect(&self, mut body: Body, limit: u64) -> Result<Collected, Problem> {
        let too_large = || Problem::body_too_large(limit);
        let announced = body.size_hint().upper();
        if announced.is_some_and(|bytes| bytes > limit) {
            return Err(too_large());
        }
        // The whole share at once: bodies that each hold a part and wait for more would wait for each other.
        let most = announced.unwrap_or(limit);
        let share = self.share(most).await?;
        let mut hasher = Sha256::new();
        let mut bytes =
            BytesMut::with_capacity(announced.map_or(0, |bytes| usize::try_from(bytes).unwrap_or(0)));
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|error| {
                if is_too_slow(&error) {
                    // The listener, which knows the rate, puts its own answer in the place of this one.
                    Problem::body_too_slow(1)
                } else {
                    Problem::request_malformed("the body ended before its length")
                }
            })?;
            let Ok(data) = frame.into_data() else { continue };
            if (bytes.len() + data.len()) as u64 > most {
                return Err(too_large());
            }
            hasher.update(&data);
            bytes.extend_from_slice(&data);
        }
        let sha256 = Sha256Digest(hasher.finalize().into());
        let bytes = Bytes::from_owner(Budgeted { bytes, _share: share });
        Ok(Collected { bytes, sha256 })
    }
}

#[cfg(test)]
mod tests {
    use futures_util::stream;

    use super::*;
    use crate::problem::{REQUEST_MALFORMED, UNAVAILABLE};

    fn budget(bytes: u32) -> BodyBudget {
        BodyBudget::new(bytes, Duration::ZERO, Duration::from_secs(3))
    }

    fn chunked(chunks: &'static [&'static [u8]]) -> Body {
        Body::from_stream(stream::iter(
            chunks
                .iter()
                .map(|chunk| Ok::<_, std::io::Error>(Bytes::from_static(chunk))),
        ))
    }

    #[tokio::test]
    async fn a_body_comes_whole_and_hashed() {
        let collected = budget(100)
            .collect(chunked(&[b"ab", b"", b"c"]), 10)
            .await
            .expect("a body");
        assert_eq!(&collected.bytes[..], b"abc");
        assert_eq!(collected.sha256, Sha256Digest::of(b"abc"));
    }

    #[tokio::test]
    async fn neither_announced_nor_found_out_is_more_taken_than_the_limit() {
        let too_large = Some(Problem::body_too_large(10));
        let budget = budget(100);
        assert_eq!(budget.collect(Body::from(vec![0; 11]), 10).await.err(), too_large);
        assert_eq!(
            budget.collect(chunked(&[b"0123456789", b"0"]), 10).await.err(),
            too_large
        );
        assert!(budget.collect(chunked(&[b"0123456789"]), 10).await.is_ok());
    }

    #[tokio::test]
    async fn the_share_is_held_as_long_as_the_bytes() {
        let budget = budget(10);
        let first = budget.collect(Body::from(vec![1; 6]), 10).await.expect("room");
        let copy = first.bytes.clone();
        drop(first);
        let full = budget.collect(Body::from(vec![1; 6]), 10).await;
        assert!(full.expect_err("no room").is(&UNAVAILABLE));
        drop(copy);
        assert!(budget.collect(Body::from(vec![1; 6]), 10).await.is_ok());
    }

    #[tokio::test]
    async fn a_refused_body_gives_its_share_back() {
        let budget = budget(10);
        for _ in 0..5 {
            let broken = stream::iter([Ok(Bytes::from_static(b"a")), Err(std::io::Error::other("gone"))]);
            let refused = budget.collect(Body::from_stream(broken), 10).await;
            assert!(refused.expect_err("cut short").is(&REQUEST_MALFORMED));
        }
        assert!(budget.collect(Body::from(vec![1; 10]), 10).await.is_ok());
    }
}
