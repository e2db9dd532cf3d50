//! The one clock of a simulated federation, moved by hand.

use node::Clock;
use std::sync::atomic::{AtomicI64, Ordering};
use vocabulary::Timestamp;

/// A clock that all nodes share. It stands still but for one microsecond at each reading, so that no two moments
/// are equal, as on a real machine.
#[derive(Debug)]
pub struct SimClock(AtomicI64);

impl SimClock {
    /// A clock that shows `at`.
    pub fn starting(at: Timestamp) -> Self {
        Self(AtomicI64::new(at.as_micros()))
    }

    /// Moves it on.
    pub fn advance_millis(&self, millis: u32) {
        self.0.fetch_add(i64::from(millis).saturating_mul(1_000), Ordering::SeqCst);
    }
}

impl Clock for SimClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.fetch_add(1, Ordering::SeqCst).saturating_add(1))
    }
}
