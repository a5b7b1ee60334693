//! A limited number of connections. When all places are taken, the one that has been quiet longest gives way.

use crate::server::WebLimits;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// Who is connected now.
#[derive(Debug)]
pub(crate) struct Room {
    seats: Mutex<BTreeMap<u64, Arc<Seat>>>,
    next: AtomicU64,
    opened: Instant,
}

impl Default for Room {
    fn default() -> Self {
        Self {
            seats: Mutex::default(),
            next: AtomicU64::new(0),
            opened: Instant::now(),
        }
    }
}

/// The place of one connection.
#[derive(Debug)]
pub(crate) struct Seat {
    room: Weak<Room>,
    number: u64,
    address: IpAddr,
    opened: Instant,
    /// When bytes went over the wire last, in microseconds since the room was opened.
    moved: AtomicU64,
    /// A request is being answered: this one is not asked to leave.
    busy: AtomicBool,
    gone: CancellationToken,
}

/// A new connection's place.
pub(crate) struct Entered {
    pub seat: Arc<Seat>,
    /// A quiet connection was asked to leave for it.
    pub made_room: bool,
}

impl Room {
    fn locked(&self) -> MutexGuard<'_, BTreeMap<u64, Arc<Seat>>> {
        self.seats.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for a new connection; `None` when there is none and nobody who could leave.
    pub(crate) fn enter(self: &Arc<Self>, address: IpAddr, limits: &WebLimits) -> Option<Entered> {
        let mut seats = self.locked();
        let of_address = seats.values().filter(|seat| seat.address == address);
        // An address over its own limit makes room among its own; only a full house asks anybody else.
        let own_only = of_address.count() >= limits.connections_per_address;
        let made_room = own_only || seats.len() >= limits.connections;
        if made_room {
            let quietest = seats
                .values()
                .filter(|seat| !seat.is_busy() && (!own_only || seat.address == address))
                .min_by_key(|seat| seat.moved.load(Ordering::Relaxed))
                .map(|seat| seat.number)?;
            if let Some(seat) = seats.remove(&quietest) {
                seat.gone.cancel();
            }
        }
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let seat = Arc::new(Seat {
            room: Arc::downgrade(self),
            number,
            address,
            opened: self.opened,
            moved: AtomicU64::new(0),
            busy: AtomicBool::new(false),
            gone: CancellationToken::new(),
        });
        seat.moved();
        seats.insert(number, Arc::clone(&seat));
        Some(Entered { seat, made_room })
    }
}

impl Seat {
    fn now(&self) -> u64 {
        u64::try_from(self.opened.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    pub(crate) fn moved(&self) {
        self.moved.store(self.now(), Ordering::Relaxed);
    }

    pub(crate) fn quiet_for(&self) -> Duration {
        let since = self.moved.load(Ordering::Relaxed);
        Duration::from_micros(self.now().saturating_sub(since))
    }

    pub(crate) fn set_busy(&self, busy: bool) {
        self.busy.store(busy, Ordering::Relaxed);
        self.moved();
    }

    pub(crate) fn is_busy(&self) -> bool {
        self.busy.load(Ordering::Relaxed)
    }

    /// Ends when another connection was given this place.
    pub(crate) async fn asked_to_leave(&self) {
        self.gone.cancelled().await;
    }

    /// Gives the place back.
    pub(crate) fn leave(&self) {
        if let Some(room) = self.room.upgrade() {
            room.locked().remove(&self.number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(connections: usize, connections_per_address: usize) -> WebLimits {
        WebLimits {
            connections,
            connections_per_address,
            ..WebLimits::default()
        }
    }

    #[test]
    fn the_quiet_give_way_and_the_busy_stay() {
        let room = Arc::new(Room::default());
        let limits = limits(2, 2);
        let here = "10.0.0.1".parse().unwrap();
        let first = room.enter(here, &limits).unwrap();
        let second = room.enter(here, &limits).unwrap();
        assert!(!second.made_room);
        first.seat.set_busy(true);
        let third = room.enter(here, &limits).unwrap();
        assert!(third.made_room && second.seat.gone.is_cancelled());
        assert!(!first.seat.gone.is_cancelled());
        third.seat.set_busy(true);
        assert!(room.enter(here, &limits).is_none());
        second.seat.leave();
        assert!(
            room.enter(here, &limits).is_none(),
            "its place is taken already"
        );
        first.seat.leave();
        assert!(room.enter(here, &limits).is_some());
    }

    #[test]
    fn an_address_over_its_limit_asks_nobody_else() {
        let room = Arc::new(Room::default());
        let limits = limits(8, 2);
        let other = room.enter("10.0.0.2".parse().unwrap(), &limits).unwrap();
        let here = "10.0.0.1".parse().unwrap();
        let own: Vec<_> = (0..4).map(|_| room.enter(here, &limits).unwrap()).collect();
        assert!(!other.seat.gone.is_cancelled());
        let gone = own
            .iter()
            .filter(|entered| entered.seat.gone.is_cancelled());
        assert_eq!(gone.count(), 2);
        assert_eq!(room.locked().len(), 3);
    }
}
