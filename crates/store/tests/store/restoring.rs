//! A backup is put back: what was erased stays erased, the log goes on, what is lost is named.

use crate::loading::{indexed, load};
use crate::support::{Home, border, entropy, entry, grant, now, police, record, register, sign};
use std::path::{Path, PathBuf};
use store::{
    ChangeRecord, CrashPoint, Error, KEYS_LIVE_DAYS, NameRecord, Restore, Restored, Store, restore,
};
use vocabulary::ProcessingOperation::{Alteration, Erasure};
use vocabulary::Timestamp;

const DAY: i64 = 86_400_000;

struct Scene {
    home: Home,
}

impl Scene {
    /// A register of three records, published and backed up.
    fn new() -> (Self, Store) {
        let scene = Self { home: Home::new() };
        let store = scene.home.open();
        load(&store, &police(), ["a", "b", "c"].map(|id| record(id, id)).to_vec());
        publish(&store);
        scene.back_up(&store, "first", now());
        (scene, store)
    }

    fn folders(&self, name: &str) -> (PathBuf, PathBuf) {
        let top = self.home.folder.path();
        (top.join("backups").join(name), top.join("keys-apart").join(name))
    }

    fn back_up(&self, store: &Store, name: &str, at: Timestamp) {
        let (to, keys_to) = self.folders(name);
        store.back_up((&to, &keys_to), Vec::new(), at).unwrap();
    }

    /// The disk with database and keys is lost.
    fn lose(&self, store: Store) {
        store.close();
        drop(store);
        for name in ["eunomia.db", "payload.keys", "eunomia.db-wal", "eunomia.db-shm"] {
            let path = self.home.folder.path().join(name);
            if path.exists() {
                std::fs::remove_file(path).unwrap();
            }
        }
    }

    fn restore(&self, name: &str, days: i64) -> Result<Restored, Error> {
        let (from, keys_from) = self.folders(name);
        let at = now().plus_millis(days * DAY);
        let places = &self.home.places;
        restore(Restore { places, from: &from, keys_from: &keys_from, at }, entropy())
    }
}

fn publish(store: &Store) {
    for authority in [police(), border()] {
        store.sequence(&authority, 1_000).unwrap();
        store.publish(&authority, &sign).unwrap();
    }
}

fn erase(store: &Store, id: &str) {
    try_to_erase(store, id).unwrap();
}

fn try_to_erase(store: &Store, id: &str) -> Result<(), Error> {
    let granted = grant(&police(), Erasure, None);
    let job = NameRecord {
        grant: &granted,
        entry: entry(&granted),
        register: register(&police()),
        id: id.parse().unwrap(),
        tell: None,
        at: now(),
    };
    store.erase_record(job).map(|erased| assert!(erased.is_some()))
}

fn correct(store: &Store, id: &str) {
    let granted = grant(&police(), Alteration, None);
    let job = ChangeRecord {
        grant: &granted,
        entry: entry(&granted),
        register: register(&police()),
        record: record(id, "Corrected"),
        tell: None,
        at: now(),
    };
    assert!(store.correct_record(job).unwrap().is_some());
}

#[test]
fn a_record_erased_after_the_backup_stays_erased_and_the_log_goes_on() {
    let (scene, store) = Scene::new();
    erase(&store, "a");
    load(&store, &police(), vec![record("d", "d")]);
    correct(&store, "b");
    publish(&store);
    let size = store.log_state(&police()).unwrap().unwrap().size;
    scene.lose(store);
    let restored = scene.restore("first", 1).unwrap();
    assert_eq!(restored.later.len(), 3, "erased, loaded, corrected: by their entries");
    // The old content of the corrected record was erased by right, and comes back as little as the erased one.
    assert_eq!(restored.records_erased, 2);
    let store = scene.home.open();
    assert_eq!(indexed(&store, &police()), ["c"]);
    assert_eq!(store.register_counts(&police()).unwrap()[0].live, 1);
    let state = store.log_state(&police()).unwrap().unwrap();
    assert_eq!((state.size, state.published, state.waiting), (size, size, 1), "and the look at it");
    load(&store, &police(), ["d", "b"].map(|id| record(id, id)).to_vec());
    publish(&store);
    assert!(store.log_state(&police()).unwrap().unwrap().published > size);
    let kept = store.root_of_log(&store.log_years(&police()).unwrap()[0], size);
    assert!(kept.is_some(), "the log has not forked");
    store.close();
}

#[test]
fn nothing_is_replayed_or_erased_when_nothing_happened_since() {
    let (scene, store) = Scene::new();
    scene.lose(store);
    let restored = scene.restore("first", 1).unwrap();
    assert_eq!((restored.later.len(), restored.records_erased, restored.others_erased), (0, 0, 0));
    assert_eq!(indexed(&scene.home.open(), &police()), ["a", "b", "c"]);
}

fn database_file(scene: &Scene) -> &Path {
    let store::Database::Sqlite(file) = &scene.home.places.database else { panic!("a file") };
    file
}

#[test]
fn an_older_database_put_back_by_hand_is_not_opened() {
    let (scene, store) = Scene::new();
    erase(&store, "a");
    scene.lose(store);
    let (from, keys_from) = scene.folders("first");
    std::fs::copy(from.join("eunomia.db"), database_file(&scene)).unwrap();
    std::fs::copy(keys_from.join("payload.keys"), &scene.home.places.keys).unwrap();
    let opened = Store::open(&scene.home.places, 1, entropy(), None);
    assert!(matches!(opened, Err(Error::LaterErasures { journal: 1, known: 0 })), "{opened:?}");
}

#[test]
fn a_power_cut_does_not_part_an_erasure_from_the_journal() {
    let (scene, store) = Scene::new();
    scene.lose(store);
    scene.restore("first", 0).unwrap();
    for point in [CrashPoint::Committed, CrashPoint::KeysDestroyed] {
        let crash = std::sync::Arc::new(move |at| at == point);
        let store = Store::open(&scene.home.places, 1, entropy(), Some(crash)).unwrap();
        let id = if point == CrashPoint::Committed { "a" } else { "b" };
        // Opening the log is a commit of its own, at which it would die.
        assert!(try_to_erase(&store, id).is_err());
        drop(store);
        drop(scene.home.open());
    }
    let store = scene.home.open();
    publish(&store);
    scene.lose(store);
    assert_eq!(scene.restore("first", 1).unwrap().records_erased, 2);
    assert_eq!(indexed(&scene.home.open(), &police()), ["c"]);
}

#[test]
fn a_backup_that_is_old_altered_or_not_of_one_piece_is_refused_and_leaves_nothing() {
    let (scene, store) = Scene::new();
    let there = scene.restore("first", 1).unwrap_err().to_string();
    assert!(there.contains("move database and keys away"), "{there}");
    scene.back_up(&store, "second", now().plus_millis(DAY));
    scene.lose(store);
    let (from, keys_from) = scene.folders("first");
    let refused = |days: i64, from: &Path, keys_from: &Path, words: &str| {
        let at = now().plus_millis(days * DAY);
        let job = Restore { places: &scene.home.places, from, keys_from, at };
        let told = restore(job, entropy()).unwrap_err().to_string();
        assert!(told.contains(words), "{told}");
        assert!(!database_file(&scene).exists() && !scene.home.places.keys.exists());
    };
    refused(KEYS_LIVE_DAYS, &from, &keys_from, "would come back");
    refused(1, &from, &scene.folders("second").1, "take the keys of the same backup");
    let path = from.join("eunomia.db");
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    refused(1, &from, &keys_from, "is not what was backed up");
}

#[test]
fn a_log_of_somebody_else_is_not_replayed() {
    let (scene, store) = Scene::new();
    scene.lose(store);
    let log = &scene.home.places.log;
    std::fs::remove_dir_all(log).unwrap();
    let other = Home::new();
    let stranger = other.open();
    for _ in 0..3 {
        load(&stranger, &police(), vec![]);
    }
    publish(&stranger);
    stranger.mirror_logs(log).unwrap();
    let told = scene.restore("first", 1).unwrap_err().to_string();
    assert!(told.contains("is no continuation of the log in the backup"), "{told}");
}
