//! `eunomia world`: the same seed gives the same bytes.

use crate::bundle::{eunomia, text};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

fn made(seed: &str, folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let ran = eunomia(&["world", "--seed", seed, "--persons", "500", "--out", text(folder)]);
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
