//! Who may hold how many connections.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::IpAddr;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::network::network_of;
use super::{ListenerLimits, Peer};

/// The places of one listener.
#[derive(Debug, Clone)]
pub(super) struct Seats {
    all: Arc<Semaphore>,
    held: Arc<Mutex<HashMap<IpAddr, usize>>>,
    per_address: usize,
    count_loopback: bool,
}

/// One connection's place; given back when dropped.
#[derive(Debug)]
pub(super) struct Seat {
    _one_of_all: OwnedSemaphorePermit,
    by_address: Option<AddressSeat>,
}

#[derive(Debug)]
struct AddressSeat {
    held: Arc<Mutex<HashMap<IpAddr, usize>>>,
    address: IpAddr,
}

impl Seats {
    pub(super) fn new(limits: &ListenerLimits) -> Self {
        Self {
            all: Arc::new(Semaphore::new(limits.connections.min(Semaphore::MAX_PERMITS))),
            held: Arc::default(),
            per_address: limits.connections_per_address,
            count_loopback: limits.count_loopback,
        }
    }

    /// Waits for a free place; the peer is not known yet.
    pub(super) async fn free(&self) -> Seat {
        let permit = Arc::clone(&self.all)
            .acquire_owned()
            .await
            .expect("the semaphore is never closed");
        Seat {
            _one_of_all: permit,
            by_address: None,
        }
    }

    /// Gives the place to a peer, or takes it back when the peer's address holds too many.
    pub(super) fn take(&self, mut seat: Seat, peer: &Peer) -> Option<Seat> {
        let Peer::Address(socket) = peer else {
            return Some(seat);
        };
        let address = network_of(socket.ip());
        if address.is_loopback() && !self.count_loopback {
            return Some(seat);
        }
        let mut held = self.held.lock();
        let count = held.entry(address).or_insert(0);
        if *count >= self.per_address {
            if *count == 0 {
                held.remove(&address);
            }
            return None;
        }
        *count += 1;
        seat.by_address = Some(AddressSeat {
            held: Arc::clone(&self.held),
            address,
        });
        Some(seat)
    }
}

impl Drop for AddressSeat {
    fn drop(&mut self) {
        if let Entry::Occupied(mut entry) = self.held.lock().entry(self.address) {
            *entry.get_mut() -= 1;
            if *entry.get() == 0 {
                entry.remove();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seats(per_address: usize) -> Seats {
        Seats::new(&ListenerLimits {
            connections_per_address: per_address,
            ..ListenerLimits::default()
        })
    }

    fn peer(address: &str) -> Peer {
        Peer::Address(format!("{address}:1000").parse().expect("an address"))
    }

    #[tokio::test]
    async fn an_address_holds_no_more_than_its_limit_and_gets_places_back() {
        let seats = seats(2);
        let first = seats.take(seats.free().await, &peer("192.0.2.1"));
        let second = seats.take(seats.free().await, &peer("192.0.2.1"));
        assert!(first.is_some() && second.is_some());
        assert!(seats.take(seats.free().await, &peer("192.0.2.1")).is_none());
        assert!(seats.take(seats.free().await, &peer("192.0.2.2")).is_some());
        drop(first);
        assert!(seats.take(seats.free().await, &peer("192.0.2.1")).is_some());
        drop(second);
        assert!(seats.held.lock().is_empty());
    }

    #[tokio::test]
    async fn an_ipv6_client_counts_by_its_network() {
        let seats = seats(1);
        let first = seats.take(seats.free().await, &peer("[2001:db8:0:1::1]"));
        assert!(first.is_some());
        assert!(
            seats
                .take(seats.free().await, &peer("[2001:db8:0:1:ffff::2]"))
                .is_none()
        );
        assert!(
            seats
                .take(seats.free().await, &peer("[2001:db8:0:2::1]"))
                .is_some()
        );
    }

    #[tokio::test]
    async fn loopback_and_local_peers_are_not_counted() {
        let seats = seats(0);
        assert!(seats.take(seats.free().await, &peer("127.0.0.1")).is_some());
        assert!(seats.take(seats.free().await, &peer("[::1]")).is_some());
        assert!(
            seats
                .take(seats.free().await, &peer("[::ffff:127.0.0.1]"))
                .is_some()
        );
        assert!(seats.take(seats.free().await, &Peer::Local).is_some());
        assert!(seats.take(seats.free().await, &peer("192.0.2.1")).is_none());
    }
}
