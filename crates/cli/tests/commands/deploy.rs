//! The files of `deploy`: units that systemd takes and commands that the program takes.

use crate::bundle::eunomia;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy")
}

fn units() -> Vec<PathBuf> {
    let entries = fs::read_dir(folder().join("systemd")).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn every_command_of_the_units_is_one_of_the_program() {
    let mut commands = 0_usize;
    for unit in units() {
        let text = fs::read_to_string(&unit).unwrap();
        let lines = text.lines().filter_map(|line| line.strip_prefix("Exec")?.split_once('='));
        for (_, line) in lines {
            let words: Vec<&str> = line.split(' ').collect();
            assert_eq!(words[0], "/usr/bin/eunomia", "{}", unit.display());
            let absent = |word: &&str| word.replace("/etc/eunomia/", "/nowhere/at/all/");
            let words: Vec<String> = words[1..].iter().map(absent).collect();
            let ran = eunomia(&words);
            // Wrong usage would be 2; what is wrong here is the file that is not there.
            assert_eq!(ran.code, Some(1), "{line}: {}", ran.err);
            assert!(ran.err.contains("/nowhere/at/all/node.toml"), "{line}: {}", ran.err);
            commands += 1;
        }
    }
    assert!(commands >= 3, "{commands} commands");
}

#[test]
fn every_file_the_page_names_is_there_and_every_script_can_be_read() {
    let page = fs::read_to_string(folder().join("README.md")).unwrap();
    for file in [
        "systemd/eunomia.service",
        "postgresql/eunomia.conf",
        "pg_hba.conf",
        "promote.sh",
        "rejoin.sh",
    ] {
        assert!(page.contains(file), "{file}");
    }
    for script in ["promote.sh", "rejoin.sh"] {
        let path = folder().join("postgresql").join(script);
        let read = Command::new("bash").arg("-n").arg(&path).status().unwrap();
        assert!(read.success(), "{script}");
        let wrong = Command::new("bash").arg(&path).output().unwrap();
        assert_eq!(wrong.status.code(), Some(2), "{script} without arguments is wrong usage");
    }
}

#[test]
fn systemd_takes_the_units_and_finds_the_node_well_closed() {
    let verify = Command::new("systemd-analyze").arg("verify").args(units()).output();
    let Ok(verify) = verify else {
        println!("SKIPPED: the units are not read by `systemd-analyze`; install systemd");
        return;
    };
    let told = String::from_utf8_lossy(&verify.stderr).into_owned();
    // The program is not installed where the tests run.
    let wrong: Vec<&str> =
        told.lines().filter(|line| !line.contains("is not executable")).collect();
    assert!(wrong.is_empty(), "{told}");
    let node = folder().join("systemd/eunomia.service");
    let closed = Command::new("systemd-analyze")
        .args(["security", "--offline=yes", "--threshold=20", "--no-pager"])
        .arg(node)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&closed.stdout);
    assert!(closed.status.success(), "open at more than 2.0 of 10: {told}");
}
