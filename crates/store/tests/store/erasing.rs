//! Erasing leaves nothing that can be read.

use crate::loading::{load, stage};
use crate::support::{Home, entry, grant, now, police, record, register};
use std::path::Path;
use store::{Error, NameRecord, NameRecords, Store};
use vocabulary::ProcessingOperation::{Alteration, Collection, Erasure};

const MARKER: &str = "Marker-Of-A-Name";

fn holds(folder: &Path, marker: &[u8]) -> bool {
    std::fs::read_dir(folder).unwrap().any(|file| {
        let path = file.unwrap().path();
        path.is_file() && std::fs::read(path).unwrap().windows(marker.len()).any(|w| w == marker)
    })
}

fn erase(store: &Store, id: &str) -> Option<u64> {
    let granted = grant(&police(), Erasure, None);
    let job = NameRecord {
        grant: &granted,
        entry: entry(&granted),
        register: register(&police()),
        id: id.parse().unwrap(),
        tell: None,
        at: now(),
    };
    store.erase_record(job).unwrap().map(|(_, key)| key)
}

/// Slot and sealed content of the only record.
fn row(home: &Home) -> (i64, Vec<u8>) {
    let slot = home.database.numbers("SELECT key_slot FROM record")[0];
    (slot, home.database.bytes("SELECT content FROM record"))
}

fn slot(home: &Home, slot: i64) -> Vec<u8> {
    let file = std::fs::read(&home.places.keys).unwrap();
    let at = usize::try_from((slot + 1) * 32).unwrap();
    file[at..at + 32].to_vec()
}

#[test]
fn nothing_personal_lies_in_clear_and_an_erased_record_opens_no_more() {
    let home = Home::new();
    let store = home.open();
    let keys = load(&store, &police(), vec![record("id-of-a-person", MARKER)]);
    assert!(!holds(home.folder.path(), MARKER.as_bytes()));
    assert!(!holds(home.folder.path(), b"id-of-a-person"));
    let (number, sealed) = row(&home);
    assert_ne!(slot(&home, number), [0; 32]);
    assert_eq!(erase(&store, "id-of-a-person"), Some(keys[0]));
    assert_eq!(slot(&home, number), [0; 32], "destroyed before the call returns");
    assert_eq!(erase(&store, "id-of-a-person"), None);
    store.close();
    drop(store);
    assert!(!holds(home.folder.path(), &sealed), "not even the sealed bytes are left");

    let store = home.open();
    let again = load(&store, &police(), vec![record("id-of-a-person", "Another")]);
    assert_ne!(again, keys, "a tombstone keeps its number");
    let granted = grant(&police(), Collection, None);
    let receipt = store.log_maintenance(&granted, &entry(&granted)).unwrap();
    assert_eq!(store.read(&receipt, &[keys[0], again[0]]).unwrap().len(), 1);
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn neither_key_nor_content_of_an_erased_record_is_in_any_file_of_the_running_store() {
    let home = Home::new();
    let store = home.open();
    load(&store, &police(), vec![record("id-of-a-person", MARKER)]);
    let (number, _) = row(&home);
    let key = slot(&home, number);
    let holds = |what: &[u8]| {
        let all = files(home.folder.path());
        assert!(
            crate::ENGINE.postgres || all.iter().any(|path| path.ends_with("erasures.journal"))
        );
        all.iter().any(|path| std::fs::read(path).unwrap().windows(what.len()).any(|w| w == what))
    };
    assert!(holds(&key));
    erase(&store, "id-of-a-person");
    store.sequence(&police(), 100).unwrap();
    store.publish(&police(), &crate::support::sign).unwrap();
    for what in [key.as_slice(), MARKER.as_bytes(), b"id-of-a-person"] {
        assert!(!holds(what), "the store still runs: database, journals, keys and tiles are open");
    }
}

#[test]
fn a_load_given_up_leaves_no_key_behind() {
    let home = Home::new();
    let store = home.open();
    let granted = grant(&police(), Collection, None);
    let batch = store.begin_batch(&granted, &register(&police()), now()).unwrap();
    stage(&store, &police(), batch, vec![record("a", MARKER)]);
    let (number, _) = row(&home);
    store.close();
    drop(store);
    drop(home.open());
    assert_eq!(slot(&home, number), [0; 32]);
}

#[test]
fn a_database_without_its_key_file_is_not_opened() {
    let home = Home::new();
    home.open().close();
    std::fs::remove_file(&home.places.keys).unwrap();
    let opened = Store::open(&home.places, 1, crate::support::entropy(), None);
    assert!(matches!(opened, Err(Error::MissingKeys { .. })));
    std::fs::write(&home.places.keys, [7; 64]).unwrap();
    let opened = Store::open(&home.places, 1, crate::support::entropy(), None);
    assert!(matches!(opened, Err(Error::WrongFile { .. })));
}

#[test]
fn a_file_is_opened_once_and_a_closed_store_refuses() {
    let home = Home::new();
    let store = home.open();
    if !crate::ENGINE.postgres {
        let second = Store::open(&home.places, 1, crate::support::entropy(), None);
        assert!(matches!(second, Err(Error::WrongFile { .. })));
    }
    store.close();
    let granted = grant(&police(), Collection, None);
    assert!(matches!(store.log_maintenance(&granted, &entry(&granted)), Err(Error::Closed)));
    assert!(matches!(store.log_state(&police()), Err(Error::Closed)));
}

#[test]
fn several_records_end_or_go_under_one_entry_and_those_that_are_not_there_are_told() {
    let home = Home::new();
    let store = home.open();
    let records = ["a", "b", "c"].map(|id| record(id, MARKER)).to_vec();
    let keys = load(&store, &police(), records);
    let act = |ids: &[&str], ends: bool| {
        let granted = grant(&police(), if ends { Alteration } else { Erasure }, None);
        let job = NameRecords {
            grant: &granted,
            entry: entry(&granted),
            register: register(&police()),
            ids: ids.iter().map(|id| id.parse().unwrap()).collect(),
            tell: None,
            at: now(),
        };
        let changed = if ends { store.end_records(job) } else { store.erase_records(job) };
        changed.map(|changed| changed.map(|(_, keys)| keys))
    };
    let counts = || {
        let counts = store.register_counts(&police()).unwrap();
        (counts[0].live, counts[0].ended)
    };
    let ended = act(&["b", "nobody", "a", "b"], true).unwrap();
    assert_eq!(ended, Some(vec![Some(keys[1]), None, Some(keys[0]), None]));
    assert_eq!(counts(), (1, 2));
    assert_eq!(act(&["a", "nobody"], true).unwrap(), None, "none of them lives");
    let erased = act(&["a", "b", "c"], false).unwrap();
    assert_eq!(erased, Some(keys.iter().copied().map(Some).collect()));
    assert_eq!(counts(), (0, 0));
    assert_eq!(act(&["a", "b", "c"], false).unwrap(), None);
    let many: Vec<String> = (0..2_001).map(|number| number.to_string()).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert!(matches!(act(&many, false), Err(Error::Unfit { .. })));
}
