//! When a partner that could not be reached is tried again.

use super::CarrierLimits;
use std::time::Duration;

/// Pauses that double from the first to the longest, each shortened by up to half at random, so that many nodes
/// do not come back to a restarted partner in the same moment ("equal jitter").
#[derive(Debug, Clone, Copy)]
pub(super) struct Probes {
    next: Duration,
    first: Duration,
    most: Duration,
}

impl Probes {
    pub(super) fn new(limits: &CarrierLimits) -> Self {
        Self { next: limits.probe_first, first: limits.probe_first, most: limits.probe_max }
    }

    /// The pause before the next probe.
    pub(super) fn pause(&mut self, entropy: u64) -> Duration {
        let whole = self.next.min(self.most);
        self.next = whole.saturating_mul(2).min(self.most);
        let half = whole.checked_div(2).unwrap_or_default();
        let part = u32::try_from(entropy % 1024).unwrap_or(0);
        half.saturating_add(half.saturating_mul(part).checked_div(1024).unwrap_or_default())
    }

    /// Begins anew after a success.
    pub(super) fn reset(&mut self) {
        self.next = self.first;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest_and_begin_anew() {
        let limits = CarrierLimits {
            probe_first: Duration::from_millis(100),
            probe_max: Duration::from_millis(350),
            ..CarrierLimits::default()
        };
        let mut probes = Probes::new(&limits);
        let mut millis = |entropy| probes.pause(entropy).as_millis();
        assert_eq!((millis(0), millis(512), millis(1023), millis(0)), (50, 150, 349, 175));
        probes.reset();
        assert_eq!(probes.pause(0).as_millis(), 50);
    }
}
