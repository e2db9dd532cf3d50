//! The year turns: one log ends, the next begins with its last checkpoint; both still verify and prove.

use crate::support::{Home, entropy, entry, grant, key, police, sign};
use audit_log::{Checkpoint, LogIndex, Note, NoteKey, NoteKeyKind, TilePath, TreeSize, verify_log};
use std::path::Path;
use store::{Draft, Error, LogYear, NextLog, Store};
use vocabulary::ProcessingOperation::Consultation;

fn log_key(origin: &str) -> NoteKey {
    NoteKey::new(origin, NoteKeyKind::Log, key(7).verifying_key()).unwrap()
}

fn next(year: u16) -> NextLog {
    let origin = format!("gr-police/{year}");
    NextLog { key: log_key(&origin).to_string(), origin }
}

fn log(store: &Store, count: usize) -> Vec<Draft> {
    let grant = grant(&police(), Consultation, None);
    let drafts: Vec<Draft> = (0..count).map(|_| entry(&grant)).collect();
    for draft in &drafts {
        store.log_maintenance(&grant, draft).unwrap();
    }
    drafts
}

fn publish(store: &Store) {
    store.sequence(&police(), 10_000).unwrap();
    store.publish(&police(), &sign).unwrap();
}

/// Verifies the log in `folder` from its files alone.
fn verified(folder: &Path, origin: &str) -> u64 {
    let note = std::fs::read(folder.join("checkpoint")).unwrap();
    let read = |path: &TilePath| match std::fs::read(folder.join(path.to_string())) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.to_string()),
    };
    let verdict = verify_log(&note, &[log_key(origin)], &read, &mut |_| {});
    assert!(verdict.is_whole(), "{verdict:?}");
    verdict.checkpoint.unwrap().size().get()
}

fn proven(store: &Store, draft: &Draft) -> (String, u64) {
    let place = store.entry_place(&police(), draft.entry.entry_id).unwrap().unwrap();
    let year = store.log_year(&police(), &place.origin).unwrap().unwrap();
    let proof = store.entry_proof(&year, place.index).unwrap().unwrap();
    let leaf = draft.entry.leaf_hash().unwrap();
    assert_eq!(leaf, place.leaf_hash);
    let (checkpoint, _) = proof.verify(&leaf, &[log_key(&place.origin)]).unwrap();
    let bytes = store.entry_bytes(&year, place.index).unwrap().unwrap();
    assert_eq!(audit_log::leaf_hash(&bytes), leaf);
    (checkpoint.origin().to_owned(), place.index.get())
}

/// The two logs as they lie on disk, linked.
fn two_years(store: &Store, folder: &Path) {
    let years = store.log_years(&police()).unwrap();
    let expected = [
        ("gr-police/2026", folder.to_owned(), Some(TreeSize::new(301))),
        ("gr-police/2027", folder.join("2027"), None),
    ];
    let expected = expected.map(|(origin, folder, ended)| LogYear {
        origin: origin.to_owned(),
        folder,
        ended,
    });
    assert_eq!(years, expected);
    assert_eq!(verified(&years[0].folder, "gr-police/2026"), 301);
    assert_eq!(verified(&years[1].folder, "gr-police/2027"), 261);

    let first = store.entry_bytes(&years[1], LogIndex::new(0)).unwrap().unwrap();
    let first = String::from_utf8(first).unwrap();
    let (head, _) = Checkpoint::verify(&first, &[log_key("gr-police/2026")]).unwrap();
    assert_eq!(head.size().get(), 301);
    assert_eq!(store.checkpoint_note(&years[0]).unwrap().unwrap(), first);
}

#[test]
fn the_next_log_begins_with_the_last_checkpoint_of_the_old_one() {
    let home = Home::new();
    let mut store = home.open();
    let old = log(&store, 300);
    assert!(!store.begin_next_log(&police(), &next(2027)).unwrap(), "nothing is published yet");
    publish(&store);
    let waiting = log(&store, 1);
    assert!(!store.begin_next_log(&police(), &next(2027)).unwrap(), "one entry waits");
    publish(&store);
    assert!(store.begin_next_log(&police(), &next(2027)).unwrap());
    let state = store.log_state(&police()).unwrap().unwrap();
    assert_eq!(
        (state.origin.as_str(), state.begins_at, state.size.get() + state.waiting),
        ("gr-police/2027", 301, 1)
    );

    let new = log(&store, 260);
    publish(&store);
    for reopened in [false, true] {
        if reopened {
            store.close();
            drop(store);
            store = Store::open(&home.places, 2, entropy(), None).unwrap();
            assert!(store.open_log(&police(), "gr-police/2026").is_err(), "that one has ended");
            store.open_log(&police(), "gr-police/2027").unwrap();
        }
        two_years(&store, &home.places.log.join("gr-police"));
        for (draft, year, index) in [
            (&old[0], "2026", 0),
            (&old[299], "2026", 299),
            (&waiting[0], "2026", 300),
            (&new[0], "2027", 1),
            (&new[259], "2027", 260),
        ] {
            assert_eq!(proven(&store, draft), (format!("gr-police/{year}"), index));
        }
    }
    // And once more.
    assert!(store.begin_next_log(&police(), &next(2028)).unwrap());
    let third = log(&store, 1);
    publish(&store);
    assert_eq!(proven(&store, &third[0]), ("gr-police/2028".to_owned(), 1));
    assert_eq!(proven(&store, &old[7]), ("gr-police/2026".to_owned(), 7));
    let key = std::fs::read_to_string(home.places.log.join("gr-police/2028/log.vkey")).unwrap();
    assert_eq!(key.trim().parse::<NoteKey>().unwrap(), log_key("gr-police/2028"));
}

#[test]
fn a_log_without_entries_only_takes_the_new_name() {
    let home = Home::new();
    let store = home.open();
    assert!(store.begin_next_log(&police(), &next(2027)).unwrap());
    let drafts = log(&store, 2);
    publish(&store);
    assert_eq!(proven(&store, &drafts[0]), ("gr-police/2027".to_owned(), 0));
    assert_eq!(verified(&home.places.log.join("gr-police"), "gr-police/2027"), 2);
}

#[test]
fn a_year_that_turns_while_others_log_loses_nothing() {
    let home = Home::new();
    let store = home.open();
    let drafts: Vec<Draft> = std::thread::scope(|scope| {
        let loggers: Vec<_> = (0..4).map(|_| scope.spawn(|| log(&store, 60))).collect();
        let mut year = 2026;
        while year < 2029 {
            publish(&store);
            if store.begin_next_log(&police(), &next(year + 1)).unwrap() {
                year += 1;
            }
        }
        loggers.into_iter().flat_map(|logger| logger.join().unwrap()).collect()
    });
    publish(&store);
    for draft in &drafts {
        proven(&store, draft);
    }
    let years = store.log_years(&police()).unwrap();
    let sizes: u64 = years.iter().map(|year| verified(&year.folder, &year.origin)).sum();
    // Each log but the first begins with a checkpoint, unless it had none before it.
    assert_eq!(sizes, 240 + u64::try_from(years.len()).unwrap() - 1);
}

#[test]
fn cosignatures_stand_under_the_checkpoint_and_under_the_largest_cosigned_head() {
    let home = Home::new();
    let store = home.open();
    let drafts = log(&store, 3);
    publish(&store);
    let folder = home.places.log.join("gr-police");
    let note = std::fs::read_to_string(folder.join("checkpoint")).unwrap();
    let cosign = |note: &str, name: &str, seed: u8| {
        let note: Note = note.parse().unwrap();
        note.cosignature(name, &key(seed), 1_800_000_000).unwrap()
    };
    store.attach_cosignatures(&police(), &note, &[cosign(&note, "berlin", 2)]).unwrap();
    store.attach_cosignatures(&police(), &note, &[cosign(&note, "sofia", 3)]).unwrap();
    let witness = |name: &str, seed: u8| {
        NoteKey::new(name, NoteKeyKind::Witness, key(seed).verifying_key()).unwrap()
    };
    let keys = [log_key("gr-police/2026"), witness("berlin", 2), witness("sofia", 3)];
    let standing = std::fs::read_to_string(folder.join("checkpoint")).unwrap();
    assert_eq!(Checkpoint::verify(&standing, &keys).unwrap().1.len(), 3);
    assert_eq!(store.cosigned(&folder).unwrap().unwrap().note, standing);
    assert_eq!(verified(&folder, "gr-police/2026"), 3);

    // The checkpoint moves on without cosignatures; the cosigned head stays, and proofs are made against it.
    log(&store, 2);
    publish(&store);
    let newer = std::fs::read_to_string(folder.join("checkpoint")).unwrap();
    assert_eq!(store.cosigned(&folder).unwrap().unwrap().note, standing);
    let year = store.log_years(&police()).unwrap().remove(0);
    let proof = store.entry_proof(&year, LogIndex::new(1)).unwrap().unwrap();
    let leaf = drafts[1].entry.leaf_hash().unwrap();
    assert_eq!(proof.verify(&leaf, &keys).unwrap().1.len(), 3);
    let late = store.entry_proof(&year, LogIndex::new(4)).unwrap().unwrap();
    assert_eq!(late.checkpoint, newer);

    // A late cosignature of the older head joins it; one of the newer takes its place.
    store.attach_cosignatures(&police(), &note, &[cosign(&note, "rome", 4)]).unwrap();
    assert_eq!(std::fs::read_to_string(folder.join("checkpoint")).unwrap(), newer);
    let grown: Note = store.cosigned(&folder).unwrap().unwrap().note.parse().unwrap();
    assert_eq!(grown.signatures().len(), 4);
    store.attach_cosignatures(&police(), &newer, &[cosign(&newer, "rome", 4)]).unwrap();
    assert_eq!(store.cosigned(&folder).unwrap().unwrap().checkpoint.size().get(), 5);
    // A cosignature of the older head now comes too late for either.
    store.attach_cosignatures(&police(), &note, &[cosign(&note, "oslo", 5)]).unwrap();
    assert_eq!(store.cosigned(&folder).unwrap().unwrap().checkpoint.size().get(), 5);
}

#[test]
fn a_larger_head_that_somebody_shows_stops_the_log_for_good() {
    let home = Home::new();
    let store = home.open();
    log(&store, 2);
    publish(&store);
    let head = |origin: &str, size: u64| {
        Checkpoint::new(origin, TreeSize::new(size), audit_log::leaf_hash(b"x")).unwrap()
    };
    let shown = head("gr-police/2026", 9);
    let note = shown.sign(&key(7)).unwrap().to_string();
    let same = head("gr-police/2026", 2);
    assert!(!store.show_larger_head(&police(), &same, &note).unwrap(), "not larger");
    let other = head("gr-police/2025", 9);
    assert!(!store.show_larger_head(&police(), &other, &note).unwrap(), "another log");
    log(&store, 1);
    assert!(store.show_larger_head(&police(), &shown, &note).unwrap());

    let grant = grant(&police(), Consultation, None);
    let refused = store.log_maintenance(&grant, &entry(&grant)).unwrap_err();
    let behind = |error: &Error| matches!(error, Error::LargerTreeShown { shown: 9, .. });
    assert!(behind(&refused), "{refused}");
    store.sequence(&police(), 100).unwrap();
    assert!(behind(&store.publish(&police(), &sign).unwrap_err()), "what waited is not signed");
    assert!(
        !store.begin_next_log(&police(), &next(2027)).unwrap_or(false),
        "no way out by a new year"
    );
    store.close();
    drop(store);
    let store = Store::open(&home.places, 1, entropy(), None).unwrap();
    assert!(behind(&store.open_log(&police(), "gr-police/2026").unwrap_err()));
}
