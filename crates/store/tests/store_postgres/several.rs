//! Several processes on one database: each store here stands for one.

use crate::crash::{search, search_with};
use crate::loading::load;
use crate::logging::{log_entries, verified_size};
use crate::support::{
    Home, entropy, entry, grant, law, now, police, record, register, sign, unclaimed,
};
use std::collections::BTreeSet;
use store::{Error, Stage, Store};
use vocabulary::ProcessingOperation::{Collection, Consultation};

#[test]
fn what_several_processes_log_at_once_is_there_once_and_verifies() {
    let home = Home::new();
    let (one, two) = (home.open(), home.open());
    std::thread::scope(|scope| {
        for store in [&one, &two, &one, &two] {
            scope.spawn(move || log_entries(store, 100));
        }
    });
    assert_eq!(one.log_state(&police()).unwrap().unwrap().waiting, 400);
    assert!(two.sequence(&police(), 1_000).unwrap().is_some());
    two.publish(&police(), &sign).unwrap().unwrap();
    assert_eq!(verified_size(&home.places.log), 400);
}

#[test]
fn the_older_sequencer_is_refused_and_takes_over_when_the_other_goes() {
    let home = Home::new();
    let (older, newer) = (home.open(), home.open());
    log_entries(&older, 3);
    assert!(!older.leads_log(&police()).unwrap());
    assert!(matches!(older.sequence(&police(), 10), Err(Error::LogMoved { .. })));
    assert!(newer.leads_log(&police()).unwrap());
    newer.sequence(&police(), 10).unwrap();
    newer.publish(&police(), &sign).unwrap();
    assert!(matches!(older.publish(&police(), &sign), Err(Error::LogMoved { .. })));
    newer.close();
    assert!(older.leads_log(&police()).unwrap(), "the other one said that it goes");
    log_entries(&older, 4);
    older.sequence(&police(), 10).unwrap();
    older.publish(&police(), &sign).unwrap();
    assert_eq!(verified_size(&home.places.log), 7);
}

#[test]
fn no_slot_of_the_key_file_is_used_twice() {
    let home = Home::new();
    let (one, two) = (home.open(), home.open());
    std::thread::scope(|scope| {
        for store in [&one, &two, &one, &two] {
            scope.spawn(move || {
                for _ in 0..40 {
                    search(store).unwrap();
                }
            });
        }
    });
    let slots =
        home.database.numbers("SELECT key_slot FROM search UNION ALL SELECT key_slot FROM outbox");
    assert_eq!(slots.len(), 2 * 160);
    assert_eq!(slots.iter().collect::<BTreeSet<_>>().len(), slots.len());
    assert_eq!(one.outbox_due(unclaimed(), None, 1_000).unwrap().len(), 160, "all open");
}

#[test]
fn an_envelope_is_given_to_one_process_at_a_time() {
    let home = Home::new();
    let (one, two) = (home.open(), home.open());
    for _ in 0..30 {
        search_with(&one, 3_600_000).unwrap();
    }
    assert_eq!(two.outbox_due(now(), None, 100).unwrap(), [], "the process that asked sends first");
    let first = one.outbox_due(unclaimed(), None, 20).unwrap();
    let second = two.outbox_due(unclaimed(), None, 20).unwrap();
    let ids: BTreeSet<_> = first.iter().chain(&second).map(|item| item.id).collect();
    assert_eq!((first.len(), second.len(), ids.len()), (20, 10, 30));
    one.outbox_tried(&[first[0].id], unclaimed(), "no route").unwrap();
    assert_eq!(
        two.outbox_due(unclaimed(), None, 20).unwrap().len(),
        1,
        "tried in vain: free again"
    );
    let done: Vec<_> = ids.into_iter().collect();
    assert_eq!(one.outbox_done(&done).unwrap() + two.outbox_done(&done).unwrap(), 30);
}

#[test]
fn a_load_is_given_up_only_when_its_process_is_gone() {
    let home = Home::new();
    let one = home.open();
    let granted = grant(&police(), Collection, None);
    let batch = one.begin_batch(&granted, &register(&police()), now()).unwrap();
    drop(home.open());
    let stage = |store: &Store, id: &str| {
        store.stage_records(Stage {
            grant: &granted,
            batch,
            register: register(&police()),
            records: vec![record(id, "Name")],
            at: now(),
        })
    };
    assert!(stage(&one, "a").is_ok(), "its process lives");
    one.close();
    drop(one);
    let two = home.open();
    assert!(matches!(stage(&two, "b"), Err(Error::Unfit { .. })), "given up");
    assert_eq!(home.database.numbers("SELECT count(*) FROM record"), [0]);
}

#[test]
fn what_one_process_loads_the_other_finds_in_the_log() {
    let home = Home::new();
    let (one, two) = (home.open(), home.open());
    let begun = two.log_position(&police()).unwrap();
    let keys = load(&one, &police(), vec![record("a", "One"), record("b", "Two")]);
    two.sequence(&police(), 100).unwrap();
    let changes = two.changes_since(&police(), begun).unwrap().unwrap();
    assert_eq!((changes.records.len(), changes.loads.len()), (0, 1));
    let granted = grant(&police(), Consultation, None);
    let receipt = two.log_maintenance(&granted, &entry(&granted)).unwrap();
    let mut found = Vec::new();
    two.records_of_load(&receipt, changes.loads[0].1, &mut |key, _| found.push(key)).unwrap();
    assert_eq!((found, &changes.loads[0].0), (keys, law().id()));
    assert_eq!(two.changes_since(&police(), changes.position).unwrap().unwrap().loads, []);
}

#[test]
fn two_processes_that_start_at_once_make_one_schema_and_one_key_file() {
    let home = Home::new();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| drop(Store::open(&home.places, 1, entropy(), None).unwrap()));
        }
    });
    let versions = home.database.numbers("SELECT version FROM schema_version ORDER BY version");
    assert_eq!(versions, (1..=i64::try_from(versions.len()).unwrap()).collect::<Vec<_>>());
    home.database.execute("INSERT INTO schema_version VALUES (9999)");
    let newer = Store::open(&home.places, 1, entropy(), None);
    assert!(matches!(newer, Err(Error::Unfit { .. })), "a newer schema is refused");
}
