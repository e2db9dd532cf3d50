//! Whether a node lives and is ready, and its metrics, of the real program.

use crate::bundle::play;
use crate::exposition::{read, value};
use crate::http::{Answer, get, operations_address, try_get};
use crate::running::{Running, until};
use serde_json::Value;
use std::io::Write;
use std::process::{Command, Stdio};

fn readiness(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap()
}

fn check<'a>(readiness: &'a Value, name: &str) -> &'a Value {
    let checks = readiness["checks"].as_array().unwrap();
    checks.iter().find(|check| check["name"] == name).unwrap()
}

#[test]
fn a_node_says_that_it_lives_and_is_ready_and_counts_its_work() {
    let folder = play("federation-of-health").join("gr-node");
    let node = Running::start(&folder);
    assert_eq!(get(&folder, "/health/live").status, 200);
    let ready = until("the node is ready", || {
        Some(get(&folder, "/health/ready")).filter(|answer| answer.status == 200)
    });
    let told = readiness(&ready);
    assert_eq!(told["ready"], true);
    for name in ["start", "running", "store", "log", "trust_list", "disk"] {
        let check = check(&told, name);
        assert_eq!(check["ok"], true, "{check}");
        assert!(check["since"].as_str().unwrap().ends_with('Z'), "{check}");
    }
    assert_eq!(get(&folder, "/anything").status, 404);
    let officers = try_get(&node.address(), "/metrics").unwrap();
    assert_eq!(officers.status, 404, "metrics are not shown to officers");

    what_is_counted(&get(&folder, "/metrics"));
    let address = operations_address(&folder);
    node.stop();
    assert!(try_get(&address, "/health/live").is_none());
}

fn what_is_counted(metrics: &Answer) {
    assert_eq!(metrics.status, 200);
    assert!(metrics.head.contains("text/plain; version=0.0.4"), "{}", metrics.head);
    let families = read(&metrics.body);
    assert!(value(&families, "eunomia_ready", &[]) > 0.5);
    assert!(value(&families, "process_resident_memory_bytes", &[]) > 1e6);
    assert!(value(&families, "eunomia_log_entries", &[("authority", "gr-police")]) > 10.0);
    let valid = value(&families, "eunomia_ends_in_seconds", &[("what", "trust_list_valid")]);
    assert!(valid > 29.0 * 86_400.0, "{valid}");
    let own = [("owner", "gr-police"), ("instrument", "police_records_index"), ("state", "live")];
    assert!(value(&families, "eunomia_register_records", &own) > 100.0);
    let samples: usize = families.values().map(|family| family.samples.len()).sum();
    assert!(samples < 1_500, "{samples} samples");
    checked_by_promtool(&metrics.body);
}

fn checked_by_promtool(text: &str) {
    let promtool = Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut promtool) = promtool else {
        println!("SKIPPED: the metrics are not read by `promtool`; install `prometheus`");
        return;
    };
    promtool.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let ended = promtool.wait_with_output().unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
}

#[test]
fn a_node_without_room_on_its_disk_is_not_ready() {
    let folder = play("federation-of-full-disks").join("gr-node");
    let config = folder.join("node.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    let text = format!("{text}\n[operation]\ndisk_free_megabytes = 4000000000\n");
    std::fs::write(&config, text).unwrap();
    let node = Running::start(&folder);
    let answer = until("the node looks at its disk", || {
        Some(get(&folder, "/health/ready")).filter(|a| a.body.contains("disk"))
    });
    assert_eq!(answer.status, 503, "{}", answer.body);
    let told = readiness(&answer);
    assert_eq!(told["ready"], false);
    let disk = check(&told, "disk");
    assert_eq!(disk["ok"], false);
    assert!(disk["fault"].as_str().unwrap().ends_with("make room"), "{disk}");
    assert_eq!(check(&told, "store")["ok"], true);
    assert_eq!(get(&folder, "/health/live").status, 200, "it lives all the same");
    let families = read(&get(&folder, "/metrics").body);
    assert!(value(&families, "eunomia_ready", &[]) < 0.5);
    assert!(value(&families, "eunomia_check_holds", &[("check", "disk")]) < 0.5);
    node.stop();
}
