//! Records loaded, corrected, ended; copies taken in, vouched for and expired.

use crate::support::{
    Home, berlin, border, entry, envelope, grant, law, now, police, query_id, record, register,
    verified,
};
use exchange::Kind;
use store::{
    AcceptCopies, AcceptInventory, Accepted, ChangeRecord, Error, FinishBatch, Inventoried,
    NameRecord, RecordState, Stage, StageResult, Store,
};
use vocabulary::ProcessingOperation::{Alteration, Collection, Consultation, Erasure};
use vocabulary::{AuthorityId, Record, Timestamp};

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

fn hours(count: i64) -> Timestamp {
    now().plus_millis(count.saturating_mul(3_600_000))
}

fn copies(store: &Store, as_of: Timestamp, records: Vec<Record>) -> Accepted {
    let granted = grant(&police(), Collection, None);
    let sent = envelope((&berlin(), &police()), Kind::Copies, None, "{}");
    accept(store, &granted, &sent, (as_of, records))
}

fn accept(
    store: &Store,
    granted: &access::Grant,
    sent: &exchange::Envelope,
    (as_of, records): (Timestamp, Vec<Record>),
) -> Accepted {
    let reply = envelope((&police(), &berlin()), Kind::Received, None, "{}");
    store
        .accept_copies(AcceptCopies {
            grant: granted,
            entry: entry(granted),
            incoming: &verified(sent),
            reply: &reply,
            register: register(&berlin()),
            records,
            as_of,
            valid_until: as_of.plus_millis(48 * 3_600_000),
            at: now(),
        })
        .unwrap()
}

fn inventory(store: &Store, as_of: Timestamp, ids: &[&str]) -> Inventoried {
    let granted = grant(&police(), Erasure, None);
    let sent = envelope((&berlin(), &police()), Kind::Inventory, None, "{}");
    let reply = envelope((&police(), &berlin()), Kind::Received, None, "{}");
    store
        .accept_inventory(AcceptInventory {
            grant: &granted,
            entry: entry(&granted),
            incoming: &verified(&sent),
            reply: &reply,
            register: register(&berlin()),
            ids: ids.iter().map(|id| id.parse().unwrap()).collect(),
            corrected: std::collections::BTreeMap::new(),
            as_of,
            valid_until: as_of.plus_millis(48 * 3_600_000),
            at: now(),
        })
        .unwrap()
}

#[test]
fn copies_live_as_long_as_their_owner_vouches_for_them() {
    let home = Home::new();
    let store = home.open();
    assert!(!store.copies_standing(&police(), &register(&berlin()), now()).unwrap());
    let Accepted::Fresh { changes, .. } =
        copies(&store, hours(0), vec![record("a", "One"), record("b", "Two")])
    else {
        panic!("taken before")
    };
    assert_eq!(changes.len(), 2);
    assert!(!store.copies_standing(&police(), &register(&berlin()), hours(1)).unwrap());
    inventory(&store, hours(0), &["a", "b"]);
    assert!(store.copies_standing(&police(), &register(&berlin()), hours(47)).unwrap());
    assert!(!store.copies_standing(&police(), &register(&berlin()), hours(48)).unwrap());
    assert!(!store.copies_standing(&border(), &register(&berlin()), hours(1)).unwrap());

    let Accepted::Fresh { changes: older, .. } =
        copies(&store, hours(-1), vec![record("a", "Older"), record("c", "Ended")])
    else {
        panic!("taken before")
    };
    assert!(older.is_empty(), "neither an older copy nor one of a record off the list comes back");

    let Inventoried::Fresh { erased, refreshed, .. } = inventory(&store, hours(24), &["a"]) else {
        panic!("taken before")
    };
    assert_eq!((erased.len(), refreshed), (1, 1));
    assert_eq!(indexed(&store, &police()), ["a"]);

    let granted = grant(&police(), Erasure, None);
    let expire = |at| store.expire_copies(&granted, &entry(&granted), at).unwrap();
    assert!(expire(hours(71)).is_none());
    assert_eq!(expire(hours(72)).unwrap().1, [changes[0].0]);
    assert_eq!(indexed(&store, &police()), Vec::<String>::new());
    assert_eq!(store.register_counts(&police()).unwrap()[0].live, 0);
}

#[test]
fn what_an_inventory_names_and_has_not_come_is_awaited() {
    let home = Home::new();
    let store = home.open();
    copies(&store, hours(0), vec![record("a", "One")]);
    let Inventoried::Fresh { missing, .. } = inventory(&store, hours(24), &["a", "x"]) else {
        panic!("taken before")
    };
    assert_eq!(missing[0].as_str(), "x");
    let is_standing = |at| store.copies_standing(&police(), &register(&berlin()), at).unwrap();
    assert!(!is_standing(hours(25)), "a record of the inventory has not come");
    let asked: Vec<_> = ["a", "x"].iter().map(|id| id.parse().unwrap()).collect();
    let lacking = store
        .copies_missing(
            (&police(), now()),
            &register(&berlin()),
            (&asked, &std::collections::BTreeMap::new()),
        )
        .unwrap();
    assert_eq!(lacking, asked[1..]);
    copies(&store, hours(23), vec![record("a", "Corrected"), record("x", "Late")]);
    assert!(is_standing(hours(25)), "late copies of what is awaited are taken");
    inventory(&store, hours(22), &["b"]);
    assert_eq!(indexed(&store, &police()), ["a", "x"], "an older inventory changes nothing");
    inventory(&store, hours(24), &["a"]);
    assert_eq!(indexed(&store, &police()), ["a"]);
}

#[test]
fn copies_that_come_twice_are_taken_once() {
    let home = Home::new();
    let store = home.open();
    let granted = grant(&police(), Collection, None);
    let sent = envelope((&berlin(), &police()), Kind::Copies, None, "{}");
    let first = accept(&store, &granted, &sent, (now(), vec![record("a", "One")]));
    assert!(matches!(first, Accepted::Fresh { .. }));
    let again = accept(&store, &granted, &sent, (now(), vec![record("a", "Two")]));
    assert!(matches!(again, Accepted::Again(_)));
    assert_eq!(store.log_state(&police()).unwrap().unwrap().waiting, 1);
}
