//! The memory that frames on their way out may take at once: of everybody, and of one login.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use obhut_format::ids::LoginId;
use parking_lot::Mutex;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Memory is given out in pieces of so many bytes.
const PIECE: u64 = 1 << 10;

/// How much memory frames may take.
#[derive(Debug, Clone, Copy)]
pub struct ReadLimits {
    /// Bytes in all. Default 512 MiB.
    pub memory_bytes: u32,
    /// Bytes of one login's. Default 128 MiB: what a browser asks for at once over its six connections.
    pub memory_of_login_bytes: u32,
    /// How long a read waits for its share. Default 5 s.
    pub patience: Duration,
}

impl Default for ReadLimits {
    fn default() -> Self {
        Self {
            memory_bytes: 512 << 20,
            memory_of_login_bytes: 128 << 20,
            patience: Duration::from_secs(5),
        }
    }
}

/// There was no room for as long as a read waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("frames under way take all the memory that they may")]
pub(crate) struct NoRoom;

/// What is given out.
#[derive(Debug)]
pub(crate) struct Reads {
    limits: ReadLimits,
    all: Arc<Semaphore>,
    by_login: Mutex<HashMap<LoginId, Arc<Semaphore>>>,
}

/// A read's share, held until its last byte is sent.
#[derive(Debug)]
pub(crate) struct Share {
    _of_login: OwnedSemaphorePermit,
    _of_all: OwnedSemaphorePermit,
}

fn pieces(bytes: u64) -> u32 {
    u32::try_from(bytes.div_ceil(PIECE)).unwrap_or(u32::MAX)
}

fn semaphore(bytes: u32) -> Arc<Semaphore> {
    Arc::new(Semaphore::new(pieces(bytes.into()) as usize))
}

impl Reads {
    pub(crate) fn new(limits: ReadLimits) -> Self {
        Self {
            all: semaphore(limits.memory_bytes),
            by_login: Mutex::default(),
            limits,
        }
    }

    /// Waits for a share. Who wants more than there ever is gets all of it. A share is asked for once and whole, and the
    /// login's before everybody's, so that nobody waits for somebody who waits for them.
    pub(crate) async fn share(&self, login: LoginId, bytes: u64) -> Result<Share, NoRoom> {
        let of_login = self.of_login(login);
        let wanted = |most: u32| pieces(bytes.min(most.into()));
        let limits = &self.limits;
        let share = async {
            let own = wanted(limits.memory_of_login_bytes);
            let of_login = of_login.acquire_many_owned(own).await?;
            let all = wanted(limits.memory_bytes);
            let of_all = self.all.clone().acquire_many_owned(all).await?;
            Ok::<_, tokio::sync::AcquireError>(Share {
                _of_login: of_login,
                _of_all: of_all,
            })
        };
        match tokio::time::timeout(limits.patience, share).await {
            Ok(Ok(share)) => Ok(share),
            // No semaphore is ever closed.
            Ok(Err(_)) | Err(_) => Err(NoRoom),
        }
    }

    /// A login's semaphore. Those that nobody uses are forgotten: they say nothing.
    fn of_login(&self, login: LoginId) -> Arc<Semaphore> {
        let mut by_login = self.by_login.lock();
        by_login.retain(|_, semaphore| Arc::strong_count(semaphore) > 1);
        let most = self.limits.memory_of_login_bytes;
        by_login.entry(login).or_insert_with(|| semaphore(most)).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: LoginId = LoginId::from_bytes([1; 16]);
    const TWO: LoginId = LoginId::from_bytes([2; 16]);
    const THREE: LoginId = LoginId::from_bytes([3; 16]);

    fn reads(patience: Duration) -> Reads {
        Reads::new(ReadLimits {
            memory_bytes: 100 << 10,
            memory_of_login_bytes: 60 << 10,
            patience,
        })
    }

    #[tokio::test]
    async fn a_login_gets_its_part_and_all_together_what_there_is() {
        let reads = reads(Duration::ZERO);
        let first = reads.share(ONE, 40 << 10).await.expect("room");
        assert_eq!(reads.share(ONE, 30 << 10).await.err(), Some(NoRoom));
        let second = reads.share(TWO, 60 << 10).await.expect("room");
        assert_eq!(reads.share(THREE, 1).await.err(), Some(NoRoom));
        drop(first);
        reads.share(ONE, 40 << 10).await.expect("room again");
        drop(second);
        assert!(reads.by_login.lock().len() <= 2);
    }

    #[tokio::test]
    async fn what_never_fits_gets_everything() {
        let reads = reads(Duration::ZERO);
        let whole = reads.share(ONE, u64::MAX).await.expect("room");
        assert_eq!(reads.share(ONE, 1).await.err(), Some(NoRoom));
        drop(whole);
        reads.share(ONE, 1).await.expect("room");
    }

    /// Each waits for room that another one gives back, over both borders at once.
    #[tokio::test]
    async fn all_who_wait_get_their_share_in_the_end() {
        let reads = Arc::new(reads(Duration::from_hours(1)));
        let waiting = (0..200_u32).map(|n| {
            let reads = reads.clone();
            let login = [ONE, TWO, THREE][n as usize % 3];
            tokio::spawn(async move {
                let share = reads.share(login, u64::from(n % 7) * (10 << 10)).await;
                tokio::task::yield_now().await;
                share.is_ok()
            })
        });
        for done in futures_util::future::join_all(waiting).await {
            assert!(done.expect("it ends"));
        }
        assert_eq!(reads.all.available_permits(), 100);
    }
}
