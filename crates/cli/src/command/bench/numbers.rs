//! Figures of a measurement.

use std::time::Duration;

/// The value below which `percent` of the sorted durations lie, in milliseconds.
pub(super) fn percentile(sorted: &[Duration], percent: usize) -> f64 {
    let last = sorted.len().saturating_sub(1);
    let place = last.saturating_mul(percent).checked_div(100).unwrap_or(0);
    sorted.get(place).map_or(0.0, |value| value.as_secs_f64() * 1_000.0)
}

/// `count` per second of `time`.
pub(super) fn per_second(count: u64, time: Duration) -> f64 {
    let count = f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    if time.is_zero() { 0.0 } else { count / time.as_secs_f64() }
}

/// A line `p50 … p95 … p99 … max` in milliseconds.
pub(super) fn line(mut values: Vec<Duration>) -> String {
    values.sort();
    format!(
        "p50 {:.2} ms, p95 {:.2} ms, p99 {:.2} ms, max {:.2} ms",
        percentile(&values, 50),
        percentile(&values, 95),
        percentile(&values, 99),
        percentile(&values, 100),
    )
}
