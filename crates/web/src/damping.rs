//! Messages that repeat: said once, and then at most once in a while, with how often they would have been said.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// Kinds remembered at most; beyond it those said longest ago are forgotten.
const KINDS_MAX: usize = 1_000;

/// What was said when.
#[derive(Debug)]
pub(crate) struct Damper {
    every: Duration,
    said: Mutex<BTreeMap<String, (Instant, u64)>>,
}

impl Damper {
    /// Lets each kind of message be said once in `every`.
    pub(crate) fn new(every: Duration) -> Self {
        Self { every, said: Mutex::default() }
    }

    /// Whether a message of this kind is to be said now; then how many were kept back since the last one.
    pub(crate) fn heed(&self, kind: &str) -> Option<u64> {
        self.heed_at(kind, Instant::now())
    }

    fn heed_at(&self, kind: &str, now: Instant) -> Option<u64> {
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((last, kept)) = said.get_mut(kind) {
            if now.duration_since(*last) < self.every {
                *kept = kept.saturating_add(1);
                return None;
            }
            *last = now;
            return Some(std::mem::take(kept));
        }
        if said.len() >= KINDS_MAX {
            said.retain(|_, (last, _)| now.duration_since(*last) < self.every);
        }
        if said.len() < KINDS_MAX {
            said.insert(kind.to_owned(), (now, 0));
        }
        Some(0)
    }
}

#[cfg(test)]
mod tests {
    use super::Damper;
    use std::time::Duration;
    use tokio::time::Instant;

    #[test]
    fn a_repeated_message_is_said_once_in_a_while_with_its_count() {
        let damper = Damper::new(Duration::from_mins(1));
        let begun = Instant::now();
        let at = |seconds| begun.checked_add(Duration::from_secs(seconds)).unwrap();
        assert_eq!(damper.heed_at("log", begun), Some(0));
        assert_eq!(damper.heed_at("log", at(1)), None);
        assert_eq!(damper.heed_at("log", at(2)), None);
        assert_eq!(damper.heed_at("queue", at(2)), Some(0), "another kind is another message");
        assert_eq!(damper.heed_at("log", at(61)), Some(2));
        assert_eq!(damper.heed_at("log", at(62)), None);
    }
}
