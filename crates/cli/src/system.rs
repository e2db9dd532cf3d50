//! The real clock and the real entropy. Nothing else in the program reads either.

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use node::{Clock, Entropy};
use std::time::{SystemTime, UNIX_EPOCH};
use vocabulary::Timestamp;

/// The clock of the machine.
#[derive(Debug)]
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
        let now = SystemTime::now();
        let since = now.duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }
}

/// The entropy of the machine.
#[derive(Debug)]
pub(crate) struct SystemEntropy(SystemRandom);

impl SystemEntropy {
    /// Takes the machine's source.
    pub(crate) fn new() -> Self {
        Self(SystemRandom::new())
    }
}

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        if self.0.fill(bytes).is_err() {
            // Without entropy no key, salt or id may be made: there is nothing sensible left to do.
            std::process::abort();
        }
    }
}
