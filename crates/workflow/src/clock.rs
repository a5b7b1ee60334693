//! What time it is: the machine's clock, or the demonstration's that began at 07:30.

use jiff::{SignedDuration, Timestamp};

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

fn whole_microseconds(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at)
}
