//! What time it is: the machine's clock, or the demonstration's that began at 07:30.

use jiff::{SignedDuration, Timestamp};
use std::sync::atomic::{AtomicI64, Ordering};

/// The one source of "now" above the pure rooms.
pub trait Clock: Send + Sync + std::fmt::Debug {
    fn now(&self) -> Timestamp;
}

/// The machine's clock, in whole microseconds, as the store keeps them.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        whole_microseconds(Timestamp::now())
    }
}

/// The machine's clock moved by a fixed span.
#[derive(Debug, Clone, Copy)]
pub struct ShiftedClock {
    pub by: SignedDuration,
}

impl Clock for ShiftedClock {
    fn now(&self) -> Timestamp {
        let now = Timestamp::now();
        whole_microseconds(now.checked_add(self.by).unwrap_or(now))
    }
}

/// A clock that somebody sets: the demonstration gives each step of its day the step's own time.
#[derive(Debug)]
pub struct SetClock(AtomicI64);

impl SetClock {
    pub fn new(at: Timestamp) -> Self {
        Self(AtomicI64::new(at.as_microsecond()))
    }

    pub fn set(&self, at: Timestamp) {
        self.0.store(at.as_microsecond(), Ordering::SeqCst);
    }
}

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        // Only what was a moment is ever put in.
        Timestamp::from_microsecond(self.0.load(Ordering::SeqCst)).unwrap_or_default()
    }
}

fn whole_microseconds(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at)
}
