//! Copies taken in, vouched for by inventories, ended and expired.

use crate::loading::indexed;
use crate::support::{
    Home, berlin, border, entry, envelope, grant, now, police, record, register, verified,
};
use exchange::{InventoryBody, Kind, ListedRecord};
use store::{AcceptCopies, AcceptInventory, Accepted, Inventoried, Store};
use vocabulary::ProcessingOperation::{Collection, Erasure};
use vocabulary::{Record, Timestamp};

fn hours(count: i64) -> Timestamp {
    now().plus_millis(count.saturating_mul(3_600_000))
}

fn copies(store: &Store, as_of: Timestamp, records: Vec<Record>) -> Accepted {
    let granted = grant(&police(), Collection, None);
    let sent = envelope((&berlin(), &police()), Kind::Copies, None, "{}");
    accept(store, &granted, &sent, (as_of, records, &[]))
}

fn accept(
    store: &Store,
    granted: &access::Grant,
    sent: &exchange::Envelope,
    (as_of, records, gone): (Timestamp, Vec<Record>, &[&str]),
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
            gone: gone.iter().map(|id| id.parse().unwrap()).collect(),
            as_of,
            valid_until: as_of.plus_millis(48 * 3_600_000),
            at: now(),
        })
        .unwrap()
}

fn inventory(store: &Store, as_of: Timestamp, ids: &[&str]) -> Inventoried {
    let listed: Vec<(&str, Timestamp)> = ids.iter().map(|id| (*id, hours(-9))).collect();
    let parts = parts_of(as_of, &listed, 100);
    part(store, &parts[0])
}

/// The inventory of Berlin's register in parts of `most` records.
fn parts_of(as_of: Timestamp, listed: &[(&str, Timestamp)], most: usize) -> Vec<InventoryBody> {
    let listed = listed.iter();
    let listed: Vec<ListedRecord> = listed
        .map(|(id, changed)| ListedRecord { id: id.parse().unwrap(), changed: *changed })
        .collect();
    let times = (as_of, as_of.plus_millis(48 * 3_600_000));
    InventoryBody::in_parts(&register(&berlin()), times, &listed, most)
}

fn part(store: &Store, body: &InventoryBody) -> Inventoried {
    let granted = grant(&police(), Erasure, None);
    let sent = envelope((&berlin(), &police()), Kind::Inventory, None, "{}");
    let reply = envelope((&police(), &berlin()), Kind::Received, None, "{}");
    store
        .accept_inventory(AcceptInventory {
            grant: &granted,
            entry: entry(&granted),
            incoming: &verified(&sent),
            reply: &reply,
            inventory: body,
            valid_until: body.valid_until,
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
    inventory(&store, hours(24), &["a", "x"]);
    let is_standing = |at| store.copies_standing(&police(), &register(&berlin()), at).unwrap();
    assert!(!is_standing(hours(25)), "a record of the inventory has not come");
    let asked = parts_of(hours(24), &[("a", hours(-1)), ("x", hours(-1))], 9).remove(0).records;
    let lacking = store.copies_missing((&police(), now()), &register(&berlin()), &asked).unwrap();
    assert_eq!(lacking, [asked[1].id.clone()]);
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
    let first = accept(&store, &granted, &sent, (now(), vec![record("a", "One")], &[]));
    assert!(matches!(first, Accepted::Fresh { .. }));
    let again = accept(&store, &granted, &sent, (now(), vec![record("a", "Two")], &[]));
    assert!(matches!(again, Accepted::Again(_)));
    assert_eq!(store.log_state(&police()).unwrap().unwrap().waiting, 1);
}

fn gone(store: &Store, as_of: Timestamp, id: &str) -> Vec<u64> {
    let granted = grant(&police(), Collection, None);
    let sent = envelope((&berlin(), &police()), Kind::Copies, None, "{}");
    match accept(store, &granted, &sent, (as_of, Vec::new(), &[id])) {
        Accepted::Fresh { erased, .. } => erased,
        Accepted::Again(_) => panic!("taken before"),
    }
}

#[test]
fn a_copy_goes_at_once_on_the_owners_word_and_does_not_come_back_late() {
    let home = Home::new();
    let store = home.open();
    copies(&store, hours(0), vec![record("a", "One"), record("b", "Two")]);
    inventory(&store, hours(0), &["a", "b"]);
    assert_eq!(gone(&store, hours(2), "a").len(), 1);
    assert_eq!(indexed(&store, &police()), ["b"]);
    copies(&store, hours(1), vec![record("a", "Late")]);
    assert_eq!(indexed(&store, &police()), ["b"], "a copy of an earlier moment does not come back");
    inventory(&store, hours(1), &["a", "b"]);
    let standing = store.copies_standing(&police(), &register(&berlin()), hours(3)).unwrap();
    assert!(standing, "an inventory of an earlier moment does not ask for it");
    copies(&store, hours(3), vec![record("a", "New")]);
    assert_eq!(indexed(&store, &police()), ["b", "a"], "a new record of the same id is taken");
    assert!(gone(&store, hours(2), "a").is_empty(), "the word is older than the copy");
}

#[test]
fn a_copy_that_missed_a_correction_goes_and_is_asked_for_again() {
    let home = Home::new();
    let store = home.open();
    copies(&store, hours(0), vec![record("a", "One"), record("b", "Two")]);
    let listed = [("a", hours(5)), ("b", hours(-1))];
    let whole = parts_of(hours(24), &listed, 9).remove(0);
    let register = register(&berlin());
    let missing = store.copies_missing((&police(), hours(24)), &register, &whole.records).unwrap();
    assert_eq!(missing, ["a".parse().unwrap()]);
    part(&store, &whole);
    assert_eq!(indexed(&store, &police()), ["b"]);
    let is_standing = || store.copies_standing(&police(), &register, hours(25)).unwrap();
    copies(&store, hours(4), vec![record("a", "Out of date")]);
    assert!(!is_standing(), "a copy from before the correction does not satisfy");
    copies(&store, hours(6), vec![record("a", "Corrected")]);
    assert!(is_standing());
}

#[test]
fn an_inventory_in_parts_counts_when_all_its_parts_are_there() {
    let home = Home::new();
    let store = home.open();
    let ids = ["a", "b", "c", "d", "e"];
    copies(&store, hours(0), ids.iter().map(|id| record(id, "One")).collect());
    let listed: Vec<_> = ["a", "b", "d"].iter().map(|id| (*id, hours(-1))).collect();
    let other = parts_of(hours(11), &[("a", hours(-1)), ("b", hours(-1))], 1);
    part(&store, &other[0]);
    let parts = parts_of(hours(12), &listed, 1);
    for one in [&parts[2], &parts[0]] {
        let Inventoried::Fresh { erased, refreshed, .. } = part(&store, one) else {
            panic!("taken before")
        };
        assert_eq!((erased.len(), refreshed), (0, 0));
    }
    assert_eq!(indexed(&store, &police()), ids);
    assert!(!store.copies_standing(&police(), &register(&berlin()), hours(13)).unwrap());
    let Inventoried::Fresh { erased, refreshed, .. } = part(&store, &parts[1]) else {
        panic!("taken before")
    };
    assert_eq!((erased.len(), refreshed), (2, 3));
    assert_eq!(indexed(&store, &police()), ["a", "b", "d"]);
    part(&store, &other[1]);
    assert_eq!(indexed(&store, &police()), ["a", "b", "d"], "parts of an older one change nothing");
}
