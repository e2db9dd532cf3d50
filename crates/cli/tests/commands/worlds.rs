//! `eunomia world`: the same seed gives the same bytes.

use crate::bundle::{eunomia, text};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

fn made(seed: &str, folder: &Path) -> BTreeMap<String, Vec<u8>> {
    made_for("3", seed, folder)
}

fn made_for(states: &str, seed: &str, folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let order = ["--states", states, "--seed", seed, "--persons", "500", "--out", text(folder)];
    let ran = eunomia(&[&["world"], &order[..]].concat());
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let name = |entry: &fs::DirEntry| entry.file_name().into_string().unwrap();
    entries.map(|entry| (name(&entry), fs::read(entry.path()).unwrap())).collect()
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    let folder = tempfile::TempDir::new().unwrap();
    let one = made("7", &folder.path().join("one"));
    assert_eq!(one.len(), 19, "{:?}", one.keys());
    assert!(one.values().all(|bytes| !bytes.is_empty()));
    assert!(one == made("7", &folder.path().join("again")), "the same seed, other bytes");
    let other = made("8", &folder.path().join("other"));
    assert!(one.keys().eq(other.keys()));
    assert!(one["truth.jsonl"] != other["truth.jsonl"]);
}

#[test]
fn every_member_state_has_registers_of_its_own() {
    let folder = tempfile::TempDir::new().unwrap();
    let made = made_for("27", "7", &folder.path().join("union"));
    let police = made.keys().filter(|name| name.ends_with("-police--police_records_index.jsonl"));
    assert_eq!(police.count(), 27);
    for state in ["mt", "sk", "hu", "ie"] {
        let file = &made[&format!("{state}-police--sis_arrest.jsonl")];
        let id = format!("{{\"id\":\"{}-", state.to_uppercase());
        assert!(file.starts_with(id.as_bytes()), "{state}");
    }
    // 27 police nodes with five registers, a border guard with two, questions and truth.
    assert_eq!(made.len(), 27 * 5 + 2 + 2);
}
