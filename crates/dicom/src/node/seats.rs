//! A limited number of places, for connections without a request and for associations. When all are taken, the one
//! that has been idle longest gives way, so that silent peers never keep another from being served. An address with more
//! than its share makes room among its own first.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

struct Taken {
    host: IpAddr,
    /// `None` while a message is under way.
    idle_since: Option<Instant>,
    evicted: CancellationToken,
}

#[derive(Default)]
struct Room {
    next: u64,
    taken: BTreeMap<u64, Taken>,
}

pub(super) struct Seats {
    room: Arc<Mutex<Room>>,
    most: usize,
    most_of_host: usize,
    eviction_after: Duration,
}

/// One peer's seat; it is free again when this is dropped.
pub(super) struct Seat {
    room: Arc<Mutex<Room>>,
    number: u64,
    evicted: CancellationToken,
}

impl Seats {
    pub(super) fn new(most: usize, most_of_host: usize, eviction_after: Duration) -> Self {
        Self {
            room: Arc::default(),
            most,
            most_of_host,
            eviction_after,
        }
    }

    /// A seat, or `None` when all are taken by peers that are at work or were so a moment ago.
    pub(super) fn take(&self, host: IpAddr) -> Option<Seat> {
        let mut room = lock(&self.room);
        let of_host = room.taken.values().filter(|taken| taken.host == host);
        let own_only = of_host.count() >= self.most_of_host;
        if own_only || room.taken.len() >= self.most {
            let longest = room
                .taken
                .iter()
                .filter(|(_, taken)| !own_only || taken.host == host)
                .filter_map(|(number, taken)| taken.idle_since.map(|since| (since, *number)))
                .min()?;
            // Its own may go at once; others not while they may only be taking breath.
            if !own_only && longest.0.elapsed() < self.eviction_after {
                return None;
            }
            let gone = room.taken.remove(&longest.1)?;
            gone.evicted.cancel();
        }
        let number = room.next;
        room.next += 1;
        let evicted = CancellationToken::new();
        let taken = Taken {
            host,
            idle_since: Some(Instant::now()),
            evicted: evicted.clone(),
        };
        room.taken.insert(number, taken);
        Some(Seat {
            room: Arc::clone(&self.room),
            number,
            evicted,
        })
    }
}

impl Seat {
    pub(super) fn idle(&self) {
        self.set(Some(Instant::now()));
    }

    pub(super) fn busy(&self) {
        self.set(None);
    }

    fn set(&self, idle_since: Option<Instant>) {
        if let Some(taken) = lock(&self.room).taken.get_mut(&self.number) {
            taken.idle_since = idle_since;
        }
    }

    /// Ends when another peer was given this seat.
    pub(super) async fn evicted(&self) {
        self.evicted.cancelled().await;
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        lock(&self.room).taken.remove(&self.number);
    }
}

fn lock(room: &Mutex<Room>) -> MutexGuard<'_, Room> {
    // Nothing in here can leave the map half changed, so a poisoned lock is as good as a clean one.
    room.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(last: u8) -> IpAddr {
        IpAddr::from([10, 0, 0, last])
    }

    #[tokio::test]
    async fn the_idle_give_way_and_the_busy_stay() {
        let seats = Seats::new(2, 2, Duration::ZERO);
        let first = seats.take(host(1)).unwrap();
        let second = seats.take(host(2)).unwrap();
        first.busy();
        let third = seats.take(host(3)).unwrap();
        second.evicted().await;
        third.busy();
        assert!(seats.take(host(4)).is_none());
        drop(second);
        assert!(
            seats.take(host(4)).is_none(),
            "an evicted seat is not given back twice"
        );
        drop(first);
        assert!(seats.take(host(4)).is_some());
    }

    #[test]
    fn the_recently_idle_stay() {
        let seats = Seats::new(1, 1, Duration::from_secs(3600));
        let _first = seats.take(host(1)).unwrap();
        assert!(seats.take(host(2)).is_none());
    }

    #[tokio::test]
    async fn an_address_with_its_share_makes_room_among_its_own() {
        let seats = Seats::new(8, 2, Duration::from_secs(3600));
        let other = seats.take(host(2)).unwrap();
        let first = seats.take(host(1)).unwrap();
        let second = seats.take(host(1)).unwrap();
        let third = seats.take(host(1)).unwrap();
        first.evicted().await;
        assert!(!second.evicted.is_cancelled() && !other.evicted.is_cancelled());
        second.busy();
        third.busy();
        assert!(seats.take(host(1)).is_none());
        assert!(seats.take(host(3)).is_some());
    }
}
