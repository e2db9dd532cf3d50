//! Entries, receipts, indices, tiles.

use crate::support::{Home, border, entry, grant, key, law, now, police, query_id, refusal, sign};
use audit_log::{NoteKey, NoteKeyKind, TilePath, verify_log};
use seal::Digest;
use std::path::Path;
use store::{Draft, Error, Sealed, Store};
use vocabulary::ProcessingOperation::{Alteration, Consultation};

/// Verifies the published log of the police from its files alone and gives its size.
pub(crate) fn verified_size(log: &Path) -> u64 {
    let folder = log.join(police().as_str());
    let note = std::fs::read_to_string(folder.join("checkpoint")).unwrap();
    let key = NoteKey::new("gr-police/2026", NoteKeyKind::Log, key(7).verifying_key()).unwrap();
    let read = |path: &TilePath| match std::fs::read(folder.join(path.to_string())) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.to_string()),
    };
    let verdict = verify_log(note.as_bytes(), &[key], &read, &mut |_| {});
    assert!(verdict.is_whole(), "{verdict:?}");
    verdict.checkpoint.unwrap().size().get()
}

pub(crate) fn log_entries(store: &Store, count: usize) {
    let grant = grant(&police(), Consultation, None);
    for _ in 0..count {
        store.log_maintenance(&grant, &entry(&grant)).unwrap();
    }
}

#[test]
fn entries_get_their_index_in_the_order_of_their_commits_and_verify_from_the_files_alone() {
    let home = Home::new();
    let store = home.open();
    let grant = grant(&police(), Consultation, None);
    let drafts: Vec<Draft> = (0..600).map(|_| entry(&grant)).collect();
    for (at, draft) in drafts.iter().enumerate() {
        let receipt = store.log_maintenance(&grant, draft).unwrap();
        assert_eq!(receipt.leaf_hash(), draft.entry.leaf_hash().unwrap());
        assert_eq!(store.position(&police(), receipt.entry_id()).unwrap(), None);
        if at % 250 == 249 {
            assert!(store.sequence(&police(), 10_000).unwrap().is_some());
            store.publish(&police(), &sign).unwrap().unwrap();
        }
    }
    while store.sequence(&police(), 40).unwrap().is_some() {}
    assert_eq!(store.publish(&police(), &sign).unwrap().unwrap().size().get(), 600);
    assert_eq!(store.publish(&police(), &sign).unwrap(), None);
    for (at, draft) in (0_u64..).zip(&drafts) {
        let index = store.position(&police(), draft.entry.entry_id).unwrap().unwrap();
        assert_eq!(index.get(), at);
    }
    assert_eq!(verified_size(&home.places.log), 600);
    let state = store.log_state(&police()).unwrap().unwrap();
    assert_eq!((state.size.get(), state.published.get(), state.waiting), (600, 600, 0));
    assert_eq!(store.log_state(&border()).unwrap().unwrap().size.get(), 0);
}

#[test]
fn a_log_goes_on_where_it_was_after_a_restart() {
    let home = Home::new();
    let store = home.open();
    log_entries(&store, 300);
    store.sequence(&police(), 1_000).unwrap();
    store.publish(&police(), &sign).unwrap();
    log_entries(&store, 5);
    store.close();
    drop(store);
    let store = home.open();
    log_entries(&store, 300);
    store.sequence(&police(), 1_000).unwrap();
    store.publish(&police(), &sign).unwrap();
    assert_eq!(verified_size(&home.places.log), 605);
}

/// A store whose database is older than its published log of six entries.
fn restored_backup() -> Home {
    let home = Home::new();
    let store = home.open();
    log_entries(&store, 3);
    store.close();
    drop(store);
    home.database.keep();
    let store = home.open();
    log_entries(&store, 3);
    store.sequence(&police(), 1_000).unwrap();
    store.publish(&police(), &sign).unwrap();
    store.close();
    drop(store);
    home.database.put_back();
    home
}

#[test]
fn nothing_is_signed_while_the_disk_shows_a_larger_tree() {
    for only_tiles in [false, true] {
        let home = restored_backup();
        if only_tiles {
            std::fs::remove_file(home.places.log.join("gr-police/checkpoint")).unwrap();
        }
        let store = Store::open(&home.places, 1, crate::support::entropy(), None).unwrap();
        let refused = store.open_log(&police(), "gr-police/2026").unwrap_err();
        let larger = matches!(refused, Error::LargerTreeOnDisk { published: 6, known: 0, .. });
        assert!(larger, "{refused}");
        assert!(matches!(store.publish(&police(), &sign), Err(Error::NoLog { .. })));
    }
}

#[test]
fn a_log_whose_tiles_are_gone_or_altered_is_not_opened() {
    for bytes in [None, Some([7; 32])] {
        let home = Home::new();
        let store = home.open();
        log_entries(&store, 1);
        store.sequence(&police(), 1_000).unwrap();
        store.publish(&police(), &sign).unwrap();
        drop(store);
        let tile = home.places.log.join("gr-police/tile/0/000.p/1");
        match bytes {
            None => std::fs::remove_file(&tile).unwrap(),
            Some(bytes) => std::fs::write(&tile, bytes).unwrap(),
        }
        let store = Store::open(&home.places, 1, crate::support::entropy(), None).unwrap();
        let refused = store.open_log(&police(), "gr-police/2026").unwrap_err();
        assert!(matches!(refused, Error::WrongFile { .. }), "{refused}");
    }
}

#[test]
fn a_log_keeps_its_name_and_nothing_is_logged_before_it_is_opened() {
    let home = Home::new();
    let store = home.open();
    let renamed = store.open_log(&police(), "gr-police/2027");
    assert!(matches!(renamed, Err(Error::Unfit { .. })));
    let nobody = "gr-customs".parse().unwrap();
    let granted = grant(&nobody, Consultation, None);
    let refused = store.log_maintenance(&granted, &entry(&granted));
    assert!(matches!(refused, Err(Error::NoLog { .. })));
}

#[test]
fn an_older_sequencer_can_no_longer_move_the_log() {
    let home = Home::new();
    let store = home.open();
    log_entries(&store, 1);
    home.database.execute("UPDATE log_state SET epoch = epoch + 1");
    assert!(matches!(store.sequence(&police(), 10), Err(Error::LogMoved { .. })));
    assert_eq!(store.log_state(&police()).unwrap().unwrap().size.get(), 0);
}

#[test]
fn what_differs_from_its_grant_is_not_logged() {
    let home = Home::new();
    let store = home.open();
    let granted = grant(&police(), Consultation, Some(query_id()));
    let check = |what: &str, change: fn(&mut audit_log::Entry)| {
        let mut draft = entry(&granted);
        change(&mut draft.entry);
        match store.log_maintenance(&granted, &draft) {
            Err(Error::NotGranted { what: found }) => assert_eq!(found, what),
            other => panic!("{other:?}"),
        }
    };
    check("authority", |entry| entry.authority = border());
    check("query", |entry| entry.query = Some(query_id()));
    check("query", |entry| entry.query = None);
    check("purpose", |entry| entry.purpose = None);
    check("operation", |entry| entry.operation = Alteration);
    check("instrument", |entry| entry.instrument = None);
    check("exercise mode", |entry| entry.exercise = !entry.exercise);
    check("version of the instrument", |entry| {
        entry.instrument.as_mut().unwrap().digest = Digest::from_bytes([0; 32]);
    });
    assert!(store.log_maintenance(&granted, &refusal(&granted)).is_err());
    assert!(store.log_refusal(&entry(&granted)).is_err());
    assert_eq!(store.log_state(&police()).unwrap().unwrap().waiting, 0);
}

#[test]
fn a_seal_opens_with_the_receipt_of_its_own_query_only() {
    let home = Home::new();
    let store = home.open();
    let (mine, other) = (query_id(), query_id());
    let receipt = |owner: &vocabulary::AuthorityId, query| {
        let grant = grant(owner, Consultation, query);
        store.log_maintenance(&grant, &entry(&grant)).unwrap()
    };
    let granted = grant(&police(), Consultation, Some(mine));
    let sealed = || Sealed::under(&granted, 17).unwrap().map(|value| value + 1);
    assert_eq!(sealed().digest(|value| seal::sha256(&[*value])), seal::sha256(&[18]));
    let wrong = |receipt| matches!(sealed().open(&receipt), Err(Error::WrongReceipt { .. }));
    assert!(wrong(receipt(&police(), Some(other))));
    assert!(wrong(receipt(&police(), None)));
    assert!(wrong(receipt(&border(), Some(mine))));
    assert!(wrong(store.log_refusal(&refusal(&granted)).unwrap()));
    assert_eq!(sealed().open(&receipt(&police(), Some(mine))).unwrap(), 18);
    let again = store.receipt_of(&police(), mine, law().id()).unwrap().unwrap();
    assert_eq!(sealed().open(&again).unwrap(), 18);
    assert_eq!(store.receipt_of(&police(), query_id(), law().id()).unwrap(), None);
    assert!(Sealed::under(&grant(&police(), Consultation, None), 1).is_err());
    assert_eq!(again.authority(), &police());
    assert!(now() < now().plus_millis(1));
}

#[test]
fn the_receipt_of_a_refusal_is_never_made_again_as_one_that_opens() {
    let home = Home::new();
    let store = home.open();
    let granted = grant(&police(), Consultation, Some(query_id()));
    let receipt = store.log_refusal(&refusal(&granted)).unwrap();
    assert!(!receipt.is_granted());
    let query = granted.query().unwrap();
    assert_eq!(store.receipt_of(&police(), query, law().id()).unwrap(), None);
    assert!(matches!(store.read(&receipt, &[1]), Err(Error::WrongReceipt { .. })));
    assert!(matches!(store.search(&receipt), Err(Error::WrongReceipt { .. })));
}
