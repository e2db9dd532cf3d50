//! What the machine can do, printed beside every figure.

use crate::files::cannot;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

/// The monotonic clock, for measurements only.
pub(super) fn tick() -> Instant {
    #[expect(clippy::disallowed_methods, reason = "a measurement measures time")]
    Instant::now()
}

/// How often in half a second 4 KiB can be made durable in `folder`, as a figure per second.
pub(super) fn syncs_per_second(folder: &Path) -> Result<f64, String> {
    let path = folder.join("sync-probe.tmp");
    let mut file = File::create(&path).map_err(|error| cannot("write", &path, &error))?;
    let (block, begun) = ([0_u8; 4096], tick());
    let mut count = 0_u64;
    while begun.elapsed() < Duration::from_millis(500) {
        file.write_all(&block)
            .and_then(|()| file.sync_data())
            .map_err(|e| cannot("sync", &path, &e))?;
        count = count.saturating_add(1);
    }
    let rate = super::numbers::per_second(count, begun.elapsed());
    fs::remove_file(&path).map_err(|error| cannot("remove", &path, &error))?;
    Ok(rate)
}

/// The load average of the last minute, as the kernel says it.
pub(super) fn load_average() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().unwrap_or("unknown").to_owned()
}

/// A figure of `/proc/PID/status` in KiB, such as `VmHWM` (peak memory).
pub(super) fn memory_kib(process: &str, what: &str) -> u64 {
    let text = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with(what)).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kib| kib.parse().ok()).unwrap_or(0)
}
