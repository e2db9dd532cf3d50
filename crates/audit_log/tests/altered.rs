//! Whatever is changed in a copied log is found, and named as what it is.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code")]

#[path = "made/memory.rs"]
mod memory;

use audit_log::{LogIndex, Place, TileKind, TilePath, Verdict, leaf_hash, verify_log};
use memory::{MemoryLog, entry};
use seal::Digest;

const ENTRIES: u64 = 300;

/// The names of the files that belong to the last size, in a log written at once.
fn names(log: &MemoryLog) -> Vec<String> {
    log.files.keys().cloned().collect()
}

/// Verifies with byte `at` of `name` changed by `mask`.
fn changed(log: &mut MemoryLog, name: &str, at: usize, mask: u8) -> Verdict {
    log.files.get_mut(name).unwrap()[at] ^= mask;
    let verdict = log.verify();
    log.files.get_mut(name).unwrap()[at] ^= mask;
    verdict
}

/// The entry of a bundle in which byte `at` stands.
fn entry_at(bundle: &[u8], at: usize) -> u64 {
    let (mut start, mut index) = (0, 0);
    loop {
        let length = usize::from(u16::from_be_bytes([bundle[start], bundle[start + 1]]));
        start += 2 + length;
        if at < start {
            return index;
        }
        index += 1;
    }
}

#[test]
fn every_changed_byte_is_found_and_named() {
    let mut log = MemoryLog::of(ENTRIES, 1000);
    assert!(log.verify().is_whole());
    let names = names(&log);
    let expected = [
        "checkpoint",
        "tile/0/000",
        "tile/0/001.p/44",
        "tile/1/000.p/1",
        "tile/entries/000",
        "tile/entries/001.p/44",
    ];
    assert_eq!(names, expected);
    for name in names {
        let bytes = log.files.get(&name).unwrap().clone();
        for at in 0..bytes.len() {
            let verdict = changed(&mut log, &name, at, 1 << (at % 8));
            let where_ = format!("{name}, byte {at}: {:?}", verdict.problems);
            assert!(!verdict.is_whole(), "{where_}");
            let place = verdict.problems[0].place;
            if name == "checkpoint" {
                assert_eq!((place, verdict.entries), (Place::Checkpoint, 0), "{where_}");
            } else if name.starts_with("tile/entries") {
                let path: TilePath = name.parse().unwrap();
                let index = LogIndex::new(path.first_entry() + entry_at(&bytes, at));
                assert_eq!(place, Place::Entry(index), "{where_}");
                assert_eq!(verdict.first_broken_entry(), Some(index), "{where_}");
                assert_eq!(verdict.problems.len(), 1, "{where_}");
            } else {
                assert_eq!(place, Place::File(name.parse().unwrap()), "{where_}");
                assert_eq!(verdict.first_broken_entry(), None, "{where_}");
                assert_eq!((verdict.entries, verdict.problems.len()), (ENTRIES, 1), "{where_}");
            }
        }
    }
}

#[test]
fn every_missing_lengthened_or_shortened_file_is_found_and_named() {
    let mut log = MemoryLog::of(ENTRIES, 1000);
    for name in names(&log) {
        let whole = log.files.get(&name).unwrap().clone();
        let longer = [&whole[..], &[0]].concat();
        let shorter = whole[..whole.len() - 1].to_vec();
        for bytes in [None, Some(longer), Some(shorter), Some(Vec::new())] {
            match bytes {
                Some(bytes) => log.files.insert(name.clone(), bytes),
                None => log.files.remove(&name),
            };
            let verdict = log.verify();
            assert!(!verdict.is_whole(), "{name}");
            let first = &verdict.problems[0];
            let named = first.to_string().contains(&name);
            assert!(named, "{name}: {first}");
            if name.starts_with("tile/0") || name.starts_with("tile/1") {
                assert_eq!(verdict.entries, ENTRIES, "{name}: what it stands for is intact");
            }
        }
        log.files.insert(name, whole);
    }
    assert!(log.verify().is_whole());
}

#[test]
fn a_reader_that_fails_is_named_with_its_words() {
    let log = MemoryLog::of(ENTRIES, 1000);
    let checkpoint = log.files.get("checkpoint").unwrap();
    let read = log.read();
    let failing = |path: &TilePath| match path.kind() {
        TileKind::Entries if path.index() == 1 => Err("bad sector".to_owned()),
        TileKind::Entries | TileKind::Hashes(_) => read(path),
    };
    let verdict = verify_log(checkpoint, &[log.key()], &failing, &mut |_| ());
    assert!(verdict.problems[0].what.contains("bad sector"), "{:?}", verdict.problems);
    assert_eq!(verdict.entries, 256);
}

/// Puts `text` in the place of entry `index` of a full bundle, and its hash into the tile of leaves.
fn forge(log: &mut MemoryLog, bundle: &str, tile: &str, index: usize, text: &[u8]) {
    let bytes = log.files.get_mut(bundle).unwrap();
    let at = (0..bytes.len()).find(|at| bytes[*at..].starts_with(&entry(at_u64(index)))).unwrap();
    bytes[at..at + text.len()].copy_from_slice(text);
    let hash = *leaf_hash(text).as_bytes();
    log.files.get_mut(tile).unwrap()[index % 256 * 32..][..32].copy_from_slice(&hash);
}

fn at_u64(index: usize) -> u64 {
    u64::try_from(index).unwrap()
}

#[test]
fn an_entry_forged_together_with_its_tile_is_found_by_the_parent_tile() {
    let mut log = MemoryLog::of(600, 1000);
    forge(&mut log, "tile/entries/001", "tile/0/001", 300, b"entry XXX");
    let verdict = log.verify();
    assert!(!verdict.is_whole());
    assert_eq!(verdict.first_broken_entry(), Some(LogIndex::new(256)));
    assert_eq!(verdict.problems.len(), 1);
    assert!(verdict.problems[0].what.contains("entries 256 to 511"), "{:?}", verdict.problems);
    assert_eq!(verdict.entries, 600 - 256);
}

#[test]
fn an_entry_forged_with_all_hashes_above_it_is_found_by_the_signature() {
    let mut log = MemoryLog::of(600, 1000);
    let signed = log.files.get("checkpoint").unwrap().clone();
    let mut forged = MemoryLog::of(0, 1);
    let entries = (0..600).map(|i| if i == 300 { b"entry XXX".to_vec() } else { entry(i) });
    forged.append(&entries.collect::<Vec<_>>());
    log.files = forged.files;
    log.files.insert("checkpoint".to_owned(), signed);
    let verdict = log.verify();
    assert!(!verdict.is_whole());
    assert_eq!((verdict.problems[0].place, verdict.entries), (Place::Checkpoint, 0));
}

#[test]
fn two_changes_are_both_named_and_the_first_entry_comes_first() {
    let mut log = MemoryLog::of(600, 1000);
    log.files.get_mut("tile/0/001").unwrap()[0] ^= 1;
    log.files.get_mut("tile/1/000.p/2").unwrap()[0] ^= 1;
    log.files.get_mut("tile/entries/002.p/88").unwrap()[5] ^= 1;
    log.files.get_mut("tile/entries/000").unwrap()[5] ^= 1;
    let verdict = log.verify();
    let places: Vec<String> = verdict.problems.iter().map(|p| p.place.to_string()).collect();
    assert_eq!(places, ["tile/1/000.p/2", "entry 0", "tile/0/001", "entry 512"]);
    assert_eq!(verdict.first_broken_entry(), Some(LogIndex::new(0)));
    assert_eq!(verdict.entries, 598);
}

#[test]
fn a_partial_file_may_be_gone_once_the_full_one_is_there() {
    let mut log = MemoryLog::of(250, 1000);
    let checkpoint = log.files.get("checkpoint").unwrap().clone();
    log.append(&(250..600).map(entry).collect::<Vec<_>>());
    log.files.retain(|name, _| !name.ends_with(".p/250"));
    log.files.insert("checkpoint".to_owned(), checkpoint);
    let verdict = log.verify();
    assert!(verdict.is_whole(), "{:?}", verdict.problems);
    assert_eq!(verdict.entries, 250);
}

#[test]
fn findings_stop_at_a_hundred() {
    let mut log = MemoryLog::of(256 * 120, 100_000);
    log.files.retain(|name, _| !name.starts_with("tile/entries"));
    let verdict = log.verify();
    assert_eq!(verdict.problems.len(), Verdict::MOST);
    assert!(!verdict.is_whole());
}

#[test]
fn the_empty_log_is_whole_and_another_key_is_refused() {
    let mut log = MemoryLog::of(0, 1);
    log.append(&[]);
    assert!(log.verify().is_whole());
    assert_eq!(log.state.root(), audit_log::empty_root());
    let checkpoint = log.files.get("checkpoint").unwrap();
    let other = seal::VerifyingKey::from_bytes(*Digest::from_bytes([3; 32]).as_bytes());
    let kind = audit_log::NoteKeyKind::Log;
    let key = audit_log::NoteKey::new(memory::ORIGIN, kind, other).unwrap();
    let verdict = verify_log(checkpoint, &[key], &log.read(), &mut |_| ());
    assert!(verdict.checkpoint.is_none());
    assert!(verdict.problems[0].what.contains("none of the given keys"));
}
