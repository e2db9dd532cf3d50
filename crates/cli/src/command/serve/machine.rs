//! What the machine says of this process and of the disk under it, read from `/proc` and the file system.

use std::fs;
use std::path::Path;
use web::operations::MachineReading;

/// The files of a store, by what they are.
const FILES: [(&str, &str); 3] =
    [("database", "eunomia.db"), ("journal", "eunomia.db-wal"), ("payload_keys", "payload.keys")];

/// Reads what can be read; what the machine does not tell stays zero.
pub(super) fn read(data: &Path) -> MachineReading {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let open = fs::read_dir("/proc/self/fd").map_or(0, Iterator::count);
    let size = |name: &str| fs::metadata(data.join(name)).ok().map(|file| file.len());
    MachineReading {
        resident_bytes: resident_bytes(&status),
        open_files: u64::try_from(open).unwrap_or(0),
        open_files_max: number_after(&limits, "Max open files").unwrap_or(0),
        cpu_seconds: cpu_seconds(&stat, rustix::param::clock_ticks_per_second()),
        disk_free_bytes: free_bytes(data),
        files: FILES.iter().filter_map(|(what, name)| Some((*what, size(name)?))).collect(),
    }
}

/// Room that is left for this process where `folder` lies, or will lie.
pub(crate) fn free_bytes(folder: &Path) -> Option<u64> {
    let there = folder.ancestors().find(|folder| folder.exists())?;
    let told = rustix::fs::statvfs(there).ok()?;
    Some(told.f_bavail.saturating_mul(told.f_frsize))
}

fn resident_bytes(status: &str) -> u64 {
    number_after(status, "VmRSS:").unwrap_or(0).saturating_mul(1024)
}

/// The first number behind these words.
fn number_after(text: &str, words: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(words))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Processor time of the process and its threads (`proc_pid_stat(5)`, fields 14 and 15).
fn cpu_seconds(stat: &str, ticks_per_second: u64) -> f64 {
    // The name of the program may hold anything; the fields behind it begin with the third.
    let behind = stat.rsplit_once(')').map_or("", |(_, behind)| behind);
    let ticks: u64 =
        behind.split_whitespace().skip(11).take(2).filter_map(|n| n.parse::<u64>().ok()).sum();
    let millis = ticks.saturating_mul(1_000).checked_div(ticks_per_second).unwrap_or(0);
    std::time::Duration::from_millis(millis).as_secs_f64()
}

#[cfg(test)]
mod tests {
    use super::{cpu_seconds, number_after, read, resident_bytes};

    #[test]
    fn the_files_of_the_machine_are_read_as_they_are_written() {
        let stat = "7 (a) b (c)) S 1 7 7 0 -1 4194304 1 0 0 0 150 50 0 0 20 0 1 0 5 6 7";
        assert!((cpu_seconds(stat, 100) - 2.0).abs() < 1e-9);
        assert_eq!(resident_bytes("VmPeak:\t 9 kB\nVmRSS:\t   12 kB\n"), 12 * 1024);
        let limits = "Max open files            1024                 524288               files\n";
        assert_eq!(number_after(limits, "Max open files"), Some(1024));
        assert_eq!(number_after("", "Max open files"), None);
    }

    #[test]
    fn this_process_has_memory_and_files() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("eunomia.db"), [0; 10]).unwrap();
        let machine = read(folder.path());
        assert!(machine.resident_bytes > 0 && machine.open_files > 0);
        assert!(machine.disk_free_bytes.is_some());
        assert_eq!(machine.files, [("database", 10)]);
    }
}
