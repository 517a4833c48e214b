//! Who takes evidence bundles just now: each user one, and all together a few, because each takes memory of some segments.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use obhut_format::ids::UserId;
use parking_lot::Mutex;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How many bundles are taken at once.
#[derive(Debug, Clone, Copy)]
pub struct DownloadLimits {
    /// By all users together. Default 4.
    pub at_once: usize,
    /// How many sessions are compared with their chains at once, before a bundle is promised or begun. Default 2.
    pub compared_at_once: usize,
    /// How often it is looked at again whether a bundle under way may go on: whether the login may, and whether its session is
    /// still kept. Default 1 s.
    pub judged_every: Duration,
}

impl Default for DownloadLimits {
    fn default() -> Self {
        Self {
            at_once: 4,
            compared_at_once: 2,
            judged_every: Duration::from_secs(1),
        }
    }
}

/// Who takes bundles.
#[derive(Debug)]
pub(crate) struct Downloads {
    lanes: Arc<Semaphore>,
    comparing: Arc<Semaphore>,
    users: Mutex<HashSet<UserId>>,
}

/// A user's turn to take a bundle, as long as this lives.
#[derive(Debug)]
pub(crate) struct Lane {
    downloads: Arc<Downloads>,
    user: UserId,
    _turn: OwnedSemaphorePermit,
}

impl Downloads {
    pub(crate) fn new(limits: DownloadLimits) -> Self {
        Self {
            lanes: Arc::new(Semaphore::new(limits.at_once)),
            comparing: Arc::new(Semaphore::new(limits.compared_at_once)),
            users: Mutex::default(),
        }
    }

    /// A turn for a user; `None` where they have one, or there is none left.
    pub(crate) fn lane(self: &Arc<Self>, user: UserId) -> Option<Lane> {
        let lane = self.lanes.clone().try_acquire_owned().ok()?;
        self.users.lock().insert(user).then(|| Lane {
            downloads: self.clone(),
            user,
            _turn: lane,
        })
    }

    /// A turn to compare a session with its chain; whoever wants one waits for it.
    pub(crate) async fn comparing(&self) -> Option<OwnedSemaphorePermit> {
        // No semaphore is ever closed.
        self.comparing.clone().acquire_owned().await.ok()
    }
}

impl Drop for Lane {
    fn drop(&mut self) {
        self.downloads.users.lock().remove(&self.user);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(n: u8) -> UserId {
        UserId::from_bytes([n; 16])
    }

    #[test]
    fn a_user_has_one_turn_and_all_together_have_a_few() {
        let downloads = Arc::new(Downloads::new(DownloadLimits {
            at_once: 2,
            ..DownloadLimits::default()
        }));
        let first = downloads.lane(user(1)).expect("a turn");
        assert!(downloads.lane(user(1)).is_none(), "a second one");
        let second = downloads.lane(user(2)).expect("a turn");
        assert!(downloads.lane(user(3)).is_none(), "one too many");
        drop(second);
        drop(first);
        let again = [1, 3].map(|n| downloads.lane(user(n)));
        assert!(again.iter().all(Option::is_some));
    }
}
