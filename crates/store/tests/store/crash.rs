//! Power cuts between any two writes, and many callers at once.

use crate::loading::load;
use crate::logging::verified_size;
use crate::support::{
    Home, berlin, entry, envelope, grant, law, now, police, query_id, record, register, sign,
    unclaimed,
};
use exchange::Kind;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use store::{Crash, CrashPoint, Error, NameRecord, NewPart, OpenSearch, Store};
use vocabulary::ProcessingOperation::{Consultation, Erasure};
use vocabulary::QueryId;

/// Dies the `nth` time the store passes `point`.
fn crash(point: CrashPoint, nth: u64) -> Crash {
    let passed = AtomicU64::new(0);
    Arc::new(move |here| here == point && passed.fetch_add(1, Ordering::Relaxed) + 1 == nth)
}

pub(crate) fn search(store: &Store) -> Result<QueryId, Error> {
    search_with(store, 60_000)
}

/// A search whose question lives for so many milliseconds.
pub(crate) fn search_with(store: &Store, millis: i64) -> Result<QueryId, Error> {
    let query = query_id();
    let granted = grant(&police(), Consultation, Some(query));
    let part = NewPart {
        register: register(&berlin()),
        outcome: None,
        answer: None,
        envelope: Some(envelope((&police(), &berlin()), Kind::Query, Some(query), "{}")),
        to_node: None,
        expires: now().plus_millis(millis),
    };
    let job = OpenSearch {
        authority: police(),
        query,
        officer: "officer".parse().unwrap(),
        role: "police_officer".parse().unwrap(),
        at: now(),
        content: b"content".to_vec(),
        entries: vec![(&granted, entry(&granted))],
        refused: Vec::new(),
        parts: vec![part],
    };
    store.open_search(job).map(|_| query)
}

fn erase(store: &Store, id: &str) -> Result<bool, Error> {
    let granted = grant(&police(), Erasure, None);
    let job = NameRecord {
        grant: &granted,
        entry: entry(&granted),
        register: register(&police()),
        id: id.parse().unwrap(),
        tell: None,
        at: now(),
    };
    store.erase_record(job).map(|erased| erased.is_some())
}

/// What a life before the power cut acknowledged.
#[derive(Default)]
struct Acknowledged {
    searches: Vec<QueryId>,
    erased: Vec<String>,
    checkpoints: Vec<u64>,
}

/// Works until the store dies.
fn live(store: &Store, acknowledged: &mut Acknowledged) -> Error {
    for round in 0..1_000 {
        match search(store) {
            Ok(query) => acknowledged.searches.push(query),
            Err(error) => return error,
        }
        if let Err(error) = erase(store, &format!("r{round}")) {
            return error;
        }
        acknowledged.erased.push(format!("r{round}"));
        if round % 3 == 0 {
            let published =
                store.sequence(&police(), 10_000).and_then(|_| store.publish(&police(), &sign));
            match published {
                Ok(checkpoint) => {
                    acknowledged.checkpoints.extend(checkpoint.map(|one| one.size().get()));
                }
                Err(error) => return error,
            }
        }
    }
    panic!("the store did not die")
}

/// Everything acknowledged is there, what was not is there whole or not at all, and the log verifies.
fn check(home: &Home, acknowledged: &Acknowledged) {
    let store = home.open();
    for query in &acknowledged.searches {
        let receipt = store.receipt_of(&police(), *query, law().id()).unwrap().unwrap();
        let view = store.search(&receipt).unwrap().unwrap();
        assert_eq!((view.content.as_slice(), view.parts.len()), (b"content".as_slice(), 1));
    }
    let due = store.outbox_due(unclaimed(), None, 10_000).unwrap();
    let searches = u64::try_from(due.len()).unwrap();
    assert!(
        due.len() >= acknowledged.searches.len() && due.len() <= acknowledged.searches.len() + 1
    );
    for id in &acknowledged.erased {
        assert!(!erase(&store, id).unwrap());
    }
    let live = store.register_counts(&police()).unwrap()[0].live;
    // One entry for the load, one per search, one per erasure, and none for what did not happen.
    let state = store.log_state(&police()).unwrap().unwrap();
    assert_eq!(state.size.get() + state.waiting, 1 + searches + (40 - live));
    store.sequence(&police(), 100_000).unwrap();
    store.publish(&police(), &sign).unwrap();
    let size = verified_size(&home.places.log);
    assert_eq!(size, 1 + searches + (40 - live));
    assert!(acknowledged.checkpoints.iter().all(|one| *one <= size));
    free_slots_hold_zeros(home);
}

fn free_slots_hold_zeros(home: &Home) {
    let keys = std::fs::read(&home.places.keys).unwrap();
    let slots = home.database.numbers("SELECT slot FROM key_slot_free");
    for slot in slots {
        let at = usize::try_from((slot + 1) * 32).unwrap();
        assert_eq!(keys[at..at + 32], [0; 32]);
    }
}

#[test]
fn what_was_acknowledged_survives_a_power_cut_at_every_point() {
    for point in CrashPoint::ALL {
        for nth in [1, 2, 7] {
            let home = Home::new();
            let store = home.open();
            load(&store, &police(), (0..40).map(|n| record(&format!("r{n}"), "Name")).collect());
            store.close();
            drop(store);
            let mut acknowledged = Acknowledged::default();
            // The opening of the two logs passes points of its own.
            let after = if point < CrashPoint::KeysWritten || point == CrashPoint::Committed {
                2
            } else {
                0
            };
            let store = home.open_with(Some(crash(point, nth + after)));
            let died = live(&store, &mut acknowledged);
            assert!(matches!(died, Error::Crashed), "{point:?}: {died}");
            assert!(matches!(search(&store), Err(Error::Crashed)), "{point:?}");
            assert!(store.log_state(&police()).is_err());
            drop(store);
            check(&home, &acknowledged);
        }
    }
}

#[test]
fn sixty_four_callers_are_committed_in_groups() {
    let home = Home::new();
    let commits = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&commits);
    let count: Crash = Arc::new(move |point| {
        if point == CrashPoint::Committed {
            counted.fetch_add(1, Ordering::Relaxed);
        }
        false
    });
    let store = home.open_with(Some(count));
    std::thread::scope(|scope| {
        for _ in 0..64 {
            scope.spawn(|| {
                for _ in 0..20 {
                    search(&store).unwrap();
                }
            });
        }
    });
    let state = store.log_state(&police()).unwrap().unwrap();
    assert_eq!(state.waiting, 64 * 20);
    assert!(commits.load(Ordering::Relaxed) < 64 * 20 / 4, "{commits:?}");
    store.sequence(&police(), 10_000).unwrap();
    store.publish(&police(), &sign).unwrap();
    assert_eq!(verified_size(&home.places.log), 64 * 20);
    let due = store.outbox_due(unclaimed(), None, 10_000).unwrap();
    assert_eq!(due.len(), 64 * 20);
}

#[test]
fn a_job_that_fails_undoes_itself_and_nothing_else() {
    let home = Home::new();
    let store = home.open();
    let granted = grant(&police(), Consultation, None);
    std::thread::scope(|scope| {
        for at in 0..16 {
            let (store, granted) = (&store, &granted);
            scope.spawn(move || {
                for _ in 0..20 {
                    let draft = entry(granted);
                    store.log_maintenance(granted, &draft).unwrap();
                    if at % 2 == 0 {
                        // The same entry twice: the second one breaks the key of its table.
                        assert!(matches!(
                            store.log_maintenance(granted, &draft),
                            Err(Error::Engine { .. })
                        ));
                    }
                }
            });
        }
    });
    store.sequence(&police(), 10_000).unwrap();
    store.publish(&police(), &sign).unwrap();
    assert_eq!(verified_size(&home.places.log), 16 * 20);
}
