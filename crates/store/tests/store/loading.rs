//! Records loaded, corrected, ended.

use crate::support::{Home, border, entry, grant, law, now, police, query_id, record, register};
use store::{ChangeRecord, Error, FinishBatch, NameRecord, RecordState, Stage, StageResult, Store};
use vocabulary::ProcessingOperation::{Alteration, Collection, Consultation};
use vocabulary::{AuthorityId, Record};

/// Loads records into the register of `owner` and gives their numbers.
pub(crate) fn load(store: &Store, owner: &AuthorityId, records: Vec<Record>) -> Vec<u64> {
    let granted = grant(owner, Collection, None);
    let batch = store.begin_batch(&granted, &register(owner), now()).unwrap();
    let staged = stage(store, owner, batch, records);
    let job = FinishBatch { grant: &granted, entry: entry(&granted), batch, at: now() };
    store.finish_batch(job).unwrap();
    staged
        .into_iter()
        .filter_map(|result| match result {
            StageResult::Staged { key, .. } => Some(key),
            StageResult::AlreadyThere => None,
        })
        .collect()
}

pub(crate) fn stage(
    store: &Store,
    owner: &AuthorityId,
    batch: u64,
    records: Vec<Record>,
) -> Vec<StageResult> {
    let granted = grant(owner, Collection, None);
    let job = Stage { grant: &granted, batch, register: register(owner), records, at: now() };
    store.stage_records(job).unwrap()
}

/// The ids of all records an index of `owner` would hold.
pub(crate) fn indexed(store: &Store, owner: &AuthorityId) -> Vec<String> {
    let granted = grant(owner, Consultation, None);
    let receipt = store.log_maintenance(&granted, &entry(&granted)).unwrap();
    let mut ids = Vec::new();
    store
        .records_for_index(&receipt, owner, law().id(), None, &mut |_, _, record| {
            ids.push(record.id.to_string());
        })
        .unwrap();
    ids
}

#[test]
fn a_load_becomes_visible_as_a_whole_or_not_at_all() {
    let home = Home::new();
    let store = home.open();
    let granted = grant(&police(), Collection, None);
    let batch = store.begin_batch(&granted, &register(&police()), now()).unwrap();
    let records = vec![record("a", "One"), record("b", "Two"), record("a", "Three")];
    let staged = stage(&store, &police(), batch, records);
    assert!(matches!(staged[2], StageResult::AlreadyThere));
    assert_eq!(indexed(&store, &police()), Vec::<String>::new());
    assert_eq!(store.register_counts(&police()).unwrap(), []);
    store.close();
    drop(store);

    let store = home.open();
    let job = FinishBatch { grant: &granted, entry: entry(&granted), batch, at: now() };
    assert!(matches!(store.finish_batch(job), Err(Error::Unfit { .. })), "given up at the restart");
    load(&store, &police(), vec![record("a", "One"), record("b", "Two")]);
    assert_eq!(indexed(&store, &police()), ["a", "b"]);
    assert_eq!(store.register_counts(&police()).unwrap()[0].live, 2);
    assert_eq!(indexed(&store, &border()), Vec::<String>::new());

    let batch = store.begin_batch(&granted, &register(&police()), now()).unwrap();
    stage(&store, &police(), batch, vec![record("c", "Four")]);
    assert_eq!(store.abandon_batch(&police(), batch).unwrap(), 1);
    assert_eq!(indexed(&store, &police()), ["a", "b"]);
}

#[test]
fn a_corrected_record_keeps_its_number_and_an_ended_one_answers_no_more() {
    let home = Home::new();
    let store = home.open();
    let keys = load(&store, &police(), vec![record("a", "One"), record("b", "Two")]);
    let granted = grant(&police(), Alteration, None);
    let correct = |id: &str| {
        let job = ChangeRecord {
            grant: &granted,
            entry: entry(&granted),
            register: register(&police()),
            record: record(id, "Corrected"),
            tell: None,
            at: now(),
        };
        store.correct_record(job).unwrap()
    };
    let (receipt, key) = correct("a").unwrap();
    assert_eq!(key, keys[0]);
    assert!(correct("missing").is_none());
    let read = store.read(&receipt, &keys).unwrap();
    assert_eq!(read[0].2, record("a", "Corrected"));
    assert_eq!(read[0].1, register(&police()));

    let end = |id: &str| {
        let job = NameRecord {
            grant: &granted,
            entry: entry(&granted),
            register: register(&police()),
            id: id.parse().unwrap(),
            tell: None,
            at: now(),
        };
        store.end_record(job).unwrap()
    };
    assert_eq!(end("b").unwrap().1, keys[1]);
    assert!(end("b").is_none());
    assert!(correct("b").is_none());
    assert_eq!(store.read(&receipt, &keys).unwrap().len(), 1);
    let found = store.record_by_id(&receipt, &register(&police()), &"b".parse().unwrap());
    assert_eq!(found.unwrap().unwrap().2, RecordState::Ended);
    let counts = store.register_counts(&police()).unwrap();
    assert_eq!((counts[0].live, counts[0].ended), (1, 1));
    // Load, two changes; nothing was logged for what was not there.
    assert_eq!(store.log_state(&police()).unwrap().unwrap().waiting, 3);
}

#[test]
fn records_are_read_into_a_seal_under_a_grant_and_by_their_own_authority_only() {
    let home = Home::new();
    let store = home.open();
    let keys = load(&store, &police(), vec![record("a", "One")]);
    let granted = grant(&police(), Consultation, Some(query_id()));
    let sealed = store.read_sealed(&granted, &[keys[0], 999], now()).unwrap();
    let receipt = store.log_maintenance(&granted, &entry(&granted)).unwrap();
    assert_eq!(
        sealed.open(&receipt).unwrap(),
        [(keys[0], register(&police()), record("a", "One"))]
    );
    let theirs = grant(&border(), Consultation, None);
    let receipt = store.log_maintenance(&theirs, &entry(&theirs)).unwrap();
    assert_eq!(store.read(&receipt, &keys).unwrap(), []);
    let found = store.record_by_id(&receipt, &register(&police()), &"a".parse().unwrap());
    assert_eq!(found.unwrap(), None);
    let streamed =
        store.records_for_index(&receipt, &police(), law().id(), None, &mut |_, _, _| {});
    assert!(matches!(streamed, Err(Error::WrongReceipt { .. })));
}
